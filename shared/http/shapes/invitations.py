"""Invitations, reusable invitation links, e-mail drafts, and what accepting would change."""

from datetime import datetime
from typing import Literal

from shared.deciding.bodies import ContactBody
from shared.http.shapes.customers import RelationshipShape
from shared.http.shapes.policy import RefusalShape
from shared.http.shapes.subscriptions import SubscriptionShape
from shared.model.base import Model, Who
from shared.model.models import InvitationStatus, OtherSide, PartnerType
from shared.policy.access import Addition


class IndexedInvitationShape(Model):
    """An invitation as its partner lists it: without message, contact, closing and etag.

    `microsoftRequestUrl` is null until the customer has accepted here.
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
    created_at: datetime
    created_by: Who
    expires_at: datetime
    closed_at: datetime | None
    closed_by: Who | None
    close_reason: str | None
    link_id: str | None
    url: str
    updated_at: datetime


class ClosingShape(Model):
    """The entry that closed an invitation, in the ledger; for the customer's own people only."""

    sequence: int
    hash: str


class InvitationShape(IndexedInvitationShape):
    """An invitation to a reseller relationship; past `expiresAt` its status is `expired`."""

    message: str | None
    contact: ContactBody | None
    closing: ClosingShape | None
    etag: str


class DraftShape(Model):
    """An e-mail draft; `text` and `html` say the same, and `link` must stay in both."""

    locale: Literal["en", "ko"]
    subject: str
    text: str
    html: str
    link: str


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


class OfferShape(Model):
    """A reusable invitation link as a customer sees it.

    `invitationId`: the customer's own invitation, if it has accepted by this link. `partnerName`,
    `partnerMpnId` and `otherSide` are as the partners are called now.
    """

    id: str
    partner_id: str
    partner_name: str
    partner_mpn_id: str
    partner_type: PartnerType
    other_side: OtherSide | None
    delegated_admin: bool
    expires_at: datetime
    status: Literal["open", "closed"]
    invitation_id: str | None
    url: str
    etag: str


class SoldShape(Model):
    """How many subscriptions a partner registered, in any status."""

    partner_id: str
    partner_name: str
    partner_mpn_id: str
    subscriptions: int


class UnchangedShape(Model):
    """What an acceptance leaves alone; `count` is that of the subscriptions, in any status.

    `subscriptions` are those of this page; all else is there in full.
    """

    count: int
    by_partner: tuple[SoldShape, ...]
    subscriptions: tuple[SubscriptionShape, ...]
    relationships: tuple[RelationshipShape, ...]


class ImpactShape(Model):
    """What accepting adds and needs, what would refuse it now, and what stays.

    `requires`: fields that an acceptance has to bring. `refusals`: of one that brings them all.
    `promises` are ids of rules. Behind `nextLink` are further subscriptions that stay.
    """

    adds: tuple[Addition, ...]
    requires: tuple[Literal["customerAgreement", "country"], ...]
    refusals: tuple[RefusalShape, ...]
    unchanged: UnchangedShape
    promises: tuple[str, ...]
    next_link: str | None = None
