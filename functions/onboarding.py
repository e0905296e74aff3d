"""The queue that onboarding pipelines write to."""

import azure.functions as func

from functions.deliveries import delivery
from shared import bootstrap

blueprint = func.Blueprint()


@blueprint.queue_trigger("message", "onboarding", "AzureWebJobsStorage")
async def onboarding(message: func.QueueMessage) -> None:
    """One CloudEvent in base64."""
    await bootstrap.services().inbox.take("onboarding", delivery(message))


@blueprint.queue_trigger("message", "onboarding-poison", "AzureWebJobsStorage")
async def onboarding_poison(message: func.QueueMessage) -> None:
    """With these the process died at every try."""
    await bootstrap.services().inbox.poison("onboarding", delivery(message))
