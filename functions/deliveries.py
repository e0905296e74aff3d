"""Queue messages as the services take them."""

import azure.functions as func

from shared.services.messages import Delivery


def delivery(message: func.QueueMessage) -> Delivery:
    """Text that is no text becomes undecodable here, not an error."""
    text = message.get_body().decode(errors="replace")
    return Delivery(str(message.id), text, message.dequeue_count or 1)
