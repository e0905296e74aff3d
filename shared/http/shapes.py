"""The shapes of answers, field by field: what the API's description is made from.

Representations are made by `shared/services/views.py`; tests hold every answer against these.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from shared.deciding.bodies import ContactBody
from shared.model.base import Model, Traceparent, Who
from shared.model.models import (
    BillingType,
    DelegatedAdmin,
    InvitationStatus,
    LinkStatus,
    Origin,
    PartnerStatus,
    PartnerType,
    ProductType,
    RelationshipStatus,
    SubscriptionStatus,
    TenantKind,
    Term,
)


class PartnerShape(Model):
    """A partner: a tenant that is used for CSP transactions."""

    id: str
    name: str
    type: PartnerType
    mpn_id: str
    mpn_country: str
    country: str
    region: str | None
    cloud: str
    partner_agreement_signed_at: datetime | None
    affiliated_tenant_ids: tuple[str, ...]
    status: PartnerStatus
    etag: str


class ResellerShape(Model):
    """A link between an indirect provider and its reseller; `since` is when `status` began."""

    provider_id: str
    reseller_id: str
    status: LinkStatus
    since: datetime
    etag: str


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


class IndexedInvitationShape(Model):
    """An invitation as its partner lists it: without message, contact and etag."""

    id: str
    customer_id: str
    partner_id: str
    partner_name: str
    partner_mpn_id: str
    indirect_reseller_id: str | None
    indirect_provider_id: str | None
    delegated_admin: bool
    status: InvitationStatus
    external_reference: str | None
    created_at: datetime
    created_by: Who
    expires_at: datetime
    closed_at: datetime | None
    closed_by: Who | None
    close_reason: str | None
    link_id: str | None
    url: str
    updated_at: datetime


class InvitationShape(IndexedInvitationShape):
    """An invitation to a reseller relationship; past `expiresAt` its status is `expired`."""

    message: str | None
    contact: ContactBody | None
    etag: str


class DraftShape(Model):
    """An e-mail draft; `text` and `html` say the same, and `link` must stay in both."""

    locale: Literal["en", "ko"]
    subject: str
    text: str
    html: str
    link: str


class RelationshipShape(Model):
    """A partner and a customer; a lapsed grant shows as `expired`."""

    customer_id: str
    partner_id: str
    partner_name: str
    status: RelationshipStatus
    delegated_admin: DelegatedAdmin
    delegated_admin_until: datetime | None
    enforcement: Literal["recorded"]
    indirect_reseller_id: str | None
    indirect_provider_id: str | None
    invitation_id: str | None
    origin: Origin
    evidence: str | None
    since: datetime
    end_requested_at: datetime | None
    removed_at: datetime | None
    updated_at: datetime
    etag: str


class LinkShape(Model):
    """A reusable invitation link, limited in time and number."""

    id: str
    partner_id: str
    delegated_admin: bool
    indirect_reseller_id: str | None
    expires_at: datetime
    max_acceptances: int
    acceptances: int
    status: Literal["active", "revoked", "expired", "exhausted"]
    url: str
    etag: str


class BlockShape(Model):
    """A partner whose invitations the customer refuses (INV-9)."""

    customer_id: str
    partner_id: str
    etag: str


class SubscriptionStateShape(Model):
    """What of a subscription is known here only: ignored in a PATCH, other fields are not."""

    id: str
    customer_id: str
    partner_id: str
    indirect_reseller_id: str | None
    status: SubscriptionStatus
    disputed_at: datetime | None
    registered_at: datetime
    updated_at: datetime
    etag: str


class SubscriptionShape(SubscriptionStateShape):
    """What a partner sold to a customer."""

    partner_of_record: str | None
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


class PartnersCustomerShape(Model):
    """A customer as its partner lists it; before a relationship without name and domain."""

    customer_id: str
    name: str | None
    domain: str | None
    status: Literal["invited", "active", "removed"]
    delegated_admin: DelegatedAdmin
    delegated_admin_until: datetime | None
    indirect_reseller_id: str | None
    since: datetime
    updated_at: datetime


class ActorShape(Model):
    """Who did something, in which role of the role table."""

    tenant_id: str
    object_id: str
    role: str


class EventShape(Model):
    """What happened, with the resource as it was afterwards."""

    type: str
    data: dict[str, object]


class EntryShape(Model):
    """A ledger entry, exactly as it was written: its hash can be recomputed."""

    schema_: Annotated[int, Field(alias="schema")]
    cloud: str
    tenant_id: str
    sequence: int
    at: datetime
    actor: ActorShape
    command_id: str
    command: str
    policy_version: str
    events: tuple[EventShape, ...]
    previous_hash: str
    traceparent: Traceparent | None = None
    hash: str


class HeadShape(Model):
    """The last entry that the tenant's head names."""

    sequence: int
    hash: str


class BreakShape(Model):
    """The first place where the chain is not whole."""

    sequence: int
    kind: str
    detail: str


class VerificationShape(Model):
    """The verdict on a ledger: valid exactly when `firstBreak` is null."""

    customer_id: str
    entries: int
    head: HeadShape
    valid: bool
    first_break: BreakShape | None


class PipelineShape(Model):
    """Which source may send what, for whom, to the onboarding queue."""

    id: str
    source: str
    partner_ids: tuple[str, ...]
    types: tuple[str, ...]
    etag: str


class ResultShape(Model):
    """What became of a queue message, of a pipeline or of a partner's application."""

    pipeline_id: str | None = None
    partner_id: str | None = None
    message_id: str
    source: str
    type: str
    outcome: Literal["succeeded", "refused", "failed"]
    resource: str | None = None
    error: dict[str, object] | None = None
    retryable: Literal["never", "afterChange", "afterTime"] | None = None
    at: datetime
