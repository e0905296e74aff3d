"""The rules, and dry runs of commands against them."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from shared.model.base import Model
from shared.text.identifiers import Guid


class RuleEnforcement(StrEnum):
    """How a rule is kept."""

    REFUSAL = "refusal"
    """A command that breaks it is refused with its id, unless another answer, such as 404, comes
    before.
    """
    GUARD = "guard"
    """Before a decision is written, it is checked that it changes only what its command may touch;
    sweeps check the ledger for the same.
    """
    VISIBILITY = "visibility"
    """What a caller is shown follows from it, or how much it gets at once, beyond which it waits or
    is answered 429; nothing is refused by the rule's id.
    """
    EXPLANATION = "explanation"
    """Nothing is refused by its id: it says what holds, and is explained where that matters."""
    TOKEN = "token"  # noqa: S105 - a value of the contract
    """It is decided by what a caller's token says."""


class RuleShape(Model):
    """A rule of the domain."""

    id: str
    """The rule's id, which never changes, such as `ELG-1`: by it a refusal names the rule."""
    version: int
    """Which wording of the rule this is, from 1."""
    effective_from: date
    """From which day this wording holds."""
    title: str
    """The rule in a few words, in English or, where `Accept-Language` prefers it, in Korean."""
    description: str
    """The rule in full, in English or, where `Accept-Language` prefers it, in Korean."""
    source: str
    """Where it comes from, in English: the articles that state it and, for what is this system's
    own, `This system`, joined by semicolons.
    """
    enforced_by: RuleEnforcement
    partner_center_code: int | None
    """Partner Center's own error number for it, such as 2072; a refusal may have another one, or
    none. Null where the rule has none.
    """
    clouds: tuple[str, ...]
    """The clouds in which it holds: `public`, `usGovernment`; empty where it holds in none now."""


class Evaluated(StrEnum):
    """A command that can be tried without doing it."""

    INVITE = "invite"
    """A partner invites a customer: `PUT` of an invitation."""
    ACCEPT = "accept"
    """The customer accepts an invitation."""
    ACCEPT_LINK = "acceptLink"
    """The customer accepts by an invitation link."""
    DECLINE = "decline"
    """The customer declines an invitation."""
    CANCEL = "cancel"
    """The partner takes its invitation back."""
    REGISTER = "register"
    """The partner registers a subscription: `PUT` of a subscription."""
    UPDATE = "update"
    """The partner changes what may change of a subscription: `PATCH`."""
    SUSPEND = "suspend"
    """The partner suspends a subscription."""
    REACTIVATE = "reactivate"
    """The partner reactivates a suspended subscription."""
    DELETE = "delete"
    """The partner deletes a subscription, for good."""
    SET_PARTNER_OF_RECORD = "setPartnerOfRecord"
    """The indirect provider fills an empty partner of record."""
    REMOVE_RELATIONSHIP = "removeRelationship"
    """The partner removes its relationship."""
    REVOKE_DELEGATED_ADMIN = "revokeDelegatedAdmin"
    """The customer, or the partner itself, removes delegated admin privileges."""
    ISSUE_LINK = "issueLink"
    """The partner issues an invitation link: `PUT` of an invitation link."""
    REVOKE_LINK = "revokeLink"
    """The partner revokes an invitation link."""
    REQUEST_RESELLER_LINK = "requestResellerLink"
    """An indirect provider asks a reseller to link: `PUT` of a reseller."""
    ACCEPT_RESELLER_LINK = "acceptResellerLink"
    """The reseller accepts the provider's link."""
    END_RESELLER_LINK = "endResellerLink"
    """The provider or the reseller ends their link: `DELETE` of a reseller."""
    ENROL_PARTNER = "enrolPartner"
    """The operator enrols a partner, or replaces what is recorded of it: `PUT` of a partner."""


class EvaluationBody(Model):
    """A command to try: the ids that its path holds and no others, and its body."""

    command: Evaluated
    customer_id: Guid | None = None
    """The tenant id of the customer in the command's path; left out where the path has none."""
    invitation_id: Guid | None = None
    """The invitation in the command's path; left out where the path has none."""
    link_id: Guid | None = None
    """The invitation link in the command's path; left out where the path has none."""
    partner_id: Guid | None = None
    """The tenant id of the partner in the command's path; left out where the path has none."""
    reseller_id: Guid | None = None
    """The tenant id of the reseller in the command's path; left out where the path has none."""
    subscription_id: Guid | None = None
    """The subscription in the command's path; left out where the path has none."""
    body: dict[str, object] = Field(default_factory=dict[str, object])
    """The body of the command's own request; left out, an empty one."""


class Retryability(StrEnum):
    """Whether the same request can succeed later."""

    NEVER = "never"
    """Do not count on it: something else has to be asked for."""
    AFTER_CHANGE = "afterChange"
    """Once somebody has changed what stands against it."""
    AFTER_TIME = "afterTime"
    """By waiting alone."""


class Resolver(StrEnum):
    """Who can change what stands against a request."""

    PARTNER = "partner"
    """A partner: the one that the request comes from, or one that it or what it is about names."""
    CUSTOMER = "customer"
    """The customer, through its Global admin."""
    OPERATOR = "operator"
    """The operator of the platform."""
    NOBODY = "nobody"
    """Nobody: wait, or ask for something else, as `retryable` says."""


class RefusalShape(Model):
    """A rule that stands against a command or, in `unchecked`, could not be looked at yet."""

    code: str
    """The rule, by its id in `GET /api/policy/rules`."""
    message: str
    """How it is broken here or, in `unchecked`, what it takes to look at it, in English or, where
    `Accept-Language` prefers it, in Korean; never branch on it.
    """
    target: str | None
    """What it is about: the JSON path of a field of the command's body or of the resource, or the
    name of the command's parameter; null where none alone is.
    """
    retryable: Retryability
    resolvable_by: Resolver
    partner_center_code: int | None = None
    """Partner Center's own error number for it, such as 13605; absent where it has none."""
    subscription_ids: tuple[str, ...] | None = None
    """The caller's own subscriptions that stand in the way (REM-1), by their ids, twenty at most;
    absent where none does.
    """


class EvaluationShape(Model):
    """Whether the command would succeed now, as far as can be told without doing it."""

    allowed: bool
    """Whether no rule stands against it now; nothing was done or reserved. Not looked at is whether
    another tenant holds an id (SUB-2, ELG-8), and whether a link still has a place (INV-5).
    """
    refusals: tuple[RefusalShape, ...]
    """The rules that it would break, as the command itself would list them; empty where it is
    allowed.
    """
    unchecked: tuple[RefusalShape, ...]
    """The rules ELG-6 and ELG-8 where they could not be looked at yet, with what would be needed
    for it; they may refuse later, when that is known.
    """
