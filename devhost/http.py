"""HTTP triggers and the admin API as a raw ASGI application."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from devhost.worker import datum, string

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from devhost.keys import Keys
    from devhost.routes import RouteTable
    from devhost.worker import Function, Invocation

log = logging.getLogger("devhost.http")

BODY_LIMIT = 104_857_600
type Scope = dict[str, Any]
type Receive = Callable[[], Awaitable[dict[str, Any]]]
type Send = Callable[[dict[str, Any]], Awaitable[None]]
type Headers = list[tuple[bytes, bytes]]


class _TooLargeError(Exception):
    pass


class _DisconnectedError(Exception):
    pass


@dataclass
class Response:
    """Status, headers and body on their way to the client."""

    status: int
    headers: Headers = field(default_factory=list)
    body: bytes = b""


class HttpFrontend:
    """Routes requests to functions. `invoke` runs one, `fire` starts one by hand."""

    def __init__(
        self,
        *,
        functions: Mapping[str, Function],
        routes: RouteTable,
        invoke: Callable[..., Awaitable[Invocation]],
        fire: Callable[[str, str], None],
        origins: tuple[str, ...] = (),
        keys: Keys | None = None,
        body_limit: int = BODY_LIMIT,
    ) -> None:
        """Keys are checked only where given, as `func start` does with --enableAuth."""
        self._functions = functions
        self._routes = routes
        self._invoke = invoke
        self._fire = fire
        self._origins = origins
        self._keys = keys
        self._body_limit = body_limit
        self._warned_chunked = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        headers = _headers(scope["headers"])
        try:
            response = self._preflight(scope, headers) or await self._serve(scope, headers, receive)
        except _DisconnectedError:
            return
        except _TooLargeError:
            response = Response(413)
        except Exception:
            log.exception("http.host-error path=%s", scope["path"])
            response = Response(500)
        self._allow_origin(response, headers)
        await _send(response, send)

    async def _serve(self, scope: Scope, headers: dict[str, str], receive: Receive) -> Response:
        raw_path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
        query = _query(scope["query_string"])
        if raw_path.lower().startswith("/admin/"):
            return await self._admin(scope["method"], raw_path, headers, query, receive)
        found = self._routes.match(scope["method"], raw_path)
        if found is None:
            return Response(404)
        function, params = self._functions[found[0]], found[1]
        if not self._authorised(function.trigger.get("authLevel", "FUNCTION"), headers, query):
            return Response(401)
        body = await self._body(headers, receive)
        payload = {
            "method": string(scope["method"]),
            "url": string(_url(scope, headers, raw_path)),
            "headers": _strings(headers),
            "params": _strings(params),
            "query": _strings(query),
            "body": datum(body, "bytes"),
        }
        result = await self._invoke(
            function,
            datum(payload, "http"),
            trace_parent=headers.get("traceparent", ""),
            trace_state=headers.get("tracestate", ""),
        )
        return _response(result)

    def _authorised(self, level: str, headers: dict[str, str], query: dict[str, str]) -> bool:
        if self._keys is None or level.upper() == "ANONYMOUS":
            return True
        key = headers.get("x-functions-key") or query.get("code", "")
        return self._keys.allow(key, admin=level.upper() == "ADMIN")

    async def _body(self, headers: dict[str, str], receive: Receive) -> bytes:
        if "transfer-encoding" in headers and not self._warned_chunked:
            self._warned_chunked = True
            log.warning("http.chunked: accepted here; at the real local host it arrives empty")
        length = headers.get("content-length", "0")
        if length.isdigit() and int(length) > self._body_limit:
            raise _TooLargeError
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _DisconnectedError
            body += message.get("body", b"")
            if len(body) > self._body_limit:
                raise _TooLargeError
            if not message.get("more_body"):
                return bytes(body)

    async def _admin(
        self,
        method: str,
        raw_path: str,
        headers: dict[str, str],
        query: dict[str, str],
        receive: Receive,
    ) -> Response:
        if not self._authorised("ADMIN", headers, query):
            return Response(401)
        match method, raw_path.lower().rstrip("/").split("/")[2:]:
            case "GET", ["host", "status"]:
                return _json({"id": "devhost", "state": "Running", "version": "4", "errors": []})
            case "GET", ["functions"]:
                return _json([_describe(function) for function in self._functions.values()])
            case "POST", ["functions", wanted]:
                return self._run_by_hand(wanted, await self._body(headers, receive))
        return Response(404)

    def _run_by_hand(self, wanted: str, body: bytes) -> Response:
        name = {name.lower(): name for name in self._functions}.get(wanted)
        if name is None:
            return Response(404)
        try:
            given = json.loads(body)["input"]
        except (ValueError, TypeError, KeyError):
            return Response(400)
        self._fire(name, given if isinstance(given, str) else json.dumps(given))
        return Response(202)

    def _preflight(self, scope: Scope, headers: dict[str, str]) -> Response | None:
        """A CORS preflight is answered by the host, before any route."""
        asked = headers.get("access-control-request-method")
        if scope["method"] != "OPTIONS" or not asked or not self._allows(headers):
            return None
        wanted = headers.get("access-control-request-headers", "")
        answer = [(b"access-control-allow-methods", asked.encode("latin-1"))]
        if wanted:
            answer.append((b"access-control-allow-headers", wanted.encode("latin-1")))
        return Response(204, answer)

    def _allow_origin(self, response: Response, headers: dict[str, str]) -> None:
        if self._allows(headers):
            origin = "*" if "*" in self._origins else headers["origin"]
            response.headers.append((b"access-control-allow-origin", origin.encode("latin-1")))

    def _allows(self, headers: dict[str, str]) -> bool:
        origin = headers.get("origin")
        return origin is not None and ("*" in self._origins or origin in self._origins)


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Names in lower case, repeated values joined with a comma."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    return headers


def _query(raw: bytes) -> dict[str, str]:
    """Repeated values joined with a comma, empty ones dropped; names ignore case."""
    query: dict[str, str] = {}
    spelling: dict[str, str] = {}
    for given, value in parse_qsl(raw.decode("latin-1"), errors="replace"):
        name = spelling.setdefault(given.lower(), given)
        query[name] = f"{query[name]},{value}" if name in query else value
    return query


def _url(scope: Scope, headers: dict[str, str], raw_path: str) -> str:
    query = scope["query_string"].decode("latin-1")
    return f"{scope['scheme']}://{headers.get('host', '')}{raw_path}" + (query and f"?{query}")


def _strings(values: Mapping[str, str]) -> dict[str, Any]:
    return {name: string(value) for name, value in values.items()}


def _response(result: Invocation) -> Response:
    """What the function returned, or 500 with an empty body when it raised."""
    value = result.value
    if not result.ok:
        return Response(500)
    if value is None or value.type is None:
        return Response(204)
    if value.type != "http":
        body = value.value if isinstance(value.value, bytes) else str(value.value).encode()
        return Response(200, [(b"content-type", b"text/plain; charset=utf-8")], body)
    answer = value.value
    headers = [
        (name.lower().encode("latin-1"), text.value.encode("latin-1", "replace"))
        for name, text in answer["headers"].items()
    ]
    for cookie in answer["cookies"] or ():
        headers += [
            (b"set-cookie", morsel.OutputString().encode("latin-1")) for morsel in cookie.values()
        ]
    return Response(int(answer["status_code"].value), headers, answer["body"].value)


def _describe(function: Function) -> dict[str, Any]:
    return {"name": function.name, "language": "python", "config": {"bindings": function.bindings}}


def _json(document: object) -> Response:
    body = json.dumps(document).encode()
    return Response(200, [(b"content-type", b"application/json; charset=utf-8")], body)


async def _send(response: Response, send: Send) -> None:
    bodiless = response.status in {204, 304}
    headers = [h for h in response.headers if h[0] not in {b"content-length", b"transfer-encoding"}]
    if not bodiless:
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if bodiless else response.body})
