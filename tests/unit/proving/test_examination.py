"""Examining a tenant as it is streamed: head and rows against the replayed ledger."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.clock import rfc3339
from shared.model.claims import ClaimKey, ClaimKind
from shared.model.models import SubscriptionStatus
from shared.model.state import Head, RowKind
from shared.proving.examination import Examination
from shared.proving.history import Leaf
from shared.proving.problems import ProblemKind, Severity, entry_place, row_place
from tests.cast.ids import (
    AGENCY,
    AT,
    BUREAU,
    DAY,
    DIRECT,
    OTHER_DIRECT,
    invitation_id,
    subscription_id,
)
from tests.cast.resources import block, event, invitation, relationship, subscription
from tests.unit.proving.examined import NOW, SOLD, Stored, rewritten, stored, story


def test_a_tenant_as_it_was_written_has_no_problem():
    examined = story().examined()
    assert examined.problems == ()
    assert (examined.whole, examined.suspect) == (True, False)
    assert examined.leaf == story().leaf()
    assert examined.claims == {
        ClaimKey(ClaimKind.SUBSCRIPTION, subscription_id(number)) for number in (1, 2)
    }
    assert story().found(story().leaf()) == set()


def test_a_tenant_of_which_nothing_is_stored_has_no_problem():
    assert Stored().examined().problems == ()
    assert Stored(head=Head(AGENCY)).examined().leaf is None


# --- rows ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field_name"),
    [
        ({"partner_of_record": "3001"}, "partnerOfRecord"),
        ({"quantity": 31}, "quantity"),
        ({"status": SubscriptionStatus.DELETED}, "status"),
        ({"term": subscription().term.but(ends_at=AT + 900 * DAY)}, "term.endsAt"),
    ],
)
def test_a_changed_field_is_told_with_both_values(changes: dict[str, object], field_name: str):
    tenant = story()
    row, sequence = tenant.rows[SOLD]
    tenant.rows[SOLD] = (row.but(**changes), sequence)
    assert tenant.found() == {("state-diverged", row_place(SOLD))}
    [problem] = tenant.examined().problems
    [told] = problem.detail["fields"]
    was, now = (one.model_dump(mode="json") for one in (row, tenant.rows[SOLD][0]))
    for name in field_name.split("."):
        was, now = was[name], now[name]
    assert told == {"field": field_name, "expected": was, "stored": now}
    assert (problem.kind.severity, tenant.examined().suspect) == (Severity.CRITICAL, True)
    assert tenant.examined().claims == story().examined().claims


def test_a_row_that_names_another_entry_is_told():
    tenant = story()
    tenant.rows[SOLD] = (tenant.rows[SOLD][0], 3)
    [problem] = tenant.examined().problems
    assert problem.detail == {"fields": [{"field": "sequence", "expected": 5, "stored": 3}]}


def test_a_row_under_another_rows_key_is_told():
    tenant = story()
    other = (RowKind.SUBSCRIPTION, subscription_id(2))
    tenant.rows[SOLD], tenant.rows[other] = tenant.rows[other], tenant.rows[SOLD]
    assert tenant.found() == {
        ("state-diverged", row_place(SOLD)),
        ("state-diverged", row_place(other)),
    }


def test_a_subscription_moved_to_another_customer_is_told_at_both():
    here, there = story(), Stored(BUREAU, head=Head(BUREAU))
    there.rows[SOLD] = here.rows.pop(SOLD)
    for tenant in (here, there):
        assert tenant.found() == {("state-diverged", row_place(SOLD))}
    [missing] = here.examined().problems[0].detail["fields"]
    [extra] = there.examined().problems[0].detail["fields"]
    assert missing["stored"] is extra["expected"] is None
    assert missing["expected"] == extra["stored"] == there.rows[SOLD][0].model_dump(mode="json")


def test_rows_without_a_head_are_unknown_to_the_ledger():
    tenant = Stored(rows=dict([next(iter(story().rows.items()))]))
    assert tenant.found() == {("state-diverged", row_place((RowKind.INVITATION, invitation_id())))}


# --- the head --------------------------------------------------------------------------------


def with_related(tenant: Stored, **changes: object) -> Stored:
    related = {**tenant.head.related, DIRECT: tenant.head.of(DIRECT).but(**changes)}
    tenant.head = replace(tenant.head, related=related)
    return tenant


@pytest.mark.parametrize("counter", ["blocking", "feed", "removals", "subscriptions"])
def test_a_wrong_counter_is_told_as_such(counter: str):
    tenant = story()
    right = getattr(tenant.head.of(DIRECT), counter)
    with_related(tenant, **{counter: right + 1})
    [problem] = tenant.examined().problems
    assert (problem.kind, problem.kind.severity) == (ProblemKind.COUNTER_WRONG, Severity.WARNING)
    told = {"field": f"related.{DIRECT}.{counter}", "expected": right, "stored": right + 1}
    assert problem.detail == {"fields": [told]}


def test_a_counter_and_another_field_are_two_problems():
    tenant = with_related(story(), blocking=7, blocked=block())
    assert tenant.found() == {("counter-wrong", "head"), ("state-diverged", "head")}


def test_every_field_of_the_head_is_compared():
    tenant = story()
    tenant.head = replace(tenant.head, agreement=None, at=AT)
    [problem] = tenant.examined().problems
    told = {one["field"]: one["stored"] for one in problem.detail["fields"]}
    assert told == {"agreement": None, "at": rfc3339(AT)}


def test_a_partner_that_the_ledger_does_not_know_is_told():
    tenant = story()
    related = {**tenant.head.related, OTHER_DIRECT: tenant.head.of(DIRECT)}
    tenant.head = replace(tenant.head, related=related)
    [problem] = tenant.examined().problems
    assert problem.kind is ProblemKind.STATE_DIVERGED
    assert [one["field"] for one in problem.detail["fields"]] == [f"related.{OTHER_DIRECT}"]


@pytest.mark.parametrize(
    "head",
    [
        None,
        replace(story().head, hash="0" * 64),
        replace(story().head, sequence=4),
        replace(story().head, sequence=6),
    ],
)
def test_a_head_that_is_not_the_last_entrys_is_one_problem(head: Head | None):
    tenant = story()
    tenant.head = head and replace(head, agreement=None)
    assert tenant.found(tenant.leaf()) == {("chain-broken", "head")}
    assert not tenant.examined().whole


# --- what does not decode --------------------------------------------------------------------


def test_what_does_not_decode_is_one_problem_each():
    tenant = story()
    tenant.unreadable = ["head", row_place(SOLD)]
    assert tenant.found() == {("undecodable-row", "head"), ("undecodable-row", row_place(SOLD))}
    tenant.entries[5] = None
    assert tenant.found(Leaf(AGENCY, 5, "f" * 64)) == {
        ("undecodable-row", "head"),
        ("undecodable-row", row_place(SOLD)),
        ("undecodable-row", entry_place(5)),
    }


@pytest.mark.parametrize("place", ["message|x", "details|agreement", "entry|5", "nobody", "link|"])
def test_any_other_place_is_only_told(place: str):
    examination = Examination(AGENCY, NOW)
    examination.undecodable(place, "ValueError")
    [problem] = examination.finish().problems
    assert (problem.key, problem.detail) == (place, {"reason": "ValueError"})


@pytest.mark.parametrize("sequence", range(1, 6))
def test_an_entry_that_does_not_decode_explains_what_follows(sequence: int):
    tenant = story()
    tenant.entries[sequence] = None
    assert tenant.found() == {("undecodable-row", entry_place(sequence))}
    leaf = tenant.examined().leaf
    assert leaf.sequence == (4 if sequence == 5 else 5)


@pytest.mark.parametrize(
    "changes",
    [
        {"events": [{"type": "from-the-future", "data": {}}]},
        {"events": ["nothing"]},
        {"actor": {"tenantId": DIRECT}},
        {"at": "2026-11-01T12:00:00.000000"},
        {"at": "soon"},
        {"schema": 2},
    ],
)
def test_an_entry_that_this_version_cannot_replay_explains_what_follows(
    changes: dict[str, object],
):
    tenant = story()
    tenant.entries[5] = rewritten(tenant.entries[5], **changes)
    tenant.head = replace(tenant.head, hash=tenant.entries[5].hash)
    kind = "chain-broken" if changes.keys() & {"at", "schema"} else "undecodable-row"
    assert tenant.found() == {(kind, entry_place(5))}


# --- what time does --------------------------------------------------------------------------


def test_followers_far_behind_are_told():
    tenant = story()
    tenant.served = 3
    [problem] = tenant.examined().problems
    assert (problem.kind, problem.key) == (ProblemKind.PROJECTION_BEHIND, "projection")
    assert problem.detail == {"served": 3, "head": 5, "due": 5}
    assert not tenant.examined().suspect
    in_time = AT + timedelta(hours=4, minutes=4)
    assert tenant.found(now=in_time) == {("projection-behind", "projection")}, "entry 4 is older"
    tenant.served = 4
    assert tenant.found(now=in_time) == set()
    tenant.served = None
    assert tenant.found(now=AT + timedelta(minutes=4)) == set()


def test_followers_cannot_be_ahead():
    tenant = story()
    tenant.served = 6
    assert tenant.found() == {("counter-wrong", "projection")}


def test_an_invitation_past_its_time_is_told_until_that_is_recorded():
    pending = stored(("invite", [event(invitation())]))
    assert pending.found() == set()
    late = pending.examined(now=AT + 90 * DAY)
    [problem] = late.problems
    assert problem.kind is ProblemKind.INVITATION_OVERDUE
    assert problem.detail == {"expiresAt": "2027-01-29T08:00:00.000000Z"}
    assert (late.overdue, late.suspect) == ((invitation_id(),), False)
    del pending.entries[1]
    assert pending.examined(now=AT + 90 * DAY).overdue == ()


def test_privileges_past_their_time_are_named():
    until = event(relationship(delegated_admin_until=AT + DAY))
    asked = event(invitation())
    tenant = stored(("invite", [asked]), ("accept-invitation", [asked, until]))
    assert tenant.examined(now=AT + DAY - timedelta(hours=1)).lapsed == ()
    late = tenant.examined()
    assert (late.lapsed, late.problems) == ((DIRECT,), ())


def test_a_link_that_was_accepted_asks_for_its_place():
    by_link = event(invitation(link_id="linked"))
    assert stored(("accept-link", [by_link])).examined().slots == {(DIRECT, "linked")}
    assert story().examined().slots == set()
