"""The queue triggers: for every queue one that takes its messages, and one for its poison queue.

A message lands in `{queue}-poison` when the process died at every try; it becomes a dead letter.
"""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Final

import azure.functions as func

from shared import bootstrap

if TYPE_CHECKING:
    from shared.services.queues.messages import Delivery

type Trigger = Callable[[func.QueueMessage], Coroutine[Any, Any, None]]

QUEUES: Final = (
    "onboarding",
    *(f"onboarding-{n}" for n in range(4)),
    "projections",
    "sweep-shards",
    "webhook-deliveries",
)
"""As `shared.services.ports.queues.Queue` has them, which a start does not import."""

blueprint: Final = func.Blueprint()


def _delivery(message: func.QueueMessage) -> "Delivery":
    """Text that is no text becomes undecodable here, not an error."""
    from shared.services.queues.messages import Delivery  # noqa: PLC0415 - only where messages come in

    text = message.get_body().decode(errors="replace")
    return Delivery(str(message.id), text, message.dequeue_count or 1)


def _taken(queue: str) -> Trigger:
    async def main(message: func.QueueMessage) -> None:
        await bootstrap.services().inbox.take(queue, _delivery(message))

    return main


def _buried(queue: str) -> Trigger:
    async def main(message: func.QueueMessage) -> None:
        await bootstrap.services().inbox.poison(queue, _delivery(message))

    return main


def _register(queue: str, trigger: Trigger) -> None:
    # As bytes: of a text that is JSON the host would take the message's id, its count of tries and
    # its times from what the sender wrote.
    triggered = blueprint.queue_trigger(
        "message", queue, "AzureWebJobsStorage", data_type=func.DataType.BINARY
    )(trigger)
    blueprint.function_name(queue.replace("-", "_"))(triggered)


for _queue in QUEUES:
    _register(_queue, _taken(_queue))
    _register(f"{_queue}-poison", _buried(_queue))
