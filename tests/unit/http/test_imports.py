"""A relationship from before: what comes in by the queue, and who sees and may do what then."""

from typing import Any

import pytest

from shared.services.queues.messages import Delivery
from tests.cast.bodies import sale_document
from tests.cast.ids import (
    AGENCY,
    DIRECT,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    invitation_id,
    subscription_id,
)
from tests.cast.messages import encoded, event, imported, profile, registration
from tests.running.app import (
    OPERATOR_CLAIMS,
    Answer,
    LocalApp,
    admin,
    application,
    enrol,
    hire,
    submit,
    user,
)
from tests.running.sweeps import run_sweep

CUSTOMER = f"/api/customers/{AGENCY}"
RELATIONSHIPS = f"{CUSTOMER}/relationships"
OURS = f"{RELATIONSHIPS}/{DIRECT}"
PIPELINE = "/api/pipelines/estate"
SELLER = user(DIRECT, "GlobalAdmin")
OTHER = user(OTHER_DIRECT, "GlobalAdmin")
AGREED = {"customerAgreementAcceptedAt": "2019-06-20T00:00:00Z"}


async def send(local: LocalApp, kind: str, data: dict[str, Any], name: str) -> dict[str, Any]:
    """The newest result of what the operator's pipeline sent."""
    text = encoded(event(kind, data, source="/estate", id=name))
    await local.services.inbox.take("onboarding", Delivery(name, text, 1))
    local.clock.pass_by(seconds=16)
    found = await local.call("GET", f"{PIPELINE}/results", OPERATOR_CLAIMS)
    newest = found.body["value"][-1]
    assert newest["messageId"] == name
    return newest


@pytest.fixture
async def before(local: LocalApp) -> LocalApp:
    """The customer works with another partner already."""
    await enrol(local, DIRECT, OTHER_DIRECT)
    await hire(local, OTHER_DIRECT, 1)
    path = f"{CUSTOMER}/subscriptions/{subscription_id(1)}"
    assert (await local.call("PUT", path, OTHER, sale_document())).status == 201
    source = {
        "source": "/estate",
        "partnerIds": [DIRECT, PROVIDER],
        "types": ["customer-profile", "relationship-import", "subscription-registration"],
    }
    assert (await local.call("PUT", PIPELINE, OPERATOR_CLAIMS, source)).status == 201
    return local


@pytest.fixture
async def estate(before: LocalApp) -> LocalApp:
    """A relationship of before, and what was sold in it."""
    told = await send(before, "relationship-import", imported(**AGREED), "1")
    assert (told["outcome"], told["resource"]) == ("succeeded", OURS)
    azure = registration(2, productType="azurePlan", billingType="usage")
    assert (await send(before, "subscription-registration", azure, "2"))["outcome"] == "succeeded"
    await before.follow()
    before.clock.pass_by(seconds=16)
    return before


async def read(local: LocalApp, path: str, caller: dict[str, Any]) -> Any:
    answer = await local.call("GET", path, caller)
    assert answer.status == 200, answer
    return answer.body


async def test_nothing_of_another_partner_changes(before):
    places = [RELATIONSHIPS, f"{CUSTOMER}/subscriptions", f"{CUSTOMER}/invitations"]
    was = [await read(before, place, OTHER) for place in places]
    agreement = (await read(before, CUSTOMER, admin(AGENCY)))["customerAgreement"]
    await send(before, "relationship-import", imported(**AGREED), "1")
    assert [await read(before, place, OTHER) for place in places] == was
    now = await read(before, CUSTOMER, admin(AGENCY))
    assert now["customerAgreement"] == agreement, "one on record is not overwritten"


async def test_the_customer_and_the_partner_see_it_and_nobody_else(estate):
    shown = await read(estate, OURS, admin(AGENCY))
    assert (shown["origin"], shown["evidence"]) == ("imported", "contract 4711")
    assert (shown["delegatedAdmin"], shown["invitationId"]) == ("none", None)
    assert await read(estate, OURS, SELLER) == shown
    assert (await estate.call("GET", OURS, OTHER)).status == 404
    assert (await estate.call("GET", OURS, user(PROVIDER, "GlobalAdmin"))).status == 404
    listed = (await read(estate, RELATIONSHIPS, admin(AGENCY)))["value"]
    assert [each["partnerId"] for each in listed] == sorted([DIRECT, OTHER_DIRECT])


async def test_who_hears_of_it(estate):
    told = (await read(estate, f"{CUSTOMER}/events", admin(AGENCY)))["value"]
    (news,) = [each for each in told if each["type"] == "reseller-relationship-imported"]
    assert news["actorrole"] == "OP"
    assert news["data"]["evidence"] == "contract 4711"
    own = (await read(estate, f"/api/partners/{DIRECT}/events", SELLER))["value"]
    assert own[0]["type"] == "reseller-relationship-imported"
    others = (await read(estate, f"/api/partners/{OTHER_DIRECT}/events", OTHER))["value"]
    assert not [each for each in others if each["data"].get("partnerId") == DIRECT]


async def test_it_is_in_lists_and_exports(estate):
    (row,) = (await read(estate, f"/api/partners/{DIRECT}/customers", SELLER))["value"]
    assert (row["customerId"], row["status"], row["delegatedAdmin"]) == (AGENCY, "active", "none")
    csv = {"accept": "text/csv"}
    listed = await estate.call("GET", f"/api/partners/{DIRECT}/customers", SELLER, headers=csv)
    assert [AGENCY in line for line in listed.body.splitlines()] == [False, True]
    ledger = await estate.call("GET", f"{CUSTOMER}/ledger", admin(AGENCY), headers=csv)
    assert "import-relationship" in ledger.body
    verified = await read(estate, f"{CUSTOMER}/ledger/verification", admin(AGENCY))
    assert verified["valid"], verified


async def test_what_it_can_do_is_explained(estate):
    """No privileges are on record; a role on what was sold is, with the command that ends it."""
    path = f"{CUSTOMER}/access?all=true&partnerId={DIRECT}"
    (partner,) = (await read(estate, path, admin(AGENCY)))["partners"]
    assert partner["tenant"] == []
    others, own = partner["subscriptions"]
    assert (others["role"], others["because"]) == ("none", ["EFF-3"])
    assert (own["role"], own["because"]) == ("owner", ["EFF-4", "EFF-5"])
    assert own["remove"].endswith(f"/subscriptions/{subscription_id(2)}")


async def test_an_invitation_later_adds_the_privileges_alone(estate):
    invitation = f"{CUSTOMER}/invitations/{invitation_id(7)}"
    made = await estate.call("PUT", invitation, SELLER, {"delegatedAdmin": True})
    assert made.status == 201
    impact = await read(estate, f"{invitation}/impact", admin(AGENCY))
    assert [(each["partnerId"], each["delegatedAdmin"]) for each in impact["adds"]] == [
        (DIRECT, True)
    ]
    assert impact["unchanged"]["count"] == 2
    assert (await estate.call("POST", f"{invitation}/accept", admin(AGENCY), {})).status == 200
    now = await read(estate, OURS, admin(AGENCY))
    assert (now["origin"], now["delegatedAdmin"]) == ("imported", "granted")


async def test_what_the_customer_can_do_about_it(estate):
    async def post(path: str, caller: dict[str, Any]) -> Answer:
        return await estate.call("POST", path, caller)

    mine = admin(AGENCY)
    sold = f"{CUSTOMER}/subscriptions/{subscription_id(2)}"
    assert (await post(f"{OURS}/request-end", mine)).status == 200
    assert (await read(estate, OURS, SELLER))["endRequestedAt"]
    assert (await post(f"{sold}/dispute", mine)).status == 200
    blocked = f"{CUSTOMER}/blocked-partners/{DIRECT}"
    assert (await estate.call("PUT", blocked, mine)).status == 201
    assert (await post(f"{sold}/annul", OPERATOR_CLAIMS)).status == 200
    assert (await post(f"{OURS}/remove", SELLER)).status == 200
    told = await send(estate, "relationship-import", imported(evidence="again"), "3")
    assert told["outcome"] == "refused"
    assert told["error"]["innererror"]["rules"] == ["INV-9", "IMP-1"]
    assert (await read(estate, OURS, admin(AGENCY)))["status"] == "removed"


async def test_a_sweep_has_nothing_to_say(estate):
    sweep = await run_sweep(estate.services, estate.memory.queues)
    found = await read(estate, f"/api/sweeps/{sweep.id}/findings", OPERATOR_CLAIMS)
    assert found["value"] == []


async def test_a_partners_application_imports_nothing(before):
    told = await submit(
        before, event("relationship-import", imported()), caller=application(DIRECT)
    )
    assert told.status == 400
    assert [each["target"] for each in told.body["error"]["details"]] == ["[0].type"]
    assert (await before.call("GET", OURS, SELLER)).status == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"partnerId": OTHER_DIRECT},
        {"partnerId": PROVIDER, "indirectResellerId": RESELLER},
    ],
)
async def test_a_pipeline_imports_for_its_own_partners_only(before, changes):
    """Of two tiers both sides must be its own: no acceptance asks the other one."""
    told = await send(before, "relationship-import", imported(**changes), "1")
    assert (told["outcome"], told["error"]["code"]) == ("failed", "SourceNotAuthorised")


async def test_without_a_profile_the_region_is_not_known(local: LocalApp):
    await enrol(local, DIRECT)
    kinds = ["customer-profile", "relationship-import"]
    source = {"source": "/estate", "partnerIds": [DIRECT], "types": kinds}
    assert (await local.call("PUT", PIPELINE, OPERATOR_CLAIMS, source)).status == 201
    early = await send(local, "relationship-import", imported(), "1")
    assert (early["outcome"], early["error"]["innererror"]["rules"]) == ("refused", ["ELG-6"])
    (detail,) = early["error"]["details"]
    assert (detail["retryable"], detail["resolvableBy"]) == ("afterChange", "operator")
    await send(local, "customer-profile", profile(), "2")
    assert (await send(local, "relationship-import", imported(), "1"))["outcome"] == "succeeded"
    await local.follow()
    shown = await read(local, OURS, SELLER)
    assert shown["origin"] == "imported"
