"""Partners, their reseller links, and their customers as they list them."""

from datetime import datetime
from enum import StrEnum

from shared.http.shapes.vocabulary import (
    CloudName,
    CustomerId,
    DelegatedAdminUntil,
    ETag,
    ExternalReference,
    IndirectResellerId,
    PartnerId,
    RegionId,
)
from shared.model.base import Model
from shared.model.models import DelegatedAdmin, LinkStatus, OtherSide, PartnerStatus, PartnerType


class PartnerShape(Model):
    """A partner: a tenant that is used for CSP transactions, enrolled by the operator."""

    id: PartnerId
    name: str
    """What the operator calls the partner now; what was recorded before keeps the name of its time.
    """
    type: PartnerType
    mpn_id: str
    """The partner's id in the Microsoft Partner Network, digits without leading zeros; one account
    has it (ELG-8).
    """
    mpn_country: str
    """The country of the MPN id, two letters of ISO 3166-1; the same as `country` (ELG-7)."""
    country: str
    """The country of the CSP account, two letters of ISO 3166-1; its region is where the partner
    can begin relationships (ELG-6).
    """
    region: RegionId
    cloud: CloudName
    partner_agreement_signed_at: datetime | None
    """When the partner signs the Microsoft Partner Agreement, as the operator states it; null where
    it has not. Before it the partner can neither invite nor register (AGR-1), nor become partner of
    record (AGR-2).
    """
    affiliated_tenant_ids: tuple[str, ...]
    """Further tenants of the same company, by their ids: with these it can begin no relationship
    (ELG-4), and no other partner has them (ELG-8).
    """
    resources_per_second: int | None
    """How many resources a second its application may hand in at `POST /api/onboarding` on average,
    as the operator recorded; null where it has what the deployment grants everybody.
    """
    status: PartnerStatus
    etag: ETag


class NamedPartnerShape(Model):
    """A partner that is named by its id elsewhere in the answer, as it is called now."""

    partner_id: PartnerId
    name: str
    """What the operator calls the partner now."""
    mpn_id: str
    """The partner's id in the Microsoft Partner Network, as it is recorded now."""


class ResellerShape(Model):
    """A link between an indirect provider and its reseller (LNK-1)."""

    provider_id: str
    """The indirect provider, which asked for the link: the id of its tenant."""
    provider_name: str
    """What the provider was called when it asked."""
    provider_mpn_id: str
    """The provider's MPN id when it asked."""
    reseller_id: str
    """The indirect reseller, which alone can accept the link: the id of its tenant."""
    reseller_name: str
    """What the reseller was called when it was asked."""
    reseller_mpn_id: str
    """The reseller's MPN id when it was asked."""
    status: LinkStatus
    since: datetime
    """When `status` began to be what it is: asked, accepted, or ended."""
    etag: ETag


class PartnerCustomerStatus(StrEnum):
    """How far a partner has come with a customer."""

    INVITED = "invited"
    """It was invited, whatever became of that, and there never was a relationship."""
    ACTIVE = "active"
    """The reseller relationship stands."""
    REMOVED = "removed"
    """The reseller relationship was removed, and not made anew."""


class PendingInvitationShape(Model):
    """An invitation of the partner that waits for the customer's answer."""

    id: str
    """The invitation's id, a GUID in lower case that was chosen in inviting."""
    created_at: datetime
    """When the partner sent it."""
    expires_at: datetime
    """From then on it is expired, unless it was closed before (INV-4)."""


class PartnersCustomerShape(Model):
    """A customer as its partner lists it."""

    customer_id: CustomerId
    name: str | None
    """The organization's name, as it or before it the operator's pipeline states it; null unless
    the relationship is active and the name is known.
    """
    last_known_name: str | None
    """The organization's name when the partner saw it last: now while the relationship is active,
    else when it was removed. Null where it was not known then, and before there was a relationship.
    """
    domain: str | None
    """The organization's domain, which nobody checks; null unless the relationship is active and it
    is stated.
    """
    status: PartnerCustomerStatus
    delegated_admin: DelegatedAdmin
    delegated_admin_until: DelegatedAdminUntil
    indirect_reseller_id: IndirectResellerId
    """The indirect reseller beside this provider in the two-tier model, by its tenant id (INV-1);
    null where none is named, and while the status is `invited`.
    """
    other_side: OtherSide | None
    """The other partner in two tiers, a provider's reseller or a reseller's provider, as it was
    called when the relationship was put on record or, after a removal, made anew; null where there
    is none, and while the status is `invited`.
    """
    since: datetime
    """When the relationship began; before there was one, when the first of the partner's latest
    three invitations was sent.
    """
    external_reference: ExternalReference
    """The partner's own reference, from the latest of its invitations that gave one; null where
    none did. It is kept and searched, and means nothing here.
    """
    pending_invitation: PendingInvitationShape | None
    """The partner's invitation that waits for the customer's decision, one at most (INV-3); null
    where none does.
    """
    updated_at: datetime
    """When the ledger recorded a change of the relationship, or of an invitation of this partner,
    last. A new name or domain does not count.
    """
