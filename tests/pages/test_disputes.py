"""Disputes: what both sides say, and the operator's annulment."""

from typing import Any

import pytest

from tests.cast.ids import BUREAU, DIRECT, OTHER_DIRECT, subscription_id
from tests.pages.acting import confirmed
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin, user
from tests.running.visitors import Visitor

LIST = "/operations/disputes"
ONE = f"{LIST}/{BUREAU}/{subscription_id(2)}"
API = f"/api/customers/{BUREAU}/subscriptions/{subscription_id(2)}"


@pytest.fixture
def visitor(operated: LocalApp) -> Visitor:
    return Visitor(operated, OPERATOR_CLAIMS)


async def subscription(local: LocalApp) -> dict[str, Any]:
    answer = await local.call("GET", API, admin(BUREAU))
    assert answer.status == 200
    return answer.body


async def test_both_sides_and_their_reasons(visitor: Visitor):
    listed = await visitor.get(LIST)
    for page in (listed, await visitor.get(ONE), await visitor.get(f"{ONE}/annul")):
        for said in ("Nobody <b>here</b> ordered it", "Partner 1002", "Mail <of> ours"):
            assert said in page.words
        assert "<b>" not in page.html
    assert f'href="{ONE}"' in listed.html
    one = await visitor.get(ONE)
    for said in (BUREAU, "MPN ID 1002", "25 licenses", "2026-11-01 08:00 UTC"):
        assert said in one.words
    for address in (
        f"/activity?customerId={BUREAU}&amp;subscriptionId={subscription_id(2)}",
        f"/activity?customerId={BUREAU}&amp;partnerId={OTHER_DIRECT}",
        f"/operations/partners/{OTHER_DIRECT}",
        f"{ONE}/annul",
    ):
        assert f'href="{address}"' in one.html


async def test_it_is_annulled_with_a_review(operated: LocalApp, visitor: Visitor):
    review = await visitor.post(
        f"{ONE}/annul",
        {**(await visitor.get(f"{ONE}/annul")).fields, "reason": "No order", "step": "review"},
    )
    assert (review.status, review.steps) == (200, ["confirm", "preview"])
    assert (await subscription(operated))["status"] == "active"
    done = await visitor.post(f"{ONE}/annul", {**review.fields, "step": "confirm"})
    assert (done.status, done.headers["Location"]) == (303, ONE)
    assert (await subscription(operated))["status"] == "annulled"
    assert (await subscription(operated))["annulmentReason"] == "No order"
    page = await visitor.get(ONE)
    assert "Annulled by the operator" in page.words
    assert "Reason: No order" in page.words
    assert f"{ONE}/annul" not in page.html
    assert (await visitor.get(f"{ONE}/annul")).steps == []
    await operated.follow()
    assert "No dispute is open." in (await visitor.get(LIST)).words
    assert f'href="{ONE}"' in (await visitor.get(f"{LIST}?status=annulled")).html


async def test_what_changed_meanwhile_is_not_annulled(operated: LocalApp, visitor: Visitor):
    """The customer says more: who annuls reads it first."""
    fields = {**(await visitor.get(f"{ONE}/annul")).fields, "step": "confirm"}
    more = {"reason": "We found the order"}
    assert (await operated.call("POST", f"{API}/dispute", admin(BUREAU), more)).status == 200
    late = await visitor.post(f"{ONE}/annul", fields)
    assert late.status == 409
    assert "This changed since you opened it" in late.words
    assert "We found the order" in late.words
    assert (await subscription(operated))["status"] == "active"


async def test_sent_twice_it_has_one_effect(visitor: Visitor):
    fields = {**(await visitor.get(f"{ONE}/annul")).fields, "step": "confirm"}
    assert [(await visitor.post(f"{ONE}/annul", fields)).status for _ in range(2)] == [303, 303]


async def test_nobody_else_reads_it(operated: LocalApp):
    for claims in (admin(BUREAU), user(OTHER_DIRECT, "GlobalAdmin"), user(DIRECT, "GlobalAdmin")):
        for address in (LIST, ONE, f"{ONE}/annul"):
            assert (await Visitor(operated, claims).get(address)).status == 403


async def test_what_is_not_disputed_is_not_here(visitor: Visitor):
    assert (await visitor.get(f"{LIST}/{BUREAU}/{subscription_id(9)}")).status == 404
    assert (await visitor.get(f"{LIST}?status=lost")).status == 400


async def test_in_korean(operated: LocalApp):
    visitor = Visitor(operated, OPERATOR_CLAIMS, {"accept-language": "ko"})
    for address in (LIST, ONE, f"{ONE}/annul"):
        page = await visitor.get(address)
        assert "이의 제기" in page.words
        assert await confirmed(visitor, f"{ONE}/annul") if address == f"{ONE}/annul" else True
        for english in ("Dispute", "Annul", "customer", "Sold"):
            assert english not in page.words, (address, english)
