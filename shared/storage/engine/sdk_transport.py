"""What the SDKs send with: once each request."""

import time
from typing import Any, cast

import aiohttp
from azure.core.pipeline.transport import AioHttpTransport, AsyncHttpResponse, HttpRequest

from shared.storage.engine.protocol.connections import once
from shared.storage.engine.traffic import tell


class OnceTransport(AioHttpTransport):
    """Sends each request once; see `once`."""

    async def open(self) -> None:
        """Opens the session on the running loop, once: after `close` the SDK's own raises."""
        if not self.session and not self._has_been_opened:
            self.session = once(
                aiohttp.ClientSession(
                    cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False, trust_env=False
                )
            )
        await super().open()  # pyright: ignore[reportUnknownMemberType] - azure-core leaves it untyped

    async def send(self, request: HttpRequest, **options: object) -> AsyncHttpResponse:
        """Sends the request once and logs its duration. Raises AzureError."""
        send = cast("Any", super().send)  # pyright: ignore[reportUnknownMemberType] - likewise
        started, status = time.perf_counter(), 0
        try:
            answer = await send(request, **options)
            status = int(answer.status_code)
            return answer
        finally:
            tell(request, status, time.perf_counter() - started)
