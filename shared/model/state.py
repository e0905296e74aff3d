"""The state of one tenant: a small head, and the rows that a decision loaded or a replay built."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, assert_never

from immutables import Map

from shared.model.base import Model
from shared.model.customers import Customer, CustomerAgreement, PartnerBlock, TenantKind
from shared.model.models import (
    Invitation,
    InvitationLink,
    Partner,
    Relationship,
    ResellerLink,
    Subscription,
)
from shared.model.personal import Details
from shared.text.times import Timestamp

GENESIS_HASH: Final = "0" * 64
"""`previousHash` of the first ledger entry."""


class RowKind(StrEnum):
    """The kinds of rows that replay the ledger."""

    INVITATION = "invitation"
    INVITATION_LINK = "link"
    RESELLER = "reseller"
    SUBSCRIPTION = "subscription"


type Row = Invitation | InvitationLink | ResellerLink | Subscription
type RowKey = tuple[RowKind, str]
"""A kind and the id within the tenant."""


def key_of(row: Row) -> RowKey:
    """Where a row lies in its tenant."""
    match row:
        case Invitation():
            return RowKind.INVITATION, row.id
        case InvitationLink():
            return RowKind.INVITATION_LINK, row.id
        case ResellerLink():
            return RowKind.RESELLER, row.reseller_id
        case Subscription():
            return RowKind.SUBSCRIPTION, row.id
        case _:
            assert_never(row)


class Pending(Model):
    """The one pending invitation of a partner (INV-3)."""

    id: str
    expires_at: Timestamp


class Related(Model):
    """All that a head knows of one partner.

    `invited`: the latest invitations' times, at most three (INV-9). `reference`: the partner's own,
    of the latest of its invitations that gave one. `blocking`: the partner's subscriptions that
    REM-1 counts, `subscriptions`: all that it registered. `feed`: the number of its last event.
    `removals`: how often the relationship was removed. `last_name`: what the customer was called
    when it was, while it stays so. `changed_at`: when an invitation of the partner's or the
    relationship changed last.
    """

    relationship: Relationship | None = None
    pending: Pending | None = None
    invited: tuple[Timestamp, ...] = ()
    reference: str | None = None
    blocked: PartnerBlock | None = None
    removals: int = 0
    last_name: str | None = None
    changed_at: Timestamp | None = None
    blocking: int = 0
    subscriptions: int = 0
    feed: int = 0

    @property
    def known(self) -> bool:
        """Whether the partner has heard of the customer: not one that is only blocked."""
        return self.feed > 0

    @property
    def concerns_customer(self) -> bool:
        """INV-9: the customer met this partner, not only a sale that names it as reseller."""
        return bool(self.relationship or self.pending or self.invited)


@dataclass(frozen=True, slots=True)
class Head:
    """The small state of a tenant; `sequence`, `hash` and `at` are those of its last entry."""

    id: str
    kind: TenantKind = TenantKind.UNKNOWN
    partner: Partner | None = None
    customer: Customer | None = None
    agreement: CustomerAgreement | None = None
    related: Mapping[str, Related] = field(default_factory=dict[str, Related])
    sequence: int = 0
    hash: str = GENESIS_HASH
    at: datetime | None = None

    def of(self, partner_id: str) -> Related:
        """The head's record of `partner_id`; an empty one for an unknown partner."""
        return self.related.get(partner_id, _NOTHING)


_NOTHING: Final = Related()


@dataclass(frozen=True, slots=True)
class Tenant:
    """A head with rows. In a command only the rows it named are there; in a replay, all."""

    head: Head
    rows: Map[RowKey, Row] = field(default_factory=Map[RowKey, Row])
    details: Map[str, Details] = field(default_factory=Map[str, Details])

    @property
    def id(self) -> str:
        """The tenant's id."""
        return self.head.id

    def invitation(self, invitation_id: str) -> Invitation | None:
        """The invitation, if it exists and was loaded."""
        row = self.rows.get((RowKind.INVITATION, invitation_id))
        return row if isinstance(row, Invitation) else None

    def subscription(self, subscription_id: str) -> Subscription | None:
        """The subscription, if it exists and was loaded."""
        row = self.rows.get((RowKind.SUBSCRIPTION, subscription_id))
        return row if isinstance(row, Subscription) else None

    def invitation_link(self, link_id: str) -> InvitationLink | None:
        """The partner's invitation link, if it exists and was loaded."""
        row = self.rows.get((RowKind.INVITATION_LINK, link_id))
        return row if isinstance(row, InvitationLink) else None

    def reseller(self, reseller_id: str) -> ResellerLink | None:
        """The provider's link with that reseller, if it exists and was loaded."""
        row = self.rows.get((RowKind.RESELLER, reseller_id))
        return row if isinstance(row, ResellerLink) else None

    def with_head(self, head: Head) -> "Tenant":
        """A copy with another head."""
        return Tenant(head, self.rows, self.details)

    def with_details(self, details: Map[str, Details]) -> "Tenant":
        """A copy with other personal data."""
        return Tenant(self.head, self.rows, details)
