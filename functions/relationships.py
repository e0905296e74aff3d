"""Reseller relationships of a customer (파트너 관계)."""

from typing import cast

from shared import bootstrap
from shared.canonical import JsonObject
from shared.deciding.ending import RemoveRelationship, RequestEnd, RevokeDelegatedAdmin
from shared.http.blueprint import Api
from shared.http.conditional import acting
from shared.http.endpoint import NoBody, Reply, Request, listed
from shared.http.paging import PageQuery
from shared.http.shapes.customers import RelationshipShape
from shared.http.shapes.envelopes import ListShape
from shared.model.models import Relationship
from shared.model.state import Tenant
from shared.policy.roles import Operation
from shared.services.application import Services

api = Api(bootstrap.app)

_LIST = "api/customers/{customerId}/relationships"
_ROUTE = f"{_LIST}/{{partnerId}}"
_READERS = (Operation.CUSTOMER_READ, Operation.PARTNER_READ)

type _Command = RevokeDelegatedAdmin | RequestEnd | RemoveRelationship


def _revoke(request: Request) -> RevokeDelegatedAdmin:
    return RevokeDelegatedAdmin(request.actor, *_ids(request))


def _request_end(request: Request) -> RequestEnd:
    return RequestEnd(request.actor, *_ids(request))


def _remove(request: Request) -> RemoveRelationship:
    return RemoveRelationship(request.actor, *_ids(request))


def _ids(request: Request) -> tuple[str, str]:
    return request.path["customerId"], request.path["partnerId"]


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
    _ROUTE,
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


@api.endpoint(
    "POST",
    f"{_ROUTE}/revoke-delegated-admin",
    "Take a partner's delegated admin privileges away",
    operations=(Operation.CUSTOMER_CONTROL, Operation.PARTNER_MANAGE),
    partner_is=("partnerId",),
    body=NoBody,
    command=_revoke,
    answers={200: RelationshipShape},
)
async def relationships_revoke_delegated_admin(request: Request, services: Services) -> Reply:
    """By the customer, or by the partner that holds them; the relationship stays (DAP-1)."""
    return await _act(_revoke(request), request, services)


@api.endpoint(
    "POST",
    f"{_ROUTE}/request-end",
    "Ask for the end of a relationship",
    operations=(Operation.CUSTOMER_CONTROL,),
    body=NoBody,
    command=_request_end,
    answers={200: RelationshipShape},
    unruled=True,
)
async def relationships_request_end(request: Request, services: Services) -> Reply:
    """Shown to the partner, ends nothing by itself (REM-3)."""
    return await _act(_request_end(request), request, services)


@api.endpoint(
    "POST",
    f"{_ROUTE}/remove",
    "Remove a relationship",
    operations=(Operation.RELATIONSHIP_REMOVE,),
    partner_is=("partnerId",),
    body=NoBody,
    command=_remove,
    answers={200: RelationshipShape},
)
async def relationships_remove(request: Request, services: Services) -> Reply:
    """By the partner, once it has nothing left there that blocks it (REM-1)."""
    return await _act(_remove(request), request, services)


async def _act(command: _Command, request: Request, services: Services) -> Reply:
    def shown(tenant: Tenant) -> JsonObject:
        relationship = cast("Relationship", tenant.head.of(command.partner_id).relationship)
        return services.views.relationship(relationship, services.clock.now())

    precondition = acting(request.if_match, lambda tenant: str(shown(tenant)["etag"]))
    done = await services.executor.execute(command, precondition=precondition)
    return Reply(200, shown(done.after))
