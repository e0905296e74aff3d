"""The host: one function app with its triggers, for `make run` and in-process tests alike."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
import os
import time
import uuid
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any, Self

from azure.core.exceptions import AzureError

from devhost import config, messages
from devhost.clock import Clock, SystemClock
from devhost.http import BODY_LIMIT, HttpFrontend
from devhost.queues import LEASE_SECONDS, QueueListener, Queues
from devhost.routes import RouteTable, parse
from devhost.timers import Schedule, TimerListener, payload
from devhost.worker import AppLoadError, Function, Invocation, Worker, datum, string

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping
    from pathlib import Path

    from devhost.keys import Keys

log = logging.getLogger("devhost.host")

GRACE_SECONDS = 7.0
# The real host's ten minutes cannot be changed. A test that kills this one would wait for them.
LEASE = "DEVHOST_LEASE_SECONDS"
_IDLE_POLL_SECONDS = 0.05


class Host:
    """Runs one function app. One per process, since the worker library is global to it."""

    def __init__(
        self,
        app_dir: Path,
        *,
        data: Path,
        settings: Mapping[str, str] | None = None,
        clock: Clock | None = None,
        keys: Keys | None = None,
    ) -> None:
        """`settings` win over the environment, which wins over local.settings.json.

        `data` holds the timers' status; `keys` are checked only where given.
        """
        self._app_dir = app_dir.resolve()
        self._data = data
        self._settings = settings or {}
        self._clock = clock or SystemClock()
        self._keys = keys
        self._functions: dict[str, Function] = {}
        self._listeners: list[QueueListener] = []
        self._timers: list[TimerListener] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._fired: set[asyncio.Task[Any]] = set()
        self._running = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    async def load(self) -> None:
        """Export settings, read configuration, index the app, run its own check.

        Raises ConfigError, AppLoadError or what `shared.bootstrap.check` raises: one line each.
        """
        os.environ.update(self._settings)
        local = config.load_settings(self._app_dir)
        config.export(local.values)
        self._config = config.load_host_config(self._app_dir, os.environ)
        self._worker = await Worker.load(self._app_dir)
        await self._bootstrap("check")
        self._queues = Queues(base64_text=self._config.queues.base64)
        self._functions = {
            function.name: function
            for function in self._worker.functions
            if not config.disabled(function.name, os.environ)
        }
        for function in self._functions.values():
            self._prepare(function)
        table = RouteTable(self._routes())
        for warning in table.warnings:
            log.warning("%s", warning)
        limit = os.environ.get("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT")
        self.asgi = HttpFrontend(
            functions=self._functions,
            routes=table,
            invoke=self._call,
            fire=self._fire,
            origins=local.origins,
            keys=self._keys,
            body_limit=int(limit) if limit else BODY_LIMIT,
        )

    async def start(self) -> None:
        """Let the app make its tables and queues, then listen. Storage must be up."""
        await self._bootstrap("prepare")
        for listener in (*self._listeners, *self._timers):
            task = asyncio.create_task(listener.run())
            task.add_done_callback(_tell_failure)
            self._tasks.append(task)

    async def stop(self, grace: float = GRACE_SECONDS) -> None:
        """Stop listening, let running calls finish within `grace` seconds, release the rest."""
        deadline = time.monotonic() + grace
        timers = self._tasks[len(self._listeners) :]
        for listener in self._listeners:
            listener.stop()
        polls = self._tasks[: len(self._listeners)]
        if polls:
            await asyncio.wait(polls, timeout=grace)
        await asyncio.gather(
            *(listener.drain(max(deadline - time.monotonic(), 0)) for listener in self._listeners)
        )
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(deadline - time.monotonic(), 0)):
                await self._quiet.wait()
        for task in (*timers, *polls, *self._fired):
            task.cancel()
        await asyncio.gather(*self._tasks, *self._fired, return_exceptions=True)
        await self._queues.close()

    async def __aenter__(self) -> Self:
        """Load and start."""
        await self.load()
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.stop()

    async def invoke(self, name: str, text: str = "") -> Invocation:
        """Run a queue or timer function by hand; a queue function receives `text`.

        Raises KeyError for a function the app doesn't have.
        """
        function = self._functions[name]
        if function.kind == "timerTrigger":
            return await self._call(function, datum(payload(None, past_due=False), "json"))
        if function.kind == "httpTrigger":
            return await self._call(function, datum(_http_payload(function, text), "http"))
        now = self._clock.now()
        times = {
            "InsertionTime": now,
            "NextVisibleTime": now,
            "ExpirationTime": now + timedelta(days=7),
        }
        metadata = messages.metadata(
            text, id=str(uuid.uuid4()), dequeue_count=1, pop_receipt="", times=times
        )
        return await self._call(function, string(text), metadata)

    async def wait_idle(self, seconds: float = 30) -> None:
        """Return once every triggering queue is empty and nothing runs.

        Hidden messages count as there. Raises TimeoutError after `seconds`.
        """
        async with asyncio.timeout(seconds):
            while self._running or self._fired or await self._pending():  # noqa: ASYNC110 - storage tells nobody
                await asyncio.sleep(_IDLE_POLL_SECONDS)

    async def _pending(self) -> int:
        pending = await asyncio.gather(*(listener.pending() for listener in self._listeners))
        return sum(pending) + sum(listener.running for listener in self._listeners)

    async def _call(
        self,
        function: Function,
        trigger: Any,
        metadata: Mapping[str, Any] | None = None,
        **trace: str,
    ) -> Invocation:
        """Run a function; its outputs are written only if it succeeded."""
        self._running += 1
        self._quiet.clear()
        try:
            result = await self._worker.invoke(function, trigger, metadata, **trace)
            if not result.ok:
                log.error("function.failed name=%s %s", function.name, result.trace)
                return result
            try:
                for name, value in result.outputs:
                    await self._output(function.outputs[name], value)
            except AzureError as error:
                log.error("function.output-failed name=%s error=%s", function.name, error)  # noqa: TRY400 - one line
                return Invocation(ok=False, value=None, outputs=(), error=str(error), trace=None)
            return result
        finally:
            self._running -= 1
            if not self._running:
                self._quiet.set()

    async def _output(self, binding: Mapping[str, Any], value: Any) -> None:
        connection, queue = self._queue_of(binding)
        await self._queues.output(self._queues.client(connection, queue), value)

    def _fire(self, name: str, text: str) -> None:
        self._track(self.invoke(name, text))

    def _track(self, coroutine: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(coroutine)
        self._fired.add(task)
        task.add_done_callback(self._fired.discard)

    def _prepare(self, function: Function) -> None:
        """Make the listener of a function, and resolve its outputs so that errors show now."""
        for binding in function.outputs.values():
            if binding["type"] == "queue":
                self._queue_of(binding)
            elif binding["type"] != "http":
                raise AppLoadError(f"{function.name}: binding {binding['type']} is not supported")
        match function.kind:
            case "httpTrigger":
                pass
            case "queueTrigger":
                self._listeners.append(self._queue_listener(function))
            case "timerTrigger":
                self._timers.append(self._timer(function))
            case kind:
                raise AppLoadError(f"{function.name}: trigger {kind} is not supported")

    def _queue_listener(self, function: Function) -> QueueListener:
        async def invoke(text: Any, metadata: Mapping[str, Any]) -> Invocation:
            return await self._call(function, text, metadata)

        connection, queue = self._queue_of(function.trigger)
        return QueueListener(
            connection=connection,
            name=queue,
            queues=self._queues,
            options=self._config.queues,
            invoke=invoke,
            lease_seconds=float(os.environ.get(LEASE, LEASE_SECONDS)),
        )

    def _timer(self, function: Function) -> TimerListener:
        async def fire(document: str) -> Invocation:
            return await self._call(function, datum(document, "json"))

        trigger = function.trigger
        monitored = trigger.get("useMonitor", True)
        return TimerListener(
            schedule=Schedule(config.resolve(trigger["schedule"], os.environ)),
            status_file=self._data / "timers" / f"{function.name}.json" if monitored else None,
            clock=self._clock,
            fire=fire,
            run_on_startup=bool(trigger.get("runOnStartup")),
        )

    def _queue_of(self, binding: Mapping[str, Any]) -> tuple[str, str]:
        connection = config.connection_string(binding.get("connection", ""), os.environ)
        return connection, config.resolve(binding["queueName"], os.environ)

    def _routes(self) -> list[Any]:
        prefix = self._config.route_prefix
        return [
            parse(f.name, prefix, f.trigger.get("route", f.name), f.trigger.get("methods"))
            for f in self._functions.values()
            if f.kind == "httpTrigger"
        ]

    async def _bootstrap(self, step: str) -> None:
        """Call the app's own `shared.bootstrap` hook, if it has one."""
        if (self._app_dir / "shared" / "bootstrap.py").is_file():
            hook = getattr(import_module("shared.bootstrap"), step, None)
            result = hook() if hook else None
            if inspect.isawaitable(result):
                await result


def _tell_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception():
        log.error("host.listener-failed", exc_info=task.exception())


def _http_payload(function: Function, text: str) -> dict[str, Any]:
    method = (function.trigger.get("methods") or ["POST"])[0]
    leaf: dict[str, Any] = {"headers": {}, "params": {}, "query": {}}
    url = f"/admin/functions/{function.name}"
    return {
        "method": string(method),
        "url": string(url),
        "body": datum(text.encode(), "bytes"),
        **leaf,
    }
