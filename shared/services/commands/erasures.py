"""Erasing personal data: as many commands as it takes, each of them one transaction."""

from dataclasses import dataclass
from typing import Final

from shared.deciding.erasing import ErasePersonalData
from shared.model.base import Actor
from shared.services.commands.execution import Executor, Precondition, unconditional
from shared.services.ports.tenants import TenantStore
from shared.services.queues.dead_letters import DeadLetters

_PAGE: Final = 90
"""Deletions that fit into one transaction beside the head and the entry."""

_ALL: Final = ("", "~")
"""Before and behind every id."""


@dataclass(frozen=True, slots=True)
class Erasures:
    """For the actor's own tenant."""

    tenants: TenantStore
    executor: Executor
    dead_letters: DeadLetters

    async def erase(
        self,
        actor: Actor,
        invitation_id: str | None,
        precondition: Precondition = unconditional,
    ) -> None:
        """Of one invitation, or everything there is; repeating erases what came since.

        Texts of dead letters about it go as well. Raises what the executor and `precondition`
        raise: then some may be gone, and repeating goes on.
        """
        if invitation_id:
            await self._execute(actor, invitation_id, (invitation_id,), precondition)
        else:
            while there := sorted(await self.tenants.details_of(actor.tenant_id, *_ALL)):
                await self._execute(actor, None, tuple(there[:_PAGE]), precondition)
        await self.dead_letters.erase_texts(actor.tenant_id, invitation_id)

    async def _execute(
        self,
        actor: Actor,
        invitation_id: str | None,
        details_ids: tuple[str, ...],
        precondition: Precondition,
    ) -> None:
        command = ErasePersonalData(actor, actor.tenant_id, invitation_id, details_ids)
        await self.executor.execute(command, precondition=precondition)
