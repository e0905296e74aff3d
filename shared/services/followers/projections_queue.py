"""What the messages of the queue `projections` are for."""

from dataclasses import dataclass, replace

from shared.services.followers.projection import LAST_LOOK, Projection
from shared.services.ports.queues import Announcer, Queue
from shared.services.queues.dead_letters import SUCCEEDED, Cause, DeadLetters
from shared.services.queues.internal_messages import announcement
from shared.services.queues.messages import Delivery
from shared.services.queues.rejections import Reason, Rejected


@dataclass(frozen=True, slots=True)
class ProjectionsQueue:
    """The queue `projections`; see `shared.services.queues.inbox.Work`."""

    projection: Projection
    announcer: Announcer
    dead_letters: DeadLetters

    async def process(self, delivery: Delivery) -> str:
        """See `Work`."""
        await self.projection.follow(announcement(delivery.text))
        return SUCCEEDED

    async def check(self, text: str) -> None:
        """See `Work`: it is ours, if it is an announcement."""
        announcement(text)

    async def bury(self, delivery: Delivery, reason: Reason, error: Exception) -> None:
        """Announces it again, late, so that followers catch up once the cause is gone.

        However often that fails, it stays one dead letter of that tenant and command.
        """
        cause = Cause(delivery.id, reason, error)
        try:
            said = announcement(delivery.text)
        except Rejected as rejected:
            cause = replace(cause, reason=rejected.reason, error=rejected.error)
        else:
            await self.announcer.announce(replace(said, look=LAST_LOOK))
            key = f"{said.tenant_id} {said.command_id}"
            cause = replace(cause, key=key, tenant_id=said.tenant_id)
        await self.dead_letters.bury(Queue.PROJECTIONS, delivery, cause)
