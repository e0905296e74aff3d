"""A server that notes what comes byte by byte, and refuses all of it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from tests.strict.rules import Operation, operations


@dataclass(frozen=True, slots=True)
class Heard:
    """One request."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(self.target.partition("?")[2])


@dataclass(slots=True)
class Recorder:
    """Listens at `port`."""

    port: int = 0
    heard: list[Heard] = field(default_factory=list)

    @property
    def connection(self) -> str:
        there = f"http://127.0.0.1:{self.port}/acc"
        keys = "DefaultEndpointsProtocol=http;AccountName=acc;AccountKey=a2V5"
        return f"{keys};TableEndpoint={there};QueueEndpoint={there}/"

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                pairs = (line.partition(": ") for line in head[1:] if line)
                headers = {name.lower(): text for name, _, text in pairs}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                method, target, _ = head[0].split(" ")
                self.heard.append(Heard(method, target, headers, body))
                writer.write(b"HTTP/1.1 418 Refused\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
        except asyncio.IncompleteReadError:
            writer.close()


@asynccontextmanager
async def recording() -> AsyncIterator[Recorder]:
    """A recorder at a port of its own."""
    recorder = Recorder()
    server = await asyncio.start_server(recorder.take, "127.0.0.1", 0)
    recorder.port = server.sockets[0].getsockname()[1]
    async with server:
        yield recorder


def entity(body: bytes) -> dict[str, Any]:
    """What a body says, without the type that JSON says by itself."""
    said = json.loads(body)
    return {name: value for name, value in said.items() if value != "Edm.String"}


def parts(heard: Heard) -> list[tuple[str, str, str | None, Any]]:
    """Method, path, condition and entity of each operation of a transaction."""
    return [_part(each) for each in operations(heard.body)]


def _part(part: Operation) -> tuple[str, str, str | None, Any]:
    lines = (line.partition(": ") for line in part.headers.split("\r\n"))
    headers = {name.lower(): text for name, _, text in lines}
    return part.method, part.path, headers.get("if-match"), part.body and entity(part.body)
