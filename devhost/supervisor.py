"""Keeps everything up for `python -m devhost`: Azurite, the issuer and the host.

The host and its worker start anew whenever the code changes; the rest stays up.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from watchfiles import Change, awatch

from devhost import config
from devhost.azurite import Azurite, AzuriteError
from devhost.host import Host
from devhost.issuer import CLOUD_INSTANCES, DEVELOPMENT_CLIENT_ID, Issuer
from devhost.keys import Keys
from devhost.openid import DEVELOPMENT_SECRET
from devhost.refusals import Refused
from devhost.server import server
from devhost.worker import AppLoadError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

HOST = "127.0.0.1"
OPERATOR_TENANT = "00000000-0000-4000-8000-000000000001"
_WATCHED_FOLDERS = ("functions", "shared")
_WATCHED_FILES = ("function_app.py", "host.json", config.SETTINGS, config.SAMPLE)
_SAMPLE_CALL = "/api/partners?api-version=2026-11-01"


class StartError(Exception):
    """The host can't start; its text is one line for a person."""


class Supervisor:
    """One run of the host in the current directory."""

    def __init__(self, *, port: int, data: Path, auth: bool) -> None:
        """`port` is the first of five: HTTP, issuer, blob, queue, table."""
        self._port = port
        self._data = data.resolve()
        self._auth = auth
        self._app_dir = Path.cwd()
        self._stop = asyncio.Event()
        self._changed = asyncio.Event()
        self._listen: socket.socket | None = None
        self._host: Host | None = None
        self._azurite = Azurite(
            self._data / "azurite", blob=port + 2, queue=port + 3, table=port + 4
        )

    async def run(self) -> None:
        """Serve until SIGINT or SIGTERM. Raises StartError when it can't start."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop.set)
        issuer_socket = _bind(self._port + 1)
        for offset in (2, 3, 4):
            _bind(self._port + offset).close()
        issuer = self._issuer()
        self._environ = self._derived(issuer)
        http = server(issuer, 1)
        serving = asyncio.create_task(http.serve(sockets=[issuer_socket]))
        watching = asyncio.create_task(self._watch())
        try:
            await self._until_stopped(self._serve(issuer))
        finally:
            if self._listen:
                self._listen.close()
            if self._host:
                await self._host.stop()
            http.should_exit = True
            watching.cancel()
            await asyncio.gather(serving, watching, return_exceptions=True)
            await asyncio.to_thread(self._azurite.stop, 1)

    async def _serve(self, issuer: Issuer) -> None:
        """Start everything, then start the app anew on each change of its code."""
        try:
            self._azurite.start()
            await self._start(self._azurite.wait)
        except (AzuriteError, Refused, AppLoadError) as error:
            raise StartError(str(error)) from error
        self._announce(issuer)
        while True:
            await self._change()
            if self._host:
                await self._host.stop()
            try:
                await self._start(lambda: None)
            except (Refused, AppLoadError) as error:
                _say(f"devhost: {error}; waiting for a change", sys.stderr)
                await self._discard()
            else:
                _say("devhost: restarted after a change", sys.stderr)

    async def _start(self, storage: Callable[[], None]) -> None:
        """Start the app, on a socket that outlives it, so that no call is refused.

        `storage` returns once storage is up.
        """
        self._listen = self._listen or _bind(self._port)
        keys = Keys.load(self._data / "keys.json") if self._auth else None
        self._host = Host(self._app_dir, data=self._data, environ=self._environ, keys=keys)
        await asyncio.gather(self._host.load(), asyncio.to_thread(storage))
        await self._host.start(self._listen)

    async def _change(self) -> None:
        """Wait for a change of the code. Raises StartError when the worker cannot start again."""
        waiting: list[asyncio.Future[Any]] = [asyncio.ensure_future(self._changed.wait())]
        if self._host:
            waiting.append(asyncio.ensure_future(self._host.failed()))
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()
        if not self._changed.is_set():
            raise StartError(str(waiting[-1].result()))
        self._changed.clear()

    async def _discard(self) -> None:
        """Nobody serves: let calls be refused instead of waiting for an answer."""
        if self._host:
            await self._host.stop()
        self._host = None
        if self._listen:
            self._listen.close()
        self._listen = None

    async def _until_stopped(self, work: Awaitable[None]) -> None:
        working = asyncio.ensure_future(work)
        stopped = asyncio.create_task(self._stop.wait())
        await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if working.done():
            working.result()
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)

    async def _watch(self) -> None:
        """Notice changes of the app's code and settings."""
        folders = [self._app_dir / name for name in _WATCHED_FOLDERS]
        watches = [awatch(folder) for folder in folders if folder.is_dir()]
        watches.append(awatch(self._app_dir, recursive=False, watch_filter=_is_app_file))
        await asyncio.gather(*map(self._follow, watches))

    async def _follow(self, changes: AsyncIterator[object]) -> None:
        async for _ in changes:
            self._changed.set()

    def _issuer(self) -> Issuer:
        local = config.load_settings(self._app_dir)
        if local.source == config.SAMPLE:
            _say(f"devhost: no {config.SETTINGS}, using {config.SAMPLE}")
        audience, cloud = (
            os.environ.get(name) or local.values.get(name, "") for name in ("CLIENT_ID", "CLOUD")
        )
        return Issuer(
            f"http://{HOST}:{self._port + 1}",
            audience=audience or DEVELOPMENT_CLIENT_ID,
            cloud_instance=CLOUD_INSTANCES.get(cloud, CLOUD_INSTANCES["usGovernment"]),
            keys=self._data / "issuer-keys.json",
        )

    def _derived(self, issuer: Issuer) -> dict[str, str]:
        """The environment; what follows from the port wins over what the settings file says."""
        return {
            "AZURE_FUNCTIONS_ENVIRONMENT": "Development",
            **os.environ,
            "AzureWebJobsStorage": self._azurite.connection_string,
            "PUBLIC_BASE_URL": f"http://{HOST}:{self._port}",
            "DEVELOPMENT_ISSUER": issuer.base_url,
            "SIGN_IN_SECRET": DEVELOPMENT_SECRET,
        }

    def _announce(self, issuer: Issuer) -> None:
        url = f"http://{HOST}:{self._port}"
        token = issuer.token(OPERATOR_TENANT, roles=["PlatformOperator"])
        ports = self._azurite.ports
        _say(f"curl -H 'Authorization: Bearer {token}' '{url}{_SAMPLE_CALL}'")
        _say(f"app     {url}")
        _say(f"pages   {url}/")
        _say(f"issuer  {issuer.base_url}")
        _say(f"storage blob {ports['blob']}, queue {ports['queue']}, table {ports['table']}")
        _say(f"data    {self._data}")
        _say(f"ready {url}")


def _is_app_file(_: Change, path: str) -> bool:
    return Path(path).name in _WATCHED_FILES


def _bind(port: int) -> socket.socket:
    listen = socket.socket()
    listen.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listen.bind((HOST, port))
        listen.listen(2048)
    except OSError as error:
        listen.close()
        raise StartError(f"port {port} is in use") from error
    return listen


def _say(line: str, file: TextIO | None = None) -> None:
    print(line, file=file, flush=True)
