"""Why something is disputed, annulled or to end: asked for, reviewed, shown to who may read it."""

from typing import Any

import pytest

from tests.cast.ids import AGENCY, OTHER_DIRECT, subscription_id
from tests.pages.acting import confirmed
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin
from tests.running.visitors import Visitor

ONE, PARTNER = f"/subscriptions/{subscription_id(1)}", f"/relationships/{OTHER_DIRECT}"
DISPUTE, END = f"{ONE}/dispute", f"{PARTNER}/request-end"
API = f"/api/customers/{AGENCY}"


@pytest.fixture
def visitor(served: LocalApp) -> Visitor:
    return Visitor(served, admin(AGENCY))


async def recorded(local: LocalApp, path: str) -> dict[str, Any]:
    answer = await local.call("GET", f"{API}{path}", admin(AGENCY))
    assert answer.status == 200
    return answer.body


async def test_the_reason_of_a_dispute_is_reviewed_kept_and_shown(
    served: LocalApp, visitor: Visitor
):
    typed = {**(await visitor.get(DISPUTE)).fields, "reason": "Nobody here\r\nordered that"}
    review = await visitor.post(DISPUTE, {**typed, "step": "review"})
    assert (review.status, review.steps) == (200, ["confirm", "preview"])
    assert "Nobody here ordered that" in review.words
    changed = await visitor.post(DISPUTE, {**review.fields, "step": "preview"})
    assert (changed.status, changed.steps) == (200, ["review"])
    assert "Nobody here ordered that" in changed.words
    assert "Nothing stands against it" not in changed.words
    done = await visitor.post(DISPUTE, {**review.fields, "step": "confirm"})
    assert done.status == 303
    assert (await recorded(served, ONE))["disputeReason"] == "Nobody here\nordered that"
    assert "Reason: Nobody here ordered that" in (await visitor.get(ONE)).words
    annulled = {"reason": "No <i>order</i>"}
    path = f"{API}{ONE}/annul"
    assert (await served.call("POST", path, OPERATOR_CLAIMS, annulled)).status == 200
    page = await visitor.get(ONE)
    assert "Its history stays on record. Reason: No <i>order</i>" in page.words
    assert "<i>" not in page.html


async def test_a_late_form_keeps_its_reason_to_be_copied(served: LocalApp, visitor: Visitor):
    sent = {**(await visitor.get(DISPUTE)).fields, "reason": "typed for long", "step": "confirm"}
    served.clock.pass_by(seconds=1200)
    late = await visitor.post(DISPUTE, sent)
    assert (late.status, late.steps) == (403, [])
    assert "typed for long" in late.words


async def test_a_reason_that_is_too_long_is_said_at_its_field(visitor: Visitor):
    sent = {**(await visitor.get(DISPUTE)).fields, "reason": "x" * 501, "step": "confirm"}
    refused = await visitor.post(DISPUTE, sent)
    assert refused.status == 400
    assert '<a href="#reason">' in refused.html


async def test_why_the_end_is_asked_for_is_kept_and_shown(served: LocalApp, visitor: Visitor):
    done = await confirmed(visitor, END, reason="We buy <b>elsewhere</b> now")
    assert (done.status, done.headers["Location"]) == (303, PARTNER)
    assert (await recorded(served, PARTNER))["endRequestReason"] == "We buy <b>elsewhere</b> now"
    for address in (PARTNER, END):
        page = await visitor.get(address)
        assert "Reason: We buy <b>elsewhere</b> now" in page.words
        assert "<b>" not in page.html
