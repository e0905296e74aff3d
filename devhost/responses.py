"""What becomes of a function's answer on its way to the client."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from devhost.refusals import Refusal, Refused
from devhost.wire import Response

if TYPE_CHECKING:
    from devhost.worker import Invocation

PLAIN = "text/plain; charset=utf-8"
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t -~]*")
_FAILED = Response(500)
_BODILESS = frozenset({204, 205, 304})


def response(outcome: Invocation) -> Response:
    """What the client gets; 500 without a body for all that the host cannot send.

    Raises Refused for an answer that this host does not know.
    """
    if not outcome.ok:
        return _FAILED
    value = outcome.value
    if value is None:
        return Response(204)
    if http := getattr(value, "http", None):
        return _of_http(http)
    text = getattr(value, "string", "")
    if text.strip()[:1] in {"{", "["} or not hasattr(value, "string"):
        raise Refused(Refusal.ANSWER, f"a function returned {text[:40] or value!r}")
    return Response(200, [("Content-Type", PLAIN)], text.encode())


def _of_http(http: Any) -> Response:
    status, body = int(http.status_code), _content(http.body)
    named = {name.lower(): (name, value) for name, value in http.headers.items()}
    if "transfer-encoding" in named or not 200 <= status < 1000:  # noqa: PLR2004 - three digits, final
        raise Refused(Refusal.ANSWER, f"an answer of status {status}")
    headers = [
        (name, value) for lower, (name, value) in named.items() if value or lower != "content-type"
    ]
    cookies = http.cookies or ()
    headers += [("Set-Cookie", _cookie(cookie)) for cookie in cookies]
    length = named.get("content-length", ("", None))[1]
    names = [name for name, _ in headers] + [cookie.name for cookie in cookies]
    if not all(map(_NAME.fullmatch, names)) or not all(_VALUE.fullmatch(v) for _, v in headers):
        return _FAILED
    if length is not None and not _fits(length, status, body):
        return _FAILED
    return Response(status, headers, body)


def _fits(length: str, status: int, body: bytes) -> bool:
    """Whether a Content-Length given by the function can be sent."""
    if not (length.isascii() and length.isdigit()) or status == 204:  # noqa: PLR2004 - No Content
        return False
    return status in _BODILESS or int(length) >= len(body)


def _content(body: Any) -> bytes:
    content = getattr(body, "bytes", b"")
    return getattr(body, "string", "").encode() or content


def _cookie(cookie: Any) -> str:
    """A line in the host's form."""
    parts = [f"{cookie.name}={quote(cookie.value, safe='~')}"]
    if cookie.expires:
        at = datetime.fromtimestamp(cookie.expires.value.seconds, UTC)
        parts.append(f"expires={format_datetime(at, usegmt=True)}")
    if cookie.max_age:
        parts.append(f"max-age={int(cookie.max_age.value)}")
    parts += [
        f"{attribute}={given.value}"
        for attribute, given in (("domain", cookie.domain), ("path", cookie.path))
        if given
    ]
    if cookie.secure and cookie.secure.value:
        parts.append("secure")
    if cookie.same_site:
        parts.append(f"samesite={cookie.same_site}")
    if cookie.http_only and cookie.http_only.value:
        parts.append("httponly")
    return "; ".join(parts)
