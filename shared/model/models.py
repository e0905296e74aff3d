"""The frozen resources of the domain, in the field names of the API.

A resource here is exactly what an event carries and what a row stores: no etag, no URL, no
personal data, no computed field. Personal data lives in `Details`, outside ledger and replay.
"""

from datetime import datetime
from enum import StrEnum
from typing import Self

from shared.model.base import Model, Who
from shared.model.terms import BillingType, ProductType, Term
from shared.text.times import Timestamp


class TenantKind(StrEnum):
    """ELG-3: what a tenant is here, set only by its own act or by the operator's enrolment."""

    UNKNOWN = "unknown"
    CUSTOMER = "customer"
    PARTNER = "partner"


class PartnerType(StrEnum):
    """How a partner sells."""

    DIRECT_BILL = "directBill"
    INDIRECT_PROVIDER = "indirectProvider"
    INDIRECT_RESELLER = "indirectReseller"


class PartnerStatus(StrEnum):
    """PRT-1: a suspended partner can do nothing."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


class Partner(Model):
    """A tenant that is used for CSP transactions."""

    id: str
    name: str
    type: PartnerType
    mpn_id: str
    mpn_country: str
    country: str
    partner_agreement_signed_at: Timestamp | None
    affiliated_tenant_ids: tuple[str, ...]
    resources_per_second: int | None = None
    status: PartnerStatus = PartnerStatus.ACTIVE


class OtherSide(Model):
    """The other partner in two tiers, as it was called when this was written down."""

    partner_id: str
    name: str
    mpn_id: str
    type: PartnerType

    @classmethod
    def of(cls, partner: Partner) -> Self:
        """What `partner` is called now."""
        return cls(
            partner_id=partner.id, name=partner.name, mpn_id=partner.mpn_id, type=partner.type
        )


class LinkStatus(StrEnum):
    """LNK-1: only the reseller's acceptance makes a link active; either side ends it."""

    PENDING = "pending"
    ACTIVE = "active"
    ENDED = "ended"


class ResellerLink(Model):
    """A provider and a reseller, as they were called when it was asked for.

    `since` is when `status` began.
    """

    provider_id: str
    provider_name: str
    provider_mpn_id: str
    reseller_id: str
    reseller_name: str
    reseller_mpn_id: str
    status: LinkStatus
    since: Timestamp


class InvitationLink(Model):
    """INV-5: a reusable link, bound to no customer, limited in time and number.

    How often it was accepted is counted where the acceptances are reserved, not here.
    """

    id: str
    partner_id: str
    delegated_admin: bool
    indirect_reseller_id: str | None
    expires_at: Timestamp
    max_acceptances: int
    revoked_at: Timestamp | None = None
    created_at: Timestamp
    updated_at: Timestamp
    create_digest: str


class Customer(Model):
    """A customer's profile. All but the id may be unknown until the customer says it."""

    id: str
    name: str | None
    domain: str | None
    country: str | None
    kind: TenantKind = TenantKind.CUSTOMER


class CustomerAgreement(Model):
    """The accepted Microsoft Customer Agreement; never overwritten (AGR-3)."""

    customer_id: str
    accepted_at: Timestamp
    accepted_by: Who


class InvitationStatus(StrEnum):
    """INV-2: `pending` leads to one of the others, all terminal."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CANCELED = "canceled"
    EXPIRED = "expired"


class Invitation(Model):
    """A request for a reseller relationship, addressed to one customer tenant.

    `microsoft_request_url`: where the customer accepts the partner's request at Microsoft. It is
    part of the event, so that nobody alters unseen where an administrator is sent.
    """

    id: str
    customer_id: str
    partner_id: str
    partner_name: str
    partner_mpn_id: str
    indirect_reseller_id: str | None
    indirect_provider_id: str | None
    other_side: OtherSide | None
    delegated_admin: bool
    status: InvitationStatus
    external_reference: str | None
    microsoft_request_url: str | None
    created_at: Timestamp
    created_by: Who
    expires_at: Timestamp
    closed_at: Timestamp | None = None
    closed_by: Who | None = None
    close_reason: str | None = None
    link_id: str | None = None
    updated_at: Timestamp

    def status_at(self, moment: datetime) -> InvitationStatus:
        """INV-4: past `expires_at` it is expired, whatever is recorded."""
        if self.status is InvitationStatus.PENDING and moment >= self.expires_at:
            return InvitationStatus.EXPIRED
        return self.status


class RelationshipStatus(StrEnum):
    """Whether the reseller relationship stands."""

    ACTIVE = "active"
    REMOVED = "removed"


class DelegatedAdmin(StrEnum):
    """Whether the partner holds delegated admin privileges, and if not, why."""

    GRANTED = "granted"
    NONE = "none"
    EXPIRED = "expired"
    REVOKED_BY_CUSTOMER = "revokedByCustomer"
    REVOKED_BY_PARTNER = "revokedByPartner"
    REVOKED_BY_REMOVAL = "revokedByRemoval"


class Origin(StrEnum):
    """How a relationship came to be."""

    INVITATION = "invitation"
    LINK = "link"
    IMPORTED = "imported"


class Relationship(Model):
    """A partner and a customer. An imported one has evidence in place of an invitation."""

    customer_id: str
    partner_id: str
    partner_name: str
    partner_mpn_id: str
    status: RelationshipStatus
    delegated_admin: DelegatedAdmin
    delegated_admin_until: Timestamp | None
    indirect_reseller_id: str | None
    indirect_provider_id: str | None
    other_side: OtherSide | None
    invitation_id: str | None
    origin: Origin
    evidence: str | None = None
    since: Timestamp
    end_requested_at: Timestamp | None = None
    removed_at: Timestamp | None = None
    updated_at: Timestamp

    def delegated_admin_at(self, moment: datetime) -> DelegatedAdmin:
        """Granted privileges lapse by themselves at `delegated_admin_until`."""
        until = self.delegated_admin_until
        if self.delegated_admin is DelegatedAdmin.GRANTED and until and moment >= until:
            return DelegatedAdmin.EXPIRED
        return self.delegated_admin


class PartnerBlock(Model):
    """INV-9: a customer refuses a partner's invitations.

    Of a partner that the customer has never met it tells no name.
    """

    customer_id: str
    partner_id: str
    partner_name: str | None
    partner_mpn_id: str | None
    blocked_at: Timestamp


class Erasure(Model):
    """Personal data that is gone: of one invitation, or all that the customer's tenant had."""

    customer_id: str
    invitation_id: str | None


class SubscriptionStatus(StrEnum):
    """SUB-3 and SUB-6; `deleted` and `annulled` are terminal."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    DELETED = "deleted"
    ANNULLED = "annulled"


class Subscription(Model):
    """What a partner sold to a customer.

    Partners are named as they were called when it was registered, or the partner of record filled
    in. `indirect_reseller_id` is the tenant behind `partner_of_record`; `create_digest` tells a
    repeated registration from a different one.
    """

    id: str
    customer_id: str
    partner_id: str
    partner_name: str
    partner_mpn_id: str
    partner_of_record: str | None
    partner_of_record_name: str | None
    indirect_reseller_id: str | None
    product_type: ProductType
    offer_id: str
    offer_name: str
    friendly_name: str | None
    external_reference: str | None
    billing_type: BillingType
    quantity: int
    unit_type: str
    auto_renew: bool
    term: Term
    status: SubscriptionStatus
    disputed_at: Timestamp | None = None
    registered_at: Timestamp
    updated_at: Timestamp
    create_digest: str

    @property
    def blocks_removal(self) -> bool:
        """REM-1: reservations and software until they are gone, anything else while active."""
        if self.product_type in {ProductType.AZURE_RESERVATION, ProductType.SOFTWARE}:
            return self.status in {SubscriptionStatus.ACTIVE, SubscriptionStatus.SUSPENDED}
        return self.status is SubscriptionStatus.ACTIVE
