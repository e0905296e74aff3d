"""One session: its connections are kept, and each request is sent once."""

import time
from typing import Final

import aiohttp
from yarl import URL

from shared.storage.engine.protocol.messages import Answer, Request
from shared.storage.engine.traffic import tell

_NOT_OURS: Final = frozenset({"Accept", "Accept-Encoding", "Content-Type", "User-Agent"})
"""Headers that aiohttp would add: what is signed is what we name."""


def once(session: aiohttp.ClientSession) -> aiohttp.ClientSession:
    """The session, from now on without a second try of its own.

    aiohttp silently sends a PUT or DELETE again when a kept connection breaks before the answer.
    The first one may have taken effect: the second would then report 412 for our own success.
    """
    session._retry_connection = False  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - no public switch
    return session


class Connections:
    """The connections to one account, of the event loop of the first request."""

    def __init__(self, connect_timeout: float, read_timeout: float) -> None:
        """Nothing is opened yet. `read_timeout` is the longest pause in an answer."""
        self.connect_timeout = connect_timeout
        self.read_timeout = read_timeout
        self.session: aiohttp.ClientSession | None = None
        self.closed = False

    async def exchange(self, request: Request, *, read_timeout: float | None = None) -> Answer:
        """Sends the request once; the whole answer. Raises ClientError or OSError."""
        started, status = time.perf_counter(), 0
        limits = aiohttp.ClientTimeout(
            total=None,
            sock_connect=self.connect_timeout,
            sock_read=read_timeout or self.read_timeout,
        )
        try:
            async with self._opened().request(
                request.method,
                URL(request.url, encoded=True),
                data=request.body or None,
                headers=request.headers,
                skip_auto_headers=_NOT_OURS,
                timeout=limits,
                allow_redirects=False,
            ) as answer:
                status = answer.status
                return Answer(status, answer.headers, await answer.read())
        finally:
            tell(request, status, time.perf_counter() - started)

    async def close(self) -> None:
        """Closes all connections; none is opened again."""
        self.closed = True
        if self.session is not None:
            await self.session.close()
            self.session = None

    def _opened(self) -> aiohttp.ClientSession:
        if self.closed:
            raise ValueError("these connections have already been closed")
        if self.session is None:
            self.session = once(
                aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)
            )
        return self.session
