"""HTTP/1.1 as the real host's server takes and gives it, byte for byte where that shows.

What it refuses here never reaches a function, and is answered without a body. Libraries differ
in just this: they take more, and frame answers in other ways.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING

from devhost import requests
from devhost.requests import BadRequest, Request

if TYPE_CHECKING:
    import socket
    from collections.abc import Awaitable, Callable

_REQUEST_LINE = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([!-~]+) +HTTP/1\.1")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(:\d+)?")
_LINE_BYTES, _HEAD_BYTES, _MOST_HEADERS = 8192, 32768, 100
_END = b"\r\n\r\n"
_DRAIN_SECONDS = 1.0
_BACKLOG = 2048
_PHRASES = {
    413: "Payload Too Large",
    416: "Range Not Satisfiable",
    418: "I'm a teapot",
    422: "Unprocessable Entity",
    425: "",
    499: "Client Closed Request",
}


class TooLarge(Exception):
    """The body is over the limit."""


@dataclass
class Response:
    """An answer; a Content-Length is sent only where `headers` or an empty body has it."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


@dataclass
class _Head:
    method: str
    target: str
    headers: dict[str, str]

    @property
    def length(self) -> int:
        return int(self.headers.get("content-length", "0"))

    @property
    def chunked(self) -> bool:
        return "transfer-encoding" in self.headers

    @property
    def closes(self) -> bool:
        return "close" in self.headers.get("connection", "").lower()


class Server:
    """Answers with what `answer` makes of a request, until closed."""

    def __init__(self, answer: Callable[[Request], Awaitable[Response]], body_limit: int) -> None:
        self._answer = answer
        self._limit = body_limit
        self._waiting: set[asyncio.StreamWriter] = set()
        self._connections: set[asyncio.Task[None]] = set()
        self._closing = False

    async def start(self, listen: socket.socket) -> None:
        """Serve on a copy of a socket that stays the caller's."""
        self._server = await asyncio.start_server(
            self._connected, sock=listen.dup(), limit=2 * _HEAD_BYTES, backlog=_BACKLOG
        )

    async def close(self, seconds: float) -> None:
        """Take no more, let answers under way end, cut what takes longer."""
        self._closing = True
        self._server.close()
        for writer in self._waiting:
            writer.close()
        if self._connections:
            _, late = await asyncio.wait(self._connections, timeout=seconds)
            for connection in late:
                connection.cancel()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task  # noqa: S101 - the server makes one for each connection
        self._connections.add(task)
        try:
            while not self._closing and await self._serve(reader, writer):
                pass
        except (OSError, EOFError):
            pass  # the client is gone
        finally:
            self._connections.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request; whether another may follow."""
        self._waiting.add(writer)
        try:
            head = _parsed(await _head(reader))
        except BadRequest as refusal:
            writer.write(_bytes(Response(refusal.status, refusal.headers), "GET", close=True))
            return False
        finally:
            self._waiting.discard(writer)
        unread = head.length
        read = False

        async def body() -> bytes:
            nonlocal unread, read
            if head.chunked or read:
                return b""
            if head.length > self._limit:
                raise TooLarge
            if "100-continue" in head.headers.get("expect", "").lower():
                writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            content = await reader.readexactly(head.length)
            unread, read = 0, True
            return content

        try:
            request = Request(head.method, head.target, head.headers, body)
        except BadRequest as refusal:
            writer.write(_bytes(Response(refusal.status), "GET", close=True))
            return False
        response = await self._answer(request)
        close = head.closes or self._closing or _ends(response, head.method)
        writer.write(_bytes(response, head.method, close=close))
        await writer.drain()
        return await _drained(reader, head, unread) and not close


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return (await reader.readuntil(_END))[: -len(_END)]
    except asyncio.LimitOverrunError as error:
        start = await reader.read(_LINE_BYTES)
        raise BadRequest(431 if b"\r\n" in start else 414) from error


def _parsed(raw: bytes) -> _Head:
    """Raises BadRequest for all that the real server refuses."""
    line, *lines = raw.split(b"\r\n")
    if len(line) > _LINE_BYTES:
        raise BadRequest(414)
    match = _REQUEST_LINE.fullmatch(line.decode("latin-1"))
    if not match:
        raise BadRequest
    if len(lines) > _MOST_HEADERS or len(raw) - len(line) > _HEAD_BYTES:
        raise BadRequest(431)
    given = [_header(each) for each in lines]
    names = [name.lower() for name, _ in given]
    headers = requests.headers(given)
    host, encoding = headers.get("host"), headers.get("transfer-encoding", "chunked")
    length = headers.get("content-length", "0")
    if (
        names.count("host") > 1
        or names.count("content-length") > 1
        or host is None
        or not _HOST.fullmatch(host)
        or encoding.lower() != "chunked"
        or not (length.isascii() and length.isdigit())
    ):
        raise BadRequest
    return _Head(match[1], _target(match[1], match[2], host), headers)


def _header(line: bytes) -> tuple[str, str]:
    name, colon, value = line.partition(b":")
    try:
        text = value.strip(b" \t").decode()
    except UnicodeDecodeError as error:
        raise BadRequest from error
    if not colon or not _TOKEN.fullmatch(name.decode("latin-1")) or set(text) & set("\0\r\n"):
        raise BadRequest
    return name.decode(), text


def _target(method: str, target: str, host: str) -> str:
    """The origin form of a target; an absolute one must name the Host header's host."""
    if target == "*" and method != "OPTIONS":
        raise BadRequest(405, "OPTIONS")
    if target.startswith("/") or target == "*":
        return target
    scheme, separator, rest = target.partition("://")
    if separator and scheme in {"http", "https"}:
        where, mark, query = rest.partition("?")
        authority, _, path = where.partition("/")
        port = ":80" if scheme == "http" else ":443"
        name = authority.rpartition("@")[2].lower().removesuffix(port)
        if host not in {name, name + port}:
            raise BadRequest
        # Here even an escaped slash is one.
        return "/" + re.sub("(?i)%2f", "/", path) + mark + query
    if re.search(r"[^A-Za-z0-9._~!$&'()*+,;=%:@\[\]-]", target) or method == "CONNECT":
        raise BadRequest
    raise BadRequest(405, "CONNECT")


def _ends(response: Response, method: str) -> bool:
    """Whether the function promised more than it gave, or wants the connection closed."""
    given = {name.lower(): value for name, value in response.headers}
    short = int(given.get("content-length", "0")) > len(response.body)
    return given.get("connection", "").lower() == "close" or (short and method != "HEAD")


def _bytes(response: Response, method: str, *, close: bool) -> bytes:
    status, body = response.status, response.body
    phrase = _PHRASES.get(status)
    if phrase is None:
        phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
    headers = [each for each in response.headers if each[0].lower() != "connection"]
    given = {name.lower() for name, _ in headers}
    own = {"Date": formatdate(usegmt=True), "Server": "Kestrel"}
    headers += [each for each in own.items() if each[0].lower() not in given]
    if close:
        headers.append(("Connection", "close"))
    sized = "content-length" in given
    if status in {204, 304} or method == "HEAD":
        body = b""
    elif status == HTTPStatus.RESET_CONTENT or not (body or sized):
        body = b""
        headers.append(("Content-Length", "0"))
    elif not sized:
        headers.append(("Transfer-Encoding", "chunked"))
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join(lines).encode() + _END + body


async def _drained(reader: asyncio.StreamReader, head: _Head, unread: int) -> bool:
    """Read what no function read, so that the client gets to the answer."""
    with contextlib.suppress(TimeoutError, ValueError):
        async with asyncio.timeout(_DRAIN_SECONDS):
            while head.chunked:
                size = int((await reader.readline()).partition(b";")[0], 16)
                await reader.readexactly(size + 2)
                if not size:
                    return True
            while unread > 0 and (some := await reader.read(min(unread, _HEAD_BYTES))):
                unread -= len(some)
            return not unread
    return False
