"""Events that a webhook's receiver refuses again and again: dead letters, that can be put back."""

from dataclasses import dataclass

from shared.canonical import JsonObject
from shared.services.ports.queues import Queue
from shared.services.ports.webhooks import Wake, Webhook
from shared.services.queues.dead_letters import Cause, DeadLetters
from shared.services.queues.internal_messages import wake_text
from shared.services.queues.messages import Delivery
from shared.services.queues.rejections import Reason
from shared.services.webhooks.steps import Attempt


class ReceiverRefusedError(Exception):
    """The receiver answered every attempt with a refusal."""


@dataclass(frozen=True, slots=True)
class DeadEvents:
    """Records them."""

    letters: DeadLetters

    async def bury(self, webhook: Webhook, event: JsonObject, attempt: Attempt) -> None:
        """The letter's text is the message that delivers this one event."""
        event_id = str(event["id"])
        wake = Wake(webhook.key, webhook.progress.cursor, event_id)
        delivery = Delivery(event_id, wake_text(wake), webhook.progress.attempts + 1)
        cause = Cause(
            key=f"{webhook.key.partner_id} {webhook.key.webhook_id} {event_id}",
            reason=Reason.RETRIES_EXHAUSTED,
            error=ReceiverRefusedError(f"The receiver answered {attempt.error}."),
            tenant_id=webhook.key.partner_id,
        )
        await self.letters.bury(Queue.WEBHOOK_DELIVERIES, delivery, cause)
