"""A tenant's ledger, its verification and proofs, and the feeds of events."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from shared.http.paging import MAX_SIZE, PageQuery
from shared.http.shapes.sweeps import CheckpointShape, LeafShape
from shared.model.base import Model, Traceparent
from shared.text.identifiers import Guid


class ActorShape(Model):
    """Who did something, in which role of the role table."""

    tenant_id: str
    object_id: str
    role: str


class EventShape(Model):
    """What happened, with the resource as it was afterwards."""

    type: str
    data: dict[str, object]


class EntryShape(Model):
    """A ledger entry, exactly as it was written: its hash can be recomputed.

    `details`: by the id of an invitation, or `agreement`, a salted hash of the personal data that
    were kept of it, null where they were erased.
    """

    schema_: Annotated[int, Field(alias="schema")]
    cloud: str
    tenant_id: str
    sequence: int
    at: datetime
    actor: ActorShape
    command_id: str
    command: str
    policy_version: str
    events: tuple[EventShape, ...]
    previous_hash: str
    traceparent: Traceparent | None = None
    details: dict[str, str | None] | None = None
    hash: str


class HeadShape(Model):
    """The last entry that the tenant's head names."""

    sequence: int
    hash: str


class BreakShape(Model):
    """The first place where the chain is not whole."""

    sequence: int
    kind: str
    detail: str


class VerificationShape(Model):
    """How far a ledger was verified, and the verdict once the verification is complete.

    Of the entries up to `head`, those up to `verifiedThrough` are whole. `complete`: the verdict is
    known, at the head or at the first break; until then `valid` is null and `nextLink` goes on.
    """

    customer_id: str
    verified_through: int
    head: HeadShape
    complete: bool
    valid: bool | None
    first_break: BreakShape | None
    next_link: str | None = None


class VerificationQuery(PageQuery):
    """How many entries one request verifies: as many as it may, unless fewer are asked for."""

    maxpagesize: Annotated[int, Field(ge=1, le=MAX_SIZE)] = MAX_SIZE


class Order(StrEnum):
    """From the first on, or from the newest back."""

    ASCENDING = "asc"
    DESCENDING = "desc"


class LedgerQuery(PageQuery):
    """In which order, and about which partner or subscription."""

    order: Order | None = None
    partner_id: Guid | None = None
    subscription_id: Guid | None = None


class CustomerEventShape(Model):
    """An event in CloudEvents 1.0: `time` is when it happened.

    Extensions are spelt in lower case, as CloudEvents requires: the customer, and in which tenant
    and role of the role table the actor was.
    """

    specversion: Literal["1.0"]
    id: str
    source: str
    type: str
    time: datetime
    datacontenttype: Literal["application/json"]
    customer_id: Annotated[str, Field(alias="customerid")]
    actor_tenant_id: Annotated[str, Field(alias="actortenantid")]
    actor_role: Annotated[str, Field(alias="actorrole")]
    traceparent: Traceparent | None = None
    data: dict[str, object]


class PartnerEventShape(CustomerEventShape):
    """An event in a partner's feed: `feedsequence` has no gaps per customer."""

    feed_sequence: Annotated[int, Field(alias="feedsequence")]


class ProofShape(Model):
    """That a checkpoint holds a customer's ledger: `path` leads from `leaf` to its `root`."""

    customer_id: str
    checkpoint: CheckpointShape
    leaf: LeafShape
    index: int
    path: tuple[str, ...]


class ProofQuery(Model):
    """The newest checkpoint, or an earlier one by its id."""

    checkpoint_id: Guid | None = None
