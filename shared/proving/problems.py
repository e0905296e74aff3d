"""What a sweep finds: its kinds, how grave each is, and the value that says which and where."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shared.canonical import JsonObject, digest
from shared.model.state import RowKey, RowKind
from shared.proving.excerpts import excerpt, excerpt_of_text


class ProblemKind(StrEnum):
    """Everything a sweep looks for."""

    CHAIN_BROKEN = "chain-broken"
    STATE_DIVERGED = "state-diverged"
    INTERFERENCE = "interference"
    ROLLED_BACK = "rolled-back"
    CHECKPOINT_BROKEN = "checkpoint-broken"
    PROJECTION_BEHIND = "projection-behind"
    INDEX_ORPHAN = "index-orphan"
    INDEX_MISSING = "index-missing"
    INDEX_STALE = "index-stale"
    CLAIM_ORPHAN = "claim-orphan"
    CLAIM_MISSING = "claim-missing"
    LINK_SLOT_ORPHAN = "link-slot-orphan"
    INVITATION_OVERDUE = "invitation-overdue"
    RIGHTS_LAPSED = "rights-lapsed"
    COUNTER_WRONG = "counter-wrong"
    UNDECODABLE_ROW = "undecodable-row"
    SUBSCRIPTION_ID_CONTESTED = "subscription-id-contested"
    WEBHOOK_DISABLED = "webhook-disabled"


class Severity(StrEnum):
    """What an operator does about it."""

    CRITICAL = "critical"
    """A promise or the record itself may be broken: look now, nothing repairs it."""
    WARNING = "warning"
    """Something that others rely on is wrong; much of it the sweep repairs."""
    NOTICE = "notice"
    """A person should know; nothing is wrong with what is stored."""


_CRITICAL: Final = {
    ProblemKind.CHAIN_BROKEN,
    ProblemKind.STATE_DIVERGED,
    ProblemKind.INTERFERENCE,
    ProblemKind.ROLLED_BACK,
    ProblemKind.CHECKPOINT_BROKEN,
    ProblemKind.CLAIM_MISSING,
    ProblemKind.UNDECODABLE_ROW,
}
_NOTICE: Final = {
    ProblemKind.INVITATION_OVERDUE,
    ProblemKind.RIGHTS_LAPSED,
    ProblemKind.SUBSCRIPTION_ID_CONTESTED,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it should be.

    `tenant_id` is the tenant whose ledger is the truth. `key` says what it is about, in the words
    of the row keys. `detail` is plain JSON without personal data: `fields` lists {field, expected,
    stored} where values differ. Whatever was met, all three are such that they can be written.
    """

    kind: ProblemKind
    tenant_id: str
    key: str
    detail: JsonObject

    def __post_init__(self) -> None:
        """Cuts what was met to what a finding has room for."""
        object.__setattr__(self, "tenant_id", excerpt_of_text(self.tenant_id))
        object.__setattr__(self, "key", excerpt_of_text(self.key))
        object.__setattr__(self, "detail", excerpt(self.detail))

    @property
    def id(self) -> str:
        """The same problem has the same id in every sweep."""
        return digest([self.kind.value, self.tenant_id, self.key])

    @property
    def severity(self) -> Severity:
        """How grave it is."""
        if self.kind in _CRITICAL:
            return Severity.CRITICAL
        return Severity.NOTICE if self.kind in _NOTICE else Severity.WARNING


class Problems:
    """The problems of one tenant: the first ones each, then how many more there are."""

    def __init__(self, tenant_id: str) -> None:
        """None yet."""
        self._tenant_id = tenant_id
        self._told: list[Problem] = []
        self._more = 0

    def add(self, kind: ProblemKind, place: str, detail: JsonObject) -> None:
        """One more."""
        if len(self._told) < MOST_TOLD:
            self._told.append(Problem(kind, self._tenant_id, place, detail))
        else:
            self._more += 1

    def told(self) -> tuple[Problem, ...]:
        """At most one more than MOST_TOLD."""
        if not self._more:
            return tuple(self._told)
        detail: JsonObject = {"more": self._more}
        kind = ProblemKind.UNDECODABLE_ROW
        return (*self._told, Problem(kind, self._tenant_id, PARTITION_PLACE, detail))


MOST_TOLD: Final = 200
"""Of one tenant: a partition that somebody filled with rows is not answered with as many more."""
HEAD_PLACE: Final = "head"
PROJECTION_PLACE: Final = "projection"
PARTITION_PLACE: Final = "partition"
"""The whole of a tenant that cannot be examined, or whose partition is no tenant's."""
RUNNING_PLACE: Final = "sweep|running"
"""Which sweep runs."""
CONTEST_PLACE: Final = "|refused|"
"""Behind the place of a subscription: to whom the id was refused, partner and customer."""
_ENTRY: Final = "entry|"


def checkpoint_place(checkpoint_id: str) -> str:
    """The record of a checkpoint; its leaves lie behind it."""
    return f"checkpoint|{checkpoint_id}"


def leaves_place(checkpoint_id: str) -> str:
    """The leaves of a checkpoint."""
    return f"{checkpoint_place(checkpoint_id)}|leaves"


def entry_place(sequence: int) -> str:
    """The ledger entry of that sequence."""
    return f"{_ENTRY}{sequence:012d}"


def row_place(key: RowKey) -> str:
    """An invitation, link, reseller link or subscription."""
    kind, row_id = key
    return f"{kind}|{row_id}"


def placed_entry(place: str) -> int | None:
    """The sequence, when `place` is that of a ledger entry."""
    number = place.removeprefix(_ENTRY)
    whole = number != place and number.isascii() and number.isdigit()
    return int(number) if whole and entry_place(int(number)) == place else None


def placed_row(place: str) -> RowKey | None:
    """The inverse of `row_place`; None for any other place."""
    kind, _, row_id = place.partition("|")
    return (RowKind(kind), row_id) if kind in RowKind and row_id else None
