"""HTTP triggers, the home page and the admin API: what answers a request."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from devhost import responses
from devhost.refusals import Refusal, Refused
from devhost.wire import Response, TooLarge

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from devhost.keys import Keys
    from devhost.requests import Request
    from devhost.routes import RouteTable
    from devhost.worker import Function, Invocation

log = logging.getLogger("devhost.http")

HOME_PAGE = b"<!DOCTYPE html><title>devhost</title><p>The local Functions host is running."
_ADMIN = re.compile(
    r"(?i)/admin/(?:host|functions|instance|vfs|extensions|proxies|warmup|zip)(?:/|\Z)"
)
_TEST_DATA = "/tmp/FunctionsData"  # noqa: S108 - a part of an address that leads nowhere
_STATUS = {
    "id": "devhost",
    "state": "Running",
    "version": "4.1037.0.0",
    "versionDetails": "4.1037.0+devhost",
    "platformVersion": "",
    "instanceId": "",
    "computerName": "",
    "processUptime": 0,
    "functionAppContentEditingState": "Unknown",
}


@dataclass(frozen=True)
class Site:
    """What answers depend on besides functions and routes.

    Keys are checked only where given, as `func start` does with --enableAuth.
    """

    app_dir: Path
    home_page: bool
    custom_headers: Mapping[str, str]
    keys: Keys | None


class Frontend:
    """Answers requests with what functions make of them."""

    def __init__(
        self,
        functions: Mapping[str, Function],
        routes: RouteTable,
        invoke: Callable[..., Awaitable[Invocation]],
        fire: Callable[[str, str | None], None],
        site: Site,
    ) -> None:
        """`invoke` runs a function, `fire` starts one by hand."""
        self._functions = functions
        self._routes = routes
        self._invoke = invoke
        self._fire = fire
        self._site = site

    async def __call__(self, request: Request) -> Response:
        """Answer one request; the function's own headers win over the host's."""
        try:
            response = await self._answer(request)
        except TooLarge:
            response = Response(500)
        except (OSError, EOFError):
            raise  # the client is gone
        except Refused as refusal:
            log.warning("http.refused path=%s %s", request.path, refusal)
            text = f"devhost: {refusal}\n"
            response = Response(501, [("Content-Type", responses.PLAIN)], text.encode())
        except Exception:
            log.exception("http.host-error path=%s", request.path)
            response = Response(500)
        given = {name.lower() for name, _ in response.headers}
        more = [each for each in self._site.custom_headers.items() if each[0].lower() not in given]
        return Response(response.status, response.headers + more, response.body)

    async def _answer(self, request: Request) -> Response:
        if _ADMIN.match(request.path):
            return await self._admin(request)
        found = self._routes.find(request.method, request.path)
        if found is None:
            return self._home() if request.path == "/" else Response(404)
        function, params = self._functions[found[0]], found[1]
        level = function.trigger.get("authLevel", "FUNCTION").upper()
        if self._site.keys and not self._site.keys.open(request, function.name, level):
            return Response(401)
        if not request.headers["host"]:
            return Response(500)
        payload = {
            "method": request.method,
            "url": request.url,
            "headers": request.headers,
            "params": {name: text for name, text in params.items() if text},
            "query": request.query,
            "body": await request.body(),
        }
        trace = {
            "trace_parent": request.headers.get("traceparent", ""),
            "trace_state": request.headers.get("tracestate", ""),
        }
        return responses.response(await self._invoke(function, ("http", payload), {}, trace))

    def _home(self) -> Response:
        if not self._site.home_page:
            return Response(204)
        return Response(200, [("Content-Type", "text/html"), _length(HOME_PAGE)], HOME_PAGE)

    async def _admin(self, request: Request) -> Response:
        call = request.path.lower().rstrip("/").split("/")[2:]
        if call != ["host", "status"] and call[0] != "functions":
            raise Refused(Refusal.ADMIN, f"{request.method} {request.path}")
        if self._site.keys and (status := self._site.keys.refusal(request)):
            challenge = [("WWW-Authenticate", "Bearer")] if status == 401 else []  # noqa: PLR2004 - no key
            return Response(status, challenge)
        match request.method.upper(), call:
            case "GET", ["host", "status"]:
                return _json(_STATUS)
            case _, ["host", "status"]:
                return Response(404)
            case "GET", ["functions"]:
                site = f"https://{request.headers['host']}"
                return _json([self._described(each, site) for each in self._functions.values()])
            case "POST", ["functions", wanted]:
                return self._by_hand(wanted, request, await request.body())
        raise Refused(Refusal.ADMIN, f"{request.method} {request.path}")

    def _by_hand(self, wanted: str, request: Request, body: bytes) -> Response:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            return Response(415)
        name = {name.lower(): name for name in self._functions}.get(wanted)
        try:
            document = {key.lower(): value for key, value in json.loads(body).items()}
        except (ValueError, AttributeError):
            return Response(400)
        given = document.get("input")
        if isinstance(given, dict | list):
            return Response(400)
        if name is None:
            return Response(404)
        if self._functions[name].kind == "httpTrigger":
            # The real host takes it too, and then fails to make a request of it.
            log.warning("http.by-hand function=%s is not called", name)
        else:
            self._fire(name, None if given is None else str(given))
        return Response(202)

    def _described(self, function: Function, site: str) -> dict[str, Any]:
        """A function as the admin API lists it; nothing answers at its links."""
        name, files = function.name, f"{site}/admin/vfs{self._site.app_dir}"
        template = self._routes.templates.get(name)
        return {
            "name": name,
            "script_root_path_href": None,
            "script_href": f"{files}/function_app.py",
            "config_href": None,
            "test_data_href": f"{files}{_TEST_DATA}/{name}.dat",
            "href": f"{site}/admin/functions/{name}",
            "invoke_url_template": f"{site}/{template}" if template else None,
            "language": "python",
            "config": {
                "name": name,
                "entryPoint": name,
                "scriptFile": "function_app.py",
                "language": "python",
                "functionDirectory": str(self._site.app_dir),
                "bindings": function.bindings,
            },
            "files": None,
            "test_data": "",
            "isDisabled": False,
            "isDirect": False,
            "isProxy": False,
        }


def _json(document: object) -> Response:
    body = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
    return Response(200, [("Content-Type", "application/json; charset=utf-8"), _length(body)], body)


def _length(body: bytes) -> tuple[str, str]:
    return "Content-Length", str(len(body))
