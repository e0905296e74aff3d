"""Keys and the admin API, as recorded, with queues on a real emulator."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from azure.storage.queue.aio import QueueServiceClient

from devhost.refusals import Choice, Refusal
from devhost.worker import function
from tests.devhost.recorded import running
from tests.devhost.recorded.outcomes import Outcomes
from tests.devhost.recorded.running import ask, request
from tests.devhost.recorded.timers import metadata_of

_OWN = ("Date", "Server", "Connection", "Content-Length")
_IGNORED = {"id", "versionDetails", "processUptime"}
_QUEUES: dict[str, Any] = {
    "extensions": {"http": {"routePrefix": ""}, "queues": {"messageEncoding": "none"}}
}


async def admin(folder: Path, connection: str) -> Outcomes:
    """admin.json, in the order recorded."""
    found = Outcomes()
    functions = [
        running.http_function("anon", ["GET"], "anon"),
        running.http_function("func", ["GET"], "func", "FUNCTION"),
        running.http_function("adm", ["GET"], "adm", "ADMIN"),
        running.http_function("nolevel", ["GET"], "nolevel", None),  # type: ignore[arg-type] - none given
    ]
    vectors = running.vectors("admin")
    async with running.echoing(
        functions, running.settle(folder / "keys"), {}, keys=running.keys()
    ) as (echo, port):
        for vector in vectors:
            if vector["what"] == "auth":
                await _auth(found, echo, port, vector)
    settled = running.settle(folder / "admin", _QUEUES)
    settings = {"AzureWebJobsStorage": connection}
    async with QueueServiceClient.from_connection_string(connection) as storage:
        await storage.create_queue("inq")
        async with running.echoing(_admin_app(), settled, settings, keys=running.keys()) as (
            echo,
            port,
        ):
            for vector in vectors:
                if vector["what"] in {"admin", "admin-auth"}:
                    await _admin(found, echo, port, vector, settled)
                elif vector["what"] == "blobs":
                    found.chosen(Choice.STATUS)
                elif vector["what"] != "auth":
                    await _queued(found, echo, storage, vector)
    return found


def _admin_app() -> list[Any]:
    queue = {"type": "queueTrigger", "direction": "IN", "name": "msg", "queueName": "inq"}
    out = {"type": "queue", "direction": "OUT", "name": "out", "queueName": "outq"}
    timer = {"type": "timerTrigger", "direction": "IN", "name": "timer", "schedule": "0 0 3 * * *"}
    account = {"connection": "AzureWebJobsStorage"}
    return [
        function("onq", "onq", [queue | account, out | account]),
        function("tick", "tick", [timer | {"useMonitor": True}]),
        running.http_function("web", ["GET", "POST"], "web/{id?}"),
        running.http_function("webfn", ["POST"], "webfn", "FUNCTION"),
    ]


async def _auth(found: Outcomes, echo: running.Echo, port: int, vector: Any) -> None:
    echo.calls.clear()
    target = f"/{vector['function']}{vector['query']}"
    answer = await ask(port, request("GET", target, vector["headers"]))
    payload = echo.calls[0][1] if echo.calls else None
    got = [answer.status, bool(payload)]
    expected = [vector["status"], vector["called"]]
    if payload:
        got += ["x-functions-key" in payload["headers"], payload["query"]]
        expected += [vector["worker_has_key_header"], vector.get("worker_query") or {}]
    else:
        got.append(answer.shown("Date", "Server", "Connection"))
        expected.append(running.recorded_headers(vector["response_headers"]))
    found.compare((vector["function"], vector["key"]), got, expected)


async def _admin(
    found: Outcomes, echo: running.Echo, port: int, vector: Any, app_dir: Path
) -> None:
    echo.calls.clear()
    body = vector.get("send", "").encode()
    spec = re.search(r'x_spec\\":{\\"out\\":\\"(\w+)', vector.get("send", ""))
    echo.outputs = {"out": SimpleNamespace(string=spec[1])} if spec else {}
    headers = [*vector["headers"], *([("Content-Length", str(len(body)))] if body else [])]
    answer = await ask(port, request(vector["method"], vector["path"], headers, body))
    if answer.status == 501:
        assert answer.body.startswith(b"devhost: ")
        found.refuse(Refusal.ADMIN)
        return
    for _ in range(20):
        await asyncio.sleep(0 if echo.calls else 0.005)
    got: list[Any] = [answer.status, answer.shown(*_OWN)]
    expected = [vector["status"], running.recorded_headers(vector["response_headers"], *_OWN)]
    got.append(_body(answer.body.decode(), app_dir))
    expected.append(_body(vector["body"], app_dir))
    got.append([[name, value, metadata_of(tm)] for name, value, tm in echo.calls])
    expected.append(
        [
            [call["f"], *(each["value"] for each in call["inputs"].values()), call["tm"]]
            for call in vector.get("called", [])
        ]
    )
    found.compare((vector["method"], vector["path"], body), _timeless(got), _timeless(expected))


def _body(text: str, app_dir: Path) -> Any:
    """JSON, with what is different in every run put aside."""
    if not text:
        return text
    shown = text.replace(str(app_dir), "APP").replace("vfsROOT", "vfsAPP")
    document = json.loads(shown)
    if isinstance(document, list):
        # Those of the recording that are recorded whole; the rest is cut off.
        return document
    return {key: value for key, value in document.items() if key not in _IGNORED}


def _timeless(document: Any) -> Any:
    text = re.sub(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?", "TIME", json.dumps(document))
    return json.loads(re.sub(r"\d\d/\d\d/20\d\d \d\d:\d\d:\d\d", "TIME", text))


async def _queued(
    found: Outcomes, echo: running.Echo, storage: QueueServiceClient, vector: Any
) -> None:
    if "outq" in vector:
        async with storage.get_queue_client("outq") as queue:
            messages = await queue.peek_messages()
        got = [{"text": each.content, "dequeue": each.dequeue_count or 0} for each in messages]
        found.compare(vector["what"], got, json.loads(vector["outq"]))
        return
    echo.calls.clear()
    async with storage.get_queue_client("inq") as queue:
        await queue.send_message(vector["sent"])
    while not echo.calls:
        await asyncio.sleep(0.02)
    name, value, given = echo.calls[0]
    (call,) = vector["called"]
    tm, expected = metadata_of(given), call["tm"]
    for each in ("Id", "PopReceipt"):
        tm[each]["value"] = expected[each]["value"]
    got = [name, value, tm]
    wanted = [call["f"], call["inputs"]["msg"]["value"], expected]
    found.compare(vector["what"], _timeless(got), _timeless(wanted))
