"""What a sweep finds: its kinds, how grave each is, and the value that says which and where."""

from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Final, Self

from shared.canonical import JsonObject, digest
from shared.model.state import RowKey, RowKind
from shared.proving.excerpts import excerpt, excerpt_of_text


class Severity(StrEnum):
    """How grave it is, and so what an operator does about it."""

    CRITICAL = "critical"
    """A promise or the record itself may be broken: look now. Nothing of it is repaired but the
    note of which sweep runs; a finding's own record that was altered is written anew when the
    finding is met again.
    """
    WARNING = "warning"
    """Something that others rely on is wrong, or was not looked at; much of it the sweep repairs.
    """
    NOTICE = "notice"
    """A person should know; nothing is wrong with what is stored."""


class Scope(Enum):
    """The narrowest sweep that meets a problem of the kind, and so can find it gone."""

    CUSTOMER = auto()
    """One of a single customer, which goes through that tenant's rows."""
    EVERYTHING = auto()
    """Only one of all tenants: some of it, or all, is met by going through the other tables."""


class ProblemKind(StrEnum):
    """What a finding is about: sweeps look for it, or it was reported at once."""

    severity: Severity
    scope: Scope

    def __new__(cls, kind: str, severity: Severity, scope: Scope) -> Self:
        """A member that is its kind."""
        member = str.__new__(cls, kind)
        member._value_ = kind
        member.severity = severity
        member.scope = scope
        return member

    CHAIN_BROKEN = "chain-broken", Severity.CRITICAL, Scope.CUSTOMER
    """A ledger entry is missing, altered, out of place, dated before its predecessor or of an
    unknown form, or the head names another last entry.
    """
    STATE_DIVERGED = "state-diverged", Severity.CRITICAL, Scope.CUSTOMER
    """A row, the head or personal data are not what the ledger leads to."""
    INTERFERENCE = "interference", Severity.CRITICAL, Scope.CUSTOMER
    """An entry changed what its command may not touch (NIF-5)."""
    ROLLED_BACK = "rolled-back", Severity.CRITICAL, Scope.CUSTOMER
    """The last checkpoint knew an entry that is gone, or in whose place another one lies."""
    CHECKPOINT_BROKEN = "checkpoint-broken", Severity.CRITICAL, Scope.EVERYTHING
    """A checkpoint's record is not what its hash says, is gone, or does not follow the one before,
    or its leaves do not lead to its root.
    """
    PROJECTION_BEHIND = "projection-behind", Severity.WARNING, Scope.CUSTOMER
    """Partners' lists and feeds are more than five minutes behind this tenant."""
    INDEX_ORPHAN = "index-orphan", Severity.WARNING, Scope.EVERYTHING
    """A list of a partner or of the operator has something that the tenant does not have."""
    INDEX_MISSING = "index-missing", Severity.WARNING, Scope.CUSTOMER
    """A list of a partner or of the operator lacks something that the tenant has."""
    INDEX_STALE = "index-stale", Severity.WARNING, Scope.CUSTOMER
    """A list of a partner or of the operator has something otherwise than the tenant has it."""
    CLAIM_ORPHAN = "claim-orphan", Severity.WARNING, Scope.EVERYTHING
    """An id is held as taken for something that does not exist."""
    CLAIM_MISSING = "claim-missing", Severity.CRITICAL, Scope.CUSTOMER
    """An id is in use without being held as taken, or somebody else holds it."""
    LINK_SLOT_ORPHAN = "link-slot-orphan", Severity.WARNING, Scope.EVERYTHING
    """A place of an invitation link is taken by an acceptance that does not exist."""
    INVITATION_OVERDUE = "invitation-overdue", Severity.NOTICE, Scope.CUSTOMER
    """An expiry that nobody had recorded."""
    RIGHTS_LAPSED = "rights-lapsed", Severity.NOTICE, Scope.CUSTOMER
    """A relationship, partner of record or reseller link that was allowed once and would not be
    now; nothing is taken away by itself.
    """
    COUNTER_WRONG = "counter-wrong", Severity.WARNING, Scope.EVERYTHING
    """A count is wrong: in a tenant's head, of an invitation link's places, of a partner's feed, or
    of the ledger entries that went into partners' lists and feeds.
    """
    TOO_LARGE = "too-large", Severity.WARNING, Scope.CUSTOMER
    """A tenant that could not be gone through within a minute; that sweep closes no finding about
    it.
    """
    UNDECODABLE_ROW = "undecodable-row", Severity.CRITICAL, Scope.CUSTOMER
    """A row that this system does not write, something that cannot be examined, or how many more
    problems of one tenant there are than were told.
    """
    SUBSCRIPTION_ID_CONTESTED = "subscription-id-contested", Severity.NOTICE, Scope.CUSTOMER
    """The customer disputes a subscription, or its id was refused to another partner or customer
    (SUB-6).
    """
    WEBHOOK_DISABLED = "webhook-disabled", Severity.WARNING, Scope.CUSTOMER
    """A partner's webhook that failed for 24 hours, or whose receiver answered 410: it is disabled.
    """


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
_DETAILS: Final = "details|"


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


def details_place(details_id: str) -> str:
    """Personal data: of an invitation, or of the agreement."""
    return f"{_DETAILS}{details_id}"


def placed_details(place: str) -> str:
    """The inverse of `details_place`."""
    return place.removeprefix(_DETAILS)


def placed_entry(place: str) -> int | None:
    """The sequence, when `place` is that of a ledger entry."""
    number = place.removeprefix(_ENTRY)
    whole = number != place and number.isascii() and number.isdigit()
    return int(number) if whole and entry_place(int(number)) == place else None


def placed_row(place: str) -> RowKey | None:
    """The inverse of `row_place`; None for any other place."""
    kind, _, row_id = place.partition("|")
    return (RowKind(kind), row_id) if kind in RowKind and row_id else None
