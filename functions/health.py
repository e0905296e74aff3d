"""About the app itself."""

import sys
from typing import Final

import azure.functions as func

from shared import bootstrap
from shared.http.blueprint import Api
from shared.http.endpoint import Reply, Request
from shared.http.shapes.envelopes import HealthShape, VersionsShape
from shared.policy.roles import Operation
from shared.services.application import Services

api = Api(bootstrap.app)

_WORKER: Final = "azure_functions_runtime.version"
"""What was loaded, which need not be what the package brings."""


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
    """503 names what cannot be reached; an instance asks storage at most once in a few seconds."""
    await services.readiness.check()
    return Reply(200, {"status": "ready"})


@api.endpoint(
    "GET",
    "api/health/versions",
    "Tell which versions run",
    operations=(Operation.OPERATE,),
    answers={200: VersionsShape},
)
async def health_versions(_: Request, __: Services) -> Reply:
    """Of Python, and of Microsoft's libraries for Azure Functions; the host's own is not told."""
    worker = getattr(sys.modules.get(_WORKER), "VERSION", None)
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    said = {"python": python, "functionsLibrary": func.__version__}
    return Reply(200, {**said, **({"workerLibrary": worker} if worker else {})})
