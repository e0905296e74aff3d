"""Blocks, and the end of privileges and relationships: INV-9, DAP-1, REM-1 to REM-5."""

from shared.deciding.commands_invitations import SetBlock
from shared.deciding.commands_relationships import (
    RecordLapse,
    RemoveRelationship,
    RequestEnd,
    RevokeDelegatedAdmin,
)
from shared.deciding.facts import Absent, Decided, Decision, Facts, NotEnrolled, Refused
from shared.model.events import Event, EventType
from shared.model.models import DelegatedAdmin, PartnerBlock, Relationship, RelationshipStatus
from shared.model.state import Tenant
from shared.policy import relationships as rules
from shared.policy.invitations import inv_9_blocked
from shared.policy.refusals import broken


def block(tenant: Tenant, command: SetBlock, _: Facts) -> Decision:
    """The customer's own choice, also about a partner that never invited it."""
    if command.actor.tenant_id != command.customer_id:
        return Absent()
    if tenant.head.of(command.partner_id).blocked is command.blocked:
        return Decided()
    if refusals := broken(inv_9_blocked(tenant.head, command.partner_id)):
        return Refused(refusals)
    kind = EventType.PARTNER_BLOCKED if command.blocked else EventType.PARTNER_UNBLOCKED
    data = PartnerBlock(customer_id=command.customer_id, partner_id=command.partner_id)
    return Decided((Event(kind, data),))


def revoke(tenant: Tenant, command: RevokeDelegatedAdmin, facts: Facts) -> Decision:
    """DAP-1: the relationship stays."""
    relationship = tenant.head.of(command.partner_id).relationship
    by_customer = command.actor.tenant_id == command.customer_id
    if relationship is None or not (by_customer or command.actor.tenant_id == command.partner_id):
        return Absent()
    if relationship.delegated_admin is not DelegatedAdmin.GRANTED:
        return Decided()
    if not by_customer:
        partner = facts.partners.get(command.partner_id)
        if partner is None:
            return NotEnrolled()
        if refusals := broken(rules.prt_1(partner)):
            return Refused(refusals)
    why = DelegatedAdmin.REVOKED_BY_CUSTOMER if by_customer else DelegatedAdmin.REVOKED_BY_PARTNER
    ended = _without_privileges(relationship, why, facts)
    return Decided((Event(EventType.DAP_TERMINATED, ended),))


def record_lapse(tenant: Tenant, command: RecordLapse, facts: Facts) -> Decision:
    """Writes down what is so already; anything else is left alone."""
    relationship = tenant.head.of(command.partner_id).relationship
    if relationship is None or relationship.delegated_admin is not DelegatedAdmin.GRANTED:
        return Decided()
    if relationship.delegated_admin_at(facts.at) is DelegatedAdmin.GRANTED:
        return Decided()
    ended = _without_privileges(relationship, DelegatedAdmin.EXPIRED, facts)
    return Decided((Event(EventType.DAP_TERMINATED, ended),))


def request_end(tenant: Tenant, command: RequestEnd, facts: Facts) -> Decision:
    """REM-3: recorded and shown to the partner, ends nothing by itself."""
    relationship = tenant.head.of(command.partner_id).relationship
    if relationship is None or command.actor.tenant_id != command.customer_id:
        return Absent()
    if relationship.end_requested_at or relationship.status is RelationshipStatus.REMOVED:
        return Decided()
    asked = relationship.but(end_requested_at=facts.at, updated_at=facts.at)
    return Decided((Event(EventType.RELATIONSHIP_END_REQUESTED, asked),))


def remove(tenant: Tenant, command: RemoveRelationship, facts: Facts) -> Decision:
    """REM-2: DAP goes, further registration is prevented, no subscription changes."""
    relationship = tenant.head.of(command.partner_id).relationship
    if relationship is None or command.actor.tenant_id != command.partner_id:
        return Absent()
    partner = facts.partners.get(command.partner_id)
    if partner is None:
        return NotEnrolled()
    if relationship.status is RelationshipStatus.REMOVED:
        return Decided()
    refusals = broken(
        rules.prt_1(partner),
        rules.rem_1(tenant.head.of(command.partner_id).blocking, facts.blockers),
        rules.rem_5(relationship),
    )
    if refusals:
        return Refused(refusals)
    sides = [relationship, *_resellers_sides(tenant, command.partner_id)]
    return Decided(tuple(event for side in sides for event in _removed(side, facts)))


def _resellers_sides(tenant: Tenant, provider_id: str) -> list[Relationship]:
    """REM-5: the provider's removal ends every reseller's relationship through it as well."""
    others = (related.relationship for _, related in sorted(tenant.head.related.items()))
    return [
        other
        for other in others
        if other
        and other.status is RelationshipStatus.ACTIVE
        and other.indirect_provider_id == provider_id
    ]


def _removed(relationship: Relationship, facts: Facts) -> list[Event]:
    events: list[Event] = []
    if relationship.delegated_admin is DelegatedAdmin.GRANTED:
        relationship = _without_privileges(relationship, DelegatedAdmin.REVOKED_BY_REMOVAL, facts)
        events.append(Event(EventType.DAP_TERMINATED, relationship))
    gone = relationship.but(
        status=RelationshipStatus.REMOVED, removed_at=facts.at, updated_at=facts.at
    )
    return [*events, Event(EventType.RELATIONSHIP_REMOVED, gone)]


def _without_privileges(
    relationship: Relationship, why: DelegatedAdmin, facts: Facts
) -> Relationship:
    """Privileges that have lapsed are expired, whoever takes them back afterwards."""
    if relationship.delegated_admin_at(facts.at) is DelegatedAdmin.EXPIRED:
        why = DelegatedAdmin.EXPIRED
    return relationship.but(delegated_admin=why, updated_at=facts.at)
