"""Sweeps: started by the timer or an operator, one at a time, and told about."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Final
from uuid import UUID

from shared.clock import Clock
from shared.errors import SweepRunning
from shared.services.ports import (
    CheckpointStore,
    GuardFailed,
    Part,
    Partitions,
    Shard,
    Stored,
    Sweep,
    SweepQueue,
    SweepStatus,
    SweepStore,
)
from shared.services.sweeping.finishing import last_progress
from shared.services.sweeping.references import EVERY_BUCKET

log = logging.getLogger(__name__)

DEAD_AFTER: Final = timedelta(minutes=30)
"""A sweep without progress for so long is dead: a shard writes progress much more often."""

ROWS_PER_SHARD: Final = 250_000
MOST_SHARDS: Final = 256
_RECENT: Final = 20


class Sweeps:
    """Starts sweeps."""

    def __init__(
        self,
        sweeps: SweepStore,
        checkpoints: CheckpointStore,
        queue: SweepQueue,
        clock: Clock,
        random: Random,
    ) -> None:
        """`random` makes ids."""
        self._sweeps = sweeps
        self._checkpoints = checkpoints
        self._queue = queue
        self._clock = clock
        self._random = random

    async def start(self, customer_id: str | None = None) -> tuple[Sweep, bool]:
        """The sweep, and whether it is new: one of the same scope that runs already is as good.

        Raises SweepRunning while one of another scope runs.
        """
        running = await self._sweeps.running()
        superseded: list[Stored[Sweep]] = []
        if running.value:
            stored = await self._sweeps.get(running.value)
            if stored and not await self._dead(stored.value):
                return _same(stored.value, customer_id), False
            if stored:
                log.warning("sweep.superseded", extra={"sweep": running.value})
                failed = replace(
                    stored.value, status=SweepStatus.FAILED, finished_at=self._clock.now()
                )
                superseded = [replace(stored, value=failed)]
        sweep, shards = await self._planned(customer_id)
        try:
            await self._sweeps.start(sweep, running, superseded)
        except GuardFailed:
            return await self._other(customer_id), False
        for shard in shards:
            await self._sweeps.add_shard(shard)
        for shard in shards:
            await self._queue.put(sweep.id, shard.n)
        log.info("sweep.started", extra={"sweep": sweep.id, "shards": len(shards)})
        return sweep, True

    async def start_by_timer(self) -> None:
        """A sweep over everything; one that runs is enough."""
        try:
            await self.start()
        except SweepRunning as error:
            log.warning("sweep.not-started", extra={"running": error.target})

    async def _other(self, customer_id: str | None) -> Sweep:
        """The one that someone else has just started."""
        running = await self._sweeps.running()
        stored = await self._sweeps.get(running.value) if running.value else None
        if stored is None:
            raise SweepRunning(running.value)
        return _same(stored.value, customer_id)

    async def _dead(self, sweep: Sweep) -> bool:
        shards = [each.value for each in await self._sweeps.shards(sweep.id)]
        return last_progress(sweep, shards) < self._clock.now() - DEAD_AFTER

    async def _planned(self, customer_id: str | None) -> tuple[Sweep, list[Shard]]:
        now = self._clock.now()
        sweep_id = _id(now, self._random)
        newest = await self._checkpoints.list(None, 1)
        previous = newest.items[0].id if newest.items else None
        plan = list(_one(customer_id) if customer_id else _all(await self._last_rows()))
        shards = [
            Shard(sweep_id, n, part, partitions, now, wanted=EVERY_BUCKET if customer_id else b"")
            for n, (part, partitions) in enumerate(plan)
        ]
        sweep = Sweep(
            id=sweep_id,
            customer_id=customer_id,
            status=SweepStatus.RUNNING,
            started_at=now,
            shards=len(shards),
            previous_checkpoint_id=previous,
        )
        return sweep, shards

    async def _last_rows(self) -> int:
        """How much there was the last time."""
        recent = await self._sweeps.list(None, _RECENT)
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


def _one(customer_id: str) -> Iterator[tuple[Part, Partitions]]:
    yield Part.TENANTS, Partitions.only(customer_id)


def _all(rows: int) -> Iterator[tuple[Part, Partitions]]:
    """Each table in ranges, as many as the last sweep's size asks for."""
    count = min(MOST_SHARDS, 1 + rows // ROWS_PER_SHARD)
    bounds = ["", *(f"{n * 2**32 // count:08x}" for n in range(1, count)), None]
    for part, prefix in (
        (Part.TENANTS, ""),
        (Part.INDEX, ""),
        (Part.CLAIMS, "subscription|"),
    ):
        yield from _ranges(part, prefix, bounds)


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
