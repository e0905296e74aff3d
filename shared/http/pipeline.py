"""How every request is served, in one order, so that a refusal reveals nothing too early.

    request ── length → api-version → token → principal ──┐
    a page, with a session's principal ───────────────────┴─> limits → role → path ids → whose they
                        are → suspended? → Accept, query, body, conditions → budget → handler

A page is a client of the API inside the process: it comes in behind the token, and nowhere else.
"""

import json
import logging
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Final
from uuid import uuid4

from pydantic import BaseModel

from shared.allowance import Allowance, rate_limit_headers
from shared.auth.principal import Principal, principal
from shared.auth.tokens import TokenVerifier
from shared.canonical import JsonObject
from shared.errors import ConditionNotMet, NotFound, PreconditionRequired
from shared.http import errors
from shared.http.access import ANYONE, Access, admit, check_export
from shared.http.body import check_length, read_body
from shared.http.conditional import IfNoneMatch, if_match, if_none_match, not_modified
from shared.http.endpoint import API_VERSION, JSON, Endpoint, NoBody, Reply, Request
from shared.http.exports import export, rendered
from shared.http.messages import Incoming, Outgoing
from shared.http.negotiation import negotiated, preferred
from shared.http.paging import PageTokens
from shared.http.query import read_query, require_version
from shared.services.application import Services
from shared.tracing import TRAFFIC, Trace, span

traffic = logging.getLogger(TRAFFIC)

_KIND: Final = {"Content-Type": "application/json; charset=utf-8"}
_FIXED: Final = {
    "Cache-Control": "no-cache",
    "Vary": "Accept, Accept-Encoding, Accept-Language",
}
"""A body that is the same for everybody may be kept, and is asked for by its tag."""
_KEPT: Final = ("ETag", "Cache-Control", "Vary")
"""What a 304 repeats: a cache takes its headers over into what it has stored."""


@dataclass(frozen=True, slots=True)
class App:
    """What requests are served with."""

    services: Services
    verifier: TokenVerifier


async def serve(
    endpoint: Endpoint[Any, Any], incoming: Incoming, app: Callable[[], App]
) -> Outgoing:
    """The answer to a request that brings a token, whatever happens."""
    return await _served(endpoint, incoming, _by_token(endpoint, incoming, app))


async def serve_verified(
    endpoint: Endpoint[Any, Any], incoming: Incoming, caller: Principal, app: App
) -> Outgoing:
    """The same answer to a caller who was verified before: from the role on, nothing is spared."""
    return await _served(endpoint, incoming, _answer(endpoint, incoming, caller, app))


async def admit_verified(
    endpoint: Endpoint[Any, Any], incoming: Incoming, caller: Principal, app: App
) -> Outgoing:
    """204 where `caller` would be let in, else the refusal; nothing else is looked at or done."""

    async def let_in() -> Outgoing:
        await _admit(endpoint, incoming, caller, app)
        return Outgoing(204, {}, b"")

    return await _served(endpoint, incoming, let_in())


async def _served(
    endpoint: Endpoint[Any, Any], incoming: Incoming, answering: Coroutine[Any, Any, Outgoing]
) -> Outgoing:
    started = time.monotonic()
    with span(incoming.headers.get("traceparent")) as trace:
        request_id = str(uuid4())
        try:
            answer = await answering
        except Exception as error:  # noqa: BLE001 - the last resort: no internal name gets out
            told = errors.app_error(error, request_id)
            locale = preferred(incoming.headers.get("accept-language"))
            answer = _document(told.status, errors.body_of(told, locale), errors.headers_of(told))
        traffic.debug(
            "http.served",
            extra={
                "endpoint": endpoint.name,
                "status": answer.status,
                "code": answer.headers.get("x-ms-error-code", ""),
                "request_id": request_id,
                "seconds": time.monotonic() - started,
            },
        )
    return Outgoing(answer.status, {**_common(trace, request_id), **answer.headers}, answer.body)


def _common(trace: Trace, request_id: str) -> dict[str, str]:
    """The headers of every answer."""
    return {
        "api-supported-versions": API_VERSION,
        "x-ms-request-id": request_id,
        "traceparent": trace.traceparent,
        "Cache-Control": "no-store",
        "Vary": "Accept, Accept-Language, Authorization",
    }


async def _by_token(
    endpoint: Endpoint[Any, Any], incoming: Incoming, app: Callable[[], App]
) -> Outgoing:
    """The token step, and what lies before it."""
    check_length(incoming.headers)
    served = app()
    if endpoint.versioned:
        require_version(incoming.query)
    if endpoint.public:
        return await _answer(endpoint, incoming, None, served)
    claims = await served.verifier.verify(incoming.headers.get("authorization"))
    caller = principal(claims, served.services.settings)
    return await _answer(endpoint, incoming, caller, served)


async def _answer(
    endpoint: Endpoint[Any, Any], incoming: Incoming, caller: Principal | None, app: App
) -> Outgoing:
    """The steps behind the token; `caller` is None where none is asked for."""
    if caller is None or caller.operator:
        return await _admitted(endpoint, incoming, caller, app)
    limits = app.services.request_limits
    if endpoint.method == "GET":
        with limits.reading(caller.tenant_id):
            return await _admitted(endpoint, incoming, caller, app)
    return await _admitted(endpoint, incoming, caller, app, limits.command(caller.tenant_id))


async def _admitted(
    endpoint: Endpoint[Any, Any],
    incoming: Incoming,
    caller: Principal | None,
    app: App,
    *allowances: Allowance,
) -> Outgoing:
    """The steps behind the caller's limits, of which `allowances` are left."""
    path, granted = await _admit(endpoint, incoming, caller, app)
    media_type = negotiated(endpoint.produces, incoming.headers.get("accept"))
    if caller and media_type in endpoint.exports:
        check_export(endpoint, caller, app.services.settings.role_preset)
    unless = if_none_match(incoming.headers.get("if-none-match"), endpoint.method)
    request = Request(
        path=path,
        query=read_query(incoming.query, endpoint.query),
        body=_body(endpoint, incoming),
        actor=granted.actor,
        viewer=granted.viewer,
        own=granted.own,
        caller=caller,
        if_match=if_match(incoming.headers.get("if-match")),
        url=app.services.settings.public_base_url + endpoint.address(path),
        locale=preferred(incoming.headers.get("accept-language")),
        page_tokens=PageTokens(
            app.services.settings.webhook_keys, caller.tenant_id if caller else ""
        ),
        accept_encoding=incoming.headers.get("accept-encoding"),
    )
    if endpoint.method == "GET":
        return await _read(endpoint, request, app.services, media_type, unless)
    await _check_standing(endpoint, granted.viewer.partner_id, app.services)
    spent = await _spent(endpoint, granted.viewer.partner_id, app.services)
    reply = await _written(endpoint, request, app.services, unless)
    answer = _shown(reply)
    told = rate_limit_headers((*allowances, *spent, *reply.allowances))
    return replace(answer, headers={**answer.headers, **told})


async def _check_standing(
    endpoint: Endpoint[Any, Any], partner_id: str | None, services: Services
) -> None:
    """Raises for a partner that does not stand, before it changes anything (PRT-1).

    A command's own decision says it, unless the request takes of a budget before that.
    """
    decided = endpoint.command is not None and not endpoint.spends
    if partner_id and not decided:
        await services.standing.require(partner_id)


async def _spent(
    endpoint: Endpoint[Any, Any], partner_id: str | None, services: Services
) -> tuple[Allowance, ...]:
    """What is left of the partner's budget after this request, where it takes of one."""
    if not endpoint.spends or not partner_id:
        return ()
    return ((await services.budgets.spend(partner_id, endpoint.spends, (1,))).allowance,)


async def _read(
    endpoint: Endpoint[Any, Any],
    request: Request[Any, Any],
    services: Services,
    media_type: str,
    unless: IfNoneMatch | None,
) -> Outgoing:
    """The answer to a GET, or 304 where the caller has it."""
    if media_type == JSON:
        answer = _shown(await endpoint.handler(request, services), request.accept_encoding)
    elif render := endpoint.renders.get(media_type):
        answer = rendered(await endpoint.handler(request, services), media_type, render)
    else:
        answer = await export(endpoint, request, services, media_type)
    etag = answer.headers.get("ETag")
    if not not_modified(etag, request.if_match, unless):
        return answer
    kept = {name: answer.headers[name] for name in _KEPT if name in answer.headers}
    return Outgoing(304, kept, b"")


async def _written(
    endpoint: Endpoint[Any, Any],
    request: Request[Any, Any],
    services: Services,
    unless: IfNoneMatch | None,
) -> Reply:
    """The answer to a write. Without If-Match a PUT changes nothing that is there already.

    So whoever asked for that with If-None-Match is told so, in the words of that header.
    """
    if unless is None:
        return await endpoint.handler(request, services)
    if request.if_match:
        raise ConditionNotMet  # No version is there and not there.
    try:
        reply = await endpoint.handler(request, services)
    except PreconditionRequired:
        raise ConditionNotMet from None
    if reply.status != HTTPStatus.CREATED:
        raise ConditionNotMet
    return reply


async def _admit(
    endpoint: Endpoint[Any, Any], incoming: Incoming, caller: Principal | None, app: App
) -> tuple[dict[str, str], Access]:
    """The path's ids, and the caller in the role in which it may use them."""
    if caller is None:
        return endpoint.read_path(incoming.path), ANYONE
    preset = app.services.settings.role_preset
    path, granted = admit(endpoint, caller, incoming.path, preset)
    reads = endpoint.method == "GET" and not endpoint.while_suspended
    viewer = granted.viewer.partner_id
    if reads and viewer and not await app.services.standing.stands(viewer):
        raise NotFound  # For people of no partner, or of a suspended one, there is nothing.
    return path, granted


def _body(endpoint: Endpoint[Any, Any], incoming: Incoming) -> BaseModel:
    if endpoint.body is None:
        return NoBody()
    return read_body(
        incoming.body, incoming.headers, endpoint.body, endpoint.read_only, endpoint.media_types
    )


def _shown(reply: Reply, accept_encoding: str | None = None) -> Outgoing:
    if reply.fixed is not None:
        headers, body = reply.fixed.sent(accept_encoding)
        return Outgoing(reply.status, {**_KIND, **_FIXED, **headers}, body)
    etag = (reply.body or {}).get("etag")
    return _document(reply.status, reply.body, {"ETag": str(etag)} if etag else {})


def _document(status: int, body: JsonObject | None, headers: Mapping[str, str]) -> Outgoing:
    if body is None:
        return Outgoing(status, headers, b"")
    return Outgoing(status, {**_KIND, **headers}, encoded(body))


def encoded(body: JsonObject) -> bytes:
    """A body as it is sent."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
