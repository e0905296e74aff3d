"""Customers: profile, relationships, blocked partners, effective access, erasures."""

from datetime import datetime
from typing import Literal

from shared.model.base import Model, Who
from shared.model.models import DelegatedAdmin, Origin, OtherSide, RelationshipStatus, TenantKind
from shared.policy.access import PartnerAccess


class AgreementShape(Model):
    """When the Microsoft Customer Agreement was accepted, and by which tenant and role."""

    accepted_at: datetime
    accepted_by: Who


class CustomerShape(Model):
    """A customer's profile; what the tenant has not said yet is null."""

    id: str
    name: str | None
    domain: str | None
    country: str | None
    region: str | None
    cloud: str
    kind: TenantKind
    customer_agreement: AgreementShape | None
    etag: str


class RelationshipShape(Model):
    """A partner and a customer; a lapsed grant shows as `expired`."""

    customer_id: str
    partner_id: str
    partner_name: str
    partner_mpn_id: str
    status: RelationshipStatus
    delegated_admin: DelegatedAdmin
    delegated_admin_until: datetime | None
    enforcement: Literal["recorded"]
    indirect_reseller_id: str | None
    indirect_provider_id: str | None
    other_side: OtherSide | None
    invitation_id: str | None
    origin: Origin
    evidence: str | None
    since: datetime
    end_requested_at: datetime | None
    end_request_reason: str | None
    removed_at: datetime | None
    updated_at: datetime
    etag: str


class BlockShape(Model):
    """A partner whose invitations the customer refuses (INV-9).

    One that the customer had never met when it was blocked has no name here.
    `invitableAt`: not before this would INV-9 let it invite, were the block lifted; null: at once.
    """

    customer_id: str
    partner_id: str
    partner_name: str | None
    partner_mpn_id: str | None
    blocked_at: datetime
    invitable_at: datetime | None
    etag: str


class AccessShape(Model):
    """Who has which role in the tenant and in each subscription, and because of which rule."""

    customer_id: str
    enforcement: Literal["recorded"]
    partners: tuple[PartnerAccess, ...]


class ErasureShape(Model):
    """Whose personal data is gone: of one invitation, or (null) all."""

    customer_id: str
    invitation_id: str | None
