"""What is pruned when: never a ledger entry, never anything open.

Each kind goes under its ETag, so what changes meanwhile stays until the next sweep.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Final

from shared.clock import Clock
from shared.services.ports.findings import FindingStatus, FindingStore
from shared.services.ports.operations import OperationsStore
from shared.services.ports.sweeps import Sweep, SweepStatus, SweepStore
from shared.services.ports.tenants import TenantStore
from shared.services.ports.values import GuardFailed, StorageError, Stored, items

log = logging.getLogger(__name__)

MESSAGES_KEPT: Final = timedelta(days=90)
"""Remembered messages: longer than any sender repeats one, and a dead letter can be replayed."""

RESULTS_KEPT: Final = timedelta(days=90)
"""Results: pipelines follow their feed within days; a quarter is there to look things up."""

SWEEPS_KEPT: Final = timedelta(days=30)
"""Finished sweeps with their leaves. The last checkpoint's stay: the next sweep needs them."""

FINDINGS_KEPT: Final = timedelta(days=180)
"""Closed findings, from when they were last seen."""

MOST: Final = 1000
"""Of a kind in one message: two requests for each fit into it even where each takes 100 ms."""
_PAGE: Final = 1000

type Prune = Callable[[], Awaitable[int]]
"""Prunes at most MOST of one kind; how many went."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Runs behind the end of each sweep over everything."""

    sweeps: SweepStore
    findings: FindingStore
    operations: OperationsStore
    clock: Clock

    async def run(self) -> bool:
        """Prunes all kinds of old rows; whether there is more.

        One that fails stops no other, and is tried again behind the next sweep.
        """
        kinds: dict[str, Prune] = {
            "sweeps": self._prune_sweeps,
            "findings": self._prune_findings,
            "results": self._prune_results,
        }
        gone: dict[str, int] = {}
        for kind, prune in kinds.items():
            try:
                gone[kind] = await prune()
            except StorageError as error:
                log.warning("retention.failed", extra={"kind": kind, "error": type(error).__name__})
        log.info("retention.done", extra={"pruned": gone})
        return MOST in gone.values()

    async def _prune_sweeps(self) -> int:
        until = self.clock.now() - SWEEPS_KEPT
        old: list[Stored[Sweep]] = []
        testified = False
        async for stored in items(self.sweeps.list, _PAGE):
            sweep = stored.value
            if sweep.checkpoint_id and not testified:
                testified = True
            elif sweep.status is not SweepStatus.RUNNING and sweep.started_at < until:
                old.append(stored)
        for stored in old[-MOST:]:
            await self.sweeps.forget(stored)
        return len(old[-MOST:])

    async def _prune_findings(self) -> int:
        until, gone = self.clock.now() - FINDINGS_KEPT, 0
        closed = partial(self.findings.list, status=FindingStatus.CLOSED)
        async for stored in items(closed, _PAGE):
            if stored.value.last_seen_at < until:
                await self.findings.delete(stored)
                gone += 1
                if gone == MOST:
                    break
        return gone

    async def _prune_results(self) -> int:
        return await self.operations.forget_results(self.clock.now() - RESULTS_KEPT, MOST)


@dataclass(frozen=True, slots=True)
class OldMessages:
    """Remembered messages that nobody sends again."""

    tenants: TenantStore
    clock: Clock

    async def forget(self, tenant_id: str, remembered: Iterable[tuple[str, str, datetime]]) -> None:
        """The old ones of (row key, ETag, when); another delivery of the shard may be faster.

        At most MOST of a tenant: the next sweep goes on.
        """
        until = self.clock.now() - MESSAGES_KEPT
        old = ((row, etag) for row, etag, at in remembered if at < until)
        for row, etag in islice(old, MOST):
            with suppress(GuardFailed):
                await self.tenants.forget_message(tenant_id, row, etag)
