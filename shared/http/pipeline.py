"""How every request is served, in one order, so that a refusal reveals nothing too early.

api-version → token → principal → role → path ids → whose they are → query, body, If-Match → handler
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from random import SystemRandom
from typing import Any, Final

from pydantic import BaseModel

from shared.auth.principal import principal
from shared.auth.tokens import TokenVerifier
from shared.domain.base import SYSTEM
from shared.domain.events import JsonObject
from shared.http import errors
from shared.http.access import Access, access, check_role
from shared.http.body import read_body
from shared.http.conditional import if_match
from shared.http.endpoint import API_VERSION, Endpoint, NoBody, Reply, Request
from shared.http.languages import preferred
from shared.http.messages import Incoming, Outgoing
from shared.http.query import read_query, require_version
from shared.http.tracing import Trace
from shared.services.listing import Viewer
from shared.services.services import Services

log = logging.getLogger(__name__)

_ANYONE: Final = Access(SYSTEM, Viewer(), own=False)
"""Where no role is asked for, nobody acts."""

_RANDOM: Final = SystemRandom()
"""Only for ids of requests; what decides anything takes its chance from `Services`."""


@dataclass(frozen=True, slots=True)
class App:
    """What requests are served with."""

    services: Services
    verifier: TokenVerifier


async def serve(
    endpoint: Endpoint[Any, Any], incoming: Incoming, app: Callable[[], App]
) -> Outgoing:
    """The answer to a request, whatever happens."""
    trace = Trace.of(incoming.headers.get("traceparent"), _RANDOM)
    try:
        reply = await _reply(endpoint, incoming, app())
    except Exception as error:  # noqa: BLE001 - the last resort: no internal name gets out
        told = errors.app_error(error, trace)
        locale = preferred(incoming.headers.get("accept-language"))
        headers = errors.headers_of(told)
        return _outgoing(told.status, errors.body_of(told, locale), trace, headers)
    headers = {"ETag": str(reply.body["etag"])} if reply.body and "etag" in reply.body else {}
    return _outgoing(reply.status, reply.body, trace, headers)


async def _reply(endpoint: Endpoint[Any, Any], incoming: Incoming, app: App) -> Reply:
    if endpoint.versioned:
        require_version(incoming.query)
    path, granted = await _admit(endpoint, incoming, app)
    request = Request(
        path=path,
        query=read_query(incoming.query, endpoint.query),
        body=_body(endpoint, incoming),
        actor=granted.actor,
        viewer=granted.viewer,
        own=granted.own,
        if_match=if_match(incoming.headers.get("if-match")),
        url=app.services.settings.public_base_url + endpoint.address(path),
        locale=preferred(incoming.headers.get("accept-language")),
    )
    return await endpoint.handler(request, app.services)


async def _admit(
    endpoint: Endpoint[Any, Any], incoming: Incoming, app: App
) -> tuple[dict[str, str], Access]:
    """The path's ids, and the caller in the role in which it may use them."""
    if endpoint.public:
        return endpoint.read_path(incoming.path), _ANYONE
    settings = app.services.settings
    claims = await app.verifier.verify(incoming.headers.get("authorization"))
    caller = principal(claims, settings)
    check_role(endpoint, caller, settings.role_preset)
    path = endpoint.read_path(incoming.path)
    if not endpoint.operations:
        return path, _ANYONE
    granted = access(endpoint, caller, path, settings.role_preset)
    if granted.viewer.partner_id and endpoint.method == "GET" and not endpoint.while_suspended:
        await app.services.partners.check_standing(granted.viewer.partner_id)
    return path, granted


def _body(endpoint: Endpoint[Any, Any], incoming: Incoming) -> BaseModel:
    if endpoint.body is None:
        return NoBody()
    content_type = incoming.headers.get("content-type")
    return read_body(
        incoming.body, content_type, endpoint.body, endpoint.read_only, endpoint.media_types
    )


def _outgoing(
    status: int, body: JsonObject | None, trace: Trace, headers: dict[str, str]
) -> Outgoing:
    common = {
        "api-supported-versions": API_VERSION,
        "x-ms-request-id": trace.request_id,
        "traceparent": trace.traceparent,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    if body is None:
        return Outgoing(status, common | headers, b"")
    common["Content-Type"] = "application/json; charset=utf-8"
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Outgoing(status, common | headers, text.encode())
