"""The real router's own vectors: one grammar is taken, all other templates are refused."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from devhost.refusals import Refused
from tests.devhost.recorded import running
from tests.devhost.recorded.outcomes import Outcomes
from tests.devhost.recorded.running import ask, request

_HOST = "127.0.0.1"
_NO_HOME = {"AzureWebJobsDisableHomepage": "true"}
OTHER_SERVER = "recorded with a later version of the server, which refuses `#`"
LIBRARY_ALONE = "the router alone, without the host's own pages"


async def router(folder: Path) -> Outcomes:
    """router.json."""
    found, given = Outcomes(), running.vectors("router")
    functions, requests = defaultdict(list), defaultdict(list)
    for each in given["functions"]:
        functions[each["set"]].append(each)
    for each in given["requests"]:
        requests[each["set"]].append(each)
    for each in given["sets"]:
        name = each["set"]
        settled = running.settle(folder / name, running.http_options(routePrefix=each["prefix"]))
        made = [
            running.http_function(f["name"], _methods(f["method"]), f["template"])
            for f in functions[name]
        ]
        try:
            async with running.echoing(made, settled, _NO_HOME) as (echo, port):
                wrong = [f for f in functions[name] if "error" in f or "host" in f]
                found.compare((name, "registered"), wrong, [])
                for vector in requests[name]:
                    await _route(found, echo, port, vector)
        except Refused as refused:
            found.refuse(refused, len(requests[name]) + 1)
    await _urls(found, folder / "urls", given)
    return found


def _methods(given: Any) -> Any:
    return given if given is None or isinstance(given, list) else [given]


async def _route(found: Outcomes, echo: running.Echo, port: int, vector: Any) -> None:
    echo.calls.clear()
    answer = await ask(port, request(vector["method"], vector["target"], host=_HOST))
    got: Any = [answer.status, None, None]
    if echo.calls:
        name, payload, _ = echo.calls[0]
        got = [answer.status, name, payload["params"]]
    expected = [vector["status"], vector["function"], vector.get("params")]
    if expected[1] is None:
        expected[2] = None
    if got != expected and "#" in vector["target"]:
        found.aside(OTHER_SERVER)
    elif expected[0] == 404 and (got[0] == 204 or vector["target"].startswith("/admin/")):
        found.aside(LIBRARY_ALONE)
    else:
        found.compare((vector["set"], vector["method"], vector["target"]), got, expected)


async def _urls(found: Outcomes, folder: Path, given: Any) -> None:
    functions = [running.http_function("f", None, "{*rest}")]
    async with running.echoing(functions, running.settle(folder), {}) as (echo, port):
        for vector in given["urls"]:
            echo.calls.clear()
            answer = await ask(port, request("GET", vector["target"], host=_HOST))
            got: Any = [answer.status, None, None]
            if echo.calls:
                got = [answer.status, *(echo.calls[0][1][name] for name in ("url", "query"))]
            expected = [vector["status"], vector["url"], vector["query"]]
            if got != expected and "#" in vector["target"]:
                found.aside(OTHER_SERVER)
            else:
                found.compare(vector["target"], got, expected)
        for vector in given["request_headers"]:
            echo.calls.clear()
            host = None if vector["sent"][0][0] == "Host" else _HOST
            answer = await ask(port, request("GET", "/", vector["sent"], host=host))
            headers = dict(echo.calls[0][1]["headers"]) if echo.calls else None
            for name in ("host", "connection"):
                if headers and name not in (vector["headers"] or {}):
                    del headers[name]
            got = [answer.status, headers]
            found.compare(vector["sent"], got, [vector["status"], vector["headers"]])
