"""Writes down that invitations have expired. They are expired already (INV-4)."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass

from shared.clock import Clock
from shared.domain.base import SYSTEM
from shared.domain.commands import RecordExpiry
from shared.domain.state import Head
from shared.services.execution import Executor
from shared.services.ports import TenantStore, Undecodable

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Recorded:
    """What one run did: invitations recorded, and failures that the next run tries again."""

    invitations: int = 0
    failures: int = 0


class Expiry:
    """Goes through all tenants."""

    def __init__(self, tenants: TenantStore, executor: Executor, clock: Clock) -> None:
        """Everything from outside is an argument."""
        self._tenants = tenants
        self._executor = executor
        self._clock = clock

    async def run(self) -> Recorded:
        """Every overdue invitation of every tenant; one that fails stops no other.

        Raises StorageError when the tenants themselves cannot be listed.
        """
        recorded = Recorded()
        async for head in self._heads(recorded):
            for command in self._overdue(head):
                await self._record(command, recorded)
        log.info(
            "expiry.finished",
            extra={"invitations": recorded.invitations, "failures": recorded.failures},
        )
        return recorded

    async def _heads(self, recorded: Recorded) -> AsyncIterator[Head]:
        heads = self._tenants.heads()
        while True:
            try:
                stored = await anext(heads)
            except StopAsyncIteration:
                return
            except Undecodable as error:
                _failed(recorded, error)
            else:
                yield stored.value

    def _overdue(self, head: Head) -> list[RecordExpiry]:
        now = self._clock.now()
        waiting = (related.pending for related in head.related.values())
        return [
            RecordExpiry(SYSTEM, head.id, pending.id)
            for pending in waiting
            if pending and now >= pending.expires_at
        ]

    async def _record(self, command: RecordExpiry, recorded: Recorded) -> None:
        try:
            await self._executor.execute(command)
        except Exception as error:  # noqa: BLE001 - one tenant never stops the rest
            _failed(recorded, error, tenant=command.customer_id)
        else:
            recorded.invitations += 1


def _failed(recorded: Recorded, error: Exception, **where: str) -> None:
    recorded.failures += 1
    log.warning("expiry.failed", extra={"error": type(error).__name__, **where})
