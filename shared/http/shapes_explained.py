"""The shapes of what explains and of what happened; see `shared/http/shapes.py`."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from shared.http.shapes import RelationshipShape, SubscriptionShape
from shared.model.base import Guid, Model, Traceparent
from shared.policy.access import Addition, PartnerAccess


class AccessShape(Model):
    """Who has which role in the tenant and in each subscription, and because of which rule."""

    customer_id: str
    enforcement: Literal["recorded"]
    partners: tuple[PartnerAccess, ...]


class UnchangedShape(Model):
    """What an acceptance leaves alone; `count` is that of the subscriptions, in any status."""

    count: int
    subscriptions: tuple[SubscriptionShape, ...]
    relationships: tuple[RelationshipShape, ...]


class ImpactShape(Model):
    """What accepting adds and what stays; `promises` are ids of rules."""

    adds: tuple[Addition, ...]
    unchanged: UnchangedShape
    promises: tuple[str, ...]


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


class RuleShape(Model):
    """A rule; title and description in the language that the caller prefers."""

    id: str
    version: int
    effective_from: date
    title: str
    description: str
    source: str
    enforced_by: Literal["refusal", "guard", "visibility", "explanation", "token"]
    partner_center_code: int | None
    clouds: tuple[str, ...]


class ErasureShape(Model):
    """Whose personal data is gone: of one invitation, or (null) all."""

    customer_id: str
    invitation_id: str | None


class Evaluated(StrEnum):
    """A command that can be tried without doing it."""

    INVITE = "invite"
    ACCEPT = "accept"
    DECLINE = "decline"
    CANCEL = "cancel"
    REGISTER = "register"
    UPDATE = "update"
    SUSPEND = "suspend"
    REACTIVATE = "reactivate"
    DELETE = "delete"
    SET_PARTNER_OF_RECORD = "setPartnerOfRecord"
    REMOVE_RELATIONSHIP = "removeRelationship"
    REVOKE_DELEGATED_ADMIN = "revokeDelegatedAdmin"


class EvaluationBody(Model):
    """A command to try: the ids that its path holds and no others, and its body."""

    command: Evaluated
    customer_id: Guid
    invitation_id: Guid | None = None
    partner_id: Guid | None = None
    subscription_id: Guid | None = None
    body: dict[str, object] = Field(
        default_factory=dict[str, object], description="The body of the command's own request."
    )


class RefusalShape(Model):
    """A broken rule, as a refused command names it in its details."""

    code: str
    message: str
    target: str | None
    retryable: Literal["never", "afterChange", "afterTime"]
    resolvable_by: Literal["partner", "customer", "operator", "nobody"]
    partner_center_code: int | None = None


class EvaluationShape(Model):
    """Whether the command would succeed now; if not, every rule that it would break."""

    allowed: bool
    refusals: tuple[RefusalShape, ...]
