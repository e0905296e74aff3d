"""Sweeps: started by the timer or an operator, one at a time, and told about."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Final
from uuid import UUID

from shared.canonical import JsonObject
from shared.clock import Clock
from shared.errors import SweepRunning
from shared.proving.problems import RUNNING_PLACE, Problem, ProblemKind
from shared.services.findings import Recorder
from shared.services.ports.queues import SweepQueue
from shared.services.ports.scanning import Partitions
from shared.services.ports.sweeps import (
    CheckpointStore,
    Part,
    Shard,
    Sweep,
    SweepStatus,
    SweepStore,
)
from shared.services.ports.values import GuardFailed, Stored, Undecodable, items
from shared.services.sweeping.finishing import final, last_progress
from shared.services.sweeping.references import EVERY_BUCKET

log = logging.getLogger(__name__)

DEAD_AFTER: Final = timedelta(minutes=30)
"""A sweep without progress for so long is dead: a shard writes progress much more often."""

CALLED_AGAIN_AFTER: Final = timedelta(minutes=2)
"""After as long without progress, starting it again calls its shards again: who started it may have
died before all of their messages were out. One that comes twice changes nothing."""

ROWS_PER_SHARD: Final = 250_000
MOST_SHARDS: Final = 256
_RECENT: Final = 20


@dataclass(frozen=True, slots=True)
class Sweeps:
    """Starts sweeps. `random` makes ids."""

    sweeps: SweepStore
    checkpoints: CheckpointStore
    queue: SweepQueue
    clock: Clock
    random: Random
    recorder: Recorder

    async def start(self, customer_id: str | None = None) -> tuple[Sweep, bool]:
        """The sweep, and whether it is new: one of the same scope that runs already is as good.

        Raises SweepRunning while one of another scope runs.
        """
        running, unreadable = await self._running()
        superseded: list[Stored[Sweep]] = []
        if running.value:
            stored, shards = await self._under_way(running.value)
            if stored and not self._silent(stored.value, shards, DEAD_AFTER):
                same = _same(stored.value, customer_id)
                if self._silent(same, shards, CALLED_AGAIN_AFTER):
                    await self._send_out(same, shards)
                return same, False
            if stored:
                log.warning("sweep.superseded", extra={"sweep": running.value})
                superseded = [replace(stored, value=await self._failed(stored.value, shards))]
        sweep = await self._planned(customer_id)
        try:
            await self.sweeps.start(sweep, running, superseded)
        except GuardFailed:
            return await self._other(customer_id), False
        if unreadable:
            await self.recorder.record(sweep.id, unreadable, repaired=True)
        await self._send_out(sweep, ())
        log.info("sweep.started", extra={"sweep": sweep.id, "shards": sweep.shards})
        return sweep, True

    async def _failed(self, dead: Sweep, shards: Sequence[Shard]) -> Sweep:
        """A dead one, with what it had come to."""
        tally = await final(self.sweeps, dead.id, shards)
        now = self.clock.now()
        return replace(dead, status=SweepStatus.FAILED, finished_at=now, tally=tally)

    async def _running(self) -> tuple[Stored[str], Problem | None]:
        """What runs; nothing, where the row that says so is not one of ours: it is overwritten."""
        try:
            return await self.sweeps.running(), None
        except Undecodable as error:
            detail: JsonObject = {"table": "operations"}
            problem = Problem(ProblemKind.UNDECODABLE_ROW, "", RUNNING_PLACE, detail)
            return Stored("", error.etag), problem

    async def _under_way(self, sweep_id: str) -> tuple[Stored[Sweep] | None, list[Shard]]:
        """A sweep with its shards; no shards, where one of them is not as it was written."""
        try:
            stored = await self.sweeps.get(sweep_id)
        except Undecodable:
            return None, []
        try:
            return stored, [each.value for each in await self.sweeps.shards(sweep_id)]
        except Undecodable:
            return stored, []

    async def start_by_timer(self) -> None:
        """A sweep over everything; one that runs is enough."""
        try:
            await self.start()
        except SweepRunning as error:
            log.warning("sweep.not-started", extra={"running": error.target})

    async def _other(self, customer_id: str | None) -> Sweep:
        """The sweep that another process has just started."""
        running = await self.sweeps.running()
        stored = await self.sweeps.get(running.value) if running.value else None
        if stored is None:
            raise SweepRunning(running.value)
        return _same(stored.value, customer_id)

    async def _send_out(self, sweep: Sweep, there: Sequence[Shard]) -> None:
        """Adds the shards of the first round that are not `there`, and calls all that rest.

        Repeating is safe: also after a process that died between any two of these steps.
        """
        known = {shard.n: shard for shard in there}
        for shard in () if sweep.comparing else _shards(sweep):
            if known.setdefault(shard.n, shard) is shard:
                await self.sweeps.add_shard(shard)
        for shard in known.values():
            if not shard.done:
                await self.queue.put(sweep.id, shard.n)

    def _silent(self, sweep: Sweep, shards: Sequence[Shard], since: timedelta) -> bool:
        now = self.clock.now()
        return last_progress(sweep, shards, now) < now - since

    async def _planned(self, customer_id: str | None) -> Sweep:
        now = self.clock.now()
        sweep_id = _id(now, self.random)
        newest = await anext(items(self.checkpoints.list, 1), None)
        wanted = 1 + await self._last_rows() // ROWS_PER_SHARD
        ranges = max(1, min(MOST_SHARDS, wanted))
        return Sweep(
            id=sweep_id,
            customer_id=customer_id,
            status=SweepStatus.RUNNING,
            started_at=now,
            shards=1 if customer_id else len(_TABLES) * ranges + len(_ALONE),
            previous_checkpoint_id=newest and newest.id,
        )

    async def _last_rows(self) -> int:
        """How much there was the last time."""
        recent = await self.sweeps.list(None, _RECENT)
        whole = (
            each.value.tally.rows
            for each in recent.items
            if each.value.status is SweepStatus.SUCCEEDED and each.value.customer_id is None
        )
        return next(whole, 0)


def _same(running: Sweep, customer_id: str | None) -> Sweep:
    if running.customer_id != customer_id:
        raise SweepRunning(running.id)
    return running


def _shards(sweep: Sweep) -> Iterator[Shard]:
    """Those of the first round, which follow from the sweep alone."""
    one = sweep.customer_id
    plan = [(Part.TENANTS, Partitions.only(one))] if one else _all(sweep.shards)
    wanted = EVERY_BUCKET if one else b""
    for n, (part, partitions) in enumerate(plan):
        yield Shard(sweep.id, n, part, partitions, sweep.started_at, wanted=wanted)


_TABLES: Final = ((Part.TENANTS, ""), (Part.INDEX, ""), (Part.CLAIMS, "subscription|"))


_ALONE: Final = (Part.OPERATIONS, Part.LAST_CHECKPOINT)


def _all(shards: int) -> Iterator[tuple[Part, Partitions]]:
    """Each table in as many ranges as that makes, then what is not divided."""
    count = (shards - len(_ALONE)) // len(_TABLES)
    bounds = ["", *(f"{n * 2**32 // count:08x}" for n in range(1, count)), None]
    for part, prefix in _TABLES:
        yield from _ranges(part, prefix, bounds)
    for part in _ALONE:
        yield part, Partitions()


def _ranges(
    part: Part, prefix: str, bounds: Sequence[str | None]
) -> Iterator[tuple[Part, Partitions]]:
    """All keys of a table: the first range begins, and the last ends, with the table."""
    for low, high in pairwise(bounds):
        yield (
            part,
            Partitions(prefix + low if low else "", None if high is None else prefix + high),
        )


def _id(now: datetime, random: Random) -> str:
    """A UUID of version 7 (RFC 9562): it begins with the time."""
    milliseconds = int(now.timestamp() * 1000)
    bits = milliseconds << 80 | 0x7 << 76 | random.getrandbits(12) << 64
    return str(UUID(int=bits | 0b10 << 62 | random.getrandbits(62)))
