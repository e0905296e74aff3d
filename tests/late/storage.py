"""Tables in memory whose writes may be late: their client gives up, and then they land.

sent ──── WriteUnknown after 5 s ────── lands, if its guards still hold
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.durations import READ_SECONDS
from shared.services.ports.values import GuardFailed, WriteUnknown
from shared.storage.engine.clients import TABLES
from shared.storage.engine.memory import MemoryQueues, MemoryTable
from shared.storage.engine.table import Operation
from shared.storage.wiring import ports
from tests.cast.ids import AT

GAVE_UP = timedelta(seconds=READ_SECONDS)
EFFECTS = (1, 20, 40)
"""Seconds after the client gave up. The last is beyond what the service allows itself."""


class Died(Exception):
    """The process ended; its write is on its way."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a write: when it lands (None: never), and whether its process dies."""

    after: timedelta | None
    dies: bool = False


type Fates = Callable[[str, Sequence[Operation]], Fate | None]
"""By table and operations; None: it is answered at once."""


@dataclass(order=True, slots=True)
class _OnItsWay:
    at: datetime
    number: int
    table: "LateTable" = field(compare=False)
    operations: Sequence[Operation] = field(compare=False)


class Storage:
    """An account and its clock. `fates` says what becomes of each write."""

    def __init__(self) -> None:
        self.time = AT
        self.fates: Fates = _none
        self.passing: Callable[[], Awaitable[None]] = _nothing
        self.late = 0
        self.tables = {name: LateTable(self, name) for name in TABLES}
        self.queues = MemoryQueues()
        self.ports = ports(self.tables.__getitem__, self.queues)
        self._on_their_way: list[_OnItsWay] = []

    def now(self) -> datetime:
        return self.time

    def copy(self) -> "Storage":
        """Another account in which the same is stored, at the same time."""
        other = Storage()
        other.time = self.time
        for name, table in self.tables.items():
            other.tables[name].take_over(table)
        return other

    def send(self, table: "LateTable", operations: Sequence[Operation], after: timedelta) -> None:
        """It lands so long after its client gave up."""
        self.late += 1
        sent = _OnItsWay(self.time + GAVE_UP + after, self.late, table, operations)
        self._on_their_way.append(sent)

    async def pass_by(self, step: timedelta) -> None:
        """Time passes; what is on its way lands in between, each at its moment."""
        end = self.time + step
        while due := min((each for each in self._on_their_way if each.at <= end), default=None):
            self._on_their_way.remove(due)
            self.time = max(self.time, due.at)
            with suppress(GuardFailed):
                await MemoryTable.transact(due.table, due.operations)
            await self.passing()
        self.time = max(self.time, end)
        await self.passing()

    async def settle(self) -> None:
        """Nothing is on its way any more."""
        while self._on_their_way:
            await self.pass_by(timedelta(seconds=1))


class LateTable(MemoryTable):
    """One of its tables."""

    def __init__(self, storage: Storage, name: str) -> None:
        super().__init__(name, now=storage.now)
        self._storage = storage

    def take_over(self, other: "LateTable") -> None:
        """What is stored there."""
        self._partitions = {name: dict(rows) for name, rows in other._partitions.items()}
        self._writes = other._writes

    async def transact(self, operations: Sequence[Operation]) -> datetime | None:
        fate = self._storage.fates(self.name, operations)
        if fate is None:
            return await super().transact(operations)
        if fate.after is not None:
            self._storage.send(self, operations, fate.after)
        if fate.dies:
            raise Died
        await self._storage.pass_by(GAVE_UP)
        raise WriteUnknown("no answer")


def _none(_table: str, _operations: Sequence[Operation]) -> Fate | None:
    return None


async def _nothing() -> None:
    return
