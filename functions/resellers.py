"""Links between an indirect provider and its resellers (LNK-1)."""

from typing import cast

from shared import bootstrap
from shared.deciding.linking import AcceptResellerLink, EndResellerLink, RequestResellerLink
from shared.http.blueprint import Api
from shared.http.conditional import acting
from shared.http.endpoint import NoBody, Reply, Request, listed
from shared.http.paging import PageQuery
from shared.http.shapes.envelopes import IndexedListShape
from shared.http.shapes.partners import ResellerShape
from shared.model.models import ResellerLink
from shared.model.state import Tenant
from shared.policy.roles import Operation
from shared.services.application import Services
from shared.services.commands.execution import Done

api = Api(bootstrap.app)

_ROUTE = "api/partners/{partnerId}/resellers/{resellerId}"

type _Command = type[RequestResellerLink | AcceptResellerLink | EndResellerLink]


@api.endpoint(
    "PUT",
    _ROUTE,
    "Ask a reseller to link",
    operations=(Operation.PARTNER_MANAGE,),
    partner_is=("partnerId",),
    body=NoBody,
    represents=ResellerShape,
    answers={200: ResellerShape, 201: ResellerShape},
)
async def resellers_put(request: Request, services: Services) -> Reply:
    """201 when this asks, 200 when the link waits or stands already."""
    done = await _execute(RequestResellerLink, request, services)
    return Reply(201 if done.events else 200, _shown(done, request, services))


@api.endpoint(
    "POST",
    f"{_ROUTE}/accept",
    "Accept a provider's link",
    operations=(Operation.PARTNER_MANAGE,),
    partner_is=("resellerId",),
    body=NoBody,
    answers={200: ResellerShape},
)
async def resellers_accept(request: Request, services: Services) -> Reply:
    """The reseller's own people accept."""
    done = await _execute(AcceptResellerLink, request, services)
    return Reply(200, _shown(done, request, services))


@api.endpoint(
    "DELETE",
    _ROUTE,
    "End the link",
    operations=(Operation.PARTNER_MANAGE,),
    partner_is=("partnerId", "resellerId"),
    answers={204: None},
)
async def resellers_delete(request: Request, services: Services) -> Reply:
    """Either side ends it; the list goes on to show it as `ended`."""
    await _execute(EndResellerLink, request, services)
    return Reply(204)


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
    """A reseller's comes from the index."""
    found = await services.partners.resellers(
        request.path["partnerId"], request.position(), request.limit
    )
    return listed(request, found.page, found.as_of)


async def _execute(command: _Command, request: Request, services: Services) -> Done:
    reseller_id = request.path["resellerId"]

    def etag(tenant: Tenant) -> str | None:
        link = tenant.reseller(reseller_id)
        return str(services.views.reseller(link)["etag"]) if link else None

    asked = command(request.actor, request.path["partnerId"], reseller_id)
    return await services.executor.execute(asked, precondition=acting(request.if_match, etag))


def _shown(done: Done, request: Request, services: Services) -> dict[str, object]:
    link = done.after.reseller(request.path["resellerId"])
    return services.views.reseller(cast("ResellerLink", link))
