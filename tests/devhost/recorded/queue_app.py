"""A host with queue functions that behave as their messages say, on a real emulator."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from itertools import batched
from pathlib import Path
from typing import Any
from uuid import uuid4

from azure.core.exceptions import HttpResponseError, ResourceExistsError
from azure.storage.queue.aio import QueueClient

from devhost.worker import Invocation, function
from tests.devhost.recorded import running

SECONDS = 20


class Acting(running.Echo):
    """`fail`, `wait N` and what `act` does; `counts` are the dequeue counts by text."""

    def __init__(self, functions: Any) -> None:
        super().__init__(functions)
        self.running = self.most = 0
        self.act: Any = None

    async def invoke(self, name: str, payload: Any, metadata: Any = None, trace: Any = None) -> Any:
        self.calls.append((name, payload[1], metadata))
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            if self.act:
                await self.act(metadata)
            for word in payload[1].split(","):
                if word.startswith("wait"):
                    await asyncio.sleep(float(word.split()[1]))
        finally:
            self.running -= 1
        outputs = tuple(self.outputs.items())
        return Invocation("fail" not in payload[1], None, outputs, None, "told to fail")

    def counts(self, text: str | None = None) -> list[int]:
        return [int(m["DequeueCount"][1]) for _, t, m in self.calls if text in {None, t}]


class ActingHost(running.EchoHost):
    def __init__(self, functions: Any, folder: Path, **given: Any) -> None:
        super().__init__(functions, folder, **given)
        self.echo = Acting(functions)


class Bench:
    """One queue of a name of its own, and hosts on it."""

    def __init__(self, folder: Path, connection: str, name: str = "") -> None:
        self.name = name or f"q{uuid4().hex}"
        self._folder = folder / self.name
        self._connection = connection

    def queue(self, suffix: str = "") -> QueueClient:
        return QueueClient.from_connection_string(self._connection, self.name + suffix)

    @contextlib.asynccontextmanager
    async def host(
        self, lease: float = 600, functions: int = 1, **options: Any
    ) -> AsyncIterator[Acting]:
        options = {"messageEncoding": "none", "maxPollingInterval": "00:00:00.100", **options}
        trigger = {"type": "queueTrigger", "direction": "IN", "name": "msg", "queueName": self.name}
        made = [function(f"f{n}", f"f{n}", [trigger]) for n in range(functions)]
        settled = running.settle(self._folder, {"extensions": {"queues": options}})
        settings = {"AzureWebJobsStorage": self._connection, "DEVHOST_LEASE_SECONDS": str(lease)}
        host = ActingHost(made, settled, environ=settings)
        async with running.serving(host):
            yield host.echo

    async def send(self, *texts: str, at_once: int = 1, **given: Any) -> None:
        """In this order, unless some go at once."""
        async with self.queue() as queue:
            with contextlib.suppress(ResourceExistsError):
                await queue.create_queue()
            for some in batched(texts, at_once, strict=False):
                await asyncio.gather(*(queue.send_message(text, **given) for text in some))

    async def poison(self) -> list[Any]:
        async with self.queue("-poison") as queue:
            try:
                return list(await queue.peek_messages(32))
            except HttpResponseError:  # not made, or never to be
                return []

    async def left(self) -> int:
        async with self.queue() as queue:
            return (await queue.get_queue_properties()).approximate_message_count or 0

    async def empty(self) -> None:
        async with asyncio.timeout(SECONDS):
            while await self.left():
                await asyncio.sleep(0.02)


async def until(condition: Any) -> None:
    async with asyncio.timeout(SECONDS):
        while not condition():
            await asyncio.sleep(0.01)


def pick(vectors: Mapping[str, Any], *names: str) -> list[Any]:
    return [vectors[name]["expect"] for name in names]
