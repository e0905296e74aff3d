"""Repairs that are safe: through ordinary commands, never on a ledger or a subscription."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from shared.deciding.commands import Command
from shared.deciding.ending import RecordLapse
from shared.deciding.inviting import RecordExpiry
from shared.errors import AppError
from shared.model.base import SYSTEM
from shared.proving.problems import Problem, ProblemKind, placed_row
from shared.services.commands.execution import Executor
from shared.services.ports.queues import Announcement, Announcer
from shared.services.ports.values import StorageError

log = logging.getLogger(__name__)

_NO_COMMAND: Final = "sweep"
"""An announcement that waits for no command: all that is there is served."""


@dataclass(frozen=True, slots=True)
class Repairs:
    """What can be put right at a tenant. A failure leaves it to the next sweep."""

    executor: Executor
    announcer: Announcer

    async def repair(self, problem: Problem) -> bool:
        """Repairs the problem if that is safe; whether it, or a follower it called, does."""
        match problem.kind:
            case ProblemKind.INVITATION_OVERDUE:
                key = placed_row(problem.key)
                if key is None:
                    return False
                return await self._execute(RecordExpiry(SYSTEM, problem.tenant_id, key[1]))
            case ProblemKind.PROJECTION_BEHIND:
                return await self._announce(problem.tenant_id)
            case _:
                return False

    async def record_lapses(self, tenant_id: str, partner_ids: Iterable[str]) -> int:
        """Privileges that ran out are written down; how many."""
        done = 0
        for partner_id in partner_ids:
            done += await self._execute(RecordLapse(SYSTEM, tenant_id, partner_id))
        return done

    async def _announce(self, tenant_id: str) -> bool:
        try:
            await self.announcer.announce(Announcement(tenant_id, _NO_COMMAND))
        except StorageError as error:
            return _failed(tenant_id, error)
        return True

    async def _execute(self, command: Command) -> bool:
        try:
            await self.executor.execute(command)
        except (AppError, StorageError) as error:
            return _failed(command.tenant_id, error)
        except Exception as error:  # noqa: BLE001 - one tenant never stops the rest
            return _failed(command.tenant_id, error)
        return True


def _failed(tenant_id: str, error: Exception) -> bool:
    log.warning("sweep.repair-failed", extra={"tenant": tenant_id, "error": type(error).__name__})
    return False
