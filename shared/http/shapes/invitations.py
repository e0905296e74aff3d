"""Invitations, reusable invitation links, e-mail drafts, and what accepting would change."""

from datetime import datetime
from enum import StrEnum

from shared.deciding.bodies import ContactBody
from shared.http.shapes.customers import RelationshipShape
from shared.http.shapes.policy import RefusalShape
from shared.http.shapes.subscriptions import SubscriptionShape
from shared.http.shapes.vocabulary import (
    CustomerId,
    ETag,
    ExternalReference,
    IndirectProviderId,
    IndirectResellerId,
    Language,
    MicrosoftRequestUrl,
    NextLink,
    OtherPartner,
    PartnerId,
    RelatedMpnId,
    RelatedName,
    UpdatedAt,
)
from shared.model.base import Model, Who
from shared.model.models import InvitationStatus, PartnerType
from shared.policy.access import Addition


class IndexedInvitationShape(Model):
    """An invitation in a partner's list: no message, contact, decline's reason, closing, etag."""

    id: str
    """The invitation's id, a GUID in lower case that was chosen in inviting, or made by the
    acceptance by link.
    """
    customer_id: CustomerId
    partner_id: str
    """The partner that invited: the id of its tenant."""
    partner_name: str
    """What the inviting partner was called when it invited or, by a link, when the customer
    accepted.
    """
    partner_mpn_id: str
    """The inviting partner's MPN id when it invited or, by a link, when the customer accepted."""
    indirect_reseller_id: IndirectResellerId
    indirect_provider_id: IndirectProviderId
    other_side: OtherPartner
    delegated_admin: bool
    """Whether it asks for delegated admin privileges (DAP) beside the reseller relationship; in the
    US Government cloud it always does (GOV-1).
    """
    status: InvitationStatus
    external_reference: ExternalReference
    microsoft_request_url: MicrosoftRequestUrl
    created_at: datetime
    """When it was sent; when it was accepted, for one made by accepting a link."""
    created_by: Who
    """The inviting tenant and the role in which it did; `link` as the role of one made by accepting
    a link.
    """
    expires_at: datetime
    """From then on it is expired, unless it was closed before (INV-4)."""
    closed_at: datetime | None
    """When it was answered or canceled, or when it expired; null while it is pending."""
    closed_by: Who | None
    """The tenant that closed it and in which role, `system` for a recorded expiry; null while it is
    pending, and until its expiry is recorded.
    """
    close_reason: str | None
    """`ELG-1` where it was canceled because the customer became a partner, else null: why a
    customer declined, the invitation itself tells.
    """
    link_id: str | None
    """The invitation link by which the customer accepted; null for one that was sent to it."""
    url: str
    """The page on which the customer's Global admin decides."""
    updated_at: UpdatedAt


class ClosingShape(Model):
    """The ledger entry that closed an invitation."""

    sequence: int
    """The entry's number in the customer's ledger, from 1."""
    hash: str
    """The entry's hash: what to keep as evidence of how the invitation ended."""


class InvitationShape(IndexedInvitationShape):
    """An invitation to a reseller relationship, addressed to one customer."""

    close_reason: str | None
    """The customer's words for declining, until they are erased, or `ELG-1` where it was canceled
    because the customer became a partner; else null.
    """
    message: str | None
    """The partner's own words to the customer, plain text without web addresses (INV-9); null where
    it wrote none, or they were erased.
    """
    contact: ContactBody | None
    """The person whom the partner wrote to; null where it named nobody, or the data were erased."""
    closing: ClosingShape | None
    """The entry that closed it, for the customer's own people alone; null for others, and while no
    entry has closed it.
    """
    etag: ETag


class DraftShape(Model):
    """A draft of the e-mail that sends an invitation; nothing is sent from here (INV-8)."""

    locale: Language
    """The draft's language, `en` or `ko`: what was asked for, else the contact's, else English."""
    to: str | None
    """The e-mail address of the person whom the partner wrote to; null where it named nobody, or
    the data were erased.
    """
    subject: str
    """The subject of the message; the partner may edit it."""
    text: str
    """The message as plain text; the partner may edit it, but `link` must stay in it."""
    html: str
    """The same message as an HTML document; the partner may edit it, but `link` must stay in it."""
    mailto: str
    """A `mailto:` address with `to`, the subject, one sentence and the link, for whatever writes
    e-mails at the partner's; beyond 1,800 characters it has no partners' names, then no `to`.
    """
    link: str
    """The page on which the customer's Global admin decides: the invitation's `url`."""


class InvitationLinkStatus(StrEnum):
    """Whether an invitation link can still be accepted, and if not, why."""

    ACTIVE = "active"
    """It can be accepted; what stands against a customer is told by the offer's impact, and when it
    accepts (INV-5).
    """
    REVOKED = "revoked"
    """Its partner revoked it; what was accepted by it stays (INV-5)."""
    EXPIRED = "expired"
    """Its `expiresAt` has passed."""
    EXHAUSTED = "exhausted"
    """`acceptances` has reached `maxAcceptances`."""


class LinkShape(Model):
    """A reusable invitation link, bound to no customer, limited in time and number (INV-5)."""

    id: str
    """The link's id, a GUID in lower case that its partner chose."""
    partner_id: str
    """The partner that issued it: the id of its tenant."""
    delegated_admin: bool
    """Whether accepting by it grants delegated admin privileges (DAP) beside the reseller
    relationship.
    """
    indirect_reseller_id: IndirectResellerId
    expires_at: datetime
    """From then on nobody can accept by it."""
    max_acceptances: int
    """How many customers can accept by it in all."""
    acceptances: int
    """How many customers have accepted by it or are accepting now; an acceptance that broke off
    counts until a sweep has given its place back.
    """
    status: InvitationLinkStatus
    url: str
    """The page to hand to customers, on which a customer's Global admin accepts."""
    etag: ETag


class OfferStatus(StrEnum):
    """Whether an offer by link can be accepted."""

    OPEN = "open"
    """It can; what stands against this customer is told by its impact."""
    CLOSED = "closed"
    """It was revoked, has expired, or has no place left for one more acceptance."""


class OfferShape(Model):
    """A reusable invitation link as a customer sees it."""

    id: str
    """The link's id, a GUID in lower case that its partner chose."""
    partner_id: str
    """The partner that offers: the id of its tenant."""
    partner_name: str
    """What the offering partner is called now."""
    partner_mpn_id: str
    """The offering partner's MPN id now."""
    partner_type: PartnerType
    other_side: OtherPartner
    """The reseller that an indirect provider offers together with, as it is called now; null where
    it names none.
    """
    delegated_admin: bool
    """Whether accepting grants delegated admin privileges (DAP) beside the reseller relationship.
    """
    expires_at: datetime
    """From then on it cannot be accepted."""
    status: OfferStatus
    invitation_id: str | None
    """The invitation that the customer's own acceptance by this link has made; null where it has
    not accepted, or not since the relationship was removed.
    """
    url: str
    """The page on which this offer is accepted."""
    etag: ETag


class SoldShape(Model):
    """How many of one partner's subscriptions stay as they are, in any status."""

    partner_id: PartnerId
    partner_name: RelatedName
    partner_mpn_id: RelatedMpnId
    subscriptions: int
    """How many subscriptions it has registered with this customer, in any status."""


class UnchangedShape(Model):
    """What an acceptance leaves alone of subscriptions and relationships (NIF-1 to NIF-4)."""

    count: int
    """How many subscriptions the customer has, of all partners and in any status."""
    by_partner: tuple[SoldShape, ...]
    """The same number by partner; complete on every page."""
    subscriptions: tuple[SubscriptionShape, ...]
    """The subscriptions themselves, those of this page."""
    relationships: tuple[RelationshipShape, ...]
    """Relationships that stay as they are, removed ones included; complete on every page."""


class Requirement(StrEnum):
    """A field that an acceptance has to bring."""

    CUSTOMER_AGREEMENT = "customerAgreement"
    """Who accepts the Microsoft Customer Agreement, while none is on record (AGR-3)."""
    COUNTRY = "country"
    """The customer's own country, while none is on record (ELG-6)."""


class ImpactShape(Model):
    """What accepting adds and needs, what would refuse it now, and what stays."""

    adds: tuple[Addition, ...]
    """What each partner would get that it has not; one that would get nothing new is not there
    (INV-7).
    """
    requires: tuple[Requirement, ...]
    """What the body of an acceptance has to bring now."""
    refusals: tuple[RefusalShape, ...]
    """What would refuse an acceptance now that brings all that is required, with the partner's
    country where the customer's is not on record; empty where nothing would.
    """
    unchanged: UnchangedShape
    promises: tuple[str, ...]
    """What no acceptance ever does, by the ids of the rules that promise it."""
    next_link: NextLink = None
    """The absolute address of further subscriptions that stay; absent where these are the last."""
