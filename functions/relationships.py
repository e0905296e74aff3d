"""Reseller relationships of a customer (파트너 관계)."""

from shared import bootstrap
from shared.http.blueprint import Api
from shared.http.endpoint import NoBody, Reply, Request, listed
from shared.http.paging import PageQuery
from shared.http.shapes import ListShape, RelationshipShape
from shared.policy.roles import Operation
from shared.services.services import Services

api = Api(bootstrap.app)

_LIST = "api/customers/{customerId}/relationships"
_READERS = (Operation.CUSTOMER_READ, Operation.PARTNER_READ)


@api.endpoint(
    "GET",
    _LIST,
    "List a customer's partner relationships",
    operations=_READERS,
    query=PageQuery,
    answers={200: ListShape[RelationshipShape]},
)
async def relationships_list(request: Request[NoBody, PageQuery], services: Services) -> Reply:
    """The customer sees all (ACC-4), a partner its own and those that name it."""
    page = await services.customers.relationships(
        request.path["customerId"], request.viewer, request.position(), request.limit
    )
    return listed(request, page)


@api.endpoint(
    "GET",
    f"{_LIST}/{{partnerId}}",
    "Read a partner relationship",
    operations=_READERS,
    answers={200: RelationshipShape},
)
async def relationships_get(request: Request, services: Services) -> Reply:
    """The customer's, and that of the partners that it names."""
    path = request.path
    shown = await services.customers.relationship(
        path["customerId"], path["partnerId"], request.viewer
    )
    return Reply(200, shown)
