"""Queues: any text into any of them; announcements; shards of sweeps."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from shared.canonical import digest


@dataclass(frozen=True, slots=True)
class Receipt:
    """An announcement that can be taken back."""

    message_id: str
    pop_receipt: str


class Queue(StrEnum):
    """The queue of a message: what senders ask for in `onboarding…`, else this system's work."""

    ONBOARDING = "onboarding"
    """Messages of the operator's pipelines."""
    ONBOARDING_0 = "onboarding-0"
    """Messages of some partners' applications; a partner's are always in the same one of the four.
    """
    ONBOARDING_1 = "onboarding-1"
    """Messages of some partners' applications; a partner's are always in the same one of the four.
    """
    ONBOARDING_2 = "onboarding-2"
    """Messages of some partners' applications; a partner's are always in the same one of the four.
    """
    ONBOARDING_3 = "onboarding-3"
    """Messages of some partners' applications; a partner's are always in the same one of the four.
    """
    PROJECTIONS = "projections"
    """A tenant may have news for lists, of partners or of the operator, and for partners' feeds."""
    SWEEP_SHARDS = "sweep-shards"
    """A part of a sweep that is to be gone through or, after its end, the deleting of what was kept
    long enough.
    """
    WEBHOOK_DELIVERIES = "webhook-deliveries"
    """A webhook may have something to deliver."""


PARTNERS: Final = (
    Queue.ONBOARDING_0,
    Queue.ONBOARDING_1,
    Queue.ONBOARDING_2,
    Queue.ONBOARDING_3,
)
"""A flood shares its queue with few, and never with the operator's pipelines."""


def queue_of(partner_id: str) -> Queue:
    """Where a partner's messages lie, always the same one."""
    return PARTNERS[int(digest(partner_id)[:8], 16) % len(PARTNERS)]


@dataclass(frozen=True, slots=True)
class Announcement:
    """`projections`: the tenant may have news. `look` counts the looks for `command_id`.

    `traceparent`: the span of that command.
    """

    tenant_id: str
    command_id: str
    look: int = 1
    traceparent: str | None = None


class Announcer(Protocol):
    """The internal queue that keeps followers from being lost."""

    async def announce(self, announcement: Announcement) -> Receipt:
        """Puts it, invisible for as long as its look says, never expiring.

        Raises StorageDown or StorageBusy; a doubtful put may have landed, which is harmless.
        """
        ...

    async def withdraw(self, receipt: Receipt) -> None:
        """Deletes it; best effort, never raises."""
        ...


class SweepQueue(Protocol):
    """The internal queue of shards to go through."""

    async def put(self, sweep_id: str, n: int, delay: int = 0) -> None:
        """Puts the shard, invisible for `delay` seconds, never expiring.

        Raises StorageDown or StorageBusy; a doubtful put may have landed, which is harmless.
        """
        ...


class Mail(Protocol):
    """Queues of plain text."""

    async def put(self, queue: str, text: str, delay: int = 0) -> Receipt:
        """Puts `text`, invisible for `delay` seconds, never expiring. At most 64 KiB.

        Raises StorageBusy or StorageDown; a doubtful put may have landed.
        """
        ...
