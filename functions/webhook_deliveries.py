"""The internal queue of webhooks' deliveries, and the timer that makes up for lost messages."""

import azure.functions as func

from functions.deliveries import delivery
from shared import bootstrap

blueprint = func.Blueprint()


@blueprint.queue_trigger("message", "webhook-deliveries", "AzureWebJobsStorage")
async def webhook_deliveries(message: func.QueueMessage) -> None:
    """A webhook may have something to deliver."""
    await bootstrap.services().inbox.take("webhook-deliveries", delivery(message))


@blueprint.queue_trigger("message", "webhook-deliveries-poison", "AzureWebJobsStorage")
async def webhook_deliveries_poison(message: func.QueueMessage) -> None:
    """A delivery that failed at every try."""
    await bootstrap.services().inbox.poison("webhook-deliveries", delivery(message))


@blueprint.timer_trigger("timer", "20 * * * * *")
async def webhook_upkeep(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the trigger's binding
    """Every minute: wakes webhooks that wait for nobody."""
    await bootstrap.services().webhooks.upkeep.run()
