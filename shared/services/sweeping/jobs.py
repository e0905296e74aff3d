"""A shard under way: what its part of the work adds up and reports."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

from shared.clock import Clock
from shared.proving.history import Leaf
from shared.proving.problems import Problem
from shared.services.ports import (
    Finding,
    FindingStatus,
    FindingStore,
    GuardFailed,
    Shard,
    Sweep,
    SweepStore,
    Tally,
)
from shared.services.sweeping.references import Sums, Wanted

_TRIES = 5


class Recorder:
    """Writes findings. Twice the same is one finding, whoever meets it."""

    def __init__(self, findings: FindingStore, sweeps: SweepStore, clock: Clock) -> None:
        """Everything from outside is an argument."""
        self._findings = findings
        self._sweeps = sweeps
        self._clock = clock

    async def record(self, sweep_id: str, problem: Problem, *, repaired: bool) -> None:
        """What a sweep met. Raises StorageError; repeating is safe."""
        await self.open(problem, repaired=repaired)
        await self._sweeps.saw(sweep_id, problem.id, problem.kind.value)

    async def open(self, problem: Problem, *, repaired: bool = False) -> None:
        """The finding as it is now, with the time when it was first seen."""
        for last in (False,) * (_TRIES - 1) + (True,):
            stored = await self._findings.get(problem.id)
            now = self._clock.now()
            finding = Finding(
                id=problem.id,
                kind=problem.kind.value,
                severity=problem.severity.value,
                tenant_id=problem.tenant_id,
                key=problem.key,
                detail=problem.detail,
                repaired=repaired,
                first_seen_at=stored.value.first_seen_at if stored else now,
                last_seen_at=now,
                status=FindingStatus.OPEN,
            )
            try:
                await self._findings.put(finding, stored.etag if stored else None)
            except GuardFailed:
                if last:
                    raise
            else:
                return


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
