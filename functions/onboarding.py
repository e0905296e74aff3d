"""The onboarding queue over HTTP: messages of partners' applications, and their results."""

from typing import Annotated

from pydantic import Field, RootModel

from shared import bootstrap
from shared.http.blueprint import Api
from shared.http.endpoint import API_VERSION, NoBody, Reply, Request, fed
from shared.http.paging import FeedQuery
from shared.http.shapes.envelopes import FeedShape
from shared.http.shapes.operations import ResultShape, SubmissionShape
from shared.policy.roles import Operation
from shared.services.application import Services
from shared.services.queues.cloud_events import CloudEvent
from shared.services.queues.rejections import PartlyQueued

api = Api(bootstrap.app)

_RESULTS = "api/partners/{partnerId}/onboarding-results"


class EventsBody(RootModel[Annotated[tuple[CloudEvent, ...], Field(min_length=1, max_length=50)]]):
    """A batch of CloudEvents in the JSON format."""


@api.endpoint(
    "POST",
    "api/onboarding",
    "Hand in onboarding messages",
    operations=(Operation.ONBOARD,),
    body=EventsBody,
    errors=(PartlyQueued,),
    answers={202: SubmissionShape},
)
async def onboarding_submit(request: Request[EventsBody], services: Services) -> Reply:
    """All, or none if one is malformed, each stamped with the caller.

    After 503 `PartlyQueued` some may be queued.
    """
    submitted = await services.submissions.submit(request.actor, request.body.root)
    place = _RESULTS.format(partnerId=request.actor.tenant_id)
    address = f"{services.settings.public_base_url}/{place}?api-version={API_VERSION}"
    body = {"value": submitted.queued, "results": address}
    return Reply(202, body, allowances=submitted.allowances)


@api.endpoint(
    "GET",
    _RESULTS,
    "Follow what became of a partner's messages",
    operations=(Operation.ONBOARD, Operation.PARTNER_READ),
    partner_is=("partnerId",),
    query=FeedQuery,
    answers={200: FeedShape[ResultShape]},
)
async def onboarding_results_list(request: Request[NoBody, FeedQuery], services: Services) -> Reply:
    """In order of writing, seconds late, for 90 days or more; going on at a cursor misses none."""
    page, more = await services.pipelines.partners_results(
        request.path["partnerId"], request.position(), request.limit
    )
    return fed(request, page, more=more)
