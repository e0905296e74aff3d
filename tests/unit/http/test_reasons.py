"""Reasons over HTTP: who reads them, what their versions cover, and that they can be erased."""

from typing import Any

import pytest

from tests.cast.bodies import sale_document
from tests.cast.ids import AGENCY, DIRECT, OTHER_DIRECT, invitation_id, subscription_id
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin, enrol, hire, user

API = f"/api/customers/{AGENCY}"
SOLD, RELATED = f"{API}/subscriptions", f"{API}/relationships"
ONE, PARTNER = f"{SOLD}/{subscription_id(1)}", f"{RELATED}/{DIRECT}"
HERS, SELLERS = admin(AGENCY), user(DIRECT, "GlobalAdmin")
NOT_OURS, TOO_DEAR = "Nobody here\nordered that", "Too dear"


@pytest.fixture
async def local() -> LocalApp:
    """Two partners, each of which sold one subscription."""
    made = LocalApp()
    for number, partner_id in enumerate((DIRECT, OTHER_DIRECT), 1):
        await enrol(made, partner_id)
        await hire(made, partner_id, number)
        path = f"{SOLD}/{subscription_id(number)}"
        sold = await made.call("PUT", path, user(partner_id, "SalesAgent"), sale_document())
        assert sold.status == 201
    return made


async def ok(local: LocalApp, method: str, path: str, who: Any, *rest: Any) -> Any:
    answer = await local.call(method, path, who, *rest)
    assert answer.status == 200, answer.body
    return answer.body


async def test_a_dispute_is_read_by_everybody_whom_it_concerns(local: LocalApp):
    disputed = await ok(local, "POST", f"{ONE}/dispute", HERS, {"reason": NOT_OURS})
    assert disputed["disputeReason"] == NOT_OURS
    assert disputed["annulmentReason"] is None
    assert await ok(local, "GET", ONE, HERS) == disputed
    assert await ok(local, "GET", ONE, SELLERS) == disputed
    (seen,) = (await ok(local, "GET", SOLD, SELLERS))["value"]
    assert seen == disputed
    await local.follow()
    (indexed,) = (await ok(local, "GET", f"/api/partners/{DIRECT}/subscriptions", SELLERS))["value"]
    assert indexed == disputed
    other = user(OTHER_DIRECT, "GlobalAdmin")
    assert NOT_OURS not in str(await ok(local, "GET", SOLD, other))
    annulled = await ok(local, "POST", f"{ONE}/annul", OPERATOR_CLAIMS, {"reason": "No order"})
    assert (annulled["disputeReason"], annulled["annulmentReason"]) == (NOT_OURS, "No order")
    now = await ok(local, "GET", ONE, SELLERS)
    assert annulled == {**now, **{each: annulled[each] for each in (*OPERATORS, "etag")}}


OPERATORS = ("customerName", "disputeStatus")
"""What an annulment shows besides: the operator has decided on a dispute."""


async def test_every_answer_to_a_seller_shows_it_under_the_same_version(local: LocalApp):
    etag = (await ok(local, "POST", f"{ONE}/dispute", HERS, {"reason": NOT_OURS}))["etag"]
    seller = user(DIRECT, "SalesAgent")
    again = await local.call("PUT", ONE, seller, sale_document())
    assert (again.status, again.body["etag"]) == (200, etag)
    for method, action, body in (
        ("PATCH", "", {"quantity": 30}),
        ("POST", "/suspend", {}),
        ("POST", "/reactivate", {}),
        ("POST", "/delete", {}),
    ):
        changed = await ok(local, method, f"{ONE}{action}", seller, body, {"if-match": etag})
        assert changed["disputeReason"] == NOT_OURS
        assert await ok(local, "GET", ONE, seller) == changed
        etag = changed["etag"]


async def test_another_reason_is_another_version(local: LocalApp):
    first = await ok(local, "POST", f"{ONE}/dispute", HERS, {"reason": NOT_OURS})
    second = await ok(local, "POST", f"{ONE}/dispute", HERS, {"reason": "Still not"})
    assert second["disputedAt"] == first["disputedAt"]
    late = await local.call(
        "POST", f"{ONE}/annul", OPERATOR_CLAIMS, {}, {"if-match": first["etag"]}
    )
    assert late.status == 412


async def test_a_wish_is_read_by_the_partner_and_shown_beside_what_stays(local: LocalApp):
    path = f"{PARTNER}/request-end"
    asked = await ok(local, "POST", path, HERS, {"reason": TOO_DEAR})
    assert asked["endRequestReason"] == TOO_DEAR
    assert await ok(local, "GET", PARTNER, SELLERS) == asked
    assert (await ok(local, "GET", RELATED, SELLERS))["value"] == [asked]
    assert asked in (await ok(local, "GET", RELATED, HERS))["value"]
    dropped = await ok(local, "POST", f"{PARTNER}/revoke-delegated-admin", SELLERS)
    assert dropped["endRequestReason"] == TOO_DEAR
    await ok(local, "POST", f"{RELATED}/{OTHER_DIRECT}/request-end", HERS, {"reason": "Both"})
    both = (await ok(local, "GET", RELATED, HERS))["value"]
    assert [each["endRequestReason"] for each in both] == [TOO_DEAR, "Both"]


async def test_an_impact_shows_what_stays_as_everybody_else_does(local: LocalApp):
    await ok(local, "POST", f"{ONE}/dispute", HERS, {"reason": NOT_OURS})
    await ok(local, "POST", f"{PARTNER}/request-end", HERS, {"reason": TOO_DEAR})
    invited = f"{API}/invitations/{invitation_id(9)}"
    other = user(OTHER_DIRECT, "GlobalAdmin")
    assert (await local.call("PUT", invited, other, {"delegatedAdmin": True})).status == 201
    unchanged = (await ok(local, "GET", f"{invited}/impact", HERS))["unchanged"]
    assert await ok(local, "GET", ONE, HERS) in unchanged["subscriptions"]
    assert unchanged["relationships"] == [await ok(local, "GET", PARTNER, HERS)]


async def test_an_erasure_takes_it_and_no_record_with_it(local: LocalApp):
    before = await ok(local, "POST", f"{ONE}/dispute", HERS, {"reason": NOT_OURS})
    wish = await ok(local, "POST", f"{PARTNER}/request-end", HERS, {"reason": TOO_DEAR})
    await ok(local, "POST", f"{API}/personal-data/erase", HERS)
    after = await ok(local, "GET", ONE, HERS)
    assert after == {**before, "disputeReason": None, "etag": after["etag"]}
    asked = await ok(local, "GET", PARTNER, HERS)
    assert asked == {**wish, "endRequestReason": None, "etag": asked["etag"]}
    assert after["etag"] != before["etag"]


@pytest.mark.parametrize("reason", ["", "x" * 501, "turned \u202e round", 7])
async def test_what_is_no_reason_is_refused(local: LocalApp, reason: object):
    for path, who in ((f"{ONE}/dispute", HERS), (f"{PARTNER}/request-end", HERS)):
        refused = await local.call("POST", path, who, {"reason": reason})
        assert refused.status == 400
        assert [each["target"] for each in refused.body["error"]["details"]] == ["reason"]
