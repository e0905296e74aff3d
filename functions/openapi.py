"""The API's own description, for whoever writes a client: made from all endpoint records."""

from functools import cache
from typing import Any, Final

from functions import (
    access,
    blocked_partners,
    customers,
    dead_letters,
    disputes,
    events,
    health,
    invitation_links,
    invitations,
    ledger,
    me,
    onboarding,
    open_counts,
    partners,
    personal_data,
    pipelines,
    policy,
    relationships,
    resellers,
    subscriptions,
    sweeps,
    webhooks,
)
from shared import bootstrap
from shared.http.blueprint import Api
from shared.http.endpoint import Endpoint, Reply, Request
from shared.http.openapi.document import OpenApiDocument, document
from shared.http.openapi.examples import read
from shared.http.openapi.sentences import in_language
from shared.http.pipeline import encoded
from shared.services.application import Services
from shared.wording import Locale

api = Api(bootstrap.app)

APIS: Final = (
    api,
    blocked_partners.api,
    sweeps.api,
    customers.api,
    dead_letters.api,
    disputes.api,
    events.api,
    access.api,
    invitation_links.api,
    invitations.api,
    ledger.api,
    me.api,
    open_counts.api,
    health.api,
    pipelines.api,
    partners.api,
    personal_data.api,
    policy.api,
    relationships.api,
    resellers.api,
    onboarding.api,
    subscriptions.api,
    webhooks.api,
)
"""Every part of the HTTP API, this one included."""


def endpoints() -> list[Endpoint[Any, Any]]:
    """Every endpoint record."""
    return [endpoint for part in APIS for endpoint in part.endpoints.values()]


@api.endpoint(
    "GET",
    "api/openapi.json",
    "Read the API's description in OpenAPI 3.1",
    operations=(),
    public=True,
    answers={200: OpenApiDocument},
)
async def openapi_get(request: Request, services: Services) -> Reply:
    """With this deployment's address and role table, in the language of `Accept-Language`."""
    settings = services.settings
    made = described(settings.role_preset, settings.public_base_url, request.locale)
    return Reply(200, encoded=made)


@cache
def described(preset: str, server: str, locale: Locale) -> bytes:
    """Made once in a process: it takes a quarter of a second of the loop that serves everybody."""
    return encoded(document(endpoints(), preset, server, read(), in_language(locale)))
