"""The HTTP server under the issuer."""

from __future__ import annotations

import contextlib
from typing import Any

import uvicorn


class Server(uvicorn.Server):
    """Leaves signals to us."""

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
