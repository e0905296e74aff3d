"""Queue messages as the services take them."""

from typing import TYPE_CHECKING

import azure.functions as func

if TYPE_CHECKING:
    from shared.services.queues.messages import Delivery


def delivery(message: func.QueueMessage) -> "Delivery":
    """Text that is no text becomes undecodable here, not an error."""
    from shared.services.queues.messages import Delivery  # noqa: PLC0415 - only where messages come in

    text = message.get_body().decode(errors="replace")
    return Delivery(str(message.id), text, message.dequeue_count or 1)
