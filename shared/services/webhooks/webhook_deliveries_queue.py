"""What the messages of the queue `webhook-deliveries` are for."""

from contextlib import suppress
from dataclasses import dataclass

from shared.services.ports.queues import Queue
from shared.services.queues.dead_letters import SUCCEEDED, Cause, DeadLetters
from shared.services.queues.internal_messages import wake_of
from shared.services.queues.messages import Delivery
from shared.services.queues.rejections import Reason, Rejected
from shared.services.webhooks.deliveries import Deliveries


@dataclass(frozen=True, slots=True)
class WebhookDeliveriesQueue:
    """The queue `webhook-deliveries`; see `shared.services.queues.inbox.Work`."""

    deliveries: Deliveries
    dead_letters: DeadLetters

    async def process(self, delivery: Delivery) -> str:
        """See `Work`."""
        await self.deliveries.deliver(wake_of(delivery.text))
        return SUCCEEDED

    async def check(self, text: str) -> None:
        """See `Work`: it is ours, if it names a webhook."""
        wake_of(text)

    async def bury(self, delivery: Delivery, reason: Reason, error: Exception) -> None:
        """See `Work`. The timer wakes the webhook again; it stays one dead letter a webhook."""
        cause = Cause(delivery.id, reason, error)
        with suppress(Rejected):
            key = wake_of(delivery.text).key
            cause = Cause(" ".join(key), reason, error, key.partner_id)
        await self.dead_letters.bury(Queue.WEBHOOK_DELIVERIES, delivery, cause)
