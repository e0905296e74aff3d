"""Blocks, and the end of privileges and relationships: INV-9, DAP-1, REM-1 to REM-5."""

from dataclasses import dataclass
from typing import ClassVar, final, override

from shared.deciding import reasons
from shared.deciding.bodies import ReasonBody
from shared.deciding.command import RelationshipCommand
from shared.deciding.facts import Absent, Decided, Decision, Facts, Needs, Refused
from shared.model.customers import PartnerBlock
from shared.model.events import Event, EventType
from shared.model.models import DelegatedAdmin, InvitationLink, Relationship, RelationshipStatus
from shared.model.personal import Details, relationship_details
from shared.model.state import Tenant
from shared.policy import relationships as rules
from shared.policy.invitations import inv_9_room
from shared.policy.refusals import broken


@final
@dataclass(frozen=True, slots=True)
class SetBlock(RelationshipCommand):
    """INV-9: the customer refuses a partner's invitations, or no longer does."""

    name: ClassVar = "set-block"
    blocked: bool

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        named = self.blocked and self._met(tenant)
        return Needs(partners=frozenset({self.partner_id} if named else ()))

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """The customer's own choice, also about a partner that never invited it."""
        if self.actor.tenant_id != self.customer_id:
            return Absent()
        block = tenant.head.of(self.partner_id).blocked
        if (block is not None) is self.blocked:
            return Decided()
        if refusals := broken(
            inv_9_room(tenant.head, [self.partner_id], "partnerId", blocking=True)
        ):
            return Refused(refusals)
        if block:
            return Decided((Event(EventType.PARTNER_UNBLOCKED, block),))
        partner = facts.partners.get(self.partner_id) if self._met(tenant) else None
        block = PartnerBlock(
            customer_id=self.customer_id,
            partner_id=self.partner_id,
            partner_name=partner.name if partner else None,
            partner_mpn_id=partner.mpn_id if partner else None,
            blocked_at=facts.at,
        )
        return Decided((Event(EventType.PARTNER_BLOCKED, block),))

    def _met(self, tenant: Tenant) -> bool:
        """Whom the customer has not met has no name for it: ids could be tried out otherwise."""
        return tenant.head.of(self.partner_id).concerns_customer


@final
@dataclass(frozen=True, slots=True)
class RevokeDelegatedAdmin(RelationshipCommand):
    """DAP-1: the customer takes the privileges back, or the partner drops its own."""

    name: ClassVar = "revoke-delegated-admin"

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        return Needs(details=reasons.of_end(tenant, self.partner_id))

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """DAP-1: the relationship stays."""
        relationship = tenant.head.of(self.partner_id).relationship
        by_customer = self.actor.tenant_id == self.customer_id
        if relationship is None or not (by_customer or self.actor.tenant_id == self.partner_id):
            return Absent()
        if relationship.delegated_admin is not DelegatedAdmin.GRANTED:
            return Decided()
        why = (
            DelegatedAdmin.REVOKED_BY_CUSTOMER if by_customer else DelegatedAdmin.REVOKED_BY_PARTNER
        )
        ended = _without_privileges(relationship, why, facts)
        return Decided((Event(EventType.DAP_TERMINATED, ended),))


@final
@dataclass(frozen=True, slots=True)
class RecordLapse(RelationshipCommand):
    """The timer records privileges that have lapsed already."""

    name: ClassVar = "record-lapse"

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        return Needs()

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """Records what has come to pass by time alone; changes nothing else."""
        relationship = tenant.head.of(self.partner_id).relationship
        if relationship is None or relationship.delegated_admin is not DelegatedAdmin.GRANTED:
            return Decided()
        if relationship.delegated_admin_at(facts.at) is DelegatedAdmin.GRANTED:
            return Decided()
        ended = _without_privileges(relationship, DelegatedAdmin.EXPIRED, facts)
        return Decided((Event(EventType.DAP_TERMINATED, ended),))


@final
@dataclass(frozen=True, slots=True)
class RequestEnd(RelationshipCommand):
    """REM-3: the customer asks for the end of a relationship."""

    name: ClassVar = "request-end"
    body: ReasonBody

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        return Needs(details=reasons.of_end(tenant, self.partner_id))

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """REM-3: recorded and shown to the partner, ends nothing by itself."""
        relationship = tenant.head.of(self.partner_id).relationship
        if relationship is None or self.actor.tenant_id != self.customer_id:
            return Absent()
        if relationship.status is RelationshipStatus.REMOVED:
            return Decided()
        asked_at, where = relationship.end_requested_at, relationship_details(self.partner_id)
        kept = tenant.details.get(where) if asked_at else None
        reason = self.body.reason
        if asked_at and reason in {None, kept.end_request_reason if kept else None}:
            return Decided()
        asked = relationship.but(end_requested_at=asked_at or facts.at, updated_at=facts.at)
        event = Event(EventType.RELATIONSHIP_END_REQUESTED, asked)
        return reasons.given(tenant, event, where, Details(end_request_reason=reason))


@final
@dataclass(frozen=True, slots=True)
class RemoveRelationship(RelationshipCommand):
    """REM-1: the partner ends the relationship."""

    name: ClassVar = "remove-relationship"

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        partner_id = self.actor.tenant_id
        return Needs(
            details=reasons.of_end(tenant, self.partner_id),
            blockers_of=partner_id if tenant.head.of(partner_id).blocking else None,
        )

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """REM-2: DAP goes, further registration is prevented, no subscription changes."""
        relationship = tenant.head.of(self.partner_id).relationship
        if relationship is None or self.actor.tenant_id != self.partner_id:
            return Absent()
        if relationship.status is RelationshipStatus.REMOVED:
            return Decided()
        refusals = broken(
            rules.rem_1(tenant.head.of(self.partner_id).blocking, facts.blockers),
            rules.rem_5(relationship),
        )
        if refusals:
            return Refused(refusals)
        sides = [relationship, *_resellers_sides(tenant, self.partner_id)]
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
