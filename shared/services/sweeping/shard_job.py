"""A shard under way: what its part of the work adds up and reports."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

from shared.clock import Clock
from shared.proving.history import Leaf
from shared.proving.problems import Problem
from shared.services.findings import Recorder
from shared.services.ports.sweeps import Shard, Sweep, SweepStore, Tally
from shared.services.sweeping.references import Sums, Wanted


@dataclass
class Job:
    """One shard in one invocation. The counts are of what is not yet written down."""

    sweep: Sweep
    shard: Shard
    recorder: Recorder
    sweeps: SweepStore
    sums: Sums
    wanted: Wanted
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

    async def miss(self, tenant_id: str, *, busy: bool = False) -> None:
        """The sweep does not speak about this tenant: nothing of it is closed."""
        await self.sweeps.missed(self.sweep.id, tenant_id)
        self.busy += busy

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
            updated_at=clock.now(),
        )


class Step(NamedTuple):
    """Everything up to this partition is done with."""

    position: str
    leaf: Leaf | None = None


class Work(Protocol):
    """What is done with one kind of shard."""

    def steps(self, job: Job) -> AsyncIterator[Step]:
        """Goes through `job.shard.rest`; each step is a place to stop at and to go on from."""
        ...
