"""The app behind the fault proxy: the faults, the requests that they hit, and what is true.

Deadlines come after a few looks at the clock; time-outs are short where a request hangs.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from azure.core.exceptions import ServiceResponseError

from shared.deciding.commands import Command
from shared.durations import COMMAND_SECONDS
from shared.services.commands.execution import Executor
from shared.services.ports.queues import Queue
from shared.services.ports.values import StorageError
from shared.storage.engine.clients import Clients
from tests.running.clock import Clock
from tests.running.core import Core
from tests.running.instances import Outcome, Storage, assert_sound, outcome, stored
from tests.running.sending import Sender, intercept

from .proxy import Exchange, Fault, Faulty, Held, Rule, answers, loses_answer, refuses

PATIENCE = 0.4


async def never_answers(exchange: Exchange) -> web.StreamResponse:
    """The effect happens at once; the app waits for the answer in vain."""
    await exchange.forward()
    await asyncio.Event().wait()
    return exchange.abort()


FAULTS: dict[str, Callable[[], Fault]] = {
    "answer lost": lambda: loses_answer,
    "connection broken": lambda: refuses,
    "503 before": lambda: answers(503, "ServerBusy"),
    "503 after": lambda: answers(503, "ServerBusy", effect=True),
    "500 before": lambda: answers(500),
    "500 after": lambda: answers(500, effect=True),
    "throttled": lambda: answers(429, "TooManyRequests"),
    "no answer": lambda: never_answers,
    "late": Held,
}
PLACES = {
    "commit": ("tables", "POST", r"\$batch"),
    "claim": ("tables", "POST", r"claims"),
    "announcement": ("queues", "POST", "messages"),
    "read": ("tables", "GET", "PartitionKey"),
}


@dataclass(frozen=True, slots=True)
class World:
    """The app behind the proxy, and the storage as it really is."""

    account: Faulty
    clients: Clients
    executor: Executor
    clock: Clock
    truth: Storage
    direct: Clients
    waiting: list[str] = field(default_factory=list)

    async def ask(self, command: Command) -> Outcome:
        try:
            return await outcome(self.executor.execute(command))
        except StorageError as error:
            return (type(error).__name__,)

    async def do(self, *commands: Command) -> None:
        for command in commands:
            assert did(await self.ask(command))

    def on(self, place: str, fault: Fault, *, nth: int = 1, times: float = 1) -> Rule:
        service, method, path = PLACES[place]
        proxy = getattr(self.account, service)
        return proxy.on(fault, method=method, path=path, nth=nth, times=times)

    def clear(self) -> None:
        self.account.tables.clear()
        self.account.queues.clear()

    def hurry(self) -> None:
        """Deadlines come after four looks at the clock."""
        self.clock.tick = COMMAND_SECONDS / 4

    def be_impatient(self, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Until one has waited in vain, requests of `place` wait only briefly; others as ever."""
        service, method, path = PLACES[place]
        url = getattr(self.account, service).url
        waited = asyncio.Event()

        async def send(request: Any, usual: Sender, options: dict[str, Any]) -> Any:
            at = request.url.startswith(url) and request.method == method
            if waited.is_set() or not at or not re.search(path, request.url):
                return await usual(request, **options)
            try:
                return await usual(request, **(options | {"read_timeout": PATIENCE}))
            except (ServiceResponseError, TimeoutError):
                waited.set()
                raise

        intercept(self.clients, send, monkeypatch)

    async def events(self, command: Command) -> list[tuple[object, ...]]:
        """What the ledger of the command's tenant says happened, commit by commit."""
        entries = self.truth.ports.tenants.entries(command.tenant_id)
        return [entry.events() async for entry in entries]

    async def settled(self) -> Core:
        """What is stored is sound, and every commit's announcement still waits in the queue."""
        core = await stored(self.truth)
        assert_sound(core)
        written = {entry.command_id for each in core.ledgers.values() for entry in each}
        assert written
        await self.receive()
        assert all(any(one in text for text in self.waiting) for one in written)
        return core

    async def receive(self) -> None:
        """Takes what waits in the queue; what was taken is not seen again for a while."""
        queue = self.direct.sdk_queues.get_queue_client(self.direct.queue_name(Queue.PROJECTIONS))
        messages = queue.receive_messages(messages_per_page=32)
        self.waiting.extend([each.content async for each in messages])


def did(told: Outcome) -> bool:
    return told[0] == "Done" and len(told) > 1
