"""One event of each type, with a resource as it is then."""

from shared.model.customers import Erasure
from shared.model.events import EventType, Resource
from shared.model.models import (
    DelegatedAdmin,
    InvitationStatus,
    PartnerStatus,
    RelationshipStatus,
    SubscriptionStatus,
)
from tests.cast.ids import AGENCY, AT, PROVIDER, RESELLER
from tests.cast.resources import (
    agreement,
    block,
    customer,
    invitation,
    invitation_link,
    link,
    partner,
    relationship,
    subscription,
)

BLOCK = block()
ERASURE = Erasure(customer_id=AGENCY, invitation_id=None)
OF_RECORD = {"partner_of_record": "3001", "indirect_reseller_id": RESELLER}
EVERY_EVENT: dict[EventType, Resource] = {
    EventType.PARTNER_ENROLLED: partner(affiliated_tenant_ids=(AGENCY,)),
    EventType.PARTNER_UPDATED: partner(partner_agreement_signed_at=None),
    EventType.CUSTOMER_UPDATED: customer(domain=None),
    EventType.CUSTOMER_AGREEMENT_ACCEPTED: agreement(),
    EventType.RESELLER_LINK_REQUESTED: link(),
    EventType.RESELLER_LINK_ACCEPTED: link(),
    EventType.RESELLER_LINK_ENDED: link(),
    EventType.INVITATION_CREATED: invitation(),
    EventType.INVITATION_ACCEPTED: invitation(status=InvitationStatus.ACCEPTED),
    EventType.INVITATION_DECLINED: invitation(status=InvitationStatus.DECLINED),
    EventType.INVITATION_CANCELED: invitation(status=InvitationStatus.CANCELED),
    EventType.INVITATION_EXPIRED: invitation(status=InvitationStatus.EXPIRED),
    EventType.PARTNER_BLOCKED: BLOCK,
    EventType.RELATIONSHIP_ACCEPTED: relationship(delegated_admin=DelegatedAdmin.NONE),
    EventType.INDIRECT_RELATIONSHIP_ACCEPTED: relationship(indirect_provider_id=PROVIDER),
    EventType.DAP_APPROVED: relationship(),
    EventType.SUBSCRIPTION_REGISTERED: subscription(),
    EventType.PARTNER_SUSPENDED: partner(status=PartnerStatus.SUSPENDED),
    EventType.PARTNER_RESUMED: partner(),
    EventType.LINK_ISSUED: invitation_link(),
    EventType.LINK_REVOKED: invitation_link(revoked_at=AT),
    EventType.PARTNER_UNBLOCKED: BLOCK,
    EventType.DAP_TERMINATED: relationship(delegated_admin=DelegatedAdmin.EXPIRED),
    EventType.RELATIONSHIP_REMOVED: relationship(status=RelationshipStatus.REMOVED, removed_at=AT),
    EventType.RELATIONSHIP_IMPORTED: relationship(invitation_id=None, evidence="contract 4711"),
    EventType.RELATIONSHIP_END_REQUESTED: relationship(end_requested_at=AT),
    EventType.SUBSCRIPTION_UPDATED: subscription(friendly_name="Mail"),
    EventType.SUBSCRIPTION_SUSPENDED: subscription(status=SubscriptionStatus.SUSPENDED),
    EventType.SUBSCRIPTION_REACTIVATED: subscription(),
    EventType.SUBSCRIPTION_DELETED: subscription(status=SubscriptionStatus.DELETED),
    EventType.SUBSCRIPTION_DISPUTED: subscription(disputed_at=AT),
    EventType.SUBSCRIPTION_ANNULLED: subscription(status=SubscriptionStatus.ANNULLED),
    EventType.PARTNER_OF_RECORD_SET: subscription(1, PROVIDER, **OF_RECORD),
    EventType.PERSONAL_DATA_ERASED: ERASURE,
}
