"""The HTTP server under the app and under the issuer."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import uvicorn

if TYPE_CHECKING:
    import socket


class Server(uvicorn.Server):
    """Leaves signals to us, and tells when it serves."""

    def __init__(self, options: uvicorn.Config) -> None:
        super().__init__(options)
        self.serving = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen."""
        await super().startup(sockets)
        self.serving.set()

    @contextlib.contextmanager
    def capture_signals(self):  # noqa: ANN201, D102 - uvicorn's signature
        yield


def server(app: Any, grace: float) -> Server:
    """A quiet HTTP server for a raw ASGI application."""
    options = uvicorn.Config(
        app,
        lifespan="off",
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=int(grace),
    )
    return Server(options)
