"""Events: what happened, with the state of the resource after it.

Parties of an event are the partners whose feeds it goes to: those that the resource itself names,
or for customer-level events every partner with an active relationship.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never, cast

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

    PARTNER_ENROLLED = "partner-enrolled"
    PARTNER_UPDATED = "partner-updated"
    PARTNER_SUSPENDED = "partner-suspended"
    PARTNER_RESUMED = "partner-resumed"
    CUSTOMER_UPDATED = "customer-updated"
    CUSTOMER_AGREEMENT_ACCEPTED = "customer-agreement-accepted"
    RESELLER_LINK_REQUESTED = "reseller-link-requested"
    RESELLER_LINK_ACCEPTED = "reseller-link-accepted"
    RESELLER_LINK_ENDED = "reseller-link-ended"
    LINK_ISSUED = "link-issued"
    LINK_REVOKED = "link-revoked"
    INVITATION_CREATED = "invitation-created"
    INVITATION_ACCEPTED = "invitation-accepted"
    INVITATION_DECLINED = "invitation-declined"
    INVITATION_CANCELED = "invitation-canceled"
    INVITATION_EXPIRED = "invitation-expired"
    PARTNER_BLOCKED = "partner-blocked"
    PARTNER_UNBLOCKED = "partner-unblocked"
    RELATIONSHIP_ACCEPTED = "reseller-relationship-accepted-by-customer"
    INDIRECT_RELATIONSHIP_ACCEPTED = "indirect-reseller-relationship-accepted-by-customer"
    DAP_APPROVED = "dap-admin-relationship-approved"
    DAP_TERMINATED = "dap-admin-relationship-terminated"
    RELATIONSHIP_REMOVED = "reseller-relationship-removed"
    RELATIONSHIP_IMPORTED = "reseller-relationship-imported"
    RELATIONSHIP_END_REQUESTED = "reseller-relationship-end-requested"
    SUBSCRIPTION_REGISTERED = "subscription-registered"
    SUBSCRIPTION_UPDATED = "subscription-updated"
    SUBSCRIPTION_SUSPENDED = "subscription-suspended"
    SUBSCRIPTION_REACTIVATED = "subscription-reactivated"
    SUBSCRIPTION_DELETED = "subscription-deleted"
    SUBSCRIPTION_DISPUTED = "subscription-disputed"
    SUBSCRIPTION_ANNULLED = "subscription-annulled"
    PARTNER_OF_RECORD_SET = "subscription-partner-of-record-set"
    PERSONAL_DATA_ERASED = "personal-data-erased"


_FACTS: Final[tuple[tuple[str, type[Resource]], ...]] = (
    ("partner-blocked", PartnerBlock),
    ("partner-unblocked", PartnerBlock),
    ("partner-", Partner),
    ("customer-agreement-", CustomerAgreement),
    ("customer-", Customer),
    ("reseller-link-", ResellerLink),
    ("link-", InvitationLink),
    ("invitation-", Invitation),
    ("reseller-relationship-", Relationship),
    ("indirect-reseller-relationship-", Relationship),
    ("dap-admin-relationship-", Relationship),
    ("subscription-", Subscription),
    ("personal-data-", Erasure),
)
"""The resource that an event carries, by the beginning of its type; the first that fits."""


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
        return Event(kind, _MODELS[kind].model_validate(fields.get("data")))


_MODELS: Final = {
    kind: next(model for beginning, model in _FACTS if kind.value.startswith(beginning))
    for kind in EventType
}


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
            return _present(
                two_tier.partner_id, two_tier.indirect_reseller_id, two_tier.indirect_provider_id
            )
        case _:
            assert_never(event.data)


def _present(*ids: str | None) -> tuple[str, ...]:
    return tuple(item for item in ids if item)
