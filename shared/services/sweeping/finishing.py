"""When all shards are done: the comparison of what differs, then the end of the sweep.

Whichever shard's message is the last finds all of them done and goes on here. If two do, or one
dies on the way and comes again, each step is the same again or loses its guard.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from shared.clock import Clock
from shared.proving.checkpoints import NO_CHECKPOINT, Checkpoint, Forest
from shared.proving.problems import CONTEST_PLACE, ProblemKind, Scope
from shared.services.ports import Ports
from shared.services.ports.findings import Finding, FindingStatus
from shared.services.ports.scanning import Partitions
from shared.services.ports.sweeps import Part, Shard, Sweep, SweepStatus, SweepStore, Tally
from shared.services.ports.values import GuardFailed, Stored, items
from shared.services.sweeping.disabled_webhooks import DisabledWebhooks
from shared.services.sweeping.references import Sums, Wanted, runs

log = logging.getLogger(__name__)

_COMPARED: Final = {
    Part.TENANTS: Part.TENANTS_COMPARED,
    Part.CLAIMS: Part.CLAIMS_COMPARED,
    Part.INDEX: Part.INDEX_COMPARED,
}
_ELSEWHERE: Final = frozenset(kind for kind in ProblemKind if kind.scope is Scope.EVERYTHING)
"""What a sweep of one customer does not meet, and so cannot find gone."""
ONCE_KEPT: Final = timedelta(days=30)
"""How long a refused registration (SUB-6) or a broken checkpoint stays open."""
_PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class Finisher:
    """Ends sweeps."""

    ports: Ports
    clock: Clock
    cloud: str
    webhooks: DisabledWebhooks

    async def finish(self, sweep_id: str) -> None:
        """Nothing, unless every shard is done. Raises StorageError; repeating is safe."""
        stored = await self.ports.sweeps.get(sweep_id)
        every = [each.value for each in await self.ports.sweeps.shards(sweep_id)]
        if stored is None or stored.value.status is not SweepStatus.RUNNING:
            return
        # Those beyond were added by a process that died before it said so: they are added again.
        shards = [shard for shard in every if shard.n < stored.value.shards]
        if len(shards) < stored.value.shards or not all(shard.done for shard in shards):
            return
        try:
            if any(shard.failed for shard in shards):
                await self._end(stored, shards, SweepStatus.FAILED)
            elif not await self._more(stored, shards):
                await self._conclude(stored, shards)
                await self._end(stored, shards, SweepStatus.SUCCEEDED)
                if stored.value.customer_id is None:
                    # In messages of its own, behind the end: what it takes never keeps a sweep.
                    await self.ports.sweep_queue.put(sweep_id, len(shards))
        except GuardFailed:
            return  # Another message ends it.

    async def _more(self, stored: Stored[Sweep], shards: Sequence[Shard]) -> bool:
        """Whether there is another round of shards: first rows are compared, then leaves summed."""
        sweep = stored.value
        if sweep.customer_id or any(shard.part is Part.NEW_CHECKPOINT for shard in shards):
            return False
        if not sweep.comparing and await self._compare(stored, shards):
            return True
        now = self.clock.now()
        last = Shard(sweep.id, sweep.shards, Part.NEW_CHECKPOINT, Partitions(), now)
        await self._add(stored, [last], comparing=sweep.comparing)
        return True

    async def _compare(self, stored: Stored[Sweep], shards: Sequence[Shard]) -> bool:
        """Whether there is something to look at row by row; then there are more shards."""
        sweep = stored.value
        sums = Sums(sweep.id)
        first = [shard for shard in shards if shard.part in _COMPARED]
        async for packed in self.ports.sweeps.sums(sweep.id):
            sums.include(Sums(sweep.id, packed))
        wanted = Wanted(frozenset(sums.differing))
        again = (
            shard
            for shard in first
            if shard.part is not Part.TENANTS or any(runs(wanted, shard.partitions))
        )
        # Numbered without gaps: a sweep ends when there are as many as it has numbers.
        more = [self._again(shard, n, wanted) for n, shard in enumerate(again, sweep.shards)]
        if not wanted.buckets:
            return False
        log.info(
            "sweep.comparing",
            extra={"sweep": sweep.id, "buckets": len(wanted.buckets), "shards": len(more)},
        )
        await self._add(stored, more, comparing=True)
        return True

    async def _add(self, stored: Stored[Sweep], more: Sequence[Shard], *, comparing: bool) -> None:
        sweep = stored.value
        for shard in more:
            await self.ports.sweeps.add_shard(shard)
        for shard in more:
            await self.ports.sweep_queue.put(sweep.id, shard.n)
        # Last: a process that dies before is followed by another, which does the same again.
        changed = replace(sweep, comparing=comparing, shards=sweep.shards + len(more))
        await self.ports.sweeps.replace(changed, stored.etag)

    def _again(self, shard: Shard, n: int, wanted: Wanted) -> Shard:
        return Shard(
            sweep_id=shard.sweep_id,
            n=n,
            part=_COMPARED[shard.part],
            partitions=shard.partitions,
            updated_at=self.clock.now(),
            wanted=Wanted.pack(wanted.buckets),
        )

    async def _conclude(self, stored: Stored[Sweep], shards: Sequence[Shard]) -> None:
        sweep = stored.value
        await self.webhooks.report(sweep)
        await self._close(sweep)
        if sweep.customer_id is None:
            await self._testify(sweep, shards)

    async def _close(self, sweep: Sweep) -> None:
        """Findings that it covered and did not meet."""
        missed = await self.ports.sweeps.all_missed(sweep.id)
        still_open = partial(self.ports.findings.list, status=FindingStatus.OPEN)
        async for stored in items(still_open, _PAGE):
            if _gone(stored.value, sweep, missed):
                await self._close_one(stored)

    async def _close_one(self, stored: Stored[Finding]) -> None:
        try:
            closed = replace(stored.value, status=FindingStatus.CLOSED)
            await self.ports.findings.put(closed, stored)
        except GuardFailed:
            return  # Someone meets it just now, or has closed it.

    async def _testify(self, sweep: Sweep, shards: Sequence[Shard]) -> None:
        previous = NO_CHECKPOINT
        if sweep.previous_checkpoint_id:
            before = await self.ports.checkpoints.get(sweep.previous_checkpoint_id)
            previous = before.hash if before else NO_CHECKPOINT
        summed = next(shard for shard in shards if shard.part is Part.NEW_CHECKPOINT)
        tree = Forest(summed.state).whole
        checkpoint = Checkpoint(
            sweep.id, self.cloud, sweep.started_at, tree.size, tree.root().hex(), previous
        )
        await self.ports.checkpoints.add(checkpoint)
        log.info("checkpoint.made", extra={"checkpoint": checkpoint.document()})

    async def _end(
        self, stored: Stored[Sweep], shards: Sequence[Shard], status: SweepStatus
    ) -> None:
        succeeded = status is SweepStatus.SUCCEEDED
        whole = stored.value.customer_id is None
        running = await self.ports.sweeps.running()
        if running.value != stored.value.id:
            return
        sweep = replace(
            stored.value,
            status=status,
            finished_at=self.clock.now(),
            shards=len(shards),
            checkpoint_id=stored.value.id if succeeded and whole else None,
            tally=await final(self.ports.sweeps, stored.value.id, shards),
        )
        await self.ports.sweeps.finish(sweep, stored.etag, running)
        # An alert waits for the warning.
        clean = status is SweepStatus.SUCCEEDED and not sweep.tally.problems
        log.log(
            logging.INFO if clean else logging.WARNING,
            "sweep.finished",
            extra={
                "sweep": sweep.id,
                "status": status.value,
                "findings": sweep.tally.problems,
                # What looks for a night without a sweep passes over those of one customer.
                **({"customer": sweep.customer_id} if sweep.customer_id else {}),
            },
        )


async def final(sweeps: SweepStore, sweep_id: str, shards: Sequence[Shard]) -> Tally:
    """All that they counted, each finding once, also if two shards or two deliveries met it."""
    kinds: dict[str, int] = {}
    async for _, kind in items(partial(sweeps.seen, sweep_id), _PAGE):
        kinds[kind] = kinds.get(kind, 0) + 1
    return replace(total(shards), problems=dict(sorted(kinds.items())))


def total(shards: Sequence[Shard]) -> Tally:
    """What all shards have counted so far."""
    tally = Tally()
    for shard in shards:
        tally += shard.tally
    return tally


def _gone(finding: Finding, sweep: Sweep, missed: frozenset[str]) -> bool:
    if finding.status is FindingStatus.CLOSED or finding.last_seen_at >= sweep.started_at:
        return False
    if finding.tenant_id in missed or _kept(finding, sweep):
        return False
    if sweep.customer_id is None:
        return True
    return finding.tenant_id == sweep.customer_id and finding.kind not in _ELSEWHERE


def _kept(finding: Finding, sweep: Sweep) -> bool:
    """What no later sweep could meet again stays for a while, for someone to look.

    So does a refusal, and what was wrong with leaves that are the last checkpoint's no more.
    """
    once = CONTEST_PLACE in finding.key or finding.kind == ProblemKind.CHECKPOINT_BROKEN.value
    return once and finding.last_seen_at > sweep.started_at - ONCE_KEPT


def last_progress(sweep: Sweep, shards: Sequence[Shard], now: datetime) -> datetime:
    """When the sweep was last seen alive; a time that is still to come says nothing."""
    seen = (sweep.started_at, *(shard.updated_at for shard in shards))
    return max((at for at in seen if at <= now + CLOCKS_APART), default=_NEVER)


_NEVER: Final = datetime.min.replace(tzinfo=UTC)
CLOCKS_APART: Final = timedelta(minutes=5)
"""As far as the clocks of two instances may be, and further."""
