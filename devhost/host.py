"""The host: one function app with its triggers."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from azure.core.exceptions import AzureError

from devhost import config, messages
from devhost.channel import Channel
from devhost.clock import Clock, SystemClock
from devhost.http import Frontend, Site
from devhost.queues import LEASE_SECONDS, QueueListener, Queues
from devhost.refusals import Refusal, Refused
from devhost.routes import Route, RouteTable, check_name, parse
from devhost.schedules import Schedule
from devhost.timers import TimerListener
from devhost.wire import Server
from devhost.worker import Function, Invocation

if TYPE_CHECKING:
    import socket
    from collections.abc import Coroutine, Mapping
    from pathlib import Path

    from devhost.keys import Keys
    from devhost.messages import Datum

log = logging.getLogger("devhost.host")

GRACE_SECONDS = 10.0
BODY_LIMIT = "104857600"
# The real host's ten minutes cannot be changed. A test that kills this one would wait for them.
LEASE = "DEVHOST_LEASE_SECONDS"
_LEVELS = ("ANONYMOUS", "FUNCTION", "ADMIN")
_FAILED = Invocation(ok=False, value=None, outputs=(), error="output", trace=None)


class Host:
    """Runs one function app, whose code is in a worker process of its own."""

    def __init__(
        self,
        app_dir: Path,
        *,
        data: Path,
        environ: Mapping[str, str],
        clock: Clock | None = None,
        keys: Keys | None = None,
    ) -> None:
        """`environ` wins over local.settings.json.

        `data` holds the timers' status; `keys` are checked only where given.
        """
        self._app_dir = app_dir.resolve()
        self._data = data
        self._environ = dict(environ)
        self._clock = clock or SystemClock()
        self._keys = keys
        self._functions: dict[str, Function] = {}
        self._listeners: list[QueueListener] = []
        self._timers: dict[str, TimerListener] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._fired: set[asyncio.Task[Any]] = set()
        self._channel: Channel | None = None
        self._server: Server | None = None

    async def load(self) -> None:
        """Read configuration, start the worker, index the app, run its own check.

        Raises Refused or AppLoadError: one line each.
        """
        values = config.load_settings(self._app_dir).values
        self._environ = {**values, **self._environ}
        self._config = config.load_host_config(self._app_dir, self._environ)
        self._queues = Queues()
        self._channel = self._open_channel()
        functions = await self._channel.load()
        if twice := [n for n, c in Counter(f.name.lower() for f in functions).items() if c > 1]:
            raise Refused(Refusal.NAME, f"function '{twice[0]}' twice")
        self._functions = {
            function.name: function
            for function in sorted(functions, key=lambda function: function.name.upper())
            if not config.disabled(function.name, self._environ)
        }
        routes = [route for f in self._functions.values() if (route := self._prepared(f))]
        table = RouteTable(routes)
        for warning in table.warnings:
            log.warning("%s", warning)
        home = config.setting("AzureWebJobsDisableHomepage", self._environ) or ""
        headers, shown = self._config.custom_headers, home.lower() != "true"
        site = Site(self._app_dir, shown, headers, self._keys)
        self._frontend = Frontend(self._functions, table, self._call, self._fire, site)

    async def start(self, listen: socket.socket) -> None:
        """Let the app make its tables and queues, then listen. Storage must be up."""
        assert self._channel  # noqa: S101 - loaded before
        await self._channel.hook("prepare")
        for listener in (*self._listeners, *self._timers.values()):
            task = asyncio.create_task(listener.run())
            task.add_done_callback(_tell_failure)
            self._tasks.append(task)
        limit = config.setting("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", self._environ) or BODY_LIMIT
        self._server = Server(self._frontend, int(limit))
        await self._server.start(listen)

    @property
    def idle(self) -> bool:
        """Whether no call is under way and no message is in work."""
        running = any(listener.running for listener in self._listeners)
        return not (running or (self._channel and self._channel.busy))

    async def failed(self) -> str:
        """Wait until the app's process cannot be started again; why, in one line."""
        assert self._channel  # noqa: S101 - loaded before
        return await asyncio.shield(self._channel.failed)

    async def stop(self, grace: float = GRACE_SECONDS) -> None:
        """Stop listening, let running calls finish within `grace` seconds, release the rest."""
        deadline = time.monotonic() + grace
        for listener in self._listeners:
            listener.stop()
        serving = asyncio.create_task(self._server.close(grace)) if self._server else None
        polls, timers = self._tasks[: len(self._listeners)], self._tasks[len(self._listeners) :]
        if polls:
            await asyncio.wait(polls, timeout=grace)
        await asyncio.gather(
            *(listener.drain(max(deadline - time.monotonic(), 0)) for listener in self._listeners)
        )
        if serving:
            await serving
        if self._fired:
            await asyncio.wait(self._fired, timeout=max(deadline - time.monotonic(), 0))
        for task in (*timers, *polls, *self._fired):
            task.cancel()
        await asyncio.gather(*self._tasks, *self._fired, return_exceptions=True)
        if self._channel:
            await self._channel.close()
            await self._queues.close()

    def _open_channel(self) -> Channel:
        return Channel(self._app_dir, self._environ, self._config.function_timeout)

    async def _call(
        self,
        function: Function,
        trigger: Datum,
        metadata: Mapping[str, Datum],
        trace: Mapping[str, str] | None = None,
    ) -> Invocation:
        """Run a function; its outputs are written only if it succeeded."""
        assert self._channel  # noqa: S101 - loaded before
        result = await self._channel.invoke(function.name, trigger, metadata, trace or {})
        if not result.ok:
            log.error("function.failed name=%s %s", function.name, result.trace)
            return result
        try:
            for name, value in result.outputs:
                connection, queue = self._queue_of(function.outputs[name])
                await self._queues.output(self._queues.client(connection, queue), value)
        except (AzureError, Refused) as error:
            log.error("function.output-failed name=%s error=%s", function.name, error)  # noqa: TRY400 - one line
            return _FAILED
        return result

    def _fire(self, name: str, text: str | None) -> None:
        """Start a queue or timer function by hand."""
        function = self._functions[name]
        if timer := self._timers.get(name):
            given = {} if text is None else {function.trigger["name"]: ("string", text)}
            self._track(self._call(function, ("json", timer.payload()), self._fired_at() | given))
        elif text is not None:
            metadata = messages.by_hand(function.trigger["name"], text, self._clock.now())
            self._track(self._call(function, ("string", text), metadata))

    def _track(self, coroutine: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(coroutine)
        self._fired.add(task)
        task.add_done_callback(self._fired.discard)

    def _prepared(self, function: Function) -> Route | None:
        """Make the listener or the route of a function, and check its outputs."""
        trigger, name = function.trigger, function.name
        check_name(name)
        if not trigger.get("name"):
            raise Refused(Refusal.BINDING, f"{name}: a binding without a name")
        for binding in function.outputs.values():
            if binding["type"] == "queue":
                self._queue_of(binding)
            elif binding["type"] != "http":
                raise Refused(Refusal.BINDING, f"{name}: binding {binding['type']}")
        match function.kind:
            case "httpTrigger" if str(trigger.get("authLevel", "FUNCTION")).upper() in _LEVELS:
                prefix, methods = self._config.route_prefix, trigger.get("methods")
                return parse(name, prefix, trigger.get("route"), methods)
            case "queueTrigger":
                self._listeners.append(self._queue_listener(function))
            case "timerTrigger" if "schedule" in trigger:
                self._timers[name] = self._timer(function)
            case kind:
                raise Refused(Refusal.BINDING, f"{name}: trigger {kind}")
        return None

    def _queue_listener(self, function: Function) -> QueueListener:
        async def invoke(text: Datum, metadata: Mapping[str, Datum]) -> Invocation:
            return await self._call(function, text, metadata)

        connection, queue = self._queue_of(function.trigger)
        return QueueListener(
            connection=connection,
            name=queue,
            queues=self._queues,
            options=self._config.queues,
            invoke=invoke,
            binary=function.trigger.get("dataType", "").upper() == "BINARY",
            lease_seconds=float(self._environ.get(LEASE, LEASE_SECONDS)),
        )

    def _timer(self, function: Function) -> TimerListener:
        async def fire(document: str) -> Invocation:
            return await self._call(function, ("json", document), self._fired_at())

        trigger = function.trigger
        status_file = self._data / "timers" / f"{function.name}.json"
        return TimerListener(
            schedule=Schedule(config.resolve(trigger["schedule"], self._environ)),
            status_file=status_file if _flag(trigger.get("useMonitor", True)) else None,
            clock=self._clock,
            fire=fire,
            run_on_startup=_flag(trigger.get("runOnStartup", False)),
        )

    def _fired_at(self) -> dict[str, Datum]:
        return {"TimerTrigger": ("string", f"{self._clock.now():%m/%d/%Y %H:%M:%S}")}

    def _queue_of(self, binding: Mapping[str, Any]) -> tuple[str, str]:
        """The connection and the name of a queue."""
        if self._config.queues.message_encoding != "none":
            raise Refused(Refusal.BASE64, "host.json: messageEncoding")
        connection = config.connection_string(binding.get("connection", ""), self._environ)
        return connection, config.queue_name(binding["queueName"], self._environ)


def _flag(given: object) -> bool:
    return str(given).lower() == "true"


def _tell_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception():
        log.error("host.listener-failed", exc_info=task.exception())
