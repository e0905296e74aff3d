"""Time-out, death, drain and the headers of host.json, as recorded."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from devhost.refusals import Choice, Refusal, Refused
from tests.devhost.recorded import running
from tests.devhost.recorded.outcomes import Outcomes
from tests.devhost.recorded.running import Answer, ask, request
from tests.running.system import OwnSystem

_APART = ("Date", "Connection", "Server")
BROWSER = "what browsers do with cookies"


async def lifecycle(folder: Path) -> Outcomes:
    """lifecycle.json."""
    found, vectors = Outcomes(), running.vectors("lifecycle")
    folders = [folder / str(number) for number in range(len(vectors))]
    await asyncio.gather(*map(_one, [found] * len(vectors), folders, vectors))
    return found


async def _one(found: Outcomes, here: Path, vector: Any) -> None:
    what = vector["what"]
    try:
        if what.startswith("functionTimeout"):
            await _time_out(found, here, vector)
        elif what.startswith("worker process exits"):
            await _death(found, here, vector)
        elif what.startswith("client disconnects"):
            await _disconnect(found, here, vector)
        elif what.startswith("SIGINT"):
            await asyncio.to_thread(_drain, found, here, vector)
        elif what.startswith("SIGTERM"):
            found.chosen(Choice.SIGTERM)
        elif "browser" in vector:
            found.aside(BROWSER)
        else:
            await _as_configured(found, here, vector)
    except Refused as refused:
        found.refuse(refused)


def _same(answer: Answer, recorded: Any) -> tuple[Any, Any]:
    headers = running.recorded_headers(recorded["headers"], *_APART)
    return (
        [answer.status, answer.shown(*_APART), answer.body.decode()],
        [recorded["status"], headers, recorded["body"]],
    )


async def _time_out(found: Outcomes, folder: Path, vector: Any) -> None:
    settled = running.settle(folder, {"functionTimeout": "00:00:03"})
    async with running.serving(running.real_host(settled, [])) as port:
        answer = await ask(port, request("GET", "/slow/8"))
        got, expected = _same(answer, vector["response"])
        after = await ask(port, request("GET", "/slow/0"))
        found.compare(vector["what"], [got, after.status], [expected, vector["afterwards"][0][1]])


async def _death(found: Outcomes, folder: Path, vector: Any) -> None:
    async with running.serving(running.real_host(running.settle(folder), [])) as port:
        slow = asyncio.create_task(ask(port, request("GET", "/slow/4")))
        quick = await ask(port, request("GET", "/slow/0"))
        dying = await ask(port, request("GET", "/die"))
        after = await ask(port, request("GET", "/slow/0"))
        recorded = [each["response"] for each in vector["calls"]]
        got = [_same(each, one) for each, one in zip([dying, await slow], recorded, strict=False)]
        got.append(([quick.status], [recorded[2]["status"]]))
        got.append(([after.status], [vector["afterwards [start,status,client,seconds]"][0][1]]))
        found.compare(vector["what"], [each for each, _ in got], [each for _, each in got])


async def _disconnect(found: Outcomes, folder: Path, vector: Any) -> None:
    """The function goes on to its end."""
    async with running.serving(running.real_host(running.settle(folder), [])) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request("GET", "/slow/1"))
        await writer.drain()
        await asyncio.to_thread(_until, (folder / "began").exists)
        writer.close()
        await asyncio.to_thread(_until, (folder / "done").exists)
        done = [each["done"] for each in vector["worker saw"] if each["done"]]
        found.compare(vector["what"], (folder / "done").exists(), bool(done))


def _drain(found: Outcomes, folder: Path, vector: Any) -> None:
    app = running.settle(folder / "app")
    for file in running.APP.glob("*.py"):
        shutil.copy(file, app)
    (app / "spec.json").write_text("[]")
    system = OwnSystem(folder / "data", app_dir=app)
    system.start()
    assert system.process
    call = None
    if "call" in vector:
        call = httpx.Client(timeout=20)
        answer = []
        thread = threading.Thread(
            target=lambda: answer.append(call.get(f"{system.base_url}/slow/3"))
        )
        thread.start()
        _until((app / "began").exists)
    os.kill(system.process.pid, signal.SIGINT)
    _until(lambda: _refused(system.base_url))
    meanwhile = "ConnectionRefusedError" if call is None or not answer else "answered first"
    code = system.process.wait(15)
    got, expected = [code, meanwhile], [vector["exit_code"], "ConnectionRefusedError"]
    if call:
        thread.join()
        got += [answer[0].status_code, answer[0].text]
        expected += [vector["call"]["response"]["status"], vector["call"]["response"]["body"]]
    found.compare(vector["what"], got, expected)


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _refused(url: str) -> bool:
    try:
        httpx.get(f"{url}/none")
    except httpx.ConnectError:
        return True
    except httpx.TransportError:
        pass
    return False


async def _as_configured(found: Outcomes, folder: Path, vector: Any) -> None:
    what, settings, options, local = vector["what"], {}, {}, {}
    if "Linux plan" in what:
        settings = {"WEBSITE_INSTANCE_ID": "1"}
    elif "CORS" in what:
        local = {"Host": {"CORS": "https://a.example"}}
    elif "maxConcurrentRequests" in what:
        options = {"maxConcurrentRequests": 1, "maxOutstandingRequests": 2}
    elif what.startswith("enableChunked"):
        options = {"enableChunkedRequestBinding": True}
    options |= vector.get("host.json", {})
    settled = running.settle(folder, running.http_options(**options), **local)
    functions = [
        running.http_function("r", None, "r/{x}"),
        running.http_function("fn", None, "fn", "FUNCTION"),
    ]
    async with running.echoing(functions, settled, settings, keys=running.keys()) as (echo, port):
        if what == "POST /admin/host/drain":
            key = [("x-functions-key", "MASTER")]
            answer = await ask(port, request("POST", "/admin/host/drain", key))
            assert (answer.status, b"devhost: " in answer.body) == (501, True)
            found.refuse(Refusal.ADMIN)
        elif what.startswith("enableChunked"):
            chunked = [("Transfer-Encoding", "chunked")]
            answer = await ask(port, request("POST", "/r/x", chunked, b"1\r\na\r\n0\r\n\r\n"))
            body = echo.calls[0][1]["body"] or None
            found.compare(what, [answer.status, body], [vector["status"], vector["worker body"]])
        else:
            await _custom_headers(found, echo, port, vector)


async def _custom_headers(found: Outcomes, echo: running.Echo, port: int, vector: Any) -> None:
    on, recorded = vector["on"], vector["response"]
    plain = {"Content-Type": "text/plain; charset=utf-8"}
    own = {"X-Both": "from-function", "X-Content-Type-Options": "other"}
    json_type = {"Content-Type": "application/json"}
    body = recorded["body"].encode()
    echo.answer = {
        "function sets the same header": running.answer(b"x", **plain, **own),
        "304": running.answer(b"", 304, **plain),
        "localhost": running.answer(body, **json_type),
        "forwarded https": running.answer(body, **json_type),
    }.get(on, running.answer(b"x", **plain))
    echo.ok = on != "exception"
    targets = {"404": "/none", "401": "/fn", "homepage": "/", "400 bad path": "/a%00b"}
    target = targets.get(on, "/r/x")
    headers = [("X-Forwarded-Proto", "https")] if on == "forwarded https" else []
    if on == "admin":
        target, headers = "/admin/host/status", [("x-functions-key", "MASTER")]
    answer = await ask(port, request("GET", target, headers))
    got, expected = _same(answer, recorded)
    if on in {"homepage", "admin"}:  # bodies of our own
        for shown in (got, expected):
            shown[1] = [each for each in shown[1] if each[0] != "content-length"]
            shown[2] = ""
    found.compare((vector["what"], on), got, expected)
