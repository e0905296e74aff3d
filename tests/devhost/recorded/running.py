"""A host in this process, asked over raw sockets, with a worker of its own or one that echoes."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from devhost.channel import Channel
from devhost.clock import SystemClock
from devhost.host import Host
from devhost.keys import Keys
from devhost.worker import Function, Invocation, function

DATA = Path(__file__).parent.parent / "data"
APP = Path(__file__).parent / "app"


def vectors(name: str) -> Any:
    return json.loads((DATA / f"{name}.json").read_text("utf-8"))


class Echo(Channel):
    """Functions that no worker holds: they answer, and what they were called with is kept."""

    def __init__(self, functions: Sequence[Function]) -> None:
        super().__init__(Path(), {}, None)
        self.functions = functions
        self.calls: list[tuple[str, Any, Mapping[str, Any]]] = []
        self.answer = answer()
        self.outputs: dict[str, Any] = {}
        self.ok = True
        self.ok_for = lambda name: self.ok

    async def load(self) -> Sequence[Function]:
        return self.functions

    async def hook(self, step: str) -> None: ...

    async def invoke(self, name: str, payload: Any, metadata: Any = None, trace: Any = None) -> Any:
        self.calls.append((name, payload[1], metadata or {}))
        ok, outputs = self.ok_for(name), tuple(self.outputs.items())
        return Invocation(ok, self.answer if ok else None, outputs if ok else (), None, None)


def answer(body: bytes = b"x", status: int = 200, **headers: str) -> Any:
    content = SimpleNamespace(bytes=body)
    return SimpleNamespace(
        http=SimpleNamespace(status_code=str(status), headers=headers, cookies=None, body=content)
    )


class EchoHost(Host):
    """A host without a worker."""

    def __init__(self, functions: Sequence[Function], folder: Path, **given: Any) -> None:
        super().__init__(folder, data=folder / "data", **given)
        self.echo = Echo(functions)

    def _open_channel(self) -> Channel:
        return self.echo


def http_function(name: str, methods: Any, route: str | None, level: str = "ANONYMOUS") -> Function:
    trigger: dict[str, Any] = {"type": "httpTrigger", "direction": "IN", "name": "req"}
    optional = {"authLevel": level, "route": route, "methods": methods}
    trigger |= {key: value for key, value in optional.items() if value is not None}
    return function(name, name, [trigger, {"type": "http", "direction": "OUT", "name": "$return"}])


def settle(
    folder: Path, host_json: Mapping[str, Any] | None = None, **local: Mapping[str, str]
) -> Path:
    """A folder with a host.json whose routes have no prefix unless it says so."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = {"version": "2.0", "extensions": {"http": {"routePrefix": ""}}}
    (folder / "host.json").write_text(json.dumps({**plain, **(host_json or {})}))
    if local:
        (folder / "local.settings.json").write_text(json.dumps(local))
    return folder


def http_options(**options: Any) -> dict[str, Any]:
    return {"extensions": {"http": {"routePrefix": "", **options}}}


@contextlib.asynccontextmanager
async def serving(host: Host) -> AsyncIterator[int]:
    """The port on which a host answers."""
    with socket.create_server(("127.0.0.1", 0)) as listen:
        try:
            await host.load()
            await host.start(listen)
            yield listen.getsockname()[1]
        finally:
            await host.stop(5)


@contextlib.asynccontextmanager
async def echoing(
    functions: Sequence[Function], folder: Path, settings: Mapping[str, str], **given: Any
) -> AsyncIterator[tuple[Echo, int]]:
    host = EchoHost(functions, folder, environ=settings, **given)
    async with serving(host) as port:
        yield host.echo, port


def real_host(folder: Path, spec: Any, **settings: str) -> Host:
    """A host whose worker holds the app beside this file; `spec` tells its functions what to do."""
    for file in APP.glob("*.py"):
        (folder / file.name).write_text(file.read_text())
    (folder / "spec.json").write_text(json.dumps(spec))
    root = str(Path(__file__).parents[3])
    return Host(
        folder, data=folder / "data", environ={**os.environ, "PYTHONPATH": root, **settings}
    )


class Answer:
    """What came back: status, headers in the order of the wire, body with its chunks joined."""

    def __init__(self, raw: bytes) -> None:
        while raw.startswith(b"HTTP/1.1 100"):
            raw = raw.partition(b"\r\n\r\n")[2]
        head, _, body = raw.partition(b"\r\n\r\n")
        line, *headers = head.decode("latin-1").split("\r\n")
        self.status = int(line.split(" ")[1]) if line else None
        self.reason = line.split(" ", 2)[2] if line else None
        self.headers = [tuple(each.split(": ", 1)) for each in headers]
        self.body = body
        if ("Transfer-Encoding", "chunked") in self.headers:
            self.body = b""
            while body and (size := int(body.partition(b"\r\n")[0], 16)):
                body = body.partition(b"\r\n")[2]
                self.body, body = self.body + body[:size], body[size + 2 :]

    def shown(self, *without: str) -> list[tuple[str, str]]:
        """Headers to compare: names without case, the time put aside, in no order."""
        kept = [(name.lower(), value) for name, value in self.headers if name not in without]
        year = f" {SystemClock().now().year} "
        return sorted(
            (name, "DATE" if name == "date" and year in value else value) for name, value in kept
        )


def recorded_headers(given: Sequence[Sequence[str]], *without: str) -> list[tuple[str, str]]:
    return sorted((name.lower(), value) for name, value in given if name not in without)


async def ask(port: int, raw: bytes, *, half: bool = False) -> Answer:
    """Send bytes as they are, read until the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**27)
    writer.write(raw)
    with contextlib.suppress(ConnectionError):
        await writer.drain()
        if half:
            writer.write_eof()
    received = b""
    with contextlib.suppress(ConnectionError):
        received = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    return Answer(received)


def request(
    method: str,
    target: str | bytes,
    headers: Sequence[tuple[str, str | bytes]] = (),
    body: bytes = b"",
    host: str | None = "HOST",
) -> bytes:
    target = target.encode() if isinstance(target, str) else target
    lines = [method.encode() + b" " + target + b" HTTP/1.1", b"Connection: close"]
    if host is not None:
        lines.append(b"Host: " + host.encode())
    for name, value in headers:
        lines.append(name.encode() + b": " + (value.encode() if isinstance(value, str) else value))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def expanded(text: Any) -> str:
    """A text that the recording has shortened."""
    if isinstance(text, dict):
        return text.get("start", "") + text["repeat"] * text["times"]
    return text


def keys() -> Keys:
    return Keys("MASTER", "HOSTKEY", {"func": "FUNCKEY", "adm": "ADMKEY"})


def b64(text: str) -> bytes:
    return base64.b64decode(text)
