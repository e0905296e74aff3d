"""Partners whose invitations a customer refuses (INV-9)."""

from shared import bootstrap
from shared.deciding.ending import SetBlock
from shared.http.blueprint import Api
from shared.http.conditional import acting
from shared.http.endpoint import NoBody, Reply, Request, listed
from shared.http.paging import PageQuery
from shared.http.shapes.customers import BlockShape
from shared.http.shapes.envelopes import ListShape
from shared.model.state import Tenant
from shared.policy.roles import Operation
from shared.services.application import Services
from shared.services.commands.execution import Done

api = Api(bootstrap.app)

_LIST = "api/customers/{customerId}/blocked-partners"
_ROUTE = f"{_LIST}/{{partnerId}}"


@api.endpoint(
    "PUT",
    _ROUTE,
    "Block a partner",
    operations=(Operation.INVITATION_ANSWER,),
    body=NoBody,
    represents=BlockShape,
    answers={200: BlockShape, 201: BlockShape},
)
async def blocked_partners_put(request: Request, services: Services) -> Reply:
    """The partner cannot invite again; what there is between the two stays."""
    done = await _execute(request, services, blocked=True)
    path = request.path
    shown = services.views.block(path["customerId"], path["partnerId"])
    return Reply(201 if done.events else 200, shown)


@api.endpoint(
    "DELETE",
    _ROUTE,
    "Unblock a partner",
    operations=(Operation.INVITATION_ANSWER,),
    answers={204: None},
    unruled=True,
)
async def blocked_partners_delete(request: Request, services: Services) -> Reply:
    """Also where nothing is blocked."""
    await _execute(request, services, blocked=False)
    return Reply(204)


@api.endpoint(
    "GET",
    _LIST,
    "List blocked partners",
    operations=(Operation.CUSTOMER_READ,),
    query=PageQuery,
    answers={200: ListShape[BlockShape]},
)
async def blocked_partners_list(request: Request[NoBody, PageQuery], services: Services) -> Reply:
    """The customer's own people only."""
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


async def _execute(request: Request, services: Services, *, blocked: bool) -> Done:
    customer_id, partner_id = request.path["customerId"], request.path["partnerId"]

    def etag(tenant: Tenant) -> str | None:
        there = tenant.head.of(partner_id).blocked
        return str(services.views.block(customer_id, partner_id)["etag"]) if there else None

    command = SetBlock(request.actor, customer_id, partner_id, blocked)
    return await services.executor.execute(command, precondition=acting(request.if_match, etag))
