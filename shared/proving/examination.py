"""Whether a tenant's stored state is what its ledger says: one tenant, streamed, in key order.

    details|…        kept: what they come to, until the ledger has said what that must be
    entry|…          replayed by the `evolve` that commands use; the chain checked, the guard again
    head             every field compared, the chain concluded
    invitation|…     each row compared with the replayed one as it comes
    …                then what is missing

Only the tenant's state is kept, never its ledger. Comparing is generic (`differences`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import filterfalse
from typing import Final

from shared.canonical import JsonObject
from shared.clock import rfc3339
from shared.model.claims import ClaimKey, claims_of, slots_of
from shared.model.ledger import Entry
from shared.model.models import Invitation
from shared.model.state import Head, Related, Row, RowKey, Tenant, key_of
from shared.proving.differences import Difference, differences
from shared.proving.history import History, Kept, Leaf, Told
from shared.proving.problems import (
    HEAD_PLACE,
    PROJECTION_PLACE,
    Problem,
    ProblemKind,
    Problems,
    details_place,
    placed_details,
    placed_entry,
    placed_row,
    row_place,
)

_COUNTERS: Final = frozenset(
    field.alias or name for name, field in Related.model_fields.items() if field.annotation is int
)


@dataclass(frozen=True, slots=True)
class Examined:
    """The verdict on one tenant.

    `tenant` is the replayed state. `whole` says that its ledger leads there without any doubt:
    only then can it be said what must exist elsewhere. `suspect` says that a write between two
    reads would explain the problems: read the tenant alone before they are believed.
    """

    problems: tuple[Problem, ...]
    tenant: Tenant
    whole: bool
    leaf: Leaf | None
    overdue: tuple[str, ...]
    """Invitations whose expiry is not recorded yet."""
    lapsed: tuple[str, ...]
    """Partners whose delegated admin privileges ran out, which is not recorded yet."""
    told: Mapping[str, Told]
    """By partner, the last event that its feed must have."""

    @property
    def suspect(self) -> bool:
        """Whether a writer in between would explain a problem."""
        timely = {ProblemKind.INVITATION_OVERDUE, ProblemKind.PROJECTION_BEHIND}
        return any(problem.kind not in timely for problem in self.problems)

    @property
    def claims(self) -> frozenset[ClaimKey]:
        """The ids that must be claimed for this tenant."""
        return claims_of(self.tenant)

    @property
    def slots(self) -> frozenset[tuple[str, str]]:
        """The limited links (partner, id) where it must have its place."""
        return slots_of(self.tenant)


class Examination:
    """Of one tenant. Feed in the order of the row keys, then `finish`."""

    def __init__(self, tenant_id: str, now: datetime, leaf: Leaf | None = None) -> None:
        """`now` is no later than the first read; `leaf` is what the last checkpoint holds."""
        self._now = now
        self._history = History(tenant_id, now, leaf)
        self._problems = Problems(tenant_id)
        self._closed = False
        self._seen: set[RowKey] = set()
        self._details: dict[str, Kept | None] = {}
        """None for those that do not decode."""
        self._served = 0

    def details(self, details_id: str, commitment: str, sequence: int) -> None:
        """What personal data come to, before all entries, and the sequence that they name."""
        self._details[details_id] = Kept(commitment, sequence)

    def entry(self, sequence: int, entry: Entry) -> None:
        """A ledger entry, and the sequence in its key."""
        self._history.entry(sequence, entry)

    def head(self, head: Head) -> None:
        """The head, behind all entries."""
        self._close(head)
        if not self._history.whole:
            return
        found = list(differences(self._history.tenant.head, head))
        self._differ(ProblemKind.COUNTER_WRONG, HEAD_PLACE, filter(_counts, found))
        self._differ(ProblemKind.STATE_DIVERGED, HEAD_PLACE, filterfalse(_counts, found))

    def expected(self, place: str) -> Head | Row | None:
        """What the ledger says must lie at this row key, behind all entries."""
        tenant = self._history.tenant
        if place == HEAD_PLACE:
            return tenant.head
        key = placed_row(place)
        return tenant.rows.get(key) if key else None

    def row(self, key: RowKey, row: Row, sequence: int) -> None:
        """A row, behind the head, and the sequence that it names."""
        self._close(None)
        history = self._history
        self._seen.add(key)
        if history.explains(history.written.get(key, 0), sequence):
            return
        replayed = history.tenant.rows.get(key)
        if replayed is None:
            found = [Difference(("row",), None, row)]
        else:
            found = list(differences(replayed, row))
            # Behind a break it cannot be told which entry changed the row and which only named it.
            written = history.written[key] if history.whole else sequence
            if written != sequence:
                found.append(Difference(("sequence",), written, sequence))
        self._differ(ProblemKind.STATE_DIVERGED, row_place(key), found)

    def projection(self, served: int) -> None:
        """How far followers were served."""
        self._served = served

    def undecodable(self, place: str, reason: str) -> None:
        """A row of any kind that does not decode; `place` is its row key."""
        if (sequence := placed_entry(place)) is not None:
            self._history.unreadable(sequence, reason)
            return
        if place == HEAD_PLACE:
            self._closed = True
            self._history.close()
        if key := placed_row(place):
            self._seen.add(key)
        if (details_id := placed_details(place)) != place:
            self._details[details_id] = None
        self._report(ProblemKind.UNDECODABLE_ROW, place, {"reason": reason})

    def finish(self) -> Examined:
        """Nothing more of this tenant is stored."""
        self._close(None)
        history = self._history
        overdue = tuple(self._overdue()) if history.whole else ()
        lapsed = tuple(self._lapsed()) if history.whole else ()
        self._report_missing()
        self._report_details()
        if history.whole:
            self._report_projection()
        for invitation in overdue:
            detail: JsonObject = {"expiresAt": rfc3339(invitation.expires_at)}
            place = row_place(key_of(invitation))
            self._report(ProblemKind.INVITATION_OVERDUE, place, detail)
        return Examined(
            problems=(*history.problems, *self._problems.told()),
            tenant=history.tenant,
            whole=history.whole,
            leaf=history.leaf,
            overdue=tuple(invitation.id for invitation in overdue),
            lapsed=lapsed,
            told=history.told,
        )

    def _close(self, head: Head | None) -> None:
        """The first thing behind the entries; without a head, the ledger must be empty."""
        if not self._closed:
            self._closed = True
            self._history.close()
            self._history.conclude(head)

    def _report_missing(self) -> None:
        history = self._history
        for key, row in sorted(history.tenant.rows.items()):
            written = history.written[key]
            if key not in self._seen and not history.explains(written, written):
                self._differ_as_rows(row_place(key), row, None)

    def _report_details(self) -> None:
        """Names commitments only: nothing of what a person said, nor of whom."""
        history = self._history
        for details_id, stored in self._details.items():
            expected = history.kept.get(details_id)
            if stored is None or history.explains(
                expected.sequence if expected else 0, stored.sequence
            ):
                continue
            self._differ_as_rows(details_place(details_id), expected, stored)
        for details_id, expected in history.kept.items():
            # Behind a break it cannot be told whether a lost entry erased them.
            if details_id not in self._details and history.whole:
                self._differ_as_rows(details_place(details_id), expected, None)

    def _differ_as_rows(self, place: str, expected: object, stored: object) -> None:
        """One of them may not be there."""
        whole = [Difference(("row",), expected, stored)]
        both = expected is not None and stored is not None
        found = differences(expected, stored) if both else whole
        self._differ(ProblemKind.STATE_DIVERGED, place, found)

    def _report_projection(self) -> None:
        history = self._history
        detail: JsonObject = {"served": self._served, "head": history.sequence}
        if self._served > history.sequence:
            self._report(ProblemKind.COUNTER_WRONG, PROJECTION_PLACE, detail)
        elif self._served < history.due:
            detail["due"] = history.due
            self._report(ProblemKind.PROJECTION_BEHIND, PROJECTION_PLACE, detail)

    def _overdue(self) -> Iterator[Invitation]:
        for row in self._history.tenant.rows.values():
            if isinstance(row, Invitation) and row.status_at(self._now) is not row.status:
                yield row

    def _lapsed(self) -> Iterator[str]:
        for partner_id, related in self._history.tenant.head.related.items():
            held = related.relationship
            if held and held.delegated_admin_at(self._now) is not held.delegated_admin:
                yield partner_id

    def _differ(self, kind: ProblemKind, place: str, found: Iterable[Difference]) -> None:
        if fields := [difference.as_json() for difference in found]:
            self._report(kind, place, {"fields": fields})

    def _report(self, kind: ProblemKind, place: str, detail: JsonObject) -> None:
        self._problems.add(kind, place, detail)


def _counts(difference: Difference) -> bool:
    """Whether it is a counter of what happened with one partner."""
    match difference.path:
        case ("related", _, name):
            return name in _COUNTERS
        case _:
            return False
