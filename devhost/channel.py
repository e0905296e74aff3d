"""The host's end of the worker: starts its process, calls functions, starts it again when it dies.

What host and worker say goes over a socket that nobody else holds, so each ends when the other
does.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import pickle
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from devhost import frames
from devhost.worker import AppLoadError, Function, Invocation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import timedelta
    from pathlib import Path

    from devhost.messages import Datum

log = logging.getLogger("devhost.worker")

_MAIN = "from devhost.worker import main; main()"
_NO_TRACE: Mapping[str, str] = {}


class WorkerDied(Exception):
    """The worker ended before it answered; its text is one line for a person."""


class Channel:
    """One function app in a process of its own; `failed` holds why it could not start again."""

    def __init__(
        self, app_dir: Path, environ: Mapping[str, str], time_limit: timedelta | None
    ) -> None:
        """A call that takes longer than `time_limit` costs the worker its life."""
        self._app_dir = app_dir
        self._environ = dict(environ)
        self._time_limit = time_limit.total_seconds() if time_limit else None
        self._calls: dict[int, asyncio.Future[Any]] = {}
        self._number = 0
        self._up = asyncio.Event()
        self._loaded = self._closing = False
        self._life: asyncio.Task[None] | None = None
        self.failed = asyncio.get_running_loop().create_future()

    @property
    def busy(self) -> bool:
        """Whether an answer is waited for."""
        return bool(self._calls)

    async def load(self) -> Sequence[Function]:
        """Start the worker and index the app. Raises AppLoadError in one line."""
        try:
            functions = await self._start()
            await self.hook("check")
        except WorkerDied as error:
            raise AppLoadError(str(error)) from error
        self._loaded = True
        self._up.set()
        return functions

    async def hook(self, step: str) -> None:
        """Run a step of the app's own preparations. Raises AppLoadError with what it says."""
        await self._ask("hook", step)

    async def invoke(
        self,
        name: str,
        payload: Datum,
        metadata: Mapping[str, Datum] | None = None,
        trace: Mapping[str, str] = _NO_TRACE,
    ) -> Invocation:
        """Call a function; a worker that dies or takes too long is a failed call."""
        await self._up.wait()
        process = self._process
        try:
            async with asyncio.timeout(self._time_limit):
                return await self._ask("invoke", name, payload, metadata or {}, trace)
        except TimeoutError:
            error = f"took longer than functionTimeout, {self._time_limit:g} s"
            self._up.clear()
            process.kill()
        except (WorkerDied, AppLoadError) as died:
            error = str(died)
        return Invocation(ok=False, value=None, outputs=(), error=error, trace=error)

    async def close(self) -> None:
        """End the worker at once."""
        self._closing = True
        if self._life:
            self._process.kill()
            await self._life

    async def _start(self) -> Sequence[Function]:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: ASYNC220 - our own command; returns at once
                # Not `-m`: what is pickled there must be of this module's name here.
                [sys.executable, "-c", _MAIN, str(theirs.fileno())],
                env=self._environ,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                # A session of its own: signals to the group reach only the host.
                start_new_session=True,
            )
        reader, self._writer = await asyncio.open_connection(sock=ours)
        self._life = asyncio.create_task(self._listen(reader))
        return await self._ask("load", str(self._app_dir))

    async def _ask(self, name: str, *arguments: Any) -> Any:
        self._number += 1
        number, answer = self._number, asyncio.get_running_loop().create_future()
        self._calls[number] = answer
        try:
            self._writer.write(frames.packed((number, name, *arguments)))
            return await answer
        finally:
            self._calls.pop(number, None)

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        """Hand out answers for the worker's life; afterwards start another."""
        with contextlib.suppress(OSError, pickle.UnpicklingError):
            while (message := await frames.read(reader)) is not None:
                number, error, answer = message
                waiting = self._calls.get(number)
                if waiting is None or waiting.done():
                    continue
                if error is None:
                    waiting.set_result(answer)
                else:
                    waiting.set_exception(AppLoadError(error))
        self._writer.close()
        code = await asyncio.to_thread(self._process.wait)
        died = f"the app's process ended with code {code}"
        self._up.clear()
        for waiting in list(self._calls.values()):
            if not waiting.done():
                waiting.set_exception(WorkerDied(died))
        if self._loaded and not self._closing:
            self._loaded = False
            log.warning("worker.died code=%s", code)
            asyncio.create_task(self._again())  # noqa: RUF006 - `_up` and `failed` tell how it went

    async def _again(self) -> None:
        try:
            await self.load()
        except AppLoadError as error:
            self.failed.set_result(str(error))
