"""A tenant's ledger, its verification and proofs, and the feeds of events."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from shared.http.paging import MAX_SIZE, PageQuery
from shared.http.shapes.sweeps import CheckpointShape, LeafShape
from shared.http.shapes.vocabulary import CustomerId, NextLink
from shared.model.base import Model, Traceparent
from shared.text.identifiers import Guid


class ActorShape(Model):
    """Who did something, and in which role: a person, an application, or the system itself."""

    tenant_id: str
    """The tenant that did it or for which a pipeline did; `system` for what timers and sweeps do.
    """
    object_id: str
    """The person or application in the directory of `tenantId` (the token's `oid`), the id of a
    pipeline, or `system`.
    """
    role: str
    """The letter of the role table in which it was allowed, such as `CG`; or `system`."""


class EventShape(Model):
    """One thing that happened, with the resource that it is about."""

    type: str
    """What kind of thing happened: one of the values of `EventType`, such as `invitation-accepted`.
    """
    data: dict[str, object]
    """The resource as it was right after that, of `partner-unblocked` the block that was lifted;
    without personal data and without what is computed when it is read.
    """


class EntryShape(Model):
    """A ledger entry as it is stored: its hash can be recomputed."""

    schema_: Annotated[int, Field(alias="schema")]
    """The form of the entry, a number that grows when entries get another form."""
    cloud: str
    """The cloud of the deployment that wrote it, `public` or `usGovernment`."""
    tenant_id: str
    """The tenant whose ledger it is."""
    sequence: int
    """The entry's number in its ledger: 1, 2, 3 without gaps."""
    at: datetime
    """When the command was decided; never before the entry before it."""
    actor: ActorShape
    """Who gave the command, and in which role; `system` for timers and sweeps."""
    command_id: str
    """The command that was carried out, by an id of 32 hexadecimal digits made for it; one command
    is at most one entry.
    """
    command: str
    """What was asked for, such as `accept-invitation`."""
    policy_version: str
    """The version of the rules by which it was decided: the day from which the newest of them
    holds, such as `2026-11-01`.
    """
    events: tuple[EventShape, ...]
    """What happened by the command, in order, as one atomic step."""
    previous_hash: str
    """The hash of the entry before it; 64 zeros for the first."""
    traceparent: Traceparent | None = None
    """The command that it came from, as a span of its request's or message's trace, in W3C trace
    context; may be absent.
    """
    details: dict[str, str | None] | None = None
    """Of personal data that the command kept or erased: by the name of what they belong to, a
    salted SHA-256 of them, null where it erased them; absent where it did neither.
    """
    hash: str
    """SHA-256, as 64 hexadecimal digits, over the entry's other fields in RFC 8785's canonical
    JSON.
    """


class HeadShape(Model):
    """The last entry of the ledger when the verification began."""

    sequence: int
    """How many entries there were; 0 where there was none."""
    hash: str
    """The hash of the ledger's last entry then, SHA-256 as 64 hexadecimal digits; 64 zeros where
    there was none.
    """


class BreakShape(Model):
    """The first place where the chain is not whole."""

    sequence: int
    """The number of the entry that is wrong or missing."""
    kind: str
    """What is wrong: `gap`, `foreign`, `hash-mismatch`, `link-mismatch`, `time` or `head-mismatch`.
    """
    detail: str
    """What is wrong there, in a few English words, such as `time goes back`."""


class VerificationShape(Model):
    """How far a ledger was verified, and the verdict once the verification is complete."""

    customer_id: CustomerId
    verified_through: int
    """How many entries were found whole so far, from the first on."""
    head: HeadShape
    complete: bool
    """Whether the verdict is known: every entry up to the head was checked, or a break was met."""
    valid: bool | None
    """Whether the chain is whole; null until the verification is complete."""
    first_break: BreakShape | None
    """Where the chain breaks first; null where no break was met so far."""
    next_link: NextLink = None
    """The absolute address at which the verification goes on, for the same caller; absent once it
    is complete.
    """


class VerificationQuery(PageQuery):
    """How many entries one request verifies."""

    maxpagesize: Annotated[int, Field(ge=1, le=MAX_SIZE)] = MAX_SIZE
    """How many entries one request verifies at most, 1 to 1,000."""


class Order(StrEnum):
    """In which direction a ledger is read."""

    ASCENDING = "asc"
    """From the first entry on."""
    DESCENDING = "desc"
    """From the newest entry back."""


class LedgerQuery(PageQuery):
    """In which order, and about which partner or subscription."""

    order: Order | None = None
    """The direction of the list; from the first entry on where it is left out."""
    partner_id: Guid | None = None
    """Only entries with an event that names this partner's tenant; one whose events cannot be read
    is listed too.
    """
    subscription_id: Guid | None = None
    """Only entries with an event of this subscription; one whose events cannot be read is listed
    too.
    """


class CustomerEventShape(Model):
    """An event in CloudEvents 1.0; its extensions are in lower case, as CloudEvents requires."""

    specversion: Literal["1.0"]
    """The version of CloudEvents."""
    id: str
    """Names the event for ever: `{customerId}:{sequence}:{n}`, the n-th event of that ledger entry.
    """
    source: str
    """Whose record it happened in: `/customers/{customerId}`."""
    type: str
    """What kind of thing happened: one of the values of `EventType`, such as `invitation-accepted`.
    """
    time: datetime
    """When it was recorded: the `at` of its ledger entry."""
    datacontenttype: Literal["application/json"]
    """The media type of `data`."""
    customer_id: Annotated[str, Field(alias="customerid")]
    """The customer that it happened at, by its tenant's id; for what is recorded of a partner
    itself, such as `link-issued`, that partner.
    """
    actor_tenant_id: Annotated[str, Field(alias="actortenantid")]
    """The tenant that did it or for which a pipeline did; `system` for what timers and sweeps do.
    """
    actor_role: Annotated[str, Field(alias="actorrole")]
    """The letter of the role table in which it was done, such as `CG`; or `system`."""
    traceparent: Traceparent | None = None
    """The command that it came from, as a span of its request's or message's trace, in W3C trace
    context; may be absent.
    """
    data: dict[str, object]
    """The resource as it was right after that, of `partner-unblocked` the block that was lifted;
    without personal data and without what is computed when it is read.
    """


class PartnerEventShape(CustomerEventShape):
    """An event at a customer, in the feed of a partner that it concerns."""

    id: str
    """Names the event for ever: `{customerId}:{partnerId}:{feedsequence}`; the same event has
    another id in the customer's feed.
    """
    customer_id: Annotated[str, Field(alias="customerid")]
    """The customer that it happened at, by its tenant's id."""
    feed_sequence: Annotated[int, Field(alias="feedsequence")]
    """Counts the events of that customer in this partner's feed: 1, 2, 3 without gaps, those
    included that `types` leaves out.
    """


class ProofShape(Model):
    """That a checkpoint holds the ledger up to `leaf`, as an audit path of RFC 6962."""

    customer_id: CustomerId
    checkpoint: CheckpointShape
    leaf: LeafShape
    index: int
    """The leaf's place among the checkpoint's leaves, from 0."""
    path: tuple[str, ...]
    """The hashes beside the way from the leaf up to the checkpoint's `root`, from the leaf on."""


class ProofQuery(Model):
    """The newest checkpoint, or an earlier one by its id."""

    checkpoint_id: Guid | None = None
    """The checkpoint that the proof leads to, by its id; left out, the newest. Of one whose leaves
    are gone with their sweep there is no proof.
    """
