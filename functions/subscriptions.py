"""Subscriptions: what partners sold to a customer."""

from collections.abc import Mapping

from pydantic import BaseModel

from shared import bootstrap
from shared.canonical import JsonObject
from shared.deciding.bodies import ReasonBody
from shared.deciding.registering import RegisterSubscriptions
from shared.deciding.sales import PartnerOfRecordBody, SubscriptionBody, SubscriptionPatch
from shared.deciding.selling import (
    AnnulSubscription,
    DisputeSubscription,
    SetPartnerOfRecord,
    SetSubscriptionStatus,
    UpdateSubscription,
)
from shared.errors import PreconditionRequired
from shared.http.blueprint import Api
from shared.http.endpoint import CSV, NoBody, Reply, Request, listed
from shared.http.shapes.disputes import DisputeShape
from shared.http.shapes.envelopes import ListShape
from shared.http.shapes.queries import SubscriptionsQuery
from shared.http.shapes.subscriptions import SubscriptionShape, SubscriptionStateShape
from shared.model.models import SubscriptionStatus
from shared.model.personal import subscription_details
from shared.model.state import Tenant
from shared.policy.roles import Operation
from shared.services.application import Services
from shared.services.listing import Narrowing

api = Api(bootstrap.app)

_LIST = "api/customers/{customerId}/subscriptions"
_ROUTE = f"{_LIST}/{{subscriptionId}}"
_READERS = (Operation.CUSTOMER_READ, Operation.PARTNER_READ)


def _ids[B: BaseModel](request: Request[B]) -> tuple[str, str]:
    return request.path["customerId"], request.path["subscriptionId"]


def _subscription(tenant: Tenant, path: Mapping[str, str], services: Services) -> JsonObject | None:
    found = tenant.subscription(path["subscriptionId"])
    kept = tenant.details.get(subscription_details(path["subscriptionId"]))
    return services.views.subscription(found, kept) if found else None


def _dispute(tenant: Tenant, path: Mapping[str, str], services: Services) -> JsonObject | None:
    shown = _subscription(tenant, path, services)
    return services.views.dispute(shown, tenant.head) if shown else None


@api.command(
    "PUT",
    _ROUTE,
    "Register a subscription",
    operations=(Operation.SUBSCRIPTION_REGISTER,),
    body=SubscriptionBody,
    represents=SubscriptionShape,
    shows=_subscription,
    answers={200: SubscriptionShape, 201: SubscriptionShape},
)
def subscriptions_put(request: Request[SubscriptionBody]) -> RegisterSubscriptions:
    """Create-only: the same content again answers 200 with today's state, other content 409."""
    customer_id, subscription_id = _ids(request)
    return RegisterSubscriptions(request.actor, customer_id, ((subscription_id, request.body),))


@api.endpoint(
    "GET",
    _LIST,
    "List a customer's subscriptions",
    operations=_READERS,
    query=SubscriptionsQuery,
    answers={200: ListShape[SubscriptionShape]},
    exports=(CSV,),
)
async def subscriptions_list(
    request: Request[NoBody, SubscriptionsQuery], services: Services
) -> Reply:
    """By id; the customer sees all, a partner what it sold or is partner of record for (SUB-4)."""
    page = await services.customers.subscriptions(
        request.path["customerId"],
        request.viewer,
        Narrowing(status=request.query.status, partner_id=request.query.partner_id),
        request.position(),
        request.limit,
    )
    return listed(request, page)


@api.endpoint(
    "GET", _ROUTE, "Read a subscription", operations=_READERS, answers={200: SubscriptionShape}
)
async def subscriptions_get(request: Request, services: Services) -> Reply:
    """For the customer, and for the partners that sold it or are its partner of record (SUB-4)."""
    shown = await services.customers.subscription(
        request.path["customerId"], request.path["subscriptionId"], request.viewer
    )
    return Reply(200, shown)


@api.command(
    "PATCH",
    _ROUTE,
    "Change what may change of a subscription",
    operations=(Operation.SUBSCRIPTION_REGISTER,),
    body=SubscriptionPatch,
    represents=SubscriptionStateShape,
    errors=(PreconditionRequired,),
    shows=_subscription,
    answers={200: SubscriptionShape},
)
def subscriptions_patch(request: Request[SubscriptionPatch]) -> UpdateSubscription:
    """A merge patch of the transacting partner's; needs If-Match (SUB-8)."""
    return UpdateSubscription(request.actor, *_ids(request), request.body)


@api.command(
    "POST",
    f"{_ROUTE}/suspend",
    "Suspend a subscription",
    operations=(Operation.SUBSCRIPTION_END,),
    body=NoBody,
    shows=_subscription,
    answers={200: SubscriptionShape},
)
def subscriptions_suspend(request: Request) -> SetSubscriptionStatus:
    """The transacting partner's (SUB-3); `reactivate` undoes it, and needs more (SUB-7)."""
    return SetSubscriptionStatus(request.actor, *_ids(request), SubscriptionStatus.SUSPENDED)


@api.command(
    "POST",
    f"{_ROUTE}/reactivate",
    "Reactivate a subscription",
    operations=(Operation.SUBSCRIPTION_REGISTER,),
    body=NoBody,
    shows=_subscription,
    answers={200: SubscriptionShape},
)
def subscriptions_reactivate(request: Request) -> SetSubscriptionStatus:
    """Needs what a registration needs (SUB-1, SUB-7); the partner of record is not checked anew."""
    return SetSubscriptionStatus(request.actor, *_ids(request), SubscriptionStatus.ACTIVE)


@api.command(
    "POST",
    f"{_ROUTE}/delete",
    "Delete a subscription",
    operations=(Operation.SUBSCRIPTION_END,),
    body=NoBody,
    shows=_subscription,
    answers={200: SubscriptionShape},
)
def subscriptions_delete(request: Request) -> SetSubscriptionStatus:
    """For good; its record stays (SUB-3)."""
    return SetSubscriptionStatus(request.actor, *_ids(request), SubscriptionStatus.DELETED)


@api.command(
    "POST",
    f"{_ROUTE}/set-partner-of-record",
    "Fill an empty partner of record",
    operations=(Operation.SUBSCRIPTION_END,),
    body=PartnerOfRecordBody,
    shows=_subscription,
    answers={200: SubscriptionShape},
)
def subscriptions_set_partner_of_record(
    request: Request[PartnerOfRecordBody],
) -> SetPartnerOfRecord:
    """The provider's, once: it never changes afterwards (POR-3)."""
    return SetPartnerOfRecord(request.actor, *_ids(request), request.body)


@api.command(
    "POST",
    f"{_ROUTE}/dispute",
    "Dispute a subscription",
    operations=(Operation.CUSTOMER_CONTROL,),
    body=ReasonBody,
    shows=_subscription,
    answers={200: SubscriptionShape},
    unruled=True,
)
def subscriptions_dispute(request: Request[ReasonBody]) -> DisputeSubscription:
    """The customer says that it bought no such thing (SUB-6).

    Disputed again, a reason replaces the one before, until the operator has annulled.
    """
    return DisputeSubscription(request.actor, *_ids(request), request.body)


@api.command(
    "POST",
    f"{_ROUTE}/annul",
    "Annul a disputed subscription",
    operations=(Operation.OPERATE,),
    body=ReasonBody,
    shows=_dispute,
    answers={200: DisputeShape},
)
def subscriptions_annul(request: Request[ReasonBody]) -> AnnulSubscription:
    """For good: the record stays, and the id is free for other customers (SUB-6)."""
    return AnnulSubscription(request.actor, *_ids(request), request.body)
