"""Pipelines and the results of their messages, for the operator."""

from shared import bootstrap
from shared.errors import AlreadyExists, PreconditionRequired
from shared.http.blueprint import Api
from shared.http.conditional import check
from shared.http.endpoint import NoBody, Reply, Request, fed, listed
from shared.http.paging import FeedQuery, PageQuery
from shared.http.shapes.envelopes import FeedShape, ListShape
from shared.http.shapes.operations import PipelineShape, ResultShape
from shared.policy.roles import Operation
from shared.services.application import Services
from shared.services.onboarding.pipelines import PipelineBody

api = Api(bootstrap.app)

_LIST = "api/pipelines"
_ROUTE = f"{_LIST}/{{pipelineId}}"


@api.endpoint(
    "PUT",
    _ROUTE,
    "Register or replace a pipeline",
    operations=(Operation.OPERATE,),
    body=PipelineBody,
    represents=PipelineShape,
    errors=(AlreadyExists, PreconditionRequired),
    answers={200: PipelineShape, 201: PipelineShape},
    unruled=True,
)
async def pipelines_put(request: Request[PipelineBody], services: Services) -> Reply:
    """Replaceable with If-Match; a source stays one pipeline's for good."""
    pipeline = request.body.pipeline(request.path["pipelineId"])

    def precondition(etag: str | None) -> None:
        check(request.if_match, etag, required=True)

    created = await services.pipelines.put(pipeline, precondition)
    return Reply(201 if created else 200, await services.pipelines.shown(pipeline))


@api.endpoint(
    "GET", _ROUTE, "Read a pipeline", operations=(Operation.OPERATE,), answers={200: PipelineShape}
)
async def pipelines_get(request: Request, services: Services) -> Reply:
    """Which source may send what, for whom."""
    return Reply(200, await services.pipelines.get(request.path["pipelineId"]))


@api.endpoint(
    "DELETE",
    _ROUTE,
    "Delete a pipeline",
    operations=(Operation.OPERATE,),
    answers={204: None},
    unruled=True,
)
async def pipelines_delete(request: Request, services: Services) -> Reply:
    """Its messages are dead letters from now on; its results stay, and its source its own."""

    def precondition(etag: str | None) -> None:
        check(request.if_match, etag, required=False)

    await services.pipelines.delete(request.path["pipelineId"], precondition)
    return Reply(204)


@api.endpoint(
    "GET",
    _LIST,
    "List pipelines",
    operations=(Operation.OPERATE,),
    query=PageQuery,
    answers={200: ListShape[PipelineShape]},
)
async def pipelines_list(request: Request[NoBody, PageQuery], services: Services) -> Reply:
    """By id."""
    return listed(request, await services.pipelines.page(request.position(), request.limit))


@api.endpoint(
    "GET",
    f"{_ROUTE}/results",
    "Follow what became of a pipeline's messages",
    operations=(Operation.OPERATE,),
    query=FeedQuery,
    answers={200: FeedShape[ResultShape]},
)
async def pipeline_results_list(request: Request[NoBody, FeedQuery], services: Services) -> Reply:
    """In order of writing, seconds late, for 90 days or more; going on at a cursor misses none."""
    page, more = await services.pipelines.results(
        request.path["pipelineId"], request.position(), request.limit
    )
    return fed(request, page, more=more)
