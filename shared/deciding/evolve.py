"""The one place where a state change is written down: pure, and used by commands and replay."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, assert_never

from shared.model.customers import Customer, CustomerAgreement, Erasure, PartnerBlock, TenantKind
from shared.model.events import Event, EventType, parties
from shared.model.ledger import Entry
from shared.model.models import (
    Invitation,
    InvitationLink,
    InvitationStatus,
    Partner,
    Relationship,
    RelationshipStatus,
    ResellerLink,
    Subscription,
)
from shared.model.state import Head, Pending, Related, Row, Tenant, key_of

_KEPT_INVITATION_TIMES: Final = 3


def evolve(tenant: Tenant, event: Event) -> Tenant:
    """The state after `event`, feed counters included."""
    tenant = _apply(tenant, event)
    head = tenant.head
    told = parties(event, head)
    if not told:
        return tenant
    related = dict(head.related)
    for partner_id in told:
        known = related.get(partner_id) or head.of(partner_id)
        related[partner_id] = known.but(feed=known.feed + 1)
    return tenant.with_head(replace(head, related=related))


def evolve_all(tenant: Tenant, events: Iterable[Event]) -> Tenant:
    """The state after `events` in order."""
    for event in events:
        tenant = evolve(tenant, event)
    return tenant


def replay(tenant: Tenant, entry: Entry) -> Tenant:
    """The state after a ledger entry."""
    tenant = evolve_all(tenant, entry.events())
    return stamp(tenant, entry)


def stamp(tenant: Tenant, entry: Entry) -> Tenant:
    """The state with `entry` as its last."""
    return tenant.with_head(
        replace(tenant.head, sequence=entry.sequence, hash=entry.hash, at=entry.at)
    )


def _apply(tenant: Tenant, event: Event) -> Tenant:
    head = tenant.head
    match event.data:
        case Partner() as partner:
            return tenant.with_head(replace(head, kind=TenantKind.PARTNER, partner=partner))
        case Customer() as customer:
            return tenant.with_head(replace(head, kind=customer.kind, customer=customer))
        case CustomerAgreement() as agreement:
            return tenant.with_head(replace(head, agreement=agreement))
        case ResellerLink() | InvitationLink() as row:
            return _with_row(tenant, row)
        case Erasure():
            return tenant
        case Invitation() as invitation:
            return _invitation(tenant, event.type, invitation)
        case PartnerBlock(partner_id=partner_id) as block:
            stands = event.type is EventType.PARTNER_BLOCKED
            related = head.of(partner_id).but(blocked=block if stands else None)
            return tenant.with_head(_relate(head, partner_id, related))
        case Relationship() as relationship:
            related = _relationship(head, event.type, relationship)
            return tenant.with_head(_relate(head, relationship.partner_id, related))
        case Subscription() as subscription:
            return _subscription(tenant, subscription)
        case _:
            assert_never(event.data)


def _relationship(head: Head, kind: EventType, relationship: Relationship) -> Related:
    """The partner's, which keeps the name that it saw last when the relationship is removed."""
    known = head.of(relationship.partner_id)
    removed = kind is EventType.RELATIONSHIP_REMOVED
    stands = relationship.status is RelationshipStatus.ACTIVE
    name = head.customer.name if removed and head.customer else known.last_name
    return known.but(
        relationship=relationship,
        removals=known.removals + removed,
        last_name=None if stands else name,
        changed_at=relationship.updated_at,
    )


def _invitation(tenant: Tenant, kind: EventType, invitation: Invitation) -> Tenant:
    head = tenant.head
    related = head.of(invitation.partner_id).but(changed_at=invitation.updated_at)
    if invitation.status is InvitationStatus.PENDING:
        pending = Pending(id=invitation.id, expires_at=invitation.expires_at)
        related = related.but(pending=pending)
    elif related.pending and related.pending.id == invitation.id:
        related = related.but(pending=None)
    if kind is EventType.INVITATION_CREATED:
        times = (*related.invited, invitation.created_at)[-_KEPT_INVITATION_TIMES:]
        reference = invitation.external_reference or related.reference
        related = related.but(invited=times, reference=reference)
    tenant = tenant.with_head(_relate(head, invitation.partner_id, related))
    return _with_row(tenant, invitation)


def _subscription(tenant: Tenant, subscription: Subscription) -> Tenant:
    before = tenant.subscription(subscription.id)
    change = subscription.blocks_removal - (before.blocks_removal if before else False)
    related = tenant.head.of(subscription.partner_id)
    related = related.but(
        blocking=related.blocking + change,
        subscriptions=related.subscriptions + (before is None),
    )
    tenant = tenant.with_head(_relate(tenant.head, subscription.partner_id, related))
    return _with_row(tenant, subscription)


def _relate(head: Head, partner_id: str, related: Related) -> Head:
    others = {one: known for one, known in head.related.items() if one != partner_id}
    if related == Related():
        return replace(head, related=others)  # of whom nothing is left to know, takes no place
    return replace(head, related={**others, partner_id: related})


def _with_row(tenant: Tenant, row: Row) -> Tenant:
    return Tenant(tenant.head, tenant.rows.set(key_of(row), row), tenant.details)
