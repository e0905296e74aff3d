"""Writes down what has lapsed already: invitations (INV-4) and delegated admin privileges."""

import logging
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass

from shared.clock import Clock
from shared.domain.base import SYSTEM
from shared.domain.commands import RecordExpiry
from shared.domain.commands_relationships import RecordLapse
from shared.domain.models import DelegatedAdmin
from shared.domain.state import Head
from shared.services.execution import Executor
from shared.services.ports import TenantStore, Undecodable

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Recorded:
    """What one run did: what it recorded, and failures that the next run tries again."""

    invitations: int = 0
    privileges: int = 0
    failures: int = 0


class Expiry:
    """Goes through all tenants."""

    def __init__(self, tenants: TenantStore, executor: Executor, clock: Clock) -> None:
        """Everything from outside is an argument."""
        self._tenants = tenants
        self._executor = executor
        self._clock = clock

    async def run(self) -> Recorded:
        """Everything overdue at every tenant; what fails stops nothing else.

        Raises StorageError when the tenants themselves cannot be listed.
        """
        recorded = Recorded()
        async for head in self._heads(recorded):
            for invitation in self._overdue(head):
                recorded.invitations += await self._record(invitation, recorded)
            for privileges in self._lapsed(head):
                recorded.privileges += await self._record(privileges, recorded)
        log.info("expiry.finished", extra=asdict(recorded))
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

    def _lapsed(self, head: Head) -> list[RecordLapse]:
        now = self._clock.now()
        standing = (related.relationship for related in head.related.values())
        return [
            RecordLapse(SYSTEM, head.id, each.partner_id)
            for each in standing
            if each
            and each.delegated_admin is DelegatedAdmin.GRANTED
            and each.delegated_admin_at(now) is DelegatedAdmin.EXPIRED
        ]

    async def _record(self, command: RecordExpiry | RecordLapse, recorded: Recorded) -> bool:
        try:
            await self._executor.execute(command)
        except Exception as error:  # noqa: BLE001 - one tenant never stops the rest
            _failed(recorded, error, tenant=command.customer_id)
            return False
        return True


def _failed(recorded: Recorded, error: Exception, **where: str) -> None:
    recorded.failures += 1
    log.warning("expiry.failed", extra={"error": type(error).__name__, **where})
