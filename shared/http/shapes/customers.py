"""Customers: profile, relationships, blocked partners, effective access, erasures."""

from datetime import datetime

from shared.http.shapes.vocabulary import (
    CloudName,
    CustomerId,
    DelegatedAdminUntil,
    Enforcement,
    ETag,
    IndirectProviderId,
    IndirectResellerId,
    NextLink,
    OtherPartner,
    PartnerId,
    RegionId,
    RelatedMpnId,
    RelatedName,
    UpdatedAt,
)
from shared.model.base import Model, Who
from shared.model.customers import TenantKind
from shared.model.models import DelegatedAdmin, Origin, RelationshipStatus
from shared.policy.access import PartnerAccess


class AgreementShape(Model):
    """The customer's acceptance of the Microsoft Customer Agreement; it never changes (AGR-3)."""

    accepted_at: datetime
    """When it was accepted: at an acceptance here, or when the operator's import says that it was.
    """
    accepted_by: Who
    """The tenant on whose word it is on record and in which role: the customer's at an acceptance
    here, the operator's for an import; never a person.
    """


class CustomerShape(Model):
    """A customer's profile, as the customer itself or the operator's pipeline recorded it."""

    id: CustomerId
    name: str | None
    """The organization's name, as it or before it the operator's pipeline states it; null until
    then.
    """
    domain: str | None
    """The organization's domain, such as `rivers.example.gov`, as it or before it the operator's
    pipeline states it: nobody checks that it owns it. Null until it is stated.
    """
    country: str | None
    """The country that the organization, or before it the operator's pipeline, states, two letters
    of ISO 3166-1 (ELG-6); null until then, whatever an inviting partner supposed.
    """
    region: RegionId
    cloud: CloudName
    kind: TenantKind
    customer_agreement: AgreementShape | None
    """The acceptance of the Microsoft Customer Agreement; null while it is outstanding, when no
    subscription can be registered (AGR-3).
    """
    etag: ETag


class RelationshipShape(Model):
    """A reseller relationship, and whether its partner holds delegated admin privileges."""

    customer_id: CustomerId
    partner_id: PartnerId
    partner_name: RelatedName
    partner_mpn_id: RelatedMpnId
    status: RelationshipStatus
    delegated_admin: DelegatedAdmin
    delegated_admin_until: DelegatedAdminUntil
    enforcement: Enforcement
    indirect_reseller_id: IndirectResellerId
    indirect_provider_id: IndirectProviderId
    other_side: OtherPartner
    invitation_id: str | None
    """The invitation that made it or, where its partner's own invitation was accepted since, the
    last of these; null for an imported relationship until one is.
    """
    origin: Origin
    evidence: str | None
    """Where the customer's consent to an imported relationship is on file, such as a contract's
    number, as the operator's pipeline stated it; null for any other origin.
    """
    since: datetime
    """When it began: at its acceptance, or for an imported one the time that the pipeline stated,
    that of the import where it stated none. After a removal, when it was made anew.
    """
    end_requested_at: datetime | None
    """When the customer first asked for the end, which ends nothing by itself (REM-3); null where
    it has not asked since the relationship began.
    """
    end_request_reason: str | None
    """Why the customer asked for the end, in its own words (REM-3); null where it gave none, or
    they were erased.
    """
    removed_at: datetime | None
    """When its partner, or the provider above its partner, removed it (REM-1, REM-5); null while it
    is active.
    """
    updated_at: UpdatedAt
    etag: ETag


class BlockShape(Model):
    """A partner whose invitations the customer refuses (INV-9)."""

    customer_id: CustomerId
    partner_id: PartnerId
    partner_name: str | None
    """What the partner was called when it was blocked or, if blocked while declining, when it had
    invited; null for one that the customer had never met.
    """
    partner_mpn_id: str | None
    """The partner's MPN id at the time of its name beside this; null for one that the customer had
    never met.
    """
    blocked_at: datetime
    """When the customer's Global admin blocked it; blocking again changes nothing."""
    invitable_at: datetime | None
    """Before this the partner's last three invitations, acceptances by link among them, keep it
    from inviting again, were the block lifted (INV-9); may have passed. Null where there were
    fewer.
    """
    etag: ETag


class AccessShape(Model):
    """Which partner has which role in the tenant and in subscriptions, and because of which rule.

    It says what follows from the record; no directory is asked.
    """

    customer_id: CustomerId
    enforcement: Enforcement
    partners: tuple[PartnerAccess, ...]
    """One for each partner that has or had a relationship, or the one that `partnerId` names, on
    every page: roles in Azure outlive it (EFF-5).
    """
    next_link: NextLink = None
    """The absolute address of the roles in further subscriptions; absent on the last page."""


class ErasureShape(Model):
    """Personal data that were erased: of one invitation, or all on the customer's record."""

    customer_id: CustomerId
    invitation_id: str | None
    """The one invitation whose personal data are gone; null where all of the customer's are."""
