"""Queues: any text into any of them; announcements; shards of sweeps."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Receipt:
    """An announcement that can be taken back."""

    message_id: str
    pop_receipt: str


class Queue(StrEnum):
    """The queue of a message: `onboarding` is filled from outside, the others by the system."""

    ONBOARDING = "onboarding"
    """Messages of pipelines and partners' applications."""
    PROJECTIONS = "projections"
    """A tenant may have news for partners' lists and feeds."""
    SWEEP_SHARDS = "sweep-shards"
    """A part of a sweep that is to be gone through."""
    WEBHOOK_DELIVERIES = "webhook-deliveries"
    """A webhook may have something to deliver."""


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
