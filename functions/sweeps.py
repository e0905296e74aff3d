"""The timer of the consistency sweep, and the internal queue of its parts."""

import azure.functions as func

from functions.deliveries import delivery
from shared import bootstrap

blueprint = func.Blueprint()


@blueprint.timer_trigger("timer", "%SWEEP_SCHEDULE%")
async def sweep(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the trigger's binding
    """Starts a sweep over everything, unless one is running; forgets old texts."""
    services = bootstrap.services()
    await services.sweeping.sweeps.start_by_timer()
    await services.dead_letters.expire_texts()


@blueprint.queue_trigger("message", "sweep-shards", "AzureWebJobsStorage")
async def sweep_shards(message: func.QueueMessage) -> None:
    """Goes on with a part of a sweep."""
    await bootstrap.services().inbox.take("sweep-shards", delivery(message))


@blueprint.queue_trigger("message", "sweep-shards-poison", "AzureWebJobsStorage")
async def sweep_shards_poison(message: func.QueueMessage) -> None:
    """A part of a sweep that failed at every try: the sweep ends as failed."""
    await bootstrap.services().inbox.poison("sweep-shards", delivery(message))
