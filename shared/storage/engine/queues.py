"""Queues: putting text into them, and the announcements that keep followers from being lost."""

from typing import TYPE_CHECKING, Final, Protocol

from azure.core.exceptions import HttpResponseError

from shared.durations import LOOK_SECONDS
from shared.services.ports.queues import Announcement, Queue, Receipt
from shared.services.ports.values import StorageBusy, StorageDown, StorageError
from shared.services.queues.internal_messages import announcement_text, shard_text
from shared.storage.engine.failures import FAILURES, readable

if TYPE_CHECKING:
    from shared.storage.engine.clients import Clients  # which makes what is here

NEVER: Final = -1
"""The time-to-live of a message that must not be lost."""


class Queues(Protocol):
    """Queues of plain text, by their names in `clients.QUEUES`."""

    async def put(self, queue: str, text: str, delay: int = 0) -> Receipt:
        """Puts `text`, invisible for `delay` seconds, never expiring.

        Raises StorageBusy or StorageDown; a doubtful put may have landed.
        """
        ...

    async def delete(self, queue: str, receipt: Receipt) -> None:
        """Raises StorageBusy or StorageDown; one that is gone is StorageDown too."""
        ...


class AzureQueues:
    """`Queues` in a storage account, through the SDK."""

    def __init__(self, clients: "Clients") -> None:
        """Nothing is imported or sent yet."""
        self._clients = clients

    async def put(self, queue: str, text: str, delay: int = 0) -> Receipt:
        """See `Queues.put`."""
        client = self._clients.sdk_queues.get_queue_client(self._clients.queue_name(queue))
        try:
            with readable():
                message = await client.send_message(
                    text, visibility_timeout=delay, time_to_live=NEVER
                )
                receipt = Receipt(str(message["id"]), str(message["pop_receipt"]))
        except FAILURES as error:
            raise queue_failure(error) from error
        return receipt

    async def delete(self, queue: str, receipt: Receipt) -> None:
        """See `Queues.delete`."""
        client = self._clients.sdk_queues.get_queue_client(self._clients.queue_name(queue))
        try:
            await client.delete_message(receipt.message_id, receipt.pop_receipt)
        except FAILURES as error:
            raise queue_failure(error) from error


def queue_failure(error: BaseException) -> StorageError:
    """What a failed request to a queue means: of a put, that it may have landed."""
    status = error.status_code if isinstance(error, HttpResponseError) else None
    note = f"{type(error).__name__} {status}"
    return StorageBusy(note) if status in {429, 503} else StorageDown(note)


class QueueAnnouncer:
    """The `Announcer` port over any `Queues`."""

    def __init__(self, queues: Queues) -> None:
        """Announces through the queue `projections`."""
        self._queues = queues

    async def announce(self, announcement: Announcement) -> Receipt:
        """See `Announcer.announce`."""
        text, delay = announcement_text(announcement), LOOK_SECONDS[announcement.look]
        return await self._queues.put(Queue.PROJECTIONS, text, delay)

    async def withdraw(self, receipt: Receipt) -> None:
        """See `Announcer.withdraw`."""
        try:
            await self._queues.delete(Queue.PROJECTIONS, receipt)
        except StorageError:
            # It stays, is looked at once and finds nothing: only a little work in vain.
            return


class ShardQueue:
    """The `SweepQueue` port over any `Queues`."""

    def __init__(self, queues: Queues) -> None:
        """Through the queue `sweep-shards`."""
        self._queues = queues

    async def put(self, sweep_id: str, n: int, delay: int = 0) -> None:
        """See `SweepQueue.put`."""
        await self._queues.put(Queue.SWEEP_SHARDS, shard_text(sweep_id, n), delay)
