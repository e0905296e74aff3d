"""What of a customer, and of other partners, a partner's decision is made by (ISO-1).

A decision can rest only on what it is given, so what is left out here cannot show in a refusal.
Left is what the partner may read, and what is told on purpose (docs/isolation.md):

- what kind of tenant it is (ELG-1), and which ids are taken (SUB-2): the rows that a command names;
- of other partners how many there are, and how many invitations wait (INV-9);
- whether the customer blocked a partner that this one names and is actively linked with (INV-9).
"""

from dataclasses import replace
from typing import override

from shared.deciding.facts import Facts
from shared.model.models import LinkStatus, Relationship, RelationshipStatus
from shared.model.state import Pending, Related, Tenant


class _Counted(Related):
    """Another partner of the customer, as one of those that count."""

    met: bool

    @property
    @override
    def concerns_customer(self) -> bool:
        return self.met


def tenant_of(partner_id: str, tenant: Tenant, facts: Facts) -> Tenant:
    """The customer as the partner knows it: its profile with an active relationship only."""
    head = tenant.head
    standing = _active(head.of(partner_id).relationship)
    linked = _linked(partner_id, facts)
    related = {
        other: known
        if other == partner_id
        else _counted(known, partner_id, standing=standing, linked=other in linked)
        for other, known in head.related.items()
    }
    return tenant.with_head(
        replace(
            head,
            partner=None,
            customer=head.customer if standing else None,
            agreement=head.agreement if standing else None,
            related=related,
        )
    )


def facts_of(partner_id: str, facts: Facts) -> Facts:
    """Without the profiles of partners that this one has no active link with."""
    known = _linked(partner_id, facts) | {partner_id}
    partners = {key: partner for key, partner in facts.partners.items() if key in known}
    return replace(facts, partners=partners)


def _counted(known: Related, partner_id: str, *, standing: bool, linked: bool) -> Related:
    relationship = known.relationship
    shown = relationship and (
        standing
        or partner_id in {relationship.indirect_provider_id, relationship.indirect_reseller_id}
    )
    return _Counted(
        relationship=relationship if shown else None,
        pending=Pending(id="", expires_at=known.pending.expires_at) if known.pending else None,
        blocked=known.blocked if linked else None,
        met=known.concerns_customer,
    )


def _linked(partner_id: str, facts: Facts) -> frozenset[str]:
    """Who is actively linked with the partner, as its provider or its reseller."""
    active = (pair for pair, link in facts.links.items() if link.status is LinkStatus.ACTIVE)
    return frozenset(side for pair in active if partner_id in pair for side in pair) - {partner_id}


def _active(relationship: Relationship | None) -> bool:
    return relationship is not None and relationship.status is RelationshipStatus.ACTIVE
