"""Pipelines and their results."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from shared.canonical import JsonObject
from shared.services.ports.values import Page, Stored


class Outcome(StrEnum):
    """What became of a queue message."""

    SUCCEEDED = "succeeded"
    """It took effect, or what it asks for was so already."""
    REFUSED = "refused"
    """A rule, the role table or the state of the record stood against it, with an error that HTTP
    answers with 403, 404 or 409.
    """
    FAILED = "failed"
    """It became a dead letter."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Which `source` may send what, for whom, to the raw queue."""

    id: str
    source: str
    partner_ids: tuple[str, ...]
    types: tuple[str, ...]
    deleted: bool = False
    """Its id, source and results stay its own for good: messages are remembered by source."""


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a queue message. `key` makes writing it twice impossible."""

    key: str
    feed_id: str
    message_id: str
    source: str
    type: str
    outcome: Outcome
    at: datetime
    resource: str | None = None
    error: JsonObject | None = None
    retryable: str | None = None


class OperationsStore(Protocol):
    """Pipelines and their results."""

    async def pipeline(self, pipeline_id: str) -> Stored[Pipeline] | None:
        """One point read."""
        ...

    async def owner_of(self, source: str) -> str | None:
        """The id of the one pipeline that ever had `source`, whatever has become of it."""
        ...

    async def put_pipeline(self, pipeline: Pipeline, previous: Stored[Pipeline] | None) -> None:
        """One transaction with the reservation of its source (GuardFailed if taken)."""
        ...

    async def pipelines(self, after: str | None, limit: int) -> Page[Stored[Pipeline]]:
        """All pipelines by id."""
        ...

    async def put_result(self, result: Result, mark_etag: str | None) -> datetime | None:
        """One transaction: the mark under `key` is written under its ETag, the result inserted.

        When it had taken effect, by the storage's clock, if that tells.
        """
        ...

    async def result_mark(self, feed_id: str, key: str) -> Stored[datetime] | None:
        """For when the result was last written, and when that took effect; one point read."""
        ...

    async def forget_results(self, until: datetime, most: int) -> int:
        """Deletes at most so many results written before, with their marks; how many."""
        ...

    async def results(
        self, feed_id: str, after: str | None, limit: int, *, until: datetime
    ) -> Page[Result]:
        """Results in the order of writing, behind the cursor, written before `until`.

        The page's `after` is a cursor always, also when the page is empty and none was given.
        """
        ...
