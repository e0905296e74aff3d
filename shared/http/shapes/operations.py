"""Pipelines, results of their messages, dead letters."""

from datetime import datetime
from typing import Literal

from shared.http.shapes.ledger import ActorShape
from shared.http.shapes.partners import NamedPartnerShape
from shared.http.shapes.policy import Retryability
from shared.http.shapes.vocabulary import ETag, TypeOfMessage
from shared.model.base import Model
from shared.services.onboarding.pipelines import MessageType
from shared.services.ports.dead_letters import LetterStatus
from shared.services.ports.operations import Outcome
from shared.services.ports.queues import Queue
from shared.services.queues.rejections import Reason
from shared.text.names import Prose


class PipelineShape(Model):
    """Which source may send what, for whom, to the queue `onboarding`."""

    id: str
    """What the operator calls the pipeline; it stays when everything else of it changes."""
    source: str
    """The `source` of its messages; one pipeline's alone, also after that was deleted."""
    partner_ids: tuple[str, ...]
    """The partners that it may act for, by the ids of their tenants, sorted."""
    partners: tuple[NamedPartnerShape, ...]
    """Those of `partnerIds` that are enrolled, as they are called now, by id; some seconds behind.
    """
    types: tuple[MessageType, ...]
    """What its messages may ask for, sorted."""
    etag: ETag


class ResultShape(Model):
    """What became of a queue message, of a pipeline or of a partner's application."""

    pipeline_id: str | None = None
    """The pipeline whose source sent it; absent for a partner's application."""
    partner_id: str | None = None
    """The partner whose application handed it in; absent for a pipeline's message."""
    message_id: str
    """Which message it was: the `id` of its CloudEvent."""
    source: str
    """Who sent it: the `source` of its CloudEvent or, for a partner's application, the one that it
    was stamped with.
    """
    type: TypeOfMessage
    outcome: Outcome
    resource: str | None = None
    """The path of what the message changed or asked about; absent where it became a dead letter."""
    error: dict[str, object] | None = None
    """What stood against it: an `error` as HTTP answers it, in the message's `locale`, with as many
    `details` as there is room for; absent where it succeeded.
    """
    retryable: Retryability | None = None
    """Whether the same message can succeed later; absent where it succeeded."""
    at: datetime
    """When this result was recorded. The same message sent again can add a newer one."""


class LetterErrorShape(Model):
    """What went wrong with a message."""

    type: str
    """The name of the error in the code, such as `BadRequest`."""
    message: str
    """What went wrong, in the message's `locale` or in English; of a malformed message, at most
    names of fields.
    """


class ReplayShape(Model):
    """One putting back of a dead letter's message."""

    at: datetime
    """When the operator put it back."""
    by: ActorShape
    """Who of the operator put it back."""
    outcome: str
    """What came of it: `pending` while it is on its way, also where it got lost, `succeeded`,
    `refused`, `given-up` where it had no outcome yet when the message was put back anew or the
    letter was closed, or why it failed, such as `text-gone`.
    """


class LetterClosingShape(Model):
    """One closing of a dead letter by an operator."""

    at: datetime
    """When the operator closed it."""
    by: ActorShape
    """Who of the operator closed it."""
    reason: str | None
    """Why it was closed, in the operator's own words; null once they were erased."""


class CloseBody(Model):
    """Why an operator closes a dead letter for good; the reason is required."""

    reason: Prose
    """Why its message will not be put back, in at most 500 characters: the operator can read it,
    until a customer that the message is about, or that such a reason names, has it erased.
    """


class SentShape(Model):
    """Which message it is, and what it asked for."""

    id: str
    """The `id` of its CloudEvent."""
    source: str
    """The `source` of its CloudEvent or, for a partner's application, the one that it was stamped
    with.
    """
    type: TypeOfMessage


class DeadLetterShape(Model):
    """A message of a queue that could not be processed, kept with its reason."""

    id: str
    """The letter's id, 64 hexadecimal digits: put back and given up again it is the same letter,
    while an onboarding message that its source sends again is another.
    """
    queue: Queue
    reason: Reason
    error: LetterErrorShape
    tenant_id: str | None
    """The tenant that the message is about: in `onboarding…` the customer, else the partner, that
    its data name, which nobody has checked; null where it is about none, or that could not be told.
    """
    partners: tuple[NamedPartnerShape, ...]
    """Those tenants that are partners, out of the one that it is about and those that its source
    names, by id.
    """
    message: SentShape | None
    """Which message it is; null for this system's own queues, where its id or source could not be
    read or it held several events, and once its text is gone.
    """
    text: str | None
    """The beginning of what was sent, as it came, 4 KiB at most; null once that was erased, or
    after 30 days.
    """
    text_expires_at: datetime | None
    """When the text goes, 30 days after `deadAt`, unless an erasure takes it earlier; a replay is
    no longer possible then. Null once it is gone.
    """
    dequeue_count: int
    """How often it had been tried when it was given up, the first time; where it was put off in
    between, as by a busy storage, only since then.
    """
    dead_at: datetime
    """When it was given up, the first time."""
    status: LetterStatus
    replays: tuple[ReplayShape, ...]
    """How it was put back, oldest first; the latest fifty."""
    closings: tuple[LetterClosingShape, ...]
    """How operators closed it, oldest first; the latest fifty. Empty where none ever did."""
    etag: ETag


class QueuedShape(Model):
    """A message that was queued."""

    message_id: str
    """Which message it is: the `id` of its CloudEvent."""
    source: str
    """What it was stamped with, whatever it said: the caller's own `/partners/…`."""
    type: TypeOfMessage
    status: Literal["queued"]
    """Always `queued`: what becomes of it is told by its result."""


class SubmissionShape(Model):
    """What was queued: every message of the request."""

    value: tuple[QueuedShape, ...]
    """The messages in the order of the request."""
    results: str
    """The absolute address of the feed where their results appear."""


class OpenCountShape(Model):
    """How many of one kind are open."""

    count: int
    """How many were counted, 100 at most; one that cannot be read is not counted."""
    more: bool
    """Whether there are more than were counted."""


class OpenCountsShape(Model):
    """How much waits for the operator."""

    findings: OpenCountShape
    """Findings in the status `open`: also those that a sweep has put right and none has closed yet.
    """
    dead_letters: OpenCountShape
    """Dead letters in the status `open`: also those that were put back in vain, or died again."""
    disputes: OpenCountShape
    """Disputed subscriptions that the operator has not annulled; some seconds behind."""
