"""Webhooks of partners, what wakes their deliveries, and the way outside."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from shared.services.ports.values import Page, Stored

WEBHOOKS_PER_PARTNER: Final = 10
"""Webhooks of one partner."""


class WebhookKey(NamedTuple):
    """A partner's webhook."""

    partner_id: str
    webhook_id: str


class WebhookStatus(StrEnum):
    """Whether events are delivered."""

    PENDING = "pending"
    """Its receiver has not consented yet, and is asked unless the partner is suspended; what
    happens meanwhile is delivered once it does.
    """
    ACTIVE = "active"
    """Its receiver has consented: events are delivered, unless the partner is suspended."""
    DISABLED = "disabled"
    """It failed for 24 hours, or its receiver answered 410: nothing is delivered until a test
    succeeds, or another address consents.
    """


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """An encrypted secret that signs until `until`, or until it is replaced."""

    sealed: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far deliveries have come in the partner's feed.

    `cursor` is behind the last event that was delivered, given up or not wanted. `attempts` counts
    those of the event behind it, `refusals` the answers among them that refused it. Whoever holds
    the `turn` delivers, until `turn_until`. `tested_at`: when its owner last asked for a test.
    """

    cursor: str
    attempts: int = 0
    refusals: int = 0
    failing_since: datetime | None = None
    failed_at: datetime | None = None
    last_error: str | None = None
    last_success_at: datetime | None = None
    next_attempt_at: datetime | None = None
    turn: str | None = None
    turn_until: datetime | None = None
    tested_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where a partner wants its events; `types` is empty for all of them.

    `rate`: events a minute that the receiver allows. `slot`: its place among the partner's few.
    """

    key: WebhookKey
    url: str
    types: tuple[str, ...]
    status: WebhookStatus
    secrets: tuple[SealedSecret, ...]
    slot: int
    created_at: datetime
    updated_at: datetime
    progress: Progress
    reason: str | None = None
    rate: int | None = None


class WebhookStore(Protocol):
    """Webhooks, each one row, changed under its ETag alone."""

    async def get(self, key: WebhookKey) -> Stored[Webhook] | None:
        """One point read."""
        ...

    async def add(self, webhook: Webhook) -> None:
        """One transaction with its slot; GuardFailed when the id or the slot is taken."""
        ...

    async def replace(self, webhook: Webhook, etag: str) -> None:
        """The row as a whole, under its ETag; id and slot stay."""
        ...

    async def remove(self, webhook: Webhook, etag: str) -> None:
        """One transaction with its slot; one that is gone or changed is GuardFailed."""
        ...

    async def of(self, partner_id: str, after: str | None, limit: int) -> Page[Stored[Webhook]]:
        """The partner's webhooks by id."""
        ...

    async def all(self, after: str | None, limit: int) -> Page[Stored[Webhook]]:
        """Everybody's."""
        ...


@dataclass(frozen=True, slots=True)
class Wake:
    """`webhook-deliveries`: the webhook may have something to deliver.

    With `event_id` that one event alone, which lies behind the cursor `after`.
    """

    key: WebhookKey
    after: str | None = None
    event_id: str | None = None


class Waker(Protocol):
    """The internal queue of deliveries."""

    async def wake(self, wake: Wake, delay: timedelta) -> None:
        """Puts it, invisible for `delay`, never expiring. Raises StorageDown or StorageBusy."""
        ...


@dataclass(frozen=True, slots=True)
class Answered:
    """What a receiver answered; header names in lower case. Its body is never read."""

    status: int
    headers: Mapping[str, str]


class Unreachable(Exception):
    """No answer. The text is one of a few words for the webhook's owner, without an address."""


class Unsent(Unreachable):
    """No answer, and nothing left for the receiver: it can do nothing for it."""


class Courier(Protocol):
    """Sends to where partners say, and nowhere inside."""

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> Answered:
        """One request, no redirects, ten seconds in all. Raises Unreachable, Unsent of ours."""
        ...


class DisabledReporter(Protocol):
    """Tells operators that a webhook was disabled."""

    async def webhook_disabled(self, webhook: Webhook) -> None:
        """`webhook` says since when it failed, and its reason. May be told twice."""
        ...
