"""The internal queue that keeps indexes and feeds following the ledgers."""

import azure.functions as func

from functions.deliveries import delivery
from shared import bootstrap

blueprint = func.Blueprint()


@blueprint.queue_trigger("message", "projections", "AzureWebJobsStorage")
async def projections(message: func.QueueMessage) -> None:
    """The tenant may have news."""
    await bootstrap.services().inbox.take("projections", delivery(message))


@blueprint.queue_trigger("message", "projections-poison", "AzureWebJobsStorage")
async def projections_poison(message: func.QueueMessage) -> None:
    """Recorded, and announced again."""
    await bootstrap.services().inbox.poison("projections", delivery(message))
