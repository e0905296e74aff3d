"""A reusable link as the people of any customer see it before they accept."""

from typing import Any

import pytest

from shared.auth.principal import GLOBAL_READER
from shared.durations import GRACE_SECONDS
from tests.cast.bodies import ACCEPTANCE
from tests.cast.ids import AGENCY, BUREAU, DIRECT, MPN, PROVIDER, RESELLER, link_id
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin, enrol, user

OFFER = f"/api/invitation-links/{DIRECT}/{link_id()}"
ISSUED = f"/api/partners/{DIRECT}/invitation-links/{link_id()}"
SELLER, CUSTOMER = user(DIRECT, "GlobalAdmin"), admin(AGENCY)
PLAIN = {"delegatedAdmin": True}


async def done(local: LocalApp, method: str, url: str, by: Any, body: Any = None) -> Any:
    answer = await local.call(method, url, by, body)
    assert answer.status in {200, 201}, answer.body
    return answer.body


@pytest.fixture
async def app(local: LocalApp) -> LocalApp:
    await enrol(local, DIRECT, PROVIDER, RESELLER)
    await done(local, "PUT", ISSUED, SELLER, {**PLAIN, "maxAcceptances": 1})
    return local


async def test_who_offers_what_until_when_and_no_counts(app: LocalApp):
    issued = await done(app, "GET", ISSUED, SELLER)
    shown = await done(app, "GET", OFFER, user(AGENCY, wids=[GLOBAL_READER]))
    etag = shown.pop("etag")
    assert shown == {
        "id": link_id(),
        "partnerId": DIRECT,
        "partnerName": f"Partner {MPN[DIRECT]}",
        "partnerMpnId": MPN[DIRECT],
        "partnerType": "directBill",
        "otherSide": None,
        "delegatedAdmin": True,
        "expiresAt": issued["expiresAt"],
        "status": "open",
        "invitationId": None,
        "url": issued["url"],
    }
    assert etag != issued["etag"]


async def test_looking_takes_no_place_and_tells_nobody(app: LocalApp):
    before = await done(app, "GET", ISSUED, SELLER)
    for path in (OFFER, f"{OFFER}/impact"):
        await done(app, "GET", path, CUSTOMER)
    assert await done(app, "GET", ISSUED, SELLER) == before
    ledger = await app.call("GET", f"/api/customers/{AGENCY}/ledger", CUSTOMER)
    assert not ledger.body.get("value")


async def test_two_companies_offer_by_name(app: LocalApp):
    providing, reselling = user(PROVIDER, "GlobalAdmin"), user(RESELLER, "GlobalAdmin")
    resellers = f"/api/partners/{PROVIDER}/resellers/{RESELLER}"
    await done(app, "PUT", resellers, providing)
    await done(app, "POST", f"{resellers}/accept", reselling)
    issued = f"/api/partners/{PROVIDER}/invitation-links/{link_id(2)}"
    await done(app, "PUT", issued, providing, {**PLAIN, "indirectResellerId": RESELLER})
    offer = f"/api/invitation-links/{PROVIDER}/{link_id(2)}"
    shown = await done(app, "GET", offer, CUSTOMER)
    assert (shown["partnerType"], shown["otherSide"]["name"]) == (
        "indirectProvider",
        f"Partner {MPN[RESELLER]}",
    )
    impact = await done(app, "GET", f"{offer}/impact", CUSTOMER)
    assert [each["partnerName"] for each in impact["adds"]] == [
        f"Partner {MPN[PROVIDER]}",
        f"Partner {MPN[RESELLER]}",
    ]


async def test_once_accepted_it_names_the_customers_own_invitation(app: LocalApp):
    accepted = await done(app, "POST", f"{OFFER}/accept", CUSTOMER, ACCEPTANCE)
    own = await done(app, "GET", OFFER, CUSTOMER)
    assert (own["invitationId"], own["status"]) == (accepted["id"], "closed")
    assert (await done(app, "GET", OFFER, admin(BUREAU)))["invitationId"] is None
    impact = await done(app, "GET", f"{OFFER}/impact", CUSTOMER)
    assert (impact["adds"], impact["requires"]) == ([], [])


async def revoked(app: LocalApp) -> None:
    await done(app, "POST", f"{ISSUED}/revoke", SELLER)


async def expired(app: LocalApp) -> None:
    app.clock.pass_by(days=30)


async def taken(app: LocalApp) -> None:
    await done(app, "POST", f"{OFFER}/accept", admin(BUREAU), ACCEPTANCE)


async def exhausted(app: LocalApp) -> None:
    """For good: nothing that took the place can be under way any more."""
    await taken(app)
    app.clock.pass_by(seconds=GRACE_SECONDS)


async def suspended(app: LocalApp) -> None:
    await done(app, "POST", f"/api/partners/{DIRECT}/suspend", OPERATOR_CLAIMS)


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (revoked, "closed"),
        (expired, "closed"),
        (taken, "closed"),
        (exhausted, "closed"),
        (suspended, "open"),
    ],
)
async def test_what_would_refuse_it_is_told_before_anything_is_typed(
    app: LocalApp, end: Any, status: str
):
    before = await done(app, "GET", f"{OFFER}/impact", CUSTOMER)
    assert (before["requires"], before["refusals"]) == (["customerAgreement", "country"], [])
    await end(app)
    assert (await done(app, "GET", OFFER, CUSTOMER))["status"] == status
    impact = await done(app, "GET", f"{OFFER}/impact", CUSTOMER)
    refused = await app.call("POST", f"{OFFER}/accept", CUSTOMER, ACCEPTANCE)
    assert impact["refusals"] == refused.body["error"]["details"]
    assert bool(impact["adds"]) == (status == "open")


@pytest.mark.parametrize(("end", "again"), [(taken, "afterTime"), (exhausted, "never")])
async def test_only_a_place_that_cannot_come_free_is_gone_for_good(
    app: LocalApp, end: Any, again: str
):
    await end(app)
    (told,) = (await done(app, "GET", f"{OFFER}/impact", CUSTOMER))["refusals"]
    assert (told["code"], told["retryable"]) == ("INV-5", again)
