"""The timer of the consistency sweep, and what its queues could not process."""

import azure.functions as func

from functions.deliveries import delivery
from shared import bootstrap

blueprint = func.Blueprint()


@blueprint.timer_trigger("timer", "%SWEEP_SCHEDULE%")
async def sweep(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the trigger's binding
    """Records invitations and privileges that have lapsed."""
    await bootstrap.services().expiry.run()


@blueprint.queue_trigger("message", "sweep-shards-poison", "AzureWebJobsStorage")
async def sweep_shards_poison(message: func.QueueMessage) -> None:
    """A part of a sweep that failed at every try."""
    await bootstrap.services().dead_letters.poison("sweep-shards", delivery(message))


@blueprint.queue_trigger("message", "webhook-deliveries-poison", "AzureWebJobsStorage")
async def webhook_deliveries_poison(message: func.QueueMessage) -> None:
    """A delivery that failed at every try."""
    await bootstrap.services().dead_letters.poison("webhook-deliveries", delivery(message))
