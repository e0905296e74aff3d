"""Reseller relationships of a customer (파트너 관계)."""

from collections.abc import Mapping

from pydantic import BaseModel

from shared import bootstrap
from shared.canonical import JsonObject
from shared.deciding.bodies import ReasonBody
from shared.deciding.ending import RemoveRelationship, RequestEnd, RevokeDelegatedAdmin
from shared.http.blueprint import Api
from shared.http.endpoint import NoBody, Reply, Request, listed
from shared.http.shapes.customers import RelationshipShape
from shared.http.shapes.envelopes import ListShape
from shared.http.shapes.queries import RelationshipsQuery
from shared.model.personal import relationship_details
from shared.model.state import Tenant
from shared.policy.roles import Operation
from shared.services.application import Services

api = Api(bootstrap.app)

_LIST = "api/customers/{customerId}/relationships"
_ROUTE = f"{_LIST}/{{partnerId}}"
_READERS = (Operation.CUSTOMER_READ, Operation.PARTNER_READ)


def _ids[B: BaseModel](request: Request[B]) -> tuple[str, str]:
    return request.path["customerId"], request.path["partnerId"]


def _relationship(tenant: Tenant, path: Mapping[str, str], services: Services) -> JsonObject | None:
    found = tenant.head.of(path["partnerId"]).relationship
    kept = tenant.details.get(relationship_details(path["partnerId"]))
    return services.views.relationship(found, kept, services.clock.now()) if found else None


@api.endpoint(
    "GET",
    _LIST,
    "List a customer's partner relationships",
    operations=_READERS,
    query=RelationshipsQuery,
    answers={200: ListShape[RelationshipShape]},
)
async def relationships_list(
    request: Request[NoBody, RelationshipsQuery], services: Services
) -> Reply:
    """By the partner's id; the customer sees all (ACC-4), a partner its own and what names it."""
    page = await services.customers.relationships(
        request.path["customerId"],
        request.viewer,
        request.query.status,
        request.position(),
        request.limit,
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
    """For the customer, and for the partners that it names."""
    path = request.path
    shown = await services.customers.relationship(
        path["customerId"], path["partnerId"], request.viewer
    )
    return Reply(200, shown)


@api.command(
    "POST",
    f"{_ROUTE}/revoke-delegated-admin",
    "Take a partner's delegated admin privileges away",
    operations=(Operation.CUSTOMER_CONTROL, Operation.PARTNER_MANAGE),
    partner_is=("partnerId",),
    body=NoBody,
    shows=_relationship,
    answers={200: RelationshipShape},
)
def relationships_revoke_delegated_admin(request: Request) -> RevokeDelegatedAdmin:
    """By the customer, or by the partner that holds them; the relationship stays (DAP-1)."""
    return RevokeDelegatedAdmin(request.actor, *_ids(request))


@api.command(
    "POST",
    f"{_ROUTE}/request-end",
    "Ask for the end of a relationship",
    operations=(Operation.CUSTOMER_CONTROL,),
    body=ReasonBody,
    shows=_relationship,
    answers={200: RelationshipShape},
    unruled=True,
)
def relationships_request_end(request: Request[ReasonBody]) -> RequestEnd:
    """Shown to the partner with the reason, ends nothing by itself (REM-3).

    Asked again, a reason replaces the one before, until the relationship is removed.
    """
    return RequestEnd(request.actor, *_ids(request), request.body)


@api.command(
    "POST",
    f"{_ROUTE}/remove",
    "Remove a relationship",
    operations=(Operation.RELATIONSHIP_REMOVE,),
    partner_is=("partnerId",),
    body=NoBody,
    shows=_relationship,
    answers={200: RelationshipShape},
)
def relationships_remove(request: Request) -> RemoveRelationship:
    """By the partner, in two tiers the provider (REM-5), once nothing of its own blocks (REM-1)."""
    return RemoveRelationship(request.actor, *_ids(request))
