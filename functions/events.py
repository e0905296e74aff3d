"""Feeds of events: a customer's own, and each partner's of its customers."""

from shared import bootstrap
from shared.http.blueprint import Api
from shared.http.endpoint import NoBody, Reply, Request, fed
from shared.http.paging import FeedQuery
from shared.http.shapes.envelopes import FeedShape
from shared.http.shapes.ledger import CustomerEventShape, PartnerEventShape
from shared.http.shapes.queries import EventsQuery
from shared.policy.roles import Operation
from shared.services.application import Services

api = Api(bootstrap.app)


@api.endpoint(
    "GET",
    "api/customers/{customerId}/events",
    "Follow what happens to a customer",
    operations=(Operation.CUSTOMER_READ,),
    query=FeedQuery,
    answers={200: FeedShape[CustomerEventShape]},
)
async def customer_events_list(request: Request[NoBody, FeedQuery], services: Services) -> Reply:
    """From the ledger: every event, at once."""
    page, more = await services.events.of_customer(
        request.path["customerId"], request.number(), request.limit
    )
    return fed(request, page, more=more)


@api.endpoint(
    "GET",
    "api/partners/{partnerId}/events",
    "Follow what happens to a partner's customers",
    operations=(Operation.PARTNER_READ,),
    partner_is=("partnerId",),
    query=EventsQuery,
    answers={200: FeedShape[PartnerEventShape]},
)
async def partner_events_list(request: Request[NoBody, EventsQuery], services: Services) -> Reply:
    """What concerns the partner, some seconds late; going on at a cursor misses none."""
    page, more = await services.events.of_partner(
        request.path["partnerId"], request.query.wanted, request.position(), request.limit
    )
    return fed(request, page, more=more)
