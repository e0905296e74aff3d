"""A shard under way: what its part of the work adds up and reports."""

import struct
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple, Protocol

from shared.canonical import JsonObject
from shared.clock import Clock
from shared.proving.excerpts import excerpt_of_text
from shared.proving.history import Leaf
from shared.proving.problems import PARTITION_PLACE, Problem, ProblemKind
from shared.services.findings import Recorder
from shared.services.ports.scanning import Scanned
from shared.services.ports.sweeps import Shard, Sweep, SweepStore, Tally
from shared.services.ports.values import Undecodable
from shared.services.sweeping.references import Sums, Wanted

_UNFIT: Final = (
    Undecodable,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    RecursionError,
    struct.error,
)
"""What a stored value can cause in code that did not reckon with it. Failures of storage and of
the process are none of these: they end the message, and the shard goes on with the next one."""


@dataclass
class Job:
    """One shard in one invocation. The counts are of what is not yet written down."""

    sweep: Sweep
    shard: Shard
    recorder: Recorder
    sweeps: SweepStore
    sums: Sums
    wanted: Wanted
    state: bytes = b""
    tenants: int = 0
    rows: int = 0
    busy: int = 0
    repaired: int = 0
    problems: Counter[str] = field(default_factory=Counter[str])

    async def report(self, problem: Problem, *, repaired: bool = False) -> None:
        """A finding of this sweep."""
        await self.recorder.record(self.sweep.id, problem, repaired=repaired)
        self.problems[problem.kind.value] += 1
        self.repaired += repaired

    async def repairing(self, problem: Problem, repair: Callable[[], Awaitable[bool]]) -> None:
        """A finding whose repair takes away what was met: it is written down before."""
        await self.report(problem)
        if await repair():
            await self.recorder.record(self.sweep.id, problem, repaired=True)
            self.repaired += 1

    async def unreadable[T](self, row: Scanned[T], table: str) -> None:
        """A row that does not decode. Whose it is cannot be told: the key says where it lies."""
        problem = Problem(ProblemKind.UNDECODABLE_ROW, "", place_of_row(row), {"table": table})
        await self.report(problem)

    async def miss(self, tenant_id: str, *, busy: bool = False) -> None:
        """The sweep does not speak about this tenant: nothing of it is closed."""
        await self.sweeps.missed(self.sweep.id, excerpt_of_text(tenant_id))
        self.busy += busy

    @asynccontextmanager
    async def guarding(self, tenant_id: str, place: str = PARTITION_PLACE) -> AsyncGenerator[None]:
        """What goes wrong inside is a finding about that place: one value never stops the rest.

        Of the tenant nothing is closed then. `tenant_id` is "" for a row that is nobody's.
        """
        try:
            yield
        except _UNFIT as error:
            detail: JsonObject = {"reason": f"it cannot be examined: {type(error).__name__}"}
            await self.report(Problem(ProblemKind.UNDECODABLE_ROW, tenant_id, place, detail))
            await self.miss(tenant_id)

    def tally(self) -> Tally:
        """All of the shard so far."""
        new = Tally(self.tenants, self.rows, self.busy, self.repaired, dict(self.problems))
        return self.shard.tally + new

    def written(self, shard: Shard) -> None:
        """`shard` is stored: what it counts is not counted again."""
        self.shard = shard
        self.tenants = self.rows = self.busy = self.repaired = 0
        self.problems.clear()

    def advanced(self, clock: Clock, position: str, *, done: bool) -> Shard:
        """The shard as it is to be stored."""
        return replace(
            self.shard,
            position=position,
            done=done,
            tally=self.tally(),
            sums=self.sums.pack(),
            state=self.state,
            updated_at=clock.now(),
        )


def place_of_row[T](row: Scanned[T]) -> str:
    """The key of a finding about a row that is nobody's."""
    return f"{row.partition}|{row.row}"


class Step(NamedTuple):
    """Everything up to this partition is done with."""

    position: str
    leaf: Leaf | None = None


class Work(Protocol):
    """What is done with one kind of shard."""

    def steps(self, job: Job) -> AsyncIterator[Step]:
        """Goes through `job.shard.rest`; each step is a place to stop at and to go on from."""
        ...
