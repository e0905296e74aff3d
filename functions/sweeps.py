"""The timer of the consistency sweep, and what its queues could not process."""

from contextlib import suppress

import azure.functions as func

from functions.deliveries import delivery
from shared import bootstrap
from shared.errors import BadRequest
from shared.services.messages import shard_of

blueprint = func.Blueprint()


@blueprint.timer_trigger("timer", "%SWEEP_SCHEDULE%")
async def sweep(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the trigger's binding
    """Starts a sweep over everything, unless one is running."""
    await bootstrap.services().sweeping.sweeps.start_by_timer()


@blueprint.queue_trigger("message", "sweep-shards", "AzureWebJobsStorage")
async def sweep_shards(message: func.QueueMessage) -> None:
    """Goes on with a part of a sweep."""
    await bootstrap.services().sweeping.shards.run(*shard_of(delivery(message).text))


@blueprint.queue_trigger("message", "sweep-shards-poison", "AzureWebJobsStorage")
async def sweep_shards_poison(message: func.QueueMessage) -> None:
    """A part of a sweep that failed at every try: the sweep ends as failed."""
    services = bootstrap.services()
    await services.dead_letters.poison("sweep-shards", delivery(message))
    with suppress(BadRequest):
        await services.sweeping.shards.give_up(*shard_of(delivery(message).text))


@blueprint.queue_trigger("message", "webhook-deliveries-poison", "AzureWebJobsStorage")
async def webhook_deliveries_poison(message: func.QueueMessage) -> None:
    """A delivery that failed at every try."""
    await bootstrap.services().dead_letters.poison("webhook-deliveries", delivery(message))
