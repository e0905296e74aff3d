"""The rules, and dry runs of commands against them."""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field

from shared.model.base import Model
from shared.text.identifiers import Guid


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


class Evaluated(StrEnum):
    """A command that can be tried without doing it."""

    INVITE = "invite"
    ACCEPT = "accept"
    ACCEPT_LINK = "acceptLink"
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
    customer_id: Guid | None = None
    invitation_id: Guid | None = None
    link_id: Guid | None = None
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
