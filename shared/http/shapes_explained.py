"""The shapes of what explains and of what happened; see `shared/http/shapes.py`."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from shared.domain.base import Model
from shared.http.shapes import RelationshipShape, SubscriptionShape
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
