"""The page `/docs`, which shows the API's description, and the files that it loads."""

from http import HTTPStatus
from typing import Final

import azure.functions as func

from shared import bootstrap
from shared.http.host import identity, incoming, response
from shared.http.messages import Outgoing
from shared.web import documentation

blueprint = func.Blueprint()

_METHODS: Final = ["GET", "HEAD"]


@blueprint.route("docs", methods=_METHODS, auth_level=func.AuthLevel.ANONYMOUS)
async def docs(req: func.HttpRequest) -> func.HttpResponse:
    """Needs no token; what is tried out there does."""
    settings, asked = bootstrap.services().settings, incoming(req)
    locale = documentation.language(asked.query, asked.headers)
    page = documentation.page(settings.development_issuer, settings.operator_tenant_id, locale)
    return _sent(req, page)


@blueprint.route(
    "docs/{version}/{name}", methods=["GET", "HEAD"], auth_level=func.AuthLevel.ANONYMOUS
)
async def docs_file(req: func.HttpRequest) -> func.HttpResponse:
    """A file of the page, from the package."""
    path, encoding = req.route_params, incoming(req).headers.get("accept-encoding")
    return _sent(req, documentation.file(path["version"], path["name"], encoding))


def _sent(req: func.HttpRequest, file: documentation.File | None) -> func.HttpResponse:
    named = identity(incoming(req).headers)
    if file is None:
        return response(Outgoing(HTTPStatus.NOT_FOUND, {}, b""), named)
    return response(Outgoing(HTTPStatus.OK, file.headers, file.body), named)
