"""Webhooks: a partner's feed, pushed to where the partner says."""

from collections.abc import Callable

from shared import bootstrap
from shared.errors import LimitReached, PreconditionRequired
from shared.http.blueprint import Api
from shared.http.conditional import check
from shared.http.endpoint import NoBody, Reply, Request, listed
from shared.http.paging import PageQuery
from shared.http.shapes.envelopes import ListShape
from shared.http.shapes.webhooks import WebhookShape, WebhookTestShape
from shared.policy.roles import Operation
from shared.services.application import Services
from shared.services.ports.budgets import Spending
from shared.services.ports.values import Page
from shared.services.ports.webhooks import Webhook, WebhookKey
from shared.services.webhooks.managing import Made, WebhookBody

api = Api(bootstrap.app)

_LIST = "api/partners/{partnerId}/webhooks"
_ROUTE = f"{_LIST}/{{webhookId}}"


@api.endpoint(
    "PUT",
    _ROUTE,
    "Register or replace a webhook",
    operations=(Operation.PARTNER_MANAGE,),
    partner_is=("partnerId",),
    body=WebhookBody,
    represents=WebhookShape,
    answers={200: WebhookShape, 201: WebhookShape},
    errors=(LimitReached, PreconditionRequired),
    spends=Spending.WEBHOOK_CHANGES,
)
async def webhooks_put(request: Request[WebhookBody], services: Services) -> Reply:
    """A new target is asked for consent first. The 201 alone shows the secret; lost, rotate it."""
    condition = _condition(request, services, required=True)
    made = await services.webhooks.managing.put(_key(request), request.body, condition)
    return Reply(201 if made.secret else 200, _shown(made, services))


@api.endpoint(
    "GET",
    _ROUTE,
    "Read a webhook",
    operations=(Operation.PARTNER_MANAGE,),
    partner_is=("partnerId",),
    answers={200: WebhookShape},
)
async def webhooks_get(request: Request, services: Services) -> Reply:
    """With how its deliveries go."""
    webhook = await services.webhooks.managing.get(_key(request))
    return Reply(200, services.webhooks.managing.shown(webhook))


@api.endpoint(
    "GET",
    _LIST,
    "List webhooks",
    operations=(Operation.PARTNER_MANAGE,),
    partner_is=("partnerId",),
    query=PageQuery,
    answers={200: ListShape[WebhookShape]},
)
async def webhooks_list(request: Request[NoBody, PageQuery], services: Services) -> Reply:
    """By id."""
    page = await services.webhooks.managing.page(
        request.path["partnerId"], request.position(), request.limit
    )
    return listed(
        request, Page(tuple(map(services.webhooks.managing.shown, page.items)), page.after)
    )


@api.endpoint(
    "DELETE",
    _ROUTE,
    "Remove a webhook",
    operations=(Operation.PARTNER_MANAGE,),
    partner_is=("partnerId",),
    answers={204: None},
)
async def webhooks_delete(request: Request, services: Services) -> Reply:
    """Also where there is none. What it was to deliver stays in the feed."""
    condition = _condition(request, services, required=False)
    await services.webhooks.managing.delete(_key(request), condition)
    return Reply(204)


@api.endpoint(
    "POST",
    f"{_ROUTE}/test",
    "Send a test event now",
    operations=(Operation.PARTNER_MANAGE,),
    partner_is=("partnerId",),
    body=NoBody,
    answers={200: WebhookTestShape},
    anew=True,
)
async def webhooks_test(request: Request, services: Services) -> Reply:
    """Asks a pending or disabled target for its consent first; one that passes is active."""
    tested = await services.webhooks.managing.test(_key(request))
    told = {"delivered": tested.error is None, "failure": tested.error}
    return Reply(200, {**told, "status": tested.webhook.status.value})


@api.endpoint(
    "POST",
    f"{_ROUTE}/rotate-secret",
    "Make a new secret",
    operations=(Operation.PARTNER_MANAGE,),
    partner_is=("partnerId",),
    body=NoBody,
    answers={200: WebhookShape},
    anew=True,
)
async def webhooks_rotate_secret(request: Request, services: Services) -> Reply:
    """Shown here only. The one before signs too for a day, any older one no more."""
    condition = _condition(request, services, required=False)
    made = await services.webhooks.managing.rotate(_key(request), condition)
    return Reply(200, _shown(made, services))


def _key[B: NoBody | WebhookBody](request: Request[B]) -> WebhookKey:
    return WebhookKey(request.path["partnerId"], request.path["webhookId"])


def _condition[B: NoBody | WebhookBody](
    request: Request[B], services: Services, *, required: bool
) -> Callable[[Webhook | None], None]:
    def condition(before: Webhook | None) -> None:
        etag = str(services.webhooks.managing.shown(before)["etag"]) if before else None
        check(request.if_match, etag, required=required)

    return condition


def _shown(made: Made, services: Services) -> dict[str, object]:
    shown = services.webhooks.managing.shown(made.webhook)
    return {**shown, "secret": made.secret} if made.secret else shown
