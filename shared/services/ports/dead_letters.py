"""Messages that cannot be processed: their record, and apart from it their whole text."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from shared.canonical import JsonObject
from shared.clock import newest_first
from shared.model.base import Actor
from shared.services.ports.values import Page, Stored


class LetterStatus(StrEnum):
    """Whether a dead letter still needs somebody."""

    OPEN = "open"
    """It waits for an operator."""
    REPLAYED = "replayed"
    """Its message was put back and is on its way; without an outcome for 15 minutes, it can be put
    back anew or closed.
    """
    CLOSED = "closed"
    """Its message was put back and succeeded, or an operator closed it."""


@dataclass(frozen=True, slots=True)
class Replay:
    """One replay of a letter. `nonce` tells it from others; without `outcome` it is under way."""

    at: datetime
    by: Actor
    nonce: str
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """One closing of a letter by an operator; `reason` is None once it was erased."""

    at: datetime
    by: Actor
    reason: str | None


@dataclass(frozen=True, slots=True)
class Sent:
    """Which message it is, in its sender's words."""

    id: str
    source: str
    type: str


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that cannot be processed, with its reason.

    `excerpt` is the beginning of its text, `sent` what the text calls itself if it is an event;
    both are None once the text is gone. Reasons for closings stay until an erasure reaches them.
    """

    id: str
    queue: str
    reason: str
    error: JsonObject
    tenant_id: str | None
    excerpt: str | None
    dequeue_count: int
    dead_at: datetime
    status: LetterStatus = LetterStatus.OPEN
    replays: tuple[Replay, ...] = ()
    sent: Sent | None = None
    closings: tuple[Closing, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why operators closed it, as far as that is kept."""
        return tuple(each.reason for each in self.closings if each.reason)

    @property
    def without_text(self) -> "DeadLetter":
        """It once its text is gone."""
        return replace(self, excerpt=None, sent=None)

    @property
    def closed_by_hand(self) -> bool:
        """Whether an operator closed it, and not a success."""
        last = self.replays[-1].at if self.replays else None
        closed = self.status is LetterStatus.CLOSED and bool(self.closings)
        return closed and (last is None or self.closings[-1].at >= last)

    @property
    def position(self) -> str:
        """Its place in a list, the newest first."""
        return f"{newest_first(self.dead_at)}|{self.id}"


class DeadLetterStore(Protocol):
    """Records stay; texts go after a time, or with an erasure."""

    async def add(self, letter: DeadLetter, text: str, about: Collection[str]) -> bool:
        """Record, text, and its place at each tenant that it may be `about`. Insert only.

        One transaction; of more places than it takes, the others come before. False when a letter
        of this id is there: it stays as it is.
        """
        ...

    async def get(self, letter_id: str) -> Stored[DeadLetter] | None:
        """Two point reads."""
        ...

    async def text(self, letter: DeadLetter) -> str | None:
        """The whole text, None once it is gone; one point read."""
        ...

    async def replace(
        self, letter: DeadLetter, previous: Stored[DeadLetter], about: Collection[str] = ()
    ) -> None:
        """The record, under the ETag of what it was; two point reads more for another status.

        Its places at tenants that it may be `about` besides come before.
        """
        ...

    async def page(
        self, after: str | None, limit: int, *, status: LetterStatus | None = None
    ) -> Page[Stored[DeadLetter]]:
        """The newest first, by when it died; without records that do not decode.

        One query, or one for each status.
        """
        ...

    async def older(self, than: datetime, limit: int) -> tuple[str, ...]:
        """Ids of letters that died before `than` and have their text still, the oldest first."""
        ...

    async def of_tenant(self, tenant_id: str, after: str | None, limit: int) -> Page[str]:
        """Ids of letters that may be about the tenant, and have their text or a reason still."""
        ...

    async def erase_text(
        self, letter: Stored[DeadLetter], about: Collection[str], *, reasons: bool
    ) -> None:
        """Text, excerpt and the places of `about`, under the letter's ETag; gone already is fine.

        `reasons`: those for closings as well. The text goes in the first transaction, also where
        it takes more for the places.
        """
        ...
