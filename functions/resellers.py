"""Links between an indirect provider and its resellers (LNK-1)."""

from collections.abc import Mapping

from shared import bootstrap
from shared.canonical import JsonObject
from shared.deciding.linking import AcceptResellerLink, EndResellerLink, RequestResellerLink
from shared.http.blueprint import Api
from shared.http.endpoint import NoBody, Reply, Request, listed
from shared.http.paging import PageQuery
from shared.http.shapes.envelopes import IndexedListShape
from shared.http.shapes.partners import ResellerShape
from shared.model.state import Tenant
from shared.policy.roles import Operation
from shared.services.application import Services

api = Api(bootstrap.app)

_ROUTE = "api/partners/{partnerId}/resellers/{resellerId}"


def _ids(request: Request) -> tuple[str, str]:
    return request.path["partnerId"], request.path["resellerId"]


def _reseller(tenant: Tenant, path: Mapping[str, str], services: Services) -> JsonObject | None:
    found = tenant.reseller(path["resellerId"])
    return services.views.reseller(found) if found else None


@api.command(
    "PUT",
    _ROUTE,
    "Ask a reseller to link",
    operations=(Operation.PARTNER_MANAGE,),
    partner_is=("partnerId",),
    body=NoBody,
    represents=ResellerShape,
    shows=_reseller,
    answers={200: ResellerShape, 201: ResellerShape},
)
def resellers_put(request: Request) -> RequestResellerLink:
    """201 when this asks, 200 when the link waits or stands already."""
    return RequestResellerLink(request.actor, *_ids(request))


@api.command(
    "POST",
    f"{_ROUTE}/accept",
    "Accept a provider's link",
    operations=(Operation.PARTNER_MANAGE,),
    partner_is=("resellerId",),
    body=NoBody,
    shows=_reseller,
    answers={200: ResellerShape},
)
def resellers_accept(request: Request) -> AcceptResellerLink:
    """The reseller's own people accept; both sides must be in one CSP region (ELG-6)."""
    return AcceptResellerLink(request.actor, *_ids(request))


@api.command(
    "DELETE",
    _ROUTE,
    "End the link",
    operations=(Operation.PARTNER_MANAGE,),
    partner_is=("partnerId", "resellerId"),
    shows=_reseller,
    answers={204: None},
)
def resellers_delete(request: Request) -> EndResellerLink:
    """Either side ends it; the list shows it as `ended` until it is asked for again."""
    return EndResellerLink(request.actor, *_ids(request))


@api.endpoint(
    "GET",
    "api/partners/{partnerId}/resellers",
    "List a provider's resellers, or a reseller's providers",
    operations=(Operation.PARTNER_READ,),
    partner_is=("partnerId",),
    query=PageQuery,
    answers={200: IndexedListShape[ResellerShape]},
)
async def resellers_list(request: Request[NoBody, PageQuery], services: Services) -> Reply:
    """By the other side's id; a reseller's list comes from the index."""
    found = await services.partners.resellers(
        request.path["partnerId"], request.position(), request.limit
    )
    return listed(request, found.page, found.as_of)


@api.endpoint(
    "GET",
    _ROUTE,
    "Read a link between a provider and a reseller",
    operations=(Operation.PARTNER_READ,),
    partner_is=("partnerId", "resellerId"),
    answers={200: ResellerShape},
)
async def resellers_get(request: Request, services: Services) -> Reply:
    """For both sides, whatever its status."""
    return Reply(200, await services.partners.reseller(*_ids(request)))
