"""Requests and answers of the Functions host as plain values, and back."""

from collections.abc import Iterable, Mapping
from http.cookies import Morsel
from typing import Any, Final, cast
from uuid import uuid4

import azure.functions as func

from shared.http.messages import Cookie, Incoming, Outgoing
from shared.tracing import span

GUARDED: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""What every answer says unless it says otherwise itself, those without a body too: a browser
takes the headers of a 304 over into what it has stored, and the host would add its own."""


def incoming(request: func.HttpRequest) -> Incoming:
    """The host's request as plain values."""
    return Incoming(
        headers={name.lower(): value for name, value in _pairs(request.headers)},
        path=dict(request.route_params),
        query=dict(request.params),
        body=request.get_body(),
    )


def _pairs(mapping: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    # azure.functions leaves its mapping of headers untyped.
    return mapping.items()


def identity(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that name an answer which no endpoint makes, for whoever looks into logs."""
    with span(headers.get("traceparent")) as trace:
        return {"x-ms-request-id": str(uuid4()), "traceparent": trace.traceparent}


def response(outgoing: Outgoing, more: Mapping[str, str] | None = None) -> func.HttpResponse:
    """A plain answer as the host's; `more` headers go beside its own."""
    headers = {**GUARDED, **(more or {}), **outgoing.headers}
    answer = func.HttpResponse(outgoing.body, status_code=outgoing.status, headers=headers)
    for cookie in outgoing.cookies:
        _set_cookie(answer, cookie)
    return answer


def _set_cookie(answer: func.HttpResponse, cookie: Cookie) -> None:
    """Hands the worker a cookie that has no domain.

    Of a text it would make one with an empty domain, which reaches the wire as `domain=`: behind
    Azure browsers are reported to reject `__Host-` cookies for it. tests/worker holds the
    installed worker to what it makes of this.
    """
    morsel = cast("dict[str, object]", Morsel[str]())
    cast("Morsel[str]", morsel).set(cookie.name, cookie.value, cookie.value)
    morsel.update({"path": "/", "secure": True, "httponly": True, "samesite": "Lax"})
    morsel.update({"max-age": "" if cookie.max_age is None else str(cookie.max_age)})
    morsel["domain"] = None
    headers = cast("Any", answer.headers)
    headers._list.append(("Set-Cookie", {cookie.name: morsel}))  # noqa: SLF001 - it takes only texts
