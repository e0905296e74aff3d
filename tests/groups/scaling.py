"""Which groups there are, when one has work, and its process's life from start to end."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from azure.core.exceptions import AzureError
from azure.storage.queue.aio import QueueServiceClient

from devhost.clock import SystemClock
from devhost.host import Host
from tests.running.worker_index import functions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from azure.storage.queue.aio import QueueClient

    from devhost.keys import Keys

log = logging.getLogger("tests.groups")

LOOK_SECONDS = 0.4
"""Between two looks at whether there is work."""
QUIET_LOOKS = 8
"""So many in a row without work end a group's process."""


class Trigger(Protocol):
    """What a group waits for."""

    async def has_work(self) -> bool:
        """Whether its process is needed now."""
        ...


@dataclass(frozen=True)
class QueueTrigger:
    """Has work while its queue shows a message."""

    queue: QueueClient

    async def has_work(self) -> bool:
        try:
            return bool(await self.queue.peek_messages())
        except AzureError:  # not there yet, or the storage is busy: looked at again
            return False


@dataclass(frozen=True)
class TimerTrigger:
    """Has work when its schedule is due; first of all to have a schedule kept."""

    status: Path

    async def has_work(self) -> bool:
        if not self.status.exists():
            return True
        due = json.loads(self.status.read_text(encoding="utf-8"))["Next"]
        return datetime.fromisoformat(due) <= SystemClock().now()


@dataclass(frozen=True)
class Group:
    """A function that scales by itself."""

    name: str
    trigger: Trigger


class Groups:
    """Stands in the place of a `devhost.host.Host`: one for HTTP, and one for each other group."""

    def __init__(
        self, app_dir: Path, *, data: Path, environ: Mapping[str, str], keys: Keys | None = None
    ) -> None:
        self._app_dir = app_dir
        self._data = data
        self._environ = dict(environ)
        self._keys = keys
        self._storage = QueueServiceClient.from_connection_string(environ["AzureWebJobsStorage"])
        self._kinds = dict(_kinds())
        self._http = self._host({name for name, kind in self._kinds.items() if "route" in kind})
        self._tasks: list[asyncio.Task[None]] = []

    async def load(self) -> None:
        await self._http.load()

    async def start(self, listen: socket.socket) -> None:
        await self._http.start(listen)
        self._tasks = [asyncio.create_task(self._serve(group)) for group in self._groups()]

    async def failed(self) -> str:
        """Why a group cannot run, in one line."""
        served = [asyncio.shield(each) for each in self._tasks]
        waiting = [asyncio.create_task(self._http.failed()), *served]
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        failed = next(iter(done))
        return str(failed.exception() or failed.result())

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._http.stop()
        await self._storage.close()

    def _groups(self) -> Iterator[Group]:
        for name, kind in self._kinds.items():
            if "queueName" in kind:
                yield Group(name, QueueTrigger(self._storage.get_queue_client(kind["queueName"])))
            elif "schedule" in kind:
                yield Group(name, TimerTrigger(self._data / "timers" / f"{name}.json"))

    async def _serve(self, group: Group) -> None:
        """Start the group's process whenever it has work; end it when that is done."""
        while True:
            while not await group.trigger.has_work():
                await asyncio.sleep(LOOK_SECONDS)
            host = self._host({group.name})
            try:
                await host.load()
                with socket.create_server(("127.0.0.1", 0)) as nowhere:
                    await host.start(nowhere)
                log.info("group.started name=%s", group.name)
                await self._until_quiet(host, group)
            finally:
                await host.stop()
            log.info("group.ended name=%s", group.name)

    async def _until_quiet(self, host: Host, group: Group) -> None:
        quiet = 0
        while quiet < QUIET_LOOKS:
            await asyncio.sleep(LOOK_SECONDS)
            works = await group.trigger.has_work() or not host.idle
            quiet = 0 if works else quiet + 1

    def _host(self, enabled: set[str]) -> Host:
        """A host of some functions; its process is its own."""
        others = self._kinds.keys() - enabled
        disabled = {f"AzureWebJobs.{name}.Disabled": "true" for name in others}
        environ = {**self._environ, **disabled}
        return Host(self._app_dir, data=self._data, environ=environ, keys=self._keys)


def _kinds() -> Iterator[tuple[str, dict[str, Any]]]:
    """The trigger of every function, by its name."""
    for function in functions():
        bindings = function.get_dict_repr()["bindings"]
        (trigger,) = (each for each in bindings if str(each["type"]).endswith("Trigger"))
        yield function.get_function_name(), trigger
