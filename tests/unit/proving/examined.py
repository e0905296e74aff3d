"""A tenant as storage holds it, to be spoiled and examined by tests."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from shared.canonical import digest
from shared.deciding.evolve import replay
from shared.model.events import Event, EventType
from shared.model.ledger import Commission, Entry, next_entry
from shared.model.state import Head, Row, RowKey, RowKind, Tenant
from shared.proving.examination import Examination, Examined
from shared.proving.history import Leaf
from shared.proving.problems import entry_place, row_place
from tests.cast.ids import AGENCY, AT, DAY, DIRECT, actor, subscription_id
from tests.cast.resources import agreement, customer, event, invitation, relationship, subscription

SOLD = (RowKind.SUBSCRIPTION, subscription_id(1))
NOW = AT + 10 * DAY


@dataclass
class Stored:
    """What storage holds of one tenant, in a form that a test can spoil."""

    id: str = AGENCY
    entries: dict[int, Entry | None] = field(default_factory=dict)
    head: Head | None = None
    rows: dict[RowKey, tuple[Row, int]] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)
    served: int | None = None

    def examined(self, leaf: Leaf | None = None, now: datetime = NOW) -> Examined:
        examination = Examination(self.id, now, leaf)
        for sequence, entry in sorted(self.entries.items()):
            if entry:
                examination.entry(sequence, entry)
            else:
                examination.undecodable(entry_place(sequence), "ValueError")
        if "head" in self.unreadable:
            examination.undecodable("head", "KeyError")
        elif self.head:
            examination.head(self.head)
        for key, (row, sequence) in sorted(self.rows.items()):
            if row_place(key) in self.unreadable:
                examination.undecodable(row_place(key), "ValueError")
            else:
                examination.row(key, row, sequence)
        if self.served is not None:
            examination.projection(self.served)
        return examination.finish()

    def found(self, leaf: Leaf | None = None, now: datetime = NOW) -> set[tuple[str, str]]:
        problems = self.examined(leaf, now).problems
        told = {(problem.kind.value, problem.key) for problem in problems}
        assert len(told) == len(problems), "each is told once"
        return told

    def leaf(self) -> Leaf:
        last = max(self.entries)
        return Leaf(self.id, last, self.entries[last].hash)


def stored(*commits: tuple[str, Iterable[Event]], by: str = DIRECT) -> Stored:
    """A tenant to which this happened: each commit a command's name and its events."""
    made = Stored()
    tenant = Tenant(Head(AGENCY))
    for number, (command, events) in enumerate(commits):
        at = AT + timedelta(hours=number)
        commission = Commission(actor(by), str(number), command, at, "usGovernment", "1")
        entry = next_entry(tenant.head, commission, events)
        before, tenant = tenant, replay(tenant, entry)
        made.entries[entry.sequence] = entry
        for key, row in tenant.rows.items():
            if before.rows.get(key) != row:
                made.rows[key] = (row, entry.sequence)
    made.head = tenant.head
    made.served = tenant.head.sequence
    return made


def story() -> Stored:
    """Invited, accepted, sold, sold again, updated."""
    accepted = replace(event(invitation()), type=EventType.INVITATION_ACCEPTED)
    more = subscription().but(quantity=30)
    return stored(
        ("invite", [event(invitation())]),
        (
            "accept-invitation",
            [accepted, event(customer()), event(agreement()), event(relationship())],
        ),
        ("register-subscriptions", [event(subscription())]),
        ("register-subscriptions", [event(subscription(2))]),
        ("update-subscription", [Event(EventType.SUBSCRIPTION_UPDATED, more)]),
    )


def rewritten(entry: Entry, **changes: object) -> Entry:
    """The entry with other content and the hash of it."""
    document = {key: value for key, value in entry.document.items() if key != "hash"} | changes
    return Entry(document | {"hash": digest(document)})
