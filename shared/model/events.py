"""Events: what happened, with the state of the resource after it.

Parties of an event are the partners whose feeds it goes to: those that the resource itself names,
or for customer-level events every partner with an active relationship.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self, assert_never, cast

from shared.canonical import JsonObject
from shared.model.customers import Customer, CustomerAgreement, Erasure, PartnerBlock
from shared.model.models import (
    Invitation,
    InvitationLink,
    Partner,
    Relationship,
    RelationshipStatus,
    ResellerLink,
    Subscription,
)
from shared.model.state import Head

type Resource = (
    Partner
    | Customer
    | CustomerAgreement
    | ResellerLink
    | InvitationLink
    | Invitation
    | PartnerBlock
    | Relationship
    | Subscription
    | Erasure
)
"""The resource that an event carries."""


class EventType(StrEnum):
    """What kind of thing happened: the names that feeds, webhooks and the ledger use."""

    resource: type[Resource]
    """What an event of this type carries."""

    def __new__(cls, name: str, resource: type[Resource]) -> Self:
        """A member that is its name."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.resource = resource
        return member

    PARTNER_ENROLLED = "partner-enrolled", Partner
    """The operator enrolled a partner."""
    PARTNER_UPDATED = "partner-updated", Partner
    """The operator replaced what is recorded of a partner."""
    PARTNER_SUSPENDED = "partner-suspended", Partner
    """The operator suspended a partner (PRT-1)."""
    PARTNER_RESUMED = "partner-resumed", Partner
    """The operator let a suspended partner act again."""
    CUSTOMER_UPDATED = "customer-updated", Customer
    """A customer's profile was recorded or changed: by the customer itself, also in an acceptance,
    or by the operator's pipeline.
    """
    CUSTOMER_AGREEMENT_ACCEPTED = "customer-agreement-accepted", CustomerAgreement
    """The acceptance of the Microsoft Customer Agreement was recorded (AGR-3)."""
    RESELLER_LINK_REQUESTED = "reseller-link-requested", ResellerLink
    """An indirect provider asked a reseller to link."""
    RESELLER_LINK_ACCEPTED = "reseller-link-accepted", ResellerLink
    """The reseller accepted the link, which is active now."""
    RESELLER_LINK_ENDED = "reseller-link-ended", ResellerLink
    """The provider or the reseller ended their link."""
    LINK_ISSUED = "link-issued", InvitationLink
    """A partner issued an invitation link."""
    LINK_REVOKED = "link-revoked", InvitationLink
    """A partner revoked an invitation link."""
    INVITATION_CREATED = "invitation-created", Invitation
    """A partner invited the customer, or the customer is accepting by link."""
    INVITATION_ACCEPTED = "invitation-accepted", Invitation
    """The customer's Global admin accepted an invitation."""
    INVITATION_DECLINED = "invitation-declined", Invitation
    """The customer's Global admin declined an invitation."""
    INVITATION_CANCELED = "invitation-canceled", Invitation
    """The partner took an invitation back, or the customer became a partner (ELG-3)."""
    INVITATION_EXPIRED = "invitation-expired", Invitation
    """The expiry of an invitation was recorded."""
    PARTNER_BLOCKED = "partner-blocked", PartnerBlock
    """The customer blocked a partner: it cannot invite (INV-9)."""
    PARTNER_UNBLOCKED = "partner-unblocked", PartnerBlock
    """The customer lifted its block of a partner."""
    RELATIONSHIP_ACCEPTED = "reseller-relationship-accepted-by-customer", Relationship
    """A reseller relationship was made, or accepted once more, by the customer's acceptance."""
    INDIRECT_RELATIONSHIP_ACCEPTED = (
        "indirect-reseller-relationship-accepted-by-customer",
        Relationship,
    )
    """As `reseller-relationship-accepted-by-customer`, of a reseller's side in two tiers, which
    names its provider.
    """
    DAP_APPROVED = "dap-admin-relationship-approved", Relationship
    """The customer granted a partner delegated admin privileges."""
    DAP_TERMINATED = "dap-admin-relationship-terminated", Relationship
    """A partner's delegated admin privileges ended; `delegatedAdmin` says why."""
    RELATIONSHIP_REMOVED = "reseller-relationship-removed", Relationship
    """A reseller relationship was removed."""
    RELATIONSHIP_IMPORTED = "reseller-relationship-imported", Relationship
    """The operator's pipeline entered a relationship that stood before this record."""
    RELATIONSHIP_END_REQUESTED = "reseller-relationship-end-requested", Relationship
    """The customer asked for the end of a relationship, which goes on, or gave another reason
    (REM-3).
    """
    SUBSCRIPTION_REGISTERED = "subscription-registered", Subscription
    """A partner registered what it sold."""
    SUBSCRIPTION_UPDATED = "subscription-updated", Subscription
    """The transacting partner changed what may change (SUB-8)."""
    SUBSCRIPTION_SUSPENDED = "subscription-suspended", Subscription
    """The transacting partner suspended a subscription."""
    SUBSCRIPTION_REACTIVATED = "subscription-reactivated", Subscription
    """The transacting partner reactivated a subscription."""
    SUBSCRIPTION_DELETED = "subscription-deleted", Subscription
    """The transacting partner deleted a subscription."""
    SUBSCRIPTION_DISPUTED = "subscription-disputed", Subscription
    """The customer's Global admin objected to a registration, or gave another reason (SUB-6)."""
    SUBSCRIPTION_ANNULLED = "subscription-annulled", Subscription
    """The operator annulled a disputed registration (SUB-6)."""
    PARTNER_OF_RECORD_SET = "subscription-partner-of-record-set", Subscription
    """The indirect provider filled an empty partner of record (POR-3)."""
    PERSONAL_DATA_ERASED = "personal-data-erased", Erasure
    """The customer's Global admin had personal data erased."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened."""

    type: EventType
    data: Resource

    def as_json(self) -> JsonObject:
        """`{type, data}` with plain JSON values, as the ledger and the feeds carry it."""
        return {"type": self.type.value, "data": self.data.model_dump(mode="json")}

    @staticmethod
    def parse(document: object) -> "Event":
        """The inverse of `as_json`. Raises ValueError for anything else."""
        fields = cast("JsonObject", document) if isinstance(document, dict) else {}
        kind = EventType(str(fields.get("type")))
        return Event(kind, kind.resource.model_validate(fields.get("data")))


def named(event: Event) -> tuple[str, ...]:
    """The partners that the event names, whether or not it goes to their feeds."""
    match event.data:
        case Partner(id=partner_id):
            return (partner_id,)
        case Customer() | CustomerAgreement() | Erasure():
            return ()
        case PartnerBlock(partner_id=partner_id):
            return (partner_id,)
        case ResellerLink() as asked:
            return (asked.provider_id, asked.reseller_id)
        case InvitationLink() | Subscription() as sold:
            return _present(sold.partner_id, sold.indirect_reseller_id)
        case Invitation() | Relationship() as two_tier:
            return _two_tier(two_tier)
        case _:
            assert_never(event.data)


def parties(event: Event, head: Head) -> tuple[str, ...]:
    """The partners whose feeds the event goes to; `head` is the state after the event."""
    match event.data:
        case Partner() | ResellerLink() | InvitationLink() | Erasure():
            return ()
        case Customer() | CustomerAgreement():
            return tuple(
                partner_id
                for partner_id, related in sorted(head.related.items())
                if related.relationship and related.relationship.status is RelationshipStatus.ACTIVE
            )
        case PartnerBlock(partner_id=partner_id):
            # Who never had to do with the customer must not learn of it by being blocked.
            return (partner_id,) if head.of(partner_id).known else ()
        case Subscription() as sold:
            return _present(sold.partner_id, sold.indirect_reseller_id)
        case Invitation() | Relationship() as two_tier:
            return _two_tier(two_tier)
        case _:
            assert_never(event.data)


def _two_tier(side: Invitation | Relationship) -> tuple[str, ...]:
    return _present(side.partner_id, side.indirect_reseller_id, side.indirect_provider_id)


def _present(*ids: str | None) -> tuple[str, ...]:
    return tuple(item for item in ids if item)
