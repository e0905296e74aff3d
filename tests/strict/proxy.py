"""A listening port before one service that passes on requests and answers.

Signatures cover the account's path and not the host, so requests stay valid on the way.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPMethod
from typing import Self

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

_HOP_BY_HOP = {"connection", "host", "keep-alive", "transfer-encoding", "content-length"}
_LARGEST = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client sends. `target` is path and query as they came."""

    method: str
    target: str
    headers: CIMultiDict[str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server says."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request on its way."""

    asked: Asked
    forward: Callable[[], Awaitable[Answer]]
    request: web.Request

    @property
    def method(self) -> str:
        return self.asked.method

    @property
    def target(self) -> str:
        return self.asked.target

    @property
    def body(self) -> bytes:
        return self.asked.body

    def reply(self, answer: Answer) -> web.Response:
        """Gives the app that answer."""
        return web.Response(status=answer.status, headers=answer.headers, body=answer.body)

    def abort(self) -> web.Response:
        """Breaks the connection; the app gets no answer."""
        if self.request.transport:
            self.request.transport.abort()
        return web.Response()


class Proxy:
    """One listening port in front of one service."""

    def __init__(self, upstream: str, port: int = 0):
        """Port 0 is any that is free."""
        self.url = ""
        self._upstream = upstream
        self._port = port

    async def handle(self, exchange: Exchange) -> web.StreamResponse:
        """What becomes of a request; here it is passed on."""
        return exchange.reply(await exchange.forward())

    async def send(self, asked: Asked) -> Answer:
        """Sends it to the service, once."""
        async with self._session.request(
            asked.method,
            URL(self._upstream + asked.target, encoded=True),
            headers=asked.headers,
            data=asked.body or None,
            skip_auto_headers=["Content-Type", "User-Agent", "Accept-Encoding"],
            allow_redirects=False,
        ) as response:
            return Answer(response.status, _end_to_end(response.headers), await response.read())

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        # Else a PUT or DELETE is silently sent again where a kept connection breaks.
        self._session._retry_connection = False
        app = web.Application(client_max_size=_LARGEST)
        for method in HTTPMethod:
            app.router.add_route(method, "/{rest:.*}", self._taken)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_) -> None:
        await self._runner.cleanup()
        await self._session.close()

    async def _taken(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        asked = Asked(request.method, request.raw_path, _end_to_end(request.headers), body)
        exchange = Exchange(asked, lambda: self.send(asked), request)
        try:
            return await self.handle(exchange)
        except aiohttp.ClientError:
            return exchange.abort()


def _end_to_end(headers: Mapping[str, str]) -> CIMultiDict[str]:
    return CIMultiDict(
        (name, value) for name, value in headers.items() if name.lower() not in _HOP_BY_HOP
    )
