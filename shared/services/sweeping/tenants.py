"""Through the tenants: each against its own ledger, then what must be elsewhere because of it."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

from shared.proving.history import Leaf
from shared.proving.problems import Problem
from shared.services.ports.scanning import Partitions
from shared.services.ports.sweeps import Part, SweepStore
from shared.services.ports.values import Undecodable
from shared.services.sweeping.comparing import Comparer
from shared.services.sweeping.lapsed_rights import LapsedRights, contested
from shared.services.sweeping.reader import Read, Reader
from shared.services.sweeping.references import references, runs
from shared.services.sweeping.repairing import Repairs
from shared.services.sweeping.retention import OldMessages
from shared.services.sweeping.shard_job import Job, Step
from shared.services.views import Views


@dataclass(frozen=True, slots=True)
class Tenants:
    """Shards of the table `tenants`."""

    reader: Reader
    messages: OldMessages
    sweeps: SweepStore
    views: Views
    judge: LapsedRights
    repairs: Repairs
    comparer: Comparer

    async def steps(self, job: Job) -> AsyncIterator[Step]:
        """See `Work.steps`."""
        if job.shard.part is Part.TENANTS_COMPARED:
            async for step in self._compared(job):
                yield step
            return
        rest = job.shard.rest
        async for read in self.reader.stream(rest, self._leaves(job, rest)):
            job.tenants += 1
            job.rows += read.rows
            yield Step(read.tenant_id, await self._examined(job, read))

    async def _examined(self, job: Job, streamed: Read) -> Leaf | None:
        """Its leaf in the next checkpoint: the last one's, unless it could be examined."""
        async with job.guarding(streamed.tenant_id):
            return await self._everything(job, streamed)
        return streamed.leaf

    async def _everything(self, job: Job, streamed: Read) -> Leaf | None:
        """Everything about one tenant; its leaf."""
        read = await self._settled(streamed)
        if read is None:
            await job.miss(streamed.tenant_id, busy=True)
            job.sums.spoil(streamed.tenant_id)
            return streamed.leaf
        for problem in await self._problems(read):
            await job.report(problem, repaired=await self.repairs.repair(problem))
        if read.given_up:
            job.sums.spoil(read.tenant_id)
        if read.examined.whole:
            job.repaired += await self.repairs.record_lapses(read.tenant_id, read.examined.lapsed)
        else:
            await job.miss(read.tenant_id)
        await self.messages.forget(read.tenant_id, read.remembered)
        for reference in references(read.examined, read.sequences, self.views):
            job.sums.add(reference)
        if read.tenant_id in job.wanted:
            await self.comparer.compare(job, read)
        return read.examined.leaf

    async def _settled(self, read: Read) -> Read | None:
        if read.given_up or not read.examined.suspect:
            return read
        return await self.reader.alone(read.tenant_id, read.leaf)

    async def _problems(self, read: Read) -> tuple[Problem, ...]:
        if not read.examined.whole:
            return read.examined.problems
        lapsed = await self.judge.lapsed(read.examined)
        return (*read.examined.problems, *lapsed, *contested(read.examined.tenant))

    async def _compared(self, job: Job) -> AsyncIterator[Step]:
        for partitions in runs(job.wanted, job.shard.rest):
            # With the leaves: of a ledger that was cut back nothing is written anew.
            async for read in self.reader.stream(partitions, self._leaves(job, partitions)):
                async with job.guarding(read.tenant_id):
                    await self.comparer.compare(job, read)
                yield Step(read.tenant_id)

    async def _leaves(self, job: Job, partitions: Partitions) -> AsyncIterator[Leaf]:
        """Those of the last checkpoint, as far as this shard goes."""
        if not job.sweep.previous_checkpoint_id:
            return
        # Bounds that belong to the range are those of a single tenant.
        after = partitions.low[:-1] if partitions.closed else partitions.low
        with suppress(Undecodable):  # which is told by the shard that sums them up
            async for leaf in self.sweeps.leaves(job.sweep.previous_checkpoint_id, after):
                if partitions.high is not None and leaf.tenant_id > partitions.high:
                    return
                if leaf.tenant_id >= partitions.low:
                    yield leaf
