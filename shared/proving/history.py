"""A tenant's ledger, entry by entry: whether it is whole, and the state that it leads to.

Where an entry is missing, altered or unreadable, that is the finding. What follows from it is not
reported again: `explains` says which rows the ledger can no longer speak about.
"""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from shared.canonical import JsonObject
from shared.deciding.evolve import evolve, stamp
from shared.deciding.guard import NonInterferenceError
from shared.model.base import Who
from shared.model.events import Event
from shared.model.ledger import SCHEMA, Break, Chain, Entry
from shared.model.state import Head, RowKey, Tenant
from shared.proving.problems import HEAD_PLACE, Problem, ProblemKind, Problems, entry_place
from shared.proving.recheck import recheck, touched

PROJECTION_DELAY: Final = timedelta(minutes=5)
"""Followers that are further behind than this are reported."""

_HASH: Final = re.compile("[0-9a-f]{64}")
_FOREVER: Final = 10**12
"""Above every sequence: its key has twelve digits."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A tenant in a checkpoint: its last entry then."""

    tenant_id: str
    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A commitment to personal data, and the sequence of the entry that it stands in."""

    commitment: str
    sequence: int


class Told(NamedTuple):
    """An event's place: the sequence of its ledger entry, and from 1 its position there."""

    sequence: int
    position: int


class History:
    """Fed with the entries of one tenant in the order of their keys; keeps its state, not them."""

    def __init__(self, tenant_id: str, now: datetime, leaf: Leaf | None = None) -> None:
        """`now` is no later than the first read; `leaf` is what the last checkpoint holds."""
        self.tenant = Tenant(Head(tenant_id))
        self.written: dict[RowKey, int] = {}
        """The sequence by which each row of the replayed state was last changed."""
        self.kept: dict[str, Kept] = {}
        """By their ids, the personal data that were kept and not erased."""
        self.told: dict[str, Told] = {}
        """By partner, the last event that went to its feed."""
        self.due = 0
        """The last sequence that followers should have been served by now."""
        self.whole = True
        """Whether the state is what the ledger leads to, without any doubt."""
        self._problems = Problems(tenant_id)
        self._last: Leaf | None = None
        self._expected = leaf
        self._rolled_back = leaf is not None
        self._chain = Chain(tenant_id)
        self._lost: list[range] = []
        self._old = now - PROJECTION_DELAY

    @property
    def sequence(self) -> int:
        """The last entry's."""
        return self._chain.sequence

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the ledger."""
        return self._problems.told()

    @property
    def leaf(self) -> Leaf | None:
        """What the next checkpoint holds of this tenant.

        An entry that was not found again stays expected, so that the finding stays open.
        """
        return self._expected if self._rolled_back else self._last or self._expected

    def explains(self, written: int, sequence: int) -> bool:
        """Whether a row that names this `sequence` may be as it is because of a broken entry.

        `written` is the last sequence known to have changed it, 0 for none.
        """
        return written <= sequence and any(sequence in lost for lost in self._lost)

    def entry(self, sequence: int, entry: Entry) -> None:
        """The next entry, and the sequence in its key."""
        breaks = list(self._chain.breaks(entry, sequence))
        if not breaks and entry.document["schema"] != SCHEMA:
            detail = "this version does not know the entry's schema"
            breaks = [Break(sequence, "schema", detail, SCHEMA, entry.document["schema"])]
        for found in breaks:
            first = found.sequence - 1 if found.kind == "link-mismatch" else found.sequence
            self._lose(range(first, sequence + 1))
            self._report(ProblemKind.CHAIN_BROKEN, entry_place(found.sequence), _explained(found))
        self._pass(sequence, self._chain.behind(entry, sequence), entry.hash)
        if _HASH.fullmatch(entry.hash):  # else no checkpoint could hold it
            self._last = Leaf(self.tenant.id, sequence, entry.hash)
        try:
            self._replay(sequence, entry)
        except ValueError as error:
            if not breaks:
                self._unreadable(sequence, type(error).__name__)

    def unreadable(self, sequence: int, reason: str) -> None:
        """An entry is there and does not decode, so its place is no gap."""
        self._pass(sequence, self._chain.unreadable(sequence), None)
        self._unreadable(sequence, reason)

    def close(self) -> None:
        """There are no more entries."""
        if self._rolled_back and self._expected:
            self._lose(range(self.sequence + 1, _FOREVER))
            detail: JsonObject = {"expected": asdict(self._expected)}
            place = entry_place(self._expected.sequence)
            self._report(ProblemKind.ROLLED_BACK, place, detail)

    def conclude(self, head: Head | None) -> None:
        """Behind `close`: the head, or None when there is none."""
        found = self._chain.ends_elsewhere(head or Head(self.tenant.id))
        if found is None:
            return
        # Entries behind the head are there and speak for themselves; missing ones cannot.
        self._lose(range(found.sequence, (head.sequence if head else 0) + 1))
        self._report(ProblemKind.CHAIN_BROKEN, HEAD_PLACE, _explained(found))

    def _pass(self, sequence: int, chain: Chain, found: str | None) -> None:
        self._chain = chain
        if chain.at and chain.at <= self._old:
            self.due = sequence
        if self._expected and sequence == self._expected.sequence:
            self._rolled_back = found not in {None, self._expected.hash}

    def _replay(self, sequence: int, entry: Entry) -> None:
        events, details = entry.events(), entry.details()
        before, (after, told) = self.tenant, _evolved(self.tenant, events)
        after = stamp(after, entry)
        if self.whole:
            self._recheck(before, after, entry, events)
        self.tenant = after
        self.told |= {partner_id: Told(sequence, place) for partner_id, place in told.items()}
        for details_id, commitment in details.items():
            self.kept.pop(details_id, None)
            if commitment is not None:
                self.kept[details_id] = Kept(commitment, sequence)
        for key in touched(events):
            if not self.whole or before.rows.get(key) != after.rows[key]:
                self.written[key] = sequence

    def _recheck(
        self, before: Tenant, after: Tenant, entry: Entry, events: Sequence[Event]
    ) -> None:
        try:
            recheck(before, after, entry, events)
        except NonInterferenceError as error:
            detail: JsonObject = {
                "violation": str(error),
                "command": entry.command,
                "commandId": entry.command_id,
                "actor": Who.of(entry.actor).model_dump(mode="json"),
            }
            self._report(ProblemKind.INTERFERENCE, entry_place(entry.sequence), detail)

    def _unreadable(self, sequence: int, reason: str) -> None:
        self._lose(range(sequence, sequence + 1))
        self._report(ProblemKind.UNDECODABLE_ROW, entry_place(sequence), {"reason": reason})

    def _lose(self, sequences: range) -> None:
        self.whole = False
        self._lost.append(sequences)

    def _report(self, kind: ProblemKind, place: str, detail: JsonObject) -> None:
        self._problems.add(kind, place, detail)


def _evolved(tenant: Tenant, events: Sequence[Event]) -> tuple[Tenant, dict[str, int]]:
    """The state after `events`, and by partner which of them, from 1, was the last for its feed."""
    told: dict[str, int] = {}
    for position, event in enumerate(events, 1):
        before, tenant = tenant.head, evolve(tenant, event)
        for partner_id, known in tenant.head.related.items():
            was = before.of(partner_id)
            if known is not was and known.feed > was.feed:
                told[partner_id] = position
    return tenant, told


def _explained(found: Break) -> JsonObject:
    detail: JsonObject = {"break": found.kind, "detail": found.detail}
    return detail | {"expected": found.expected, "found": found.found}
