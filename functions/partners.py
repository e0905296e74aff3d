"""Partners: enrolment, and what a partner lists of its own."""

from collections.abc import Mapping

from shared import bootstrap
from shared.canonical import JsonObject
from shared.deciding.bodies import PartnerBody
from shared.deciding.enrolment import EnrolPartner
from shared.deciding.partner_status import SetPartnerStatus
from shared.errors import PreconditionRequired
from shared.http.blueprint import Api
from shared.http.endpoint import CSV, NoBody, Reply, Request, listed
from shared.http.shapes.envelopes import IndexedListShape
from shared.http.shapes.invitations import IndexedInvitationShape
from shared.http.shapes.partners import PartnersCustomerShape, PartnerShape
from shared.http.shapes.queries import (
    CustomerOrder,
    CustomersQuery,
    PartnerInvitationsQuery,
    PartnersQuery,
    PartnerSubscriptionsQuery,
)
from shared.http.shapes.subscriptions import SubscriptionShape
from shared.model.models import PartnerStatus
from shared.model.state import Tenant
from shared.policy.roles import Operation
from shared.services.application import Services

api = Api(bootstrap.app)


def _partner(tenant: Tenant, _: Mapping[str, str], services: Services) -> JsonObject | None:
    return services.views.partner(tenant.head.partner) if tenant.head.partner else None


@api.command(
    "PUT",
    "api/partners/{partnerId}",
    "Enrol a partner, or replace what is recorded of it",
    operations=(Operation.OPERATE,),
    body=PartnerBody,
    represents=PartnerShape,
    errors=(PreconditionRequired,),
    shows=_partner,
    answers={200: PartnerShape, 201: PartnerShape},
)
def partners_put(request: Request[PartnerBody]) -> EnrolPartner:
    """Replaceable with If-Match; identical content is the same result."""
    return EnrolPartner(request.actor, request.path["partnerId"], request.body)


@api.endpoint(
    "GET",
    "api/partners",
    "List all partners; a partner's own people see their own",
    operations=(Operation.OPERATE, Operation.PARTNER_READ),
    query=PartnersQuery,
    answers={200: IndexedListShape[PartnerShape]},
    while_suspended=True,
)
async def partners_list(request: Request[NoBody, PartnersQuery], services: Services) -> Reply:
    """By id; all of them from the index, which lags by seconds."""
    partner_id, wanted = request.viewer.partner_id, request.query.narrowing()
    if partner_id:
        return listed(request, await services.partners.only(partner_id, wanted))
    found = await services.operators.partners(wanted, request.position(), request.limit)
    return listed(request, found.page, found.as_of)


@api.endpoint(
    "GET",
    "api/partners/{partnerId}",
    "Read a partner",
    operations=(Operation.OPERATE, Operation.PARTNER_READ),
    partner_is=("partnerId",),
    answers={200: PartnerShape},
    while_suspended=True,
)
async def partners_get(request: Request, services: Services) -> Reply:
    """For the operator, and for the partner's own people."""
    return Reply(200, await services.partners.partner(request.path["partnerId"]))


@api.endpoint(
    "GET",
    "api/partners/{partnerId}/customers",
    "List a partner's customers",
    operations=(Operation.PARTNER_READ,),
    partner_is=("partnerId",),
    query=CustomersQuery,
    answers={200: IndexedListShape[PartnersCustomerShape]},
    exports=(CSV,),
    exporting=Operation.CUSTOMERS_EXPORT,
)
async def partner_customers_list(
    request: Request[NoBody, CustomersQuery], services: Services
) -> Reply:
    """By the customer's id, unless `order` says `newest`; from the index, which lags by seconds."""
    newest = request.query.order is CustomerOrder.NEWEST
    read = services.clientele.newest if newest else services.clientele.by_id
    found = await read(
        request.path["partnerId"], request.query.narrowing(), request.position(), request.limit
    )
    return listed(request, found.page, found.as_of)


@api.endpoint(
    "GET",
    "api/partners/{partnerId}/customers/{customerId}",
    "Read a customer as its partner sees it",
    operations=(Operation.PARTNER_READ,),
    partner_is=("partnerId",),
    answers={200: PartnersCustomerShape},
)
async def partner_customers_get(request: Request, services: Services) -> Reply:
    """As it is now, from its own record: once it was invited, or the relationship is on record."""
    path = request.path
    return Reply(200, await services.clientele.one(path["partnerId"], path["customerId"]))


@api.endpoint(
    "GET",
    "api/partners/{partnerId}/invitations",
    "List a partner's invitations at all customers",
    operations=(Operation.PARTNER_READ,),
    partner_is=("partnerId",),
    query=PartnerInvitationsQuery,
    answers={200: IndexedListShape[IndexedInvitationShape]},
    exports=(CSV,),
)
async def partner_invitations_list(
    request: Request[NoBody, PartnerInvitationsQuery], services: Services
) -> Reply:
    """By the customer's id, from the index, which lags by seconds."""
    found = await services.partners.invitations(
        request.path["partnerId"], request.query.narrowing(), request.position(), request.limit
    )
    return listed(request, found.page, found.as_of)


@api.endpoint(
    "GET",
    "api/partners/{partnerId}/subscriptions",
    "List a partner's subscriptions at all customers",
    operations=(Operation.PARTNER_READ,),
    partner_is=("partnerId",),
    query=PartnerSubscriptionsQuery,
    answers={200: IndexedListShape[SubscriptionShape]},
    exports=(CSV,),
)
async def partner_subscriptions_list(
    request: Request[NoBody, PartnerSubscriptionsQuery], services: Services
) -> Reply:
    """By the customer's id, from the index, which lags by seconds."""
    found = await services.partners.subscriptions(
        request.path["partnerId"], request.query.narrowing(), request.position(), request.limit
    )
    return listed(request, found.page, found.as_of)


@api.command(
    "POST",
    "api/partners/{partnerId}/suspend",
    "Suspend a partner",
    operations=(Operation.OPERATE,),
    body=NoBody,
    shows=_partner,
    answers={200: PartnerShape},
    unruled=True,
)
def partners_suspend(request: Request) -> SetPartnerStatus:
    """By its roles it reads itself and can do nothing else; its customers' records stay (PRT-1)."""
    return SetPartnerStatus(request.actor, request.path["partnerId"], PartnerStatus.SUSPENDED)


@api.command(
    "POST",
    "api/partners/{partnerId}/resume",
    "Let a suspended partner go on",
    operations=(Operation.OPERATE,),
    body=NoBody,
    shows=_partner,
    answers={200: PartnerShape},
    unruled=True,
)
def partners_resume(request: Request) -> SetPartnerStatus:
    """Nothing was taken from it; what expired or was refused in the meantime stays so."""
    return SetPartnerStatus(request.actor, request.path["partnerId"], PartnerStatus.ACTIVE)
