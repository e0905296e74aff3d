"""Tenants as they are stored, examined one by one: streamed, and alone where one is suspect.

stream    page 1 ─┬─ page 2        a writer between two pages: the tenant looks torn
                  └─ commit
alone     head, all its rows, head: with equal ETags nobody was there, so it is as it looks
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, NamedTuple, assert_never

from shared.canonical import JsonObject
from shared.clock import Clock
from shared.model.ledger import Entry
from shared.model.models import Invitation, InvitationLink, ResellerLink, Subscription
from shared.model.state import Head, RowKey, Tenant
from shared.proving.examination import Examination, Examined
from shared.proving.history import Leaf
from shared.proving.problems import (
    PARTITION_PLACE,
    Problem,
    ProblemKind,
    placed_details,
    placed_entry,
    placed_row,
)
from shared.services.ports.scanning import (
    Committed,
    Partitions,
    Scanned,
    Scanner,
    Served,
    TenantValue,
)
from shared.services.ports.tenants import Remembered, TenantStore
from shared.services.ports.values import StorageError, Undecodable
from shared.text.identifiers import is_guid

PAGE: Final = 1000
"""The most rows that one request brings."""

TENANT_SECONDS: Final = 60.0
"""For one tenant: it is streamed, read alone and compared, each within as much, or given up.

With INVOCATION_SECONDS three times that fits into what the host allows a message.
"""

TRIES: Final = 5
"""How often a tenant is read alone before it counts as busy."""


class Met(NamedTuple):
    """A stored row: the sequence that it names, and its text where it is as it must be."""

    sequence: int
    text: str | None


@dataclass(frozen=True, slots=True)
class Read:
    """One tenant. `leaf` is what the last checkpoint holds, `met` what is known of its rows."""

    tenant_id: str
    leaf: Leaf | None
    examined: Examined
    rows: int
    served: int
    met: dict[RowKey, Met]
    remembered: tuple[tuple[str, str, datetime], ...]
    """(row key, ETag, when) of each."""
    given_up: bool = False
    """There is more of it than could be read in time."""


@dataclass
class _Reading:
    tenant_id: str
    now: datetime
    leaf: Leaf | None
    until: float
    rows: int = 0
    served: int = 0
    met: dict[RowKey, Met] = field(default_factory=dict[RowKey, Met])
    remembered: list[tuple[str, str, datetime]] = field(
        default_factory=list[tuple[str, str, datetime]]
    )

    def __post_init__(self) -> None:
        self.examination = Examination(self.tenant_id, self.now, self.leaf)

    def take(self, row: Scanned[TenantValue]) -> None:
        self.rows += 1
        if not is_guid(self.tenant_id):
            self.examination.undecodable(row.row, "the partition is no tenant's")
            return
        try:
            self._feed(row)
        except Exception as error:  # noqa: BLE001 - one row never stops the rest
            self.examination.undecodable(row.row, f"it cannot be examined: {_name(error)}")

    def _feed(self, row: Scanned[TenantValue]) -> None:
        # Nearly every row is what it must be, to the letter: then nothing is decoded.
        expected = self.examination.expected(row.row)
        value = expected if expected and row.written_as(expected) else row.value
        match value:
            case Undecodable():
                self.examination.undecodable(row.row, "the row does not decode")
            case Entry() as entry:
                sequence = placed_entry(row.row)
                if sequence is None:
                    self.examination.undecodable(row.row, "this is no key of an entry")
                else:
                    self.examination.entry(sequence, entry)
            case Head() as head:
                self.examination.head(head)
            case Served(sequence):
                self.served = sequence
                self.examination.projection(sequence)
            case Invitation() | InvitationLink() | ResellerLink() | Subscription():
                key = placed_row(row.row)
                if key is None:
                    self.examination.undecodable(row.row, "this is no key of a row")
                    return
                self.met[key] = Met(row.sequence, row.body if value is expected else None)
                self.examination.row(key, value, row.sequence)
            case Remembered(at=at):
                self.remembered.append((row.row, row.etag, at))
            case Committed(commitment):
                self.examination.details(placed_details(row.row), commitment, row.sequence)
            case _:
                assert_never(value)

    def read(self) -> Read:
        return Read(
            self.tenant_id,
            self.leaf,
            self._verdict(),
            self.rows,
            self.served,
            self.met,
            tuple(self.remembered),
        )

    def give_up(self) -> Read:
        """Nothing is said of the tenant but that; what it holds is not looked at by this sweep."""
        examined = _unexamined(self, too_large(self.tenant_id, self.rows))
        return Read(self.tenant_id, self.leaf, examined, self.rows, 0, {}, (), given_up=True)

    def _verdict(self) -> Examined:
        try:
            examined = self.examination.finish()
        except Exception as error:  # noqa: BLE001 - one tenant never stops the rest
            reason = f"the tenant cannot be examined: {_name(error)}"
            detail: JsonObject = {"reason": reason}
            problem = Problem(ProblemKind.UNDECODABLE_ROW, self.tenant_id, PARTITION_PLACE, detail)
            return _unexamined(self, problem)
        if not is_guid(self.tenant_id):
            return replace(examined, whole=False, leaf=None)
        return examined


def too_large(tenant_id: str, rows: int) -> Problem:
    """That a tenant could not be gone through in time."""
    detail: JsonObject = {"rows": rows, "seconds": TENANT_SECONDS}
    return Problem(ProblemKind.TOO_LARGE, tenant_id, PARTITION_PLACE, detail)


def _unexamined(reading: _Reading, problem: Problem) -> Examined:
    nothing = Tenant(Head(reading.tenant_id))
    return Examined(
        (problem,), nothing, whole=False, leaf=reading.leaf, overdue=(), lapsed=(), told={}
    )


def _name(error: Exception) -> str:
    return type(error).__name__


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads tenants. `page` and `tenant_seconds` are others only in tests."""

    scanner: Scanner
    tenants: TenantStore
    clock: Clock
    page: int = PAGE
    tenant_seconds: float = TENANT_SECONDS

    async def stream(
        self, partitions: Partitions, leaves: AsyncIterator[Leaf]
    ) -> AsyncIterator[Read]:
        """Every tenant of the range in the order of ids, also those of which only a leaf is left.

        Holds one page and the state of one tenant; behind one that takes too long it goes on.
        `leaves` are of the same range.
        """
        now = self.clock.now()
        reading: _Reading | None = None
        leaf = await anext(leaves, None)
        rest: Partitions | None = partitions
        while rest:
            wanted, rest = rest, None
            async for page in self.scanner.tenants(wanted, self.page):
                for row in page:
                    if reading and reading.tenant_id != row.partition:
                        yield reading.read()
                        reading = None
                    if reading is None:
                        while leaf and leaf.tenant_id < row.partition:
                            yield self._begun(leaf.tenant_id, now, leaf).read()
                            leaf = await anext(leaves, None)
                        mine = leaf if leaf and leaf.tenant_id == row.partition else None
                        leaf = await anext(leaves, None) if mine else leaf
                        reading = self._begun(row.partition, now, mine)
                    reading.take(row)
                if reading and self.clock.monotonic() > reading.until:
                    yield reading.give_up()
                    rest, reading = Partitions(reading.tenant_id, wanted.high), None
                    break
        if reading:
            yield reading.read()
        while leaf:
            yield self._begun(leaf.tenant_id, now, leaf).read()
            leaf = await anext(leaves, None)

    def _begun(self, tenant_id: str, now: datetime, leaf: Leaf | None) -> _Reading:
        return _Reading(tenant_id, now, leaf, self.clock.monotonic() + self.tenant_seconds)

    async def alone(self, tenant_id: str, leaf: Leaf | None) -> Read | None:
        """The tenant as it was at one moment, or None: its writers never left it alone."""
        until = self.clock.monotonic() + self.tenant_seconds
        for _ in range(TRIES):
            try:
                before = await self._etag(tenant_id)
                reading = _Reading(tenant_id, self.clock.now(), leaf, until)
                async for page in self.scanner.tenants(Partitions.only(tenant_id), self.page):
                    for row in page:
                        reading.take(row)
                    if self.clock.monotonic() > until:
                        return reading.give_up()
                if await self._etag(tenant_id) == before:
                    return reading.read()
            except StorageError:
                continue
        return None

    async def _etag(self, tenant_id: str) -> str | None:
        try:
            head = await self.tenants.head(tenant_id)
        except Undecodable as error:
            return str(error)
        return head and head.etag
