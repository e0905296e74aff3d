"""A partner that may not invite a customer: blocked on a page of its relationship, unblocked."""

import pytest

from tests.cast.ids import AGENCY, OTHER_DIRECT, STRANGER
from tests.pages.acting import confirmed, entries
from tests.running.app import LocalApp, admin
from tests.running.visitors import Visitor

LIST = "/relationships"
PARTNER = f"{LIST}/{OTHER_DIRECT}"
BLOCK, UNBLOCK = f"{PARTNER}/block", f"{PARTNER}/unblock"
API = f"/api/customers/{AGENCY}"


@pytest.fixture
def visitor(served: LocalApp) -> Visitor:
    return Visitor(served, admin(AGENCY))


async def test_a_partner_is_blocked_and_unblocked(served: LocalApp, visitor: Visitor):
    done = await confirmed(visitor, BLOCK)
    assert (done.status, done.headers["Location"]) == (303, PARTNER)
    page = await visitor.get(PARTNER)
    assert "Since 2026-11-01 08:00 UTC it cannot invite your organization." in page.words
    assert BLOCK not in page.html
    assert "Blocked" in (await visitor.get(LIST)).words
    assert (await visitor.get(BLOCK)).steps == []
    opened = await visitor.get(UNBLOCK)
    assert "it may invite your organization again at once" in opened.words
    sent = {**opened.fields, "step": "confirm"}
    ends = [await visitor.post(UNBLOCK, sent) for _ in range(2)]
    assert [(each.status, each.headers.get("Location")) for each in ends] == [(303, LIST)] * 2
    assert (await visitor.get(UNBLOCK)).status == 404
    block = f"{API}/blocked-partners/{OTHER_DIRECT}"
    assert (await served.call("GET", block, admin(AGENCY))).status == 404


async def test_a_block_is_recorded_once_however_often_it_is_sent(
    served: LocalApp, visitor: Visitor
):
    before = await entries(served)
    sent = {**(await visitor.get(BLOCK)).fields, "step": "confirm"}
    assert [(await visitor.post(BLOCK, sent)).status for _ in range(2)] == [303, 303]
    assert await entries(served) == before + 1


async def test_one_that_is_blocked_without_a_relationship_is_shown(visitor: Visitor):
    page = await visitor.get(LIST)
    assert "Blocked without a relationship" in page.words
    assert f'href="{LIST}/{STRANGER}/unblock"' in page.html
    done = await confirmed(visitor, f"{LIST}/{STRANGER}/unblock")
    assert (done.status, done.headers["Location"]) == (303, LIST)
    assert "Blocked without a relationship" not in (await visitor.get(LIST)).words
