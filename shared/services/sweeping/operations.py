"""Through the table `operations`: every row decodes, and the checkpoints follow each other.

    newest ── previous ──> the one before ── previous ──> … ──> 64 zeros

A record that is gone leaves a gap in that chain. Of the last one it leaves none, but the sweep that
made it says so for as long as it is kept.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from shared.canonical import JsonObject
from shared.proving.checkpoints import NO_CHECKPOINT, Checkpoint
from shared.proving.problems import Problem, ProblemKind, checkpoint_place
from shared.services.ports.scanning import Altered, Attested, OperationsValue, Scanned, Scanner
from shared.services.ports.sweeps import CheckpointStore
from shared.services.ports.values import Undecodable
from shared.services.sweeping.reader import PAGE
from shared.services.sweeping.shard_job import Job, Step, place_of_row


@dataclass(frozen=True, slots=True)
class OperationsRows:
    """The shard of the table `operations`."""

    scanner: Scanner
    checkpoints: CheckpointStore

    async def steps(self, job: Job) -> AsyncIterator[Step]:
        """See `Work.steps`."""
        partition, newer = "", None
        async for page in self.scanner.operations(job.shard.rest, PAGE):
            for row in page:
                if partition not in {"", row.partition}:
                    await self._follows(job, newer, NO_CHECKPOINT)
                    newer = None
                    yield Step(partition)
                partition = row.partition
                value = row.value
                async with job.guarding("", place_of_row(row)):
                    await self._look(job, row, value)
                if isinstance(value, Checkpoint):
                    await self._follows(job, newer, value.hash)
                    newer = value
        await self._follows(job, newer, NO_CHECKPOINT)
        if partition:
            yield Step(partition)

    async def _look(
        self, job: Job, row: Scanned[OperationsValue], value: OperationsValue | Undecodable
    ) -> None:
        match value:
            case Undecodable():
                await job.unreadable(row, "operations")
            case Altered(checkpoint_id):
                await self._broken(job, checkpoint_id, {"record": "it is not what its hash says"})
            case Attested(checkpoint_id):
                await self._kept(job, checkpoint_id)
            case Checkpoint() | None:
                pass

    async def _kept(self, job: Job, checkpoint_id: str) -> None:
        try:
            if await self.checkpoints.get(checkpoint_id):
                return
        except Undecodable:
            return  # Told where it lies.
        await self._broken(job, checkpoint_id, {"record": None})

    async def _follows(self, job: Job, newer: Checkpoint | None, before: str) -> None:
        if newer and newer.previous != before:
            detail: JsonObject = {"previous": newer.previous, "before": before}
            await self._broken(job, newer.id, detail)

    async def _broken(self, job: Job, checkpoint_id: str, detail: JsonObject) -> None:
        place = checkpoint_place(checkpoint_id)
        await job.report(Problem(ProblemKind.CHECKPOINT_BROKEN, "", place, detail))
