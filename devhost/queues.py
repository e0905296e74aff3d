"""Queue triggers and outputs with the semantics of the real host's storage extension."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from typing import TYPE_CHECKING, Any

from azure.core.exceptions import AzureError, ResourceExistsError, ResourceNotFoundError
from azure.storage.queue.aio import QueueServiceClient

from devhost import messages

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from azure.storage.queue import QueueMessage
    from azure.storage.queue.aio import QueueClient

    from devhost.config import QueueOptions
    from devhost.messages import Datum
    from devhost.worker import Invocation

log = logging.getLogger("devhost.queues")

LEASE_SECONDS = 600
POISON = "-poison"
_LONGEST_NAME = 63
_FIRST_POLL_SECONDS = 0.1


class Queues:
    """Clients of the queues an app uses; writes wake the listener of the queue written to."""

    def __init__(self) -> None:
        """No connection is made yet."""
        self._services: dict[str, QueueServiceClient] = {}
        self._wake: dict[str, Callable[[], None]] = {}

    def client(self, connection: str, queue: str) -> QueueClient:
        """The client of one queue; the connection string decides the account."""
        if connection not in self._services:
            self._services[connection] = QueueServiceClient.from_connection_string(
                connection,
                # The SDK's own first retry comes after 15 s; a listener polls again anyway.
                initial_backoff=1,
                increment_base=1,
                random_jitter_range=0,
                retry_total=2,
                connection_timeout=5,
                read_timeout=30,
                use_env_settings=False,
            )
        return self._services[connection].get_queue_client(queue)

    def on_write(self, queue: str, wake: Callable[[], None]) -> None:
        """Call `wake` whenever this host itself wrote to the queue."""
        self._wake[queue] = wake

    async def send(self, queue: QueueClient, text: str) -> None:
        """Put a raw text, making the queue on demand."""
        try:
            await queue.send_message(text)
        except ResourceNotFoundError:
            with contextlib.suppress(ResourceExistsError):
                await queue.create_queue()
            await queue.send_message(text)
        if queue.queue_name in self._wake:
            self._wake[queue.queue_name]()

    async def output(self, queue: QueueClient, value: Any) -> None:
        """Write what a function set on a queue output: a JSON array becomes several messages."""
        for text in messages.texts(value):
            await self.send(queue, text)

    async def close(self) -> None:
        """Close all connections."""
        for service in self._services.values():
            await service.close()


class QueueListener:
    """Feeds one queue's messages to one function until stopped."""

    def __init__(
        self,
        *,
        connection: str,
        name: str,
        queues: Queues,
        options: QueueOptions,
        invoke: Callable[[Datum, Mapping[str, Datum]], Awaitable[Invocation]],
        binary: bool = False,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        """`invoke` runs the function for one message and writes its outputs.

        `binary` is a binding's `dataType`: the function takes bytes.
        """
        self._queues = queues
        self._queue = queues.client(connection, name)
        endless = name.endswith(POISON) or len(name + POISON) > _LONGEST_NAME
        self._poison = None if endless else queues.client(connection, name + POISON)
        self._binary = binary
        self._options = options
        self._invoke = invoke
        self._lease = lease_seconds
        self._running: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._wake = asyncio.Event()
        self._failing = False
        queues.on_write(name, self.wake)

    @property
    def running(self) -> int:
        """How many messages are in work."""
        return len(self._running)

    def wake(self) -> None:
        """Poll at once."""
        self._wake.set()

    async def run(self) -> None:
        """Poll; the pause while the queue is empty doubles, more or less, from 100 ms on."""
        longest = self._options.max_polling_interval
        pauses = _pauses(longest)
        while not self._stopping:
            self._wake.clear()
            if self.running > self._options.new_batch_threshold:
                await self._wake.wait()
                continue
            batch = await self._receive()
            for message in batch:
                self._start(message)
            if batch:
                pauses = _pauses(longest)
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(next(pauses)):
                    await self._wake.wait()

    def stop(self) -> None:
        """Take no more messages.

        A poll under way is let finish: cancelling it would leave messages hidden that the
        server has already handed out.
        """
        self._stopping = True
        self._wake.set()

    async def drain(self, seconds: float) -> None:
        """Wait for messages in work; what isn't finished in time becomes visible again."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)
        unfinished = list(self._running)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    async def _receive(self) -> list[QueueMessage]:
        """One request's messages: more of a pager's pages could fail, and lose the first."""
        pages = self._queue.receive_messages(
            messages_per_page=self._options.batch_size, visibility_timeout=int(self._lease)
        ).by_page()
        try:
            page = await anext(pages, None)  # none: the queue is empty
            batch = [message async for message in page] if page else []
        except ResourceNotFoundError:
            return []
        except AzureError as error:
            if not self._failing:
                log.warning("queue.poll-failed queue=%s error=%s", self._queue.queue_name, error)
            self._failing = True
            return []
        self._failing = False
        return batch

    def _start(self, message: QueueMessage) -> None:
        task = asyncio.create_task(self._process(message))
        self._running.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._wake.set()

    async def _process(self, message: QueueMessage) -> None:
        done = asyncio.Event()
        renewal = asyncio.create_task(self._renew(message, done))

        async def settle() -> None:
            # A renewal under way is let finish: it changes the pop receipt.
            done.set()
            await renewal

        try:
            if self._stopping:
                await settle()
                await self._release(message, 0)
            else:
                await self._handle(message, settle)
        except (Exception, asyncio.CancelledError) as error:
            # Whatever failed in the host itself must not hide the message for ten minutes.
            if not isinstance(error, asyncio.CancelledError):
                log.exception("queue.host-error queue=%s", self._queue.queue_name)
            await settle()
            await self._release(message, 0)

    async def _handle(self, message: QueueMessage, settle: Callable[[], Awaitable[None]]) -> None:
        count = message.dequeue_count or 0
        if self._poison and count > self._options.max_dequeue_count:
            await settle()
            await self._bury(message, self._poison, "dequeued too often")
            return
        content = message.content
        datum = ("bytes", content.encode()) if self._binary else ("string", content)
        result = await self._invoke(datum, _metadata(message, binary=self._binary))
        await settle()
        if result.ok:
            with contextlib.suppress(ResourceNotFoundError):
                await self._queue.delete_message(message)
        elif self._poison is None:
            # As the real host: left invisible until its lease ends, so that it can't spin.
            pass
        elif count >= self._options.max_dequeue_count:
            await self._bury(message, self._poison, "failed too often")
        else:
            await self._release(message, self._options.visibility_timeout)

    async def _bury(self, message: QueueMessage, poison: QueueClient, reason: str) -> None:
        """Copy the raw text to the poison queue, then delete the message."""
        log.warning(
            "queue.poison queue=%s id=%s reason='%s'", self._queue.queue_name, message.id, reason
        )
        await self._queues.send(poison, message.content)
        with contextlib.suppress(ResourceNotFoundError):
            await self._queue.delete_message(message)

    async def _release(self, message: QueueMessage, seconds: float) -> None:
        try:
            await self._queue.update_message(message, visibility_timeout=int(seconds))
        except ResourceNotFoundError:
            pass
        except AzureError as error:
            log.warning("queue.release-failed queue=%s error=%s", self._queue.queue_name, error)

    async def _renew(self, message: QueueMessage, done: asyncio.Event) -> None:
        """Prolong the lease at half its time until the message is settled."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._lease / 2):
                    await done.wait()
                return
            try:
                renewed = await self._queue.update_message(
                    message, visibility_timeout=int(self._lease)
                )
                message.pop_receipt = renewed.pop_receipt
            except ResourceNotFoundError:
                await done.wait()
            except AzureError as error:
                log.warning("queue.renew-failed queue=%s error=%s", self._queue.queue_name, error)


def _pauses(longest: float) -> Iterator[float]:
    """Seconds to wait while a queue stays empty."""
    yield min(_FIRST_POLL_SECONDS, longest)
    step = _FIRST_POLL_SECONDS
    while True:
        chance = random.uniform(0.8, 1.2)  # noqa: S311 - so that hosts do not poll in step
        yield min(_FIRST_POLL_SECONDS + step * chance, longest)
        step *= 2


def _metadata(message: QueueMessage, *, binary: bool) -> dict[str, Datum]:
    times = {
        "InsertionTime": message.inserted_on,
        "ExpirationTime": message.expires_on,
        "NextVisibleTime": message.next_visible_on,
    }
    host = {
        "DequeueCount": ("json", str(message.dequeue_count)),
        "Id": ("string", message.id),
        "PopReceipt": ("string", message.pop_receipt),
        **{name: ("json", f'"{messages.time_text(time)}"') for name, time in times.items() if time},
    }
    return messages.metadata(message.content, host, binary=binary)
