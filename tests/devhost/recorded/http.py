"""Routes, requests, answers and keys, as recorded from the real host, on a running one."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from devhost.refusals import Refusal, Refused
from tests.devhost.recorded import running
from tests.devhost.recorded.outcomes import Outcomes
from tests.devhost.recorded.running import Answer, ask, request

OTHER_WORKER = "recorded with a worker that is not the one installed"
_HOSTS_OWN = ("Date", "Server", "Connection")


async def routes(folder: Path) -> Outcomes:
    """http-routes.json: every route set is an app."""
    found = Outcomes()
    by_set = defaultdict(list)
    for vector in running.vectors("http-routes"):
        by_set[vector["set"]].append(vector)
    for each in running.vectors("http-route-sets"):
        name, prefix = each["set"], each["routePrefix"]
        functions = [running.http_function(*given) for given in each["functions"]]
        settled = running.settle(folder / name, running.http_options(routePrefix=prefix))
        try:
            async with running.echoing(
                functions, settled, each["settings"], keys=running.keys()
            ) as (echo, port):
                for vector in by_set[name]:
                    await _route(found, echo, port, vector)
        except Refused as refused:
            found.refuse(refused, len(by_set[name]))
    return found


async def _route(found: Outcomes, echo: running.Echo, port: int, vector: Any) -> None:
    echo.calls.clear()
    path, host = running.expanded(vector["path"]), vector.get("host_header", "HOST")
    answer = await ask(port, request(vector["method"], path, host=host))
    got: dict[str, Any] = {"status": answer.status, "function": None}
    expected = {"status": vector["status"], "function": vector["function"]}
    if echo.calls:
        name, payload, _ = echo.calls[0]
        got |= {"function": name, "params": payload["params"], "url": payload["url"]}
        given = payload["params"]
        params = {key: _long(text, given.get(key)) for key, text in vector["params"].items()}
        url = vector.get("url") or payload["url"]
        expected |= {"params": params, "url": url}
    else:
        home = ("Content-Length",) if vector.get("body") == "HOMEPAGE" else ()
        got["headers"] = answer.shown(*_HOSTS_OWN, *home)
        expected["headers"] = running.recorded_headers(vector.get("headers", []), *_HOSTS_OWN)
        if "headers" not in vector:
            got.pop("headers"), expected.pop("headers")
    found.compare((vector["set"], vector["method"], str(path)[:60]), got, expected)


def _long(recorded: str, got: Any) -> Any:
    """What was recorded; of a long text only its length was."""
    match = re.fullmatch(r"<(\d+) (?:chars|bytes)>", recorded)
    return got if match and got is not None and len(got) == int(match[1]) else recorded


async def requests(folder: Path) -> Outcomes:
    """http-requests.json, with a worker."""
    found = Outcomes()
    by_run = defaultdict(list)
    for vector in running.vectors("http-requests"):
        by_run[vector["run"]].append(vector)
    for run, vectors in by_run.items():
        settings = {"FUNCTIONS_REQUEST_BODY_SIZE_LIMIT": "1000"} if "limit" in run else {}
        host = running.real_host(running.settle(folder / run), [], **settings)
        async with running.serving(host) as port:
            for vector in vectors:
                await _request(found, port, vector)
    return found


async def _request(found: Outcomes, port: int, vector: Any) -> None:
    send, expected = vector["send"], {"status": vector["status"], "worker": vector["worker"]}
    also = send.get("also", {})
    body = running.b64(send["body_b64"]) if "body_b64" in send else b"x" * send.get("body_len", 0)
    headers = [(name, _value(value)) for name, value in send["headers"]]
    names = {name.lower() for name, _ in headers}
    if body and not names & {"content-length", "transfer-encoding"}:
        headers.append(("Content-Length", str(len(body))))
    target = _sent_target(send["target"])
    raw = request(send["method"], target, headers, body, also.get("host", "HOST"))
    answer = await ask(port, raw, half=also.get("half", False))
    got: dict[str, Any] = {"status": answer.status, "worker": None}
    if answer.body:
        got["worker"] = _seen(json.loads(answer.body), vector["worker"])
    elif vector["worker"] and send["method"] == "HEAD":
        got["worker"] = vector["worker"]  # a HEAD's answer tells nothing of what arrived
    if "response_headers" in vector:
        got["headers"] = answer.shown("Date", "Server")
        expected["headers"] = running.recorded_headers(vector["response_headers"], "Date", "Server")
    found.compare(vector["case"], got, expected)


def _value(value: Any) -> bytes:
    if isinstance(value, dict):
        return value["latin1"].encode("latin-1")
    match = re.fullmatch(r"<(\d+) bytes>", value)
    return b"x" * int(match[1]) if match else value.encode()


def _sent_target(target: Any) -> bytes:
    if match := re.fullmatch(r"(.*)<(\d+) chars>", str(target)):
        start, length = match[1], int(match[2])
        if start.startswith("/echo/x?k0"):
            return ("/echo/x?" + "&".join(f"k{number}=v" for number in range(300))).encode()
        start = start.rstrip("x")
        return (start + "x" * (length - len(start))).encode()
    return str(target).encode("latin-1")


def _seen(seen: Any, worker: Any) -> Any:
    """What arrived, in the recording's terms."""
    if worker is None:
        return seen
    raw = running.b64(seen["body"])
    body: Any = {"kind": "bytes", "b64": seen["body"]} if raw else None
    if raw and "len" in (worker["body"] or {}):
        body = {"kind": "bytes", "len": len(raw)}
    shown = {key: seen[key] for key in ("method", "url", "params")}
    for key in ("headers", "query"):
        shown[key] = {
            name: worker[key].get(name) if _long(worker[key].get(name, ""), text) == text else text
            for name, text in seen[key].items()
        }
    match = re.fullmatch(r"<(\d+) chars>", worker["url"])
    if match and len(seen["url"]) == int(match[1]):
        shown["url"] = worker["url"]
    return {**shown, "body": body}


async def responses(folder: Path) -> Outcomes:
    """http-responses.json, with a worker: of two workers recorded, one is the one installed."""
    found = Outcomes()
    given = running.vectors("http-responses")
    host = running.real_host(running.settle(folder), [vector["function"] for vector in given])
    twins = defaultdict(list)
    async with running.serving(host) as port:
        for number, vector in enumerate(given):
            answer = await _answered(port, number, vector)
            twin = json.dumps([vector["case"], vector["method"], vector["function"]])
            twins[twin].append((vector, answer))
    for pairs in twins.values():
        _compare_twins(found, pairs)
    return found


async def _answered(port: int, number: int, vector: Any) -> Answer:
    function = vector["function"]
    path = f"/answer/{number}"
    if function.get("none"):
        path = "/none"
    elif function.get("str_return"):
        path = f"/text/{number}"
    return await ask(port, request(vector["method"], path, vector.get("request_headers", [])))


def _compare_twins(found: Outcomes, pairs: list[tuple[Any, Answer]]) -> None:
    told = [(vector, *_shown(vector, answer)) for vector, answer in pairs]
    fits = [got == expected for _, got, expected in told]
    for (vector, got, expected), (_, answer), fit in zip(told, pairs, fits, strict=True):
        if answer.status == 501 and b"devhost:" in answer.body:
            found.refuse(Refusal.ANSWER)
        elif not fit and (any(fits) or vector["function"].get("none")):
            # Of one case only one record can be of this worker; None is no answer to it at all.
            found.aside(OTHER_WORKER)
        else:
            found.compare((vector["case"], vector["worker"]), got, expected)


def _shown(vector: Any, answer: Answer) -> tuple[Any, Any]:
    got: dict[str, Any] = {"status": answer.status, "body": answer.body}
    expected: dict[str, Any] = {"status": vector["status"]}
    if "body_b64" in vector:
        expected["body"] = running.b64(vector["body_b64"])
    else:
        whole = "x" * len(answer.body) if answer.body.startswith(b"xxxx") else None
        expected["body"] = (whole or vector["body"]).encode()
        if whole:
            expected["body"] = f"<{len(whole)} chars>"
            got["body"] = vector["body"]
    if vector.get("reason") is not None:
        got["reason"], expected["reason"] = answer.reason, vector["reason"]
    if "unstable" not in vector:
        shortened = [(name, _cut_cookie(value)) for name, value in answer.shown()]
        got["headers"] = sorted(shortened)
        expected["headers"] = running.recorded_headers(vector["headers"])
    return got, expected


def _cut_cookie(value: str) -> str:
    return f"{value[:20]}...<{len(value)} chars>" if len(value) > 2000 else value
