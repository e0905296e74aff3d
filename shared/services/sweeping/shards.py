"""A message of the queue `sweep-shards`: goes on with one shard, as long as the host lets it.

    message ──> shard row: position ──> steps … ──> shard row moves on, If-Match, leaves with it
                                     └─ five minutes are nearly over: the message again

The position is in the row, not in the message: whoever delivers a message twice finds the work
done, or loses the ETag to the other and stops. What a dying process had not written down is done
again; findings are the same, whoever meets them.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from shared.clock import Clock
from shared.proving.history import Leaf
from shared.services.findings import Recorder
from shared.services.ports.queues import SweepQueue
from shared.services.ports.sweeps import LEAVES, Part, Shard, Sweep, SweepStatus, SweepStore
from shared.services.ports.values import GuardFailed, Stored
from shared.services.sweeping.finishing import Finisher
from shared.services.sweeping.references import Sums, Wanted
from shared.services.sweeping.retention import Retention
from shared.services.sweeping.shard_job import Job, Work

log = logging.getLogger(__name__)

INVOCATION_SECONDS: Final = 90.0
"""Then, behind a tenant, the message is put again; host.json ends a function after 300."""
WRITTEN_SECONDS: Final = 20.0
WRITTEN_ROWS: Final = 100_000
"""After as much the shard's progress is written down."""


@dataclass(frozen=True, slots=True)
class Shards:
    """Works on shards. `work` is made anew for each; the limits are other ones only in tests."""

    sweeps: SweepStore
    recorder: Recorder
    queue: SweepQueue
    finisher: Finisher
    retention: Retention
    work: Callable[[], Mapping[Part, Work]]
    clock: Clock
    invocation_seconds: float = INVOCATION_SECONDS
    written_rows: int = WRITTEN_ROWS

    async def run(self, sweep_id: str, n: int) -> None:
        """As far as it comes. Raises StorageError; repeating is safe."""
        sweep = await self.sweeps.get(sweep_id)
        if sweep and sweep.value.status is SweepStatus.SUCCEEDED and n == sweep.value.shards:
            if await self.retention.run():
                await self.queue.put(sweep_id, n)
            return
        shard = await self.sweeps.shard(sweep_id, n)
        if sweep is None or shard is None or sweep.value.status is not SweepStatus.RUNNING:
            log.warning("sweep.shard-of-none", extra={"sweep": sweep_id, "shard": n})
            return
        if not shard.value.done:
            try:
                done = await self._go(sweep.value, shard)
            except GuardFailed:
                return  # Another delivery of the message is at work.
            if not done:
                await self.queue.put(sweep_id, n)
                return
        await self.finisher.finish(sweep_id)

    async def give_up(self, sweep_id: str, n: int) -> None:
        """Every try of the host failed: the sweep ends without it, as failed."""
        shard = await self.sweeps.shard(sweep_id, n)
        if shard and not shard.value.done:
            failed = replace(shard.value, done=True, failed=True, updated_at=self.clock.now())
            await self.sweeps.advance(failed, shard.etag, ())
        await self.finisher.finish(sweep_id)

    async def _go(self, sweep: Sweep, stored: Stored[Shard]) -> bool:
        """Whether the shard is done. Raises GuardFailed when another is at work on it."""
        job = Job(
            sweep=sweep,
            shard=stored.value,
            recorder=self.recorder,
            sweeps=self.sweeps,
            sums=Sums(sweep.id, stored.value.sums),
            wanted=Wanted.unpack(stored.value.wanted),
            state=stored.value.state,
        )
        started = written = self.clock.monotonic()
        etag, position, leaves = stored.etag, stored.value.position, list[Leaf]()
        async for step in self.work()[job.shard.part].steps(job):
            position = step.position
            if step.leaf:
                leaves.append(step.leaf)
            now = self.clock.monotonic()
            late = now - written > WRITTEN_SECONDS
            if late or len(leaves) == LEAVES or job.rows >= self.written_rows:
                etag = await self._write(job, etag, position, leaves, done=False)
                written, leaves = now, []
                if now - started > self.invocation_seconds:
                    return False
        await self._write(job, etag, position, leaves, done=True)
        return True

    async def _write(
        self, job: Job, etag: str, position: str, leaves: list[Leaf], *, done: bool
    ) -> str:
        shard = job.advanced(self.clock, position, done=done)
        await self.sweeps.advance(shard, etag, leaves)
        job.written(shard)
        if done:
            return ""
        stored = await self.sweeps.shard(shard.sweep_id, shard.n)
        if stored is None or stored.value != shard:
            raise GuardFailed(f"shard {shard.n} is not as it was written")
        return stored.etag
