"""Disputed subscriptions of all customers (SUB-6): the operator's."""

from shared import bootstrap
from shared.http.blueprint import Api
from shared.http.endpoint import NoBody, Reply, Request, listed
from shared.http.shapes.disputes import DisputeShape, DisputesQuery
from shared.http.shapes.envelopes import IndexedListShape
from shared.policy.roles import Operation
from shared.services.application import Services

api = Api(bootstrap.app)

_LIST = "api/disputes"


@api.endpoint(
    "GET",
    _LIST,
    "List disputed subscriptions",
    operations=(Operation.OPERATE,),
    query=DisputesQuery,
    answers={200: IndexedListShape[DisputeShape]},
)
async def disputes_list(request: Request[NoBody, DisputesQuery], services: Services) -> Reply:
    """Newest first, by when they were disputed; from the index, which lags by seconds."""
    found = await services.operators.disputes(
        request.query.status, request.position(), request.limit
    )
    return listed(request, found.page, found.as_of)


@api.endpoint(
    "GET",
    f"{_LIST}/{{customerId}}/{{subscriptionId}}",
    "Read a disputed subscription",
    operations=(Operation.OPERATE,),
    answers={200: DisputeShape},
)
async def disputes_get(request: Request, services: Services) -> Reply:
    """What the operator decides on, with the version that an annulment can name."""
    path = request.path
    shown = await services.operators.dispute(path["customerId"], path["subscriptionId"])
    return Reply(200, shown)
