"""Who the caller is here: by what its tenant is, and by what its token says."""

from typing import Any

import pytest

from shared.auth.claims import DELEGATED_PARTNER
from shared.auth.principal import GLOBAL_READER, GUEST
from tests.cast.ids import AGENCY, DIRECT, MPN, OPERATOR, OTHER_DIRECT, STRANGER, invitation_id
from tests.running.app import (
    GLOBAL_ADMINISTRATOR,
    OPERATOR_CLAIMS,
    LocalApp,
    admin,
    application,
    enrol,
    hire,
    user,
)


async def me(local: LocalApp, caller: dict[str, Any], **headers: str) -> dict[str, Any]:
    answer = await local.call("GET", "/api/me", caller, headers=headers)
    assert answer.status == 200
    return answer.body


def without(claims: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in claims.items() if key != name}


def codes(shown: dict[str, Any]) -> list[str]:
    return [each["code"] for each in shown["missing"]]


@pytest.fixture
async def story(local: LocalApp) -> LocalApp:
    await enrol(local, DIRECT)
    await hire(local, DIRECT, 1)
    return local


@pytest.mark.parametrize(
    ("caller", "kind", "roles", "missing"),
    [
        (OPERATOR_CLAIMS, "operator", ["OP"], []),
        (user(OPERATOR), "operator", [], ["operatorRole"]),
        (admin(OPERATOR), "operator", ["CG", "CR"], ["operatorRole"]),
        (user(DIRECT, "SalesAgent", "GlobalAdmin"), "partner", ["G", "S"], []),
        (user(DIRECT), "partner", [], ["partnerRole"]),
        (application(DIRECT), "partner", ["PL"], []),
        (admin(AGENCY), "customer", ["CG", "CR"], []),
        (user(AGENCY, wids=[GLOBAL_READER]), "customer", ["CR"], ["globalAdministrator"]),
        (user(AGENCY), "customer", [], ["customerRole"]),
        (user(AGENCY, "SalesAgent"), "customer", ["S"], ["customerRole"]),
        (
            user(AGENCY, wids=[GLOBAL_ADMINISTRATOR, GUEST], acct=1),
            "customer",
            [],
            ["customerRole"],
        ),
        (
            user(AGENCY, wids=[GLOBAL_ADMINISTRATOR, DELEGATED_PARTNER]),
            "customer",
            [],
            ["customerRole"],
        ),
        (without(user(AGENCY), "wids"), "customer", [], ["directoryRoles"]),
        (without(admin(AGENCY), "acct"), "customer", [], ["directoryRoles"]),
        (admin(STRANGER), "unknown", ["CG", "CR"], []),
        (user(STRANGER), "unknown", [], ["customerRole"]),
        (user(STRANGER, "GlobalAdmin"), "unknown", ["G"], ["enrolment"]),
        (user(STRANGER, "PlatformOperator"), "unknown", [], ["customerRole"]),
        (application(STRANGER), "unknown", ["PL"], ["enrolment"]),
    ],
)
async def test_what_the_tenant_is_what_the_token_grants_and_what_is_missing(
    story: LocalApp, caller: dict[str, Any], kind: str, roles: list[str], missing: list[str]
):
    shown = await me(story, caller)
    assert (shown["tenantId"], shown["objectId"]) == (caller["tid"], caller["oid"])
    assert (shown["tenantKind"], shown["roles"], codes(shown)) == (kind, roles, missing)
    assert (shown["partner"] is not None) == (kind == "partner")
    assert shown["type"] == ("application" if "idtyp" in caller else "user")


async def test_a_partner_reads_its_name_and_status_and_that_it_is_suspended(story: LocalApp):
    agent = user(DIRECT, "SalesAgent")
    assert (await me(story, agent))["partner"] == {
        "name": "Partner 1001",
        "type": "directBill",
        "mpnId": MPN[DIRECT],
        "status": "active",
    }
    await story.call("POST", f"/api/partners/{DIRECT}/suspend", OPERATOR_CLAIMS)
    shown = await me(story, agent)
    assert (shown["partner"]["status"], codes(shown)) == ("suspended", ["resumption"])


async def test_being_invited_tells_a_tenant_nothing_of_itself(story: LocalApp):
    before = await me(story, admin(STRANGER))
    path = f"/api/customers/{STRANGER}/invitations/{invitation_id(2)}"
    body = {"delegatedAdmin": True}
    assert (await story.call("PUT", path, user(DIRECT, "GlobalAdmin"), body)).status == 201
    assert await me(story, admin(STRANGER)) == before


async def test_what_is_missing_is_told_in_the_callers_language(story: LocalApp):
    english = await me(story, user(AGENCY))
    korean = await me(story, user(AGENCY), **{"accept-language": "ko"})
    assert codes(english) == codes(korean)
    assert english["missing"][0]["message"] != korean["missing"][0]["message"]
    assert "Global Administrator" in korean["missing"][0]["message"]


ASSIGNS = ("An administrator of this tenant", "이 테넌트의 관리자")
OPERATOR_DOES = ("operator", "운영자")


@pytest.mark.parametrize(
    ("caller", "lack", "mends"),
    [
        (user(OPERATOR), "operatorRole", ASSIGNS),
        (user(DIRECT), "partnerRole", ASSIGNS),
        (user(AGENCY, wids=[GLOBAL_READER]), "globalAdministrator", ASSIGNS),
        (user(AGENCY), "customerRole", ASSIGNS),
        (without(user(AGENCY), "wids"), "directoryRoles", OPERATOR_DOES),
        (without(user(AGENCY), "wids"), "directoryRoles", ASSIGNS),
        (without(admin(AGENCY), "acct"), "directoryRoles", OPERATOR_DOES),
        (user(STRANGER, "GlobalAdmin"), "enrolment", OPERATOR_DOES),
        (user(OTHER_DIRECT, "SalesAgent"), "resumption", OPERATOR_DOES),
    ],
)
async def test_what_is_missing_says_who_can_mend_it(
    story: LocalApp, caller: dict[str, Any], lack: str, mends: tuple[str, str]
):
    await enrol(story, OTHER_DIRECT)
    await story.call("POST", f"/api/partners/{OTHER_DIRECT}/suspend", OPERATOR_CLAIMS)
    for locale, who in zip(("en", "ko"), mends, strict=True):
        (told,) = (await me(story, caller, **{"accept-language": locale}))["missing"]
        assert told["code"] == lack
        assert who.lower() in told["message"].lower()
