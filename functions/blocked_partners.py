"""Partners whose invitations a customer refuses (INV-9)."""

from collections.abc import Mapping

from shared import bootstrap
from shared.canonical import JsonObject
from shared.deciding.ending import SetBlock
from shared.http.blueprint import Api
from shared.http.endpoint import NoBody, Reply, Request, listed
from shared.http.paging import PageQuery
from shared.http.shapes.customers import BlockShape
from shared.http.shapes.envelopes import ListShape
from shared.model.state import Tenant
from shared.policy.roles import Operation
from shared.services.application import Services

api = Api(bootstrap.app)

_LIST = "api/customers/{customerId}/blocked-partners"
_ROUTE = f"{_LIST}/{{partnerId}}"


def _ids(request: Request) -> tuple[str, str]:
    return request.path["customerId"], request.path["partnerId"]


def _block(tenant: Tenant, path: Mapping[str, str], services: Services) -> JsonObject | None:
    return services.views.block(tenant.head, path["partnerId"])


@api.command(
    "PUT",
    _ROUTE,
    "Block a partner",
    operations=(Operation.INVITATION_ANSWER,),
    body=NoBody,
    represents=BlockShape,
    shows=_block,
    answers={200: BlockShape, 201: BlockShape},
)
def blocked_partners_put(request: Request) -> SetBlock:
    """It can neither invite nor be named in an invitation; what stands or is pending stays."""
    return SetBlock(request.actor, *_ids(request), blocked=True)


@api.command(
    "DELETE",
    _ROUTE,
    "Unblock a partner",
    operations=(Operation.INVITATION_ANSWER,),
    shows=_block,
    answers={204: None},
    unruled=True,
)
def blocked_partners_delete(request: Request) -> SetBlock:
    """204 also where it is not blocked."""
    return SetBlock(request.actor, *_ids(request), blocked=False)


@api.endpoint(
    "GET",
    _LIST,
    "List blocked partners",
    operations=(Operation.CUSTOMER_READ,),
    query=PageQuery,
    answers={200: ListShape[BlockShape]},
)
async def blocked_partners_list(request: Request[NoBody, PageQuery], services: Services) -> Reply:
    """By the partner's id; for the customer's own people only."""
    page = await services.customers.blocks(
        request.path["customerId"], request.position(), request.limit
    )
    return listed(request, page)


@api.endpoint(
    "GET",
    _ROUTE,
    "Read whether a partner is blocked",
    operations=(Operation.CUSTOMER_READ,),
    answers={200: BlockShape},
)
async def blocked_partners_get(request: Request, services: Services) -> Reply:
    """404 when it is not."""
    path = request.path
    return Reply(200, await services.customers.block(path["customerId"], path["partnerId"]))
