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


class PartnerType(StrEnum):
    """How the partner sells; what it may register follows from that (SUB-1)."""

    DIRECT_BILL = "directBill"
    """A direct-bill partner: it transacts with Microsoft and sells to customers itself."""
    INDIRECT_PROVIDER = "indirectProvider"
    """An indirect provider: it transacts with Microsoft and sells through indirect resellers."""
    INDIRECT_RESELLER = "indirectReseller"
    """An indirect reseller: it sells what its provider transacts, and registers no subscription
    itself (SUB-1).
    """


class PartnerStatus(StrEnum):
    """Whether the partner may do anything here; the operator alone changes it (PRT-1)."""

    ACTIVE = "active"
    """It may do what its roles allow."""
    SUSPENDED = "suspended"
    """The operator suspended it: by its roles it reads its own profile and can do nothing else, and
    no customer can accept its invitations; its customers' records stay (PRT-1).
    """


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
    """The other partner in two tiers, by its name when recorded; in an offer by link, today's."""

    partner_id: str
    """The other partner: the id of its tenant."""
    name: str
    """What it was called when this was recorded; in an offer by link, what it is called now."""
    mpn_id: str
    """Its MPN id at the time of its name beside this."""
    type: PartnerType

    @classmethod
    def of(cls, partner: Partner) -> Self:
        """What `partner` is called now."""
        return cls(
            partner_id=partner.id, name=partner.name, mpn_id=partner.mpn_id, type=partner.type
        )


class LinkStatus(StrEnum):
    """How far the link is: the provider asks, the reseller accepts, either side ends it (LNK-1)."""

    PENDING = "pending"
    """The provider has asked, and the reseller has not accepted; it counts for nothing yet."""
    ACTIVE = "active"
    """The reseller has accepted: invitations may name both, and the reseller may be partner of
    record.
    """
    ENDED = "ended"
    """Either side has ended it; customers and privileges stay as they are (REM-4)."""


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


class InvitationStatus(StrEnum):
    """Whether it is undecided, or how it ended; every end is final (INV-2)."""

    PENDING = "pending"
    """It was neither decided nor canceled, and `expiresAt` has not passed."""
    ACCEPTED = "accepted"
    """The customer's Global admin accepted it."""
    DECLINED = "declined"
    """The customer's Global admin declined it."""
    CANCELED = "canceled"
    """The inviting partner took it back, or the customer became a partner itself (ELG-3)."""
    EXPIRED = "expired"
    """Nobody decided before `expiresAt`: it is expired from that moment on, whether recorded or not
    (INV-4).
    """


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
    """It stands: a partner that transacts may register subscriptions (SUB-1)."""
    REMOVED = "removed"
    """The partner, or its provider, removed it: the partner can register and reactivate nothing
    more, and subscriptions stay (REM-2, SUB-7).
    """


class DelegatedAdmin(StrEnum):
    """Whether the partner holds delegated admin privileges (DAP), and if not, why."""

    GRANTED = "granted"
    """The customer agreed to them, and they have not ended."""
    NONE = "none"
    """There was no relationship yet, or none were granted since it began."""
    EXPIRED = "expired"
    """They lapsed by themselves at `delegatedAdminUntil`."""
    REVOKED_BY_CUSTOMER = "revokedByCustomer"
    """The customer's Global admin removed them (DAP-1)."""
    REVOKED_BY_PARTNER = "revokedByPartner"
    """The partner dropped them itself (DAP-1)."""
    REVOKED_BY_REMOVAL = "revokedByRemoval"
    """They ended with the relationship (REM-2)."""


class Origin(StrEnum):
    """How the relationship came to be on record or, after a removal, was made anew."""

    INVITATION = "invitation"
    """The customer accepted an invitation that the partner, or the other side of two tiers, sent to
    it.
    """
    LINK = "link"
    """The customer accepted by an invitation link (INV-5)."""
    IMPORTED = "imported"
    """It stood before this record; the operator's pipeline entered it with its evidence (IMP-1)."""


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


class SubscriptionStatus(StrEnum):
    """Where it is in its life; `deleted` can only be annulled, which is final (SUB-3, SUB-6)."""

    ACTIVE = "active"
    """In use as far as is recorded; the end of its term alone changes nothing."""
    SUSPENDED = "suspended"
    """The transacting partner suspended it, and may reactivate it (SUB-7)."""
    DELETED = "deleted"
    """The transacting partner deleted it, for good; where it is disputed, the operator can still
    annul it (SUB-3, SUB-6).
    """
    ANNULLED = "annulled"
    """The operator annulled a disputed registration, for good; the id is free for other customers
    (SUB-6).
    """


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
