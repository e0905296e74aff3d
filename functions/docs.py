"""The page `/docs`, which shows the API's description, and the files that it loads."""

from http import HTTPStatus
from uuid import uuid4

import azure.functions as func

from shared import bootstrap
from shared.http.host import incoming, response
from shared.http.messages import Outgoing
from shared.tracing import span
from shared.web import documentation

blueprint = func.Blueprint()


@blueprint.route("docs", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def docs(req: func.HttpRequest) -> func.HttpResponse:
    """Needs no token; what is tried out there does."""
    settings = bootstrap.services().settings
    page = documentation.page(settings.development_issuer, settings.operator_tenant_id)
    return _sent(req, page)


@blueprint.route("docs/{version}/{name}", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def docs_file(req: func.HttpRequest) -> func.HttpResponse:
    """A file of the page, from the package."""
    path = req.route_params
    return _sent(req, documentation.file(path["version"], path["name"]))


def _sent(req: func.HttpRequest, file: documentation.File | None) -> func.HttpResponse:
    with span(incoming(req).headers.get("traceparent")) as trace:
        headers = {"x-ms-request-id": str(uuid4()), "traceparent": trace.traceparent}
    if file is None:
        return response(Outgoing(HTTPStatus.NOT_FOUND, headers, b""))
    return response(Outgoing(HTTPStatus.OK, {**headers, **file.headers}, file.body))
