"""Subscriptions: what partners sold to a customer."""

from typing import cast

from pydantic import BaseModel

from shared import bootstrap
from shared.canonical import JsonObject
from shared.deciding.bodies import PartnerOfRecordBody, SubscriptionBody, SubscriptionPatch
from shared.deciding.registering import RegisterSubscriptions
from shared.deciding.selling import (
    AnnulSubscription,
    DisputeSubscription,
    SetPartnerOfRecord,
    SetSubscriptionStatus,
    UpdateSubscription,
)
from shared.errors import PreconditionRequired
from shared.http.blueprint import Api
from shared.http.conditional import IfMatch, acting, required
from shared.http.endpoint import CSV, NoBody, Reply, Request, listed
from shared.http.shapes.envelopes import ListShape
from shared.http.shapes.queries import SubscriptionsQuery
from shared.http.shapes.subscriptions import SubscriptionShape, SubscriptionStateShape
from shared.model.models import Subscription, SubscriptionStatus
from shared.model.state import Tenant
from shared.policy.roles import Operation
from shared.services.application import Services

api = Api(bootstrap.app)

_LIST = "api/customers/{customerId}/subscriptions"
_ROUTE = f"{_LIST}/{{subscriptionId}}"
_READERS = (Operation.CUSTOMER_READ, Operation.PARTNER_READ)

type _Command = (
    UpdateSubscription
    | SetSubscriptionStatus
    | SetPartnerOfRecord
    | DisputeSubscription
    | AnnulSubscription
)


def _register(request: Request[SubscriptionBody]) -> RegisterSubscriptions:
    customer_id, subscription_id = _ids(request)
    return RegisterSubscriptions(request.actor, customer_id, ((subscription_id, request.body),))


def _update(request: Request[SubscriptionPatch]) -> UpdateSubscription:
    return UpdateSubscription(request.actor, *_ids(request), request.body)


def _suspend(request: Request) -> SetSubscriptionStatus:
    return SetSubscriptionStatus(request.actor, *_ids(request), SubscriptionStatus.SUSPENDED)


def _reactivate(request: Request) -> SetSubscriptionStatus:
    return SetSubscriptionStatus(request.actor, *_ids(request), SubscriptionStatus.ACTIVE)


def _delete(request: Request) -> SetSubscriptionStatus:
    return SetSubscriptionStatus(request.actor, *_ids(request), SubscriptionStatus.DELETED)


def _set_partner_of_record(request: Request[PartnerOfRecordBody]) -> SetPartnerOfRecord:
    return SetPartnerOfRecord(request.actor, *_ids(request), request.body)


def _dispute(request: Request) -> DisputeSubscription:
    return DisputeSubscription(request.actor, *_ids(request))


def _annul(request: Request) -> AnnulSubscription:
    return AnnulSubscription(request.actor, *_ids(request))


def _ids[B: BaseModel](request: Request[B]) -> tuple[str, str]:
    return request.path["customerId"], request.path["subscriptionId"]


@api.endpoint(
    "PUT",
    _ROUTE,
    "Register a subscription",
    operations=(Operation.SUBSCRIPTION_REGISTER,),
    body=SubscriptionBody,
    command=_register,
    represents=SubscriptionShape,
    answers={200: SubscriptionShape, 201: SubscriptionShape},
)
async def subscriptions_put(request: Request[SubscriptionBody], services: Services) -> Reply:
    """Create-only: the same content again answers 200 with today's state, other content 409."""
    precondition = acting(request.if_match, lambda _: None)
    done = await services.executor.execute(_register(request), precondition=precondition)
    subscription = cast("Subscription", done.after.subscription(request.path["subscriptionId"]))
    return Reply(201 if done.events else 200, services.views.subscription(subscription))


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
    """The customer sees all, a partner what it sold or is partner of record for (SUB-4)."""
    page = await services.customers.subscriptions(
        request.path["customerId"],
        request.viewer,
        request.query.status,
        request.position(),
        request.limit,
    )
    return listed(request, page)


@api.endpoint(
    "GET", _ROUTE, "Read a subscription", operations=_READERS, answers={200: SubscriptionShape}
)
async def subscriptions_get(request: Request, services: Services) -> Reply:
    """The customer's, and that of its partners (SUB-4)."""
    shown = await services.customers.subscription(
        request.path["customerId"], request.path["subscriptionId"], request.viewer
    )
    return Reply(200, shown)


@api.endpoint(
    "PATCH",
    _ROUTE,
    "Change what may change of a subscription",
    operations=(Operation.SUBSCRIPTION_REGISTER,),
    body=SubscriptionPatch,
    command=_update,
    represents=SubscriptionStateShape,
    errors=(PreconditionRequired,),
    answers={200: SubscriptionShape},
)
async def subscriptions_patch(request: Request[SubscriptionPatch], services: Services) -> Reply:
    """A merge patch of the transacting partner's; needs If-Match (SUB-8)."""
    condition = required(request.if_match)
    return await _act(_update(request), condition, services)


@api.endpoint(
    "POST",
    f"{_ROUTE}/suspend",
    "Suspend a subscription",
    operations=(Operation.SUBSCRIPTION_END,),
    body=NoBody,
    command=_suspend,
    answers={200: SubscriptionShape},
)
async def subscriptions_suspend(request: Request, services: Services) -> Reply:
    """The transacting partner's; `reactivate` undoes it (SUB-3)."""
    return await _act(_suspend(request), request.if_match, services)


@api.endpoint(
    "POST",
    f"{_ROUTE}/reactivate",
    "Reactivate a subscription",
    operations=(Operation.SUBSCRIPTION_REGISTER,),
    body=NoBody,
    command=_reactivate,
    answers={200: SubscriptionShape},
)
async def subscriptions_reactivate(request: Request, services: Services) -> Reply:
    """Needs all that registering it would need (SUB-7)."""
    return await _act(_reactivate(request), request.if_match, services)


@api.endpoint(
    "POST",
    f"{_ROUTE}/delete",
    "Delete a subscription",
    operations=(Operation.SUBSCRIPTION_END,),
    body=NoBody,
    command=_delete,
    answers={200: SubscriptionShape},
)
async def subscriptions_delete(request: Request, services: Services) -> Reply:
    """For good; its record stays (SUB-3)."""
    return await _act(_delete(request), request.if_match, services)


@api.endpoint(
    "POST",
    f"{_ROUTE}/set-partner-of-record",
    "Fill an empty partner of record",
    operations=(Operation.SUBSCRIPTION_END,),
    body=PartnerOfRecordBody,
    command=_set_partner_of_record,
    answers={200: SubscriptionShape},
)
async def subscriptions_set_partner_of_record(
    request: Request[PartnerOfRecordBody], services: Services
) -> Reply:
    """The provider's, once: it never changes afterwards (POR-3)."""
    return await _act(_set_partner_of_record(request), request.if_match, services)


@api.endpoint(
    "POST",
    f"{_ROUTE}/dispute",
    "Dispute a subscription",
    operations=(Operation.CUSTOMER_CONTROL,),
    body=NoBody,
    command=_dispute,
    answers={200: SubscriptionShape},
    unruled=True,
)
async def subscriptions_dispute(request: Request, services: Services) -> Reply:
    """The customer says that it bought no such thing (SUB-6)."""
    return await _act(_dispute(request), request.if_match, services)


@api.endpoint(
    "POST",
    f"{_ROUTE}/annul",
    "Annul a disputed subscription",
    operations=(Operation.OPERATE,),
    body=NoBody,
    command=_annul,
    answers={200: SubscriptionShape},
)
async def subscriptions_annul(request: Request, services: Services) -> Reply:
    """The operator's; history is kept, the id is free again (SUB-6)."""
    return await _act(_annul(request), request.if_match, services)


async def _act(command: _Command, condition: IfMatch | None, services: Services) -> Reply:
    def shown(tenant: Tenant) -> JsonObject:
        subscription = cast("Subscription", tenant.subscription(command.subscription_id))
        return services.views.subscription(subscription)

    precondition = acting(condition, lambda tenant: str(shown(tenant)["etag"]))
    done = await services.executor.execute(command, precondition=precondition)
    return Reply(200, shown(done.after))
