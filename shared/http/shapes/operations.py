"""Pipelines, results of their messages, dead letters."""

from datetime import datetime
from typing import Literal

from shared.http.shapes.ledger import ActorShape
from shared.model.base import Model


class PipelineShape(Model):
    """Which source may send what, for whom, to the onboarding queue."""

    id: str
    source: str
    partner_ids: tuple[str, ...]
    types: tuple[str, ...]
    etag: str


class ResultShape(Model):
    """What became of a queue message, of a pipeline or of a partner's application."""

    pipeline_id: str | None = None
    partner_id: str | None = None
    message_id: str
    source: str
    type: str
    outcome: Literal["succeeded", "refused", "failed"]
    resource: str | None = None
    error: dict[str, object] | None = None
    retryable: Literal["never", "afterChange", "afterTime"] | None = None
    at: datetime


class LetterErrorShape(Model):
    """What went wrong: the error's type and its message."""

    type: str
    message: str


class ReplayShape(Model):
    """One putting back. `outcome`: `pending`, `succeeded`, `refused`, or why not."""

    at: datetime
    by: ActorShape
    outcome: str


class SentShape(Model):
    """Which message it is, as its sender calls it."""

    id: str
    source: str
    type: str


class DeadLetterShape(Model):
    """A message that could not be processed. `text` is its beginning, null once it is gone.

    `message` is known of a CloudEvent, and goes with the text.
    """

    id: str
    queue: str
    reason: str
    error: LetterErrorShape
    tenant_id: str | None
    message: SentShape | None
    text: str | None
    text_expires_at: datetime | None
    dequeue_count: int
    dead_at: datetime
    status: Literal["open", "replayed", "closed"]
    replays: tuple[ReplayShape, ...]
    etag: str


class QueuedShape(Model):
    """A message that was queued; `source` is what it was stamped with."""

    message_id: str
    source: str
    type: str
    status: Literal["queued"]


class SubmissionShape(Model):
    """What was queued, in the order of the request; `results` is where to follow it."""

    value: tuple[QueuedShape, ...]
    results: str
