"""Events: what happened, with the state of the resource after it.

Parties of an event are the partners whose feeds it goes to: those that the resource itself names,
or for customer-level events every partner with an active relationship.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self, assert_never, cast

from shared.canonical import JsonObject
from shared.model.models import (
    Customer,
    CustomerAgreement,
    Erasure,
    Invitation,
    InvitationLink,
    Partner,
    PartnerBlock,
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
    """`{resource}-{action}`: the names that feeds, webhooks and the ledger use."""

    resource: type[Resource]
    """What an event of this type carries."""

    def __new__(cls, name: str, resource: type[Resource]) -> Self:
        """A member that is its name."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.resource = resource
        return member

    PARTNER_ENROLLED = "partner-enrolled", Partner
    PARTNER_UPDATED = "partner-updated", Partner
    PARTNER_SUSPENDED = "partner-suspended", Partner
    PARTNER_RESUMED = "partner-resumed", Partner
    CUSTOMER_UPDATED = "customer-updated", Customer
    CUSTOMER_AGREEMENT_ACCEPTED = "customer-agreement-accepted", CustomerAgreement
    RESELLER_LINK_REQUESTED = "reseller-link-requested", ResellerLink
    RESELLER_LINK_ACCEPTED = "reseller-link-accepted", ResellerLink
    RESELLER_LINK_ENDED = "reseller-link-ended", ResellerLink
    LINK_ISSUED = "link-issued", InvitationLink
    LINK_REVOKED = "link-revoked", InvitationLink
    INVITATION_CREATED = "invitation-created", Invitation
    INVITATION_ACCEPTED = "invitation-accepted", Invitation
    INVITATION_DECLINED = "invitation-declined", Invitation
    INVITATION_CANCELED = "invitation-canceled", Invitation
    INVITATION_EXPIRED = "invitation-expired", Invitation
    PARTNER_BLOCKED = "partner-blocked", PartnerBlock
    PARTNER_UNBLOCKED = "partner-unblocked", PartnerBlock
    RELATIONSHIP_ACCEPTED = "reseller-relationship-accepted-by-customer", Relationship
    INDIRECT_RELATIONSHIP_ACCEPTED = (
        "indirect-reseller-relationship-accepted-by-customer",
        Relationship,
    )
    DAP_APPROVED = "dap-admin-relationship-approved", Relationship
    DAP_TERMINATED = "dap-admin-relationship-terminated", Relationship
    RELATIONSHIP_REMOVED = "reseller-relationship-removed", Relationship
    RELATIONSHIP_IMPORTED = "reseller-relationship-imported", Relationship
    RELATIONSHIP_END_REQUESTED = "reseller-relationship-end-requested", Relationship
    SUBSCRIPTION_REGISTERED = "subscription-registered", Subscription
    SUBSCRIPTION_UPDATED = "subscription-updated", Subscription
    SUBSCRIPTION_SUSPENDED = "subscription-suspended", Subscription
    SUBSCRIPTION_REACTIVATED = "subscription-reactivated", Subscription
    SUBSCRIPTION_DELETED = "subscription-deleted", Subscription
    SUBSCRIPTION_DISPUTED = "subscription-disputed", Subscription
    SUBSCRIPTION_ANNULLED = "subscription-annulled", Subscription
    PARTNER_OF_RECORD_SET = "subscription-partner-of-record-set", Subscription
    PERSONAL_DATA_ERASED = "personal-data-erased", Erasure


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
