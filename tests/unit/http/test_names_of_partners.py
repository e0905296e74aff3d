"""Wherever a partner's id is shown, so is what it is called, and its MPN id."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.cast.bodies import partner_document, sale_document
from tests.cast.ids import (
    AGENCY,
    DIRECT,
    MPN,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    STRANGER,
    invitation_id,
    subscription_id,
)
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin, enrol, hire, user

CUSTOMER = f"/api/customers/{AGENCY}"
PROVIDING, RESELLING = user(PROVIDER, "GlobalAdmin"), user(RESELLER, "GlobalAdmin")
LINK = f"/api/partners/{PROVIDER}/resellers/{RESELLER}"


async def done(local: LocalApp, method: str, url: str, by: Any, body: Any = None) -> Any:
    answer = await local.call(method, url, by, body)
    assert answer.status in {200, 201}, answer.body
    return answer.body


@pytest.fixture
async def app(local: LocalApp) -> LocalApp:
    """A customer of a provider with its reseller, and of another partner."""
    await enrol(local, DIRECT, OTHER_DIRECT, PROVIDER, RESELLER)
    await done(local, "PUT", LINK, PROVIDING)
    await done(local, "POST", f"{LINK}/accept", RESELLING)
    await hire(local, PROVIDER, 1, indirectResellerId=RESELLER)
    await hire(local, DIRECT, 2)
    sold = sale_document(partnerOfRecord=MPN[RESELLER])
    await done(local, "PUT", f"{CUSTOMER}/subscriptions/{subscription_id(1)}", PROVIDING, sold)
    await done(
        local,
        "PUT",
        f"{CUSTOMER}/subscriptions/{subscription_id(2)}",
        user(DIRECT, "GlobalAdmin"),
        sale_document(),
    )
    await done(local, "PUT", f"{CUSTOMER}/blocked-partners/{DIRECT}", admin(AGENCY))
    await local.follow()
    return local


def named(shown: Any) -> Iterator[tuple[str, str, str]]:
    """(id, name, MPN id) of every partner of whom `shown` has the id."""
    if isinstance(shown, list):
        for each in shown:
            yield from named(each)
    if not isinstance(shown, dict):
        return
    for role in ("partner", "provider", "reseller"):
        if f"{role}Id" in shown:
            name = shown.get(f"{role}Name", shown.get("name"))
            yield shown[f"{role}Id"], name, shown.get(f"{role}MpnId", shown.get("mpnId"))
    for field in ("indirectResellerId", "indirectProviderId"):
        if "otherSide" in shown and shown.get(field):
            assert shown["otherSide"]["partnerId"] == shown[field]
    for each in shown.values():
        yield from named(each)


@pytest.mark.parametrize(
    ("path", "by", "partners"),
    [
        (f"{CUSTOMER}/relationships", admin(AGENCY), {DIRECT, PROVIDER, RESELLER}),
        (f"{CUSTOMER}/relationships/{RESELLER}", admin(AGENCY), {PROVIDER, RESELLER}),
        (f"{CUSTOMER}/access", admin(AGENCY), {DIRECT, PROVIDER, RESELLER}),
        (f"{CUSTOMER}/subscriptions", admin(AGENCY), {DIRECT, PROVIDER}),
        (f"{CUSTOMER}/blocked-partners", admin(AGENCY), {DIRECT}),
        (f"{CUSTOMER}/invitations", admin(AGENCY), {DIRECT, PROVIDER, RESELLER}),
        (f"/api/partners/{PROVIDER}/resellers", PROVIDING, {PROVIDER, RESELLER}),
        (f"/api/partners/{RESELLER}/resellers", RESELLING, {PROVIDER, RESELLER}),
        (f"/api/partners/{PROVIDER}/customers", PROVIDING, {RESELLER}),
        (f"/api/partners/{PROVIDER}/subscriptions", PROVIDING, {PROVIDER}),
    ],
)
async def test_every_id_of_a_partner_comes_with_its_names(
    app: LocalApp, path: str, by: Any, partners: set[str]
):
    found = set(named(await done(app, "GET", path, by)))
    assert found == {(each, f"Partner {MPN[each]}", MPN[each]) for each in partners}


async def test_a_subscription_names_its_partner_of_record(app: LocalApp):
    sold = f"{CUSTOMER}/subscriptions/{subscription_id(1)}"
    shown = await done(app, "GET", sold, admin(AGENCY))
    assert shown["partnerOfRecordName"] == f"Partner {MPN[RESELLER]}"
    late = f"{CUSTOMER}/subscriptions/{subscription_id(3)}"
    assert (await done(app, "PUT", late, PROVIDING, sale_document()))["partnerOfRecordName"] is None
    filled = {"partnerOfRecord": MPN[RESELLER]}
    shown = await done(app, "POST", f"{late}/set-partner-of-record", PROVIDING, filled)
    assert shown["partnerOfRecordName"] == f"Partner {MPN[RESELLER]}"


async def test_names_are_those_of_then(app: LocalApp):
    before = await done(app, "GET", f"{CUSTOMER}/relationships", admin(AGENCY))
    renamed = partner_document(DIRECT, name="Renamed")
    headers = {"if-match": "*"}
    path = f"/api/partners/{DIRECT}"
    assert (await app.call("PUT", path, OPERATOR_CLAIMS, renamed, headers)).status == 200
    assert await done(app, "GET", f"{CUSTOMER}/relationships", admin(AGENCY)) == before


async def test_whom_the_customer_never_met_is_blocked_without_a_name(app: LocalApp):
    for partner_id in (OTHER_DIRECT, STRANGER):
        path = f"{CUSTOMER}/blocked-partners/{partner_id}"
        shown = await done(app, "PUT", path, admin(AGENCY))
        assert (shown["partnerName"], shown["partnerMpnId"]) == (None, None)
        assert shown["blockedAt"]


async def test_declining_with_a_block_names_whom_it_blocks(app: LocalApp):
    invitation = f"{CUSTOMER}/invitations/{invitation_id(3)}"
    other = user(OTHER_DIRECT, "GlobalAdmin")
    await done(app, "PUT", invitation, other, {"delegatedAdmin": True})
    app.clock.pass_by(hours=1)
    declined = await done(app, "POST", f"{invitation}/decline", admin(AGENCY), {"block": True})
    shown = await done(app, "GET", f"{CUSTOMER}/blocked-partners/{OTHER_DIRECT}", admin(AGENCY))
    assert (shown["partnerName"], shown["blockedAt"]) == (
        f"Partner {MPN[OTHER_DIRECT]}",
        declined["closedAt"],
    )


@pytest.mark.parametrize(
    ("partner_id", "numbers"), [(DIRECT, [2]), (PROVIDER, [1]), (RESELLER, [])]
)
async def test_a_customer_lists_what_one_partner_sold(
    app: LocalApp, partner_id: str, numbers: list[int]
):
    path = f"{CUSTOMER}/subscriptions?partnerId={partner_id.upper()}"
    found = (await done(app, "GET", path, admin(AGENCY)))["value"]
    assert [each["id"] for each in found] == [subscription_id(number) for number in numbers]
    none = await done(app, "GET", f"{path}&status=deleted", admin(AGENCY))
    assert none["value"] == []
