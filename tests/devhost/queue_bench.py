"""One queue in a real Azurite, a listener on it, and a function that does as told."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from azure.storage.queue.aio import QueueClient

from devhost.config import QueueOptions
from devhost.queues import QueueListener, Queues
from devhost.worker import Invocation
from tests.running.waiting import STILL_SECONDS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

SECONDS = STILL_SECONDS


def options(**changed: Any) -> QueueOptions:
    given = {
        "batch_size": 16,
        "new_batch_threshold": 8,
        "max_dequeue_count": 5,
        "max_polling_interval": 0.2,
        "visibility_timeout": 0,
        "message_encoding": "none",
    }
    return QueueOptions(**(given | changed))


class Bench:
    """One queue, its listener, and a function that records and behaves by a message's text."""

    def __init__(self, connection: str) -> None:
        self.connection = connection
        self.name = f"q-{uuid4().hex}"
        self.seen: list[tuple[str, Mapping[str, Any]]] = []
        self._gate = asyncio.Semaphore(0)
        self.running = self.most = 0
        self.cancelled = 0

    async def function(self, datum: Any, metadata: Mapping[str, Any]) -> Invocation:
        text = datum[1]
        self.seen.append((text, metadata))
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            if text.startswith("wait"):
                await self._gate.acquire()
            if text == "host-fault":
                raise RuntimeError("a fault of the host")
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.running -= 1
        ok = not text.startswith("fail")
        return Invocation(ok, None, (), None if ok else "told to fail", None)

    def release(self, calls: int = 1) -> None:
        for _ in range(calls):
            self._gate.release()

    @contextlib.asynccontextmanager
    async def listen(
        self, name: str | None = None, lease: float = 600, **changed: Any
    ) -> AsyncIterator[QueueListener]:
        chosen = options(**changed)
        queues = Queues()
        listener = QueueListener(
            connection=self.connection,
            name=name or self.name,
            queues=queues,
            options=chosen,
            invoke=self.function,
            lease_seconds=lease,
        )
        polling = asyncio.create_task(listener.run())
        yield listener
        listener.stop()
        await polling
        await listener.drain(0)
        await queues.close()

    @contextlib.asynccontextmanager
    async def queue(self, suffix: str = "", *, make: bool = True) -> AsyncIterator[QueueClient]:
        async with QueueClient.from_connection_string(
            self.connection, self.name + suffix
        ) as client:
            if make:
                await client.create_queue()
            yield client

    async def until(self, condition: Any) -> None:
        async with asyncio.timeout(SECONDS):
            while not condition():
                await asyncio.sleep(0.02)

    async def texts(self, suffix: str = "") -> list[str]:
        async with self.queue(suffix, make=False) as client:
            return [message.content for message in await client.peek_messages(32)]


async def count(client: QueueClient) -> int:
    return (await client.get_queue_properties()).approximate_message_count or 0


async def empty(client: QueueClient) -> None:
    async with asyncio.timeout(SECONDS):
        while await count(client):
            await asyncio.sleep(0.02)
