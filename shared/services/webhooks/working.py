"""What the messages of the queue `webhook-deliveries` are for."""

from contextlib import suppress
from dataclasses import dataclass

from shared.errors import BadRequest
from shared.services.dead_letters import SUCCEEDED, Cause, DeadLetters
from shared.services.messages import Delivery
from shared.services.ports import Wake
from shared.services.rejections import Reason, Rejected
from shared.services.webhooks.deliveries import Deliveries
from shared.services.webhooks.wakes import QUEUE, woken


@dataclass(frozen=True, slots=True)
class Delivering:
    """The queue `webhook-deliveries`; see `shared.services.inbox.Work`."""

    deliveries: Deliveries
    dead_letters: DeadLetters

    async def process(self, delivery: Delivery) -> str:
        """See `Work`."""
        await self.deliveries.deliver(_wake(delivery.text))
        return SUCCEEDED

    async def authorise(self, text: str) -> None:
        """See `Work`: it is ours, if it names a webhook."""
        _wake(text)

    async def bury(self, delivery: Delivery, reason: Reason, error: Exception) -> None:
        """See `Work`. The timer wakes the webhook again; it stays one dead letter a webhook."""
        cause = Cause(delivery.id, reason, error)
        with suppress(Rejected):
            key = _wake(delivery.text).key
            cause = Cause(" ".join(key), reason, error, key.partner_id)
        await self.dead_letters.bury(QUEUE, delivery, cause)


def _wake(text: str) -> Wake:
    try:
        return woken(text)
    except BadRequest as error:
        raise Rejected(Reason.MALFORMED, error) from None
