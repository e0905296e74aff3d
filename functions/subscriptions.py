"""Subscriptions: what partners sold to a customer."""

from typing import cast

from shared import bootstrap
from shared.domain.bodies import SubscriptionBody
from shared.domain.commands import RegisterSubscriptions
from shared.domain.models import Subscription
from shared.http.blueprint import Api
from shared.http.conditional import acting
from shared.http.endpoint import NoBody, Reply, Request, listed
from shared.http.filters import SubscriptionsQuery
from shared.http.shapes import ListShape, SubscriptionShape
from shared.policy.roles import Operation
from shared.services.services import Services

api = Api(bootstrap.app)

_LIST = "api/customers/{customerId}/subscriptions"
_ROUTE = f"{_LIST}/{{subscriptionId}}"
_READERS = (Operation.CUSTOMER_READ, Operation.PARTNER_READ)


@api.endpoint(
    "PUT",
    _ROUTE,
    "Register a subscription",
    operations=(Operation.SUBSCRIPTION_REGISTER,),
    body=SubscriptionBody,
    represents=SubscriptionShape,
    answers={200: SubscriptionShape, 201: SubscriptionShape},
)
async def subscriptions_put(request: Request[SubscriptionBody], services: Services) -> Reply:
    """Create-only: the same content again answers 200 with today's state, other content 409."""
    subscription_id = request.path["subscriptionId"]
    sale = (subscription_id, request.body)
    command = RegisterSubscriptions(request.actor, request.path["customerId"], (sale,))
    precondition = acting(request.if_match, lambda _: None)
    done = await services.executor.execute(command, precondition=precondition)
    subscription = cast("Subscription", done.after.subscription(subscription_id))
    return Reply(201 if done.events else 200, services.views.subscription(subscription))


@api.endpoint(
    "GET",
    _LIST,
    "List a customer's subscriptions",
    operations=_READERS,
    query=SubscriptionsQuery,
    answers={200: ListShape[SubscriptionShape]},
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
