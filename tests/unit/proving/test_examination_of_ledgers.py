"""Examining a tenant's ledger: what is broken is told, and what follows from it is not."""

from dataclasses import replace

import pytest

from shared.model.events import Event, EventType
from shared.model.ledger import Entry
from shared.model.state import RowKind
from shared.proving.history import Leaf
from shared.proving.problems import entry_place, row_place
from tests.cast.ids import AGENCY, BUREAU, DIRECT, OTHER_DIRECT, subscription_id
from tests.cast.resources import event, invitation, relationship, subscription
from tests.unit.proving.examined import SOLD, Stored, rewritten, stored, story

# --- the chain -------------------------------------------------------------------------------


@pytest.mark.parametrize("sequence", range(1, 5))
def test_a_deleted_entry_is_one_problem(sequence: int):
    tenant = story()
    del tenant.entries[sequence]
    assert tenant.found(tenant.leaf()) == {("chain-broken", entry_place(sequence))}


def test_several_deleted_entries_are_one_gap():
    tenant = story()
    del tenant.entries[2], tenant.entries[3]
    assert tenant.found() == {("chain-broken", entry_place(2))}
    assert tenant.examined().problems[0].detail == {
        "break": "gap",
        "detail": "entry 4 follows 1",
        "expected": 2,
        "found": 4,
    }


def test_two_spoiled_entries_are_two_problems():
    tenant = story()
    for sequence in (2, 4):
        document = tenant.entries[sequence].document | {"command": "invite"}
        tenant.entries[sequence] = Entry(document)
    assert tenant.found() == {("chain-broken", entry_place(one)) for one in (2, 4)}


def test_the_last_entry_deleted_is_seen_at_the_head():
    tenant = story()
    leaf = Leaf(AGENCY, 4, tenant.entries[4].hash)
    del tenant.entries[5]
    assert tenant.found(leaf) == {("chain-broken", "head")}


@pytest.mark.parametrize("sequence", range(1, 6))
def test_an_entry_rewritten_with_its_hash_is_seen_at_the_next(sequence: int):
    tenant = story()
    leaf = Leaf(AGENCY, sequence, tenant.entries[sequence].hash)
    tenant.entries[sequence] = rewritten(tenant.entries[sequence], commandId="other")
    place = "head" if sequence == 5 else entry_place(sequence + 1)
    assert tenant.found() == {("chain-broken", place)}
    assert tenant.found(leaf) == {("chain-broken", place), ("rolled-back", entry_place(sequence))}


def test_what_an_entry_was_rewritten_to_say_is_not_told_again_as_state():
    tenant = story()
    more = [event(subscription(2, quantity=1000)).as_json()]
    tenant.entries[4] = rewritten(tenant.entries[4], events=more)
    assert tenant.found() == {("chain-broken", entry_place(5))}


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"tenantId": BUREAU}, "foreign"),
        ({"sequence": 4}, "misplaced"),
        ({"at": "2026-11-01T00:00:00.000000Z"}, "time"),
        ({"schema": "1"}, "schema"),
    ],
)
def test_an_entry_that_is_wrong_in_itself_is_told(changes: dict[str, object], kind: str):
    tenant = story()
    tenant.entries[5] = rewritten(tenant.entries[5], **changes)
    tenant.head = replace(tenant.head, hash=tenant.entries[5].hash)
    assert tenant.found() == {("chain-broken", entry_place(5))}
    assert tenant.examined().problems[0].detail["break"] == kind


def test_what_a_broken_entry_does_not_explain_is_told_beside_it():
    tenant = story()
    del tenant.entries[2]
    row, sequence = tenant.rows[SOLD]
    tenant.rows[SOLD] = (row.but(quantity=1), sequence)
    tenant.rows.pop((RowKind.SUBSCRIPTION, subscription_id(2)))
    assert tenant.found() == {
        ("chain-broken", entry_place(2)),
        ("state-diverged", row_place(SOLD)),
        ("state-diverged", row_place((RowKind.SUBSCRIPTION, subscription_id(2)))),
    }


# --- interference ----------------------------------------------------------------------------

THEFT = Event(EventType.SUBSCRIPTION_UPDATED, subscription(partner_id=OTHER_DIRECT))


@pytest.mark.parametrize(
    ("command", "happened", "promise"),
    [
        ("update-subscription", THEFT, "NIF-2"),
        ("update-subscription", event(subscription(partner_of_record="3001")), "NIF-4"),
        ("invite", event(subscription(quantity=1)), "NIF-3"),
        ("invite", event(relationship(OTHER_DIRECT)), "NIF-5"),
        ("revoke-delegated-admin", event(relationship(OTHER_DIRECT)), "NIF-5"),
        ("never-heard-of", event(subscription(7)), "NIF-1"),
        ("dispute-subscription", event(subscription(7)), "NIF-1"),
        ("cancel-invitation", event(invitation(7)), "NIF-5"),
        ("accept-invitation", event(relationship(OTHER_DIRECT)), "NIF-5"),
        ("accept-link", event(relationship(OTHER_DIRECT)), "NIF-5"),
    ],
)
def test_a_consistent_ledger_that_breaks_a_promise_is_told(
    command: str, happened: Event, promise: str
):
    before = story()
    entries = [entry for _, entry in sorted(before.entries.items())]
    commits = [(entry.command, entry.events()) for entry in entries]
    tenant = stored(*commits, (command, [happened]))
    assert tenant.found() == {("interference", entry_place(6))}
    detail = tenant.examined().problems[0].detail
    assert detail["violation"].startswith(promise)
    assert (detail["command"], detail["commandId"]) == (command, "5")
    assert detail["actor"] == {"tenantId": DIRECT, "role": "G"}
    assert tenant.examined().whole, "the state is what the ledger says, however it came to be"


# --- checkpoints -----------------------------------------------------------------------------


def test_a_consistent_cut_is_seen_against_the_checkpoint_alone():
    whole, tenant = story(), story()
    for sequence in (4, 5):
        del tenant.entries[sequence]
    cut = stored(*[(one.command, one.events()) for one in tenant.entries.values()])
    cut.entries = tenant.entries
    cut.head = replace(cut.head, hash=tenant.entries[3].hash)
    assert cut.found() == set()
    assert cut.found(whole.leaf()) == {("rolled-back", entry_place(5))}
    assert cut.examined(whole.leaf()).leaf == whole.leaf(), (
        "it stays open until somebody settles it"
    )
    assert cut.examined(whole.leaf()).problems[0].detail == {
        "expected": {"tenant_id": AGENCY, "sequence": 5, "hash": whole.leaf().hash}
    }
    careless = replace(cut, rows=whole.rows, served=5)
    assert careless.found(whole.leaf()) == {("rolled-back", entry_place(5))}


def test_a_tenant_that_is_gone_is_seen_against_the_checkpoint():
    assert Stored().found(story().leaf()) == {("rolled-back", entry_place(5))}


def test_a_longer_ledger_still_holds_the_checkpoints_entry():
    tenant = story()
    assert tenant.found(Leaf(AGENCY, 3, tenant.entries[3].hash)) == set()
    assert tenant.found(Leaf(AGENCY, 3, tenant.entries[4].hash)) == {
        ("rolled-back", entry_place(3))
    }
