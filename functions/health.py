"""About the app itself."""

from shared import bootstrap
from shared.http.blueprint import Api
from shared.http.endpoint import Reply, Request
from shared.http.shapes.envelopes import HealthShape
from shared.services.application import Services

api = Api(bootstrap.app)


@api.endpoint(
    "GET",
    "api/health/live",
    "Tell that the app runs",
    operations=(),
    public=True,
    answers={200: HealthShape},
)
async def health_live(_: Request, __: Services) -> Reply:
    """Says nothing about what the app needs."""
    return Reply(200, {"status": "live"})


@api.endpoint(
    "GET",
    "api/health/ready",
    "Tell whether the app reaches its storage",
    operations=(),
    public=True,
    answers={200: HealthShape},
)
async def health_ready(_: Request, services: Services) -> Reply:
    """503 names what cannot be reached; asked of storage at most once in a few seconds."""
    await services.readiness.check()
    return Reply(200, {"status": "ready"})
