"""Bringing in a relationship that stood before this system did."""

from dataclasses import dataclass
from typing import ClassVar, Final, final, override

from shared.deciding import inviting
from shared.deciding.bodies import ImportBody, InviteBody
from shared.deciding.command import RelationshipCommand
from shared.deciding.facts import Absent, Decided, Decision, Facts, Incomplete, Needs, Refused
from shared.model.base import Who
from shared.model.customers import CustomerAgreement
from shared.model.events import Event, EventType
from shared.model.models import (
    DelegatedAdmin,
    InvitationLink,
    Origin,
    OtherSide,
    Partner,
    Relationship,
    RelationshipStatus,
)
from shared.model.state import Tenant
from shared.policy import agreements, eligibility, invitations
from shared.policy import relationships as rules
from shared.policy.refusals import Refusal, broken
from shared.wording import Words

_FUTURE: Final = Words("The time must lie in the past.", "현재 이전의 시간이어야 합니다.")


@final
@dataclass(frozen=True, slots=True)
class ImportRelationship(RelationshipCommand):
    """IMP-1: the operator's pipeline brings in what stood before this system."""

    name: ClassVar = "import-relationship"
    body: ImportBody

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        sides = inviting.needs_of_sides(self.partner_id, self.body.indirect_reseller_id, None)
        return inviting.needs_of_elg_5(tenant, self.partner_id, sides)

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """IMP-1: it adds what is not on record, grants nothing and changes nothing that stands."""
        partner = facts.partners.get(self.partner_id)
        if partner is None:
            return Absent()
        if incomplete := _incomplete(self, facts):
            return incomplete
        missing = [side for side in _sides(self) if not _stands(tenant, self, side)]
        agreement = _agreement(tenant, self)
        if not missing and not agreement:
            return Decided()
        if refusals := _refusals(tenant, self, partner, missing, facts):
            return Refused(refusals)
        imported = (_relationship(self, side, facts) for side in missing)
        events = [Event(EventType.RELATIONSHIP_IMPORTED, each) for each in imported]
        return Decided((*agreement, *events))


def _incomplete(command: ImportRelationship, facts: Facts) -> Incomplete | None:
    body = command.body
    times = {
        "since": body.since,
        "customerAgreementAcceptedAt": body.customer_agreement_accepted_at,
    }
    ahead = [name for name, moment in times.items() if moment and moment > facts.at]
    return Incomplete(dict.fromkeys(ahead, _FUTURE)) if ahead else None


def _sides(command: ImportRelationship) -> tuple[str, ...]:
    """INV-6: the partner, and the reseller that it sold through."""
    reseller_id = command.body.indirect_reseller_id
    return (command.partner_id, reseller_id) if reseller_id else (command.partner_id,)


def _stands(tenant: Tenant, command: ImportRelationship, side: str) -> bool:
    """Whether the relationship is on record already, however it came there."""
    known = tenant.head.of(side).relationship
    return (
        known is not None
        and known.status is RelationshipStatus.ACTIVE
        and (known.indirect_reseller_id, known.indirect_provider_id) == _ends(command, side)
    )


def _ends(command: ImportRelationship, side: str) -> tuple[str | None, str | None]:
    """The other end of that side: its reseller, or its provider."""
    if side == command.partner_id:
        return command.body.indirect_reseller_id, None
    return None, command.partner_id


def _refusals(
    tenant: Tenant, command: ImportRelationship, partner: Partner, missing: list[str], facts: Facts
) -> tuple[Refusal, ...]:
    """What an invitation and its acceptance need, but for the customer's answer and privileges."""
    head, reseller_id = tenant.head, command.body.indirect_reseller_id
    sides = _sides(command)
    asked = InviteBody(delegated_admin=False, indirect_reseller_id=reseller_id)
    country = head.customer.country if head.customer else None
    return broken(
        rules.prt_1(partner),
        agreements.agr_1(partner, facts.at),
        eligibility.elg_1(head),
        eligibility.elg_5(facts.links.get((partner.id, head.id))),
        eligibility.elg_4(partner, head.id),
        eligibility.elg_6_known(country, "customerId"),
        eligibility.elg_6(partner.country, country, "customerId"),
        eligibility.multi_partner(facts.cloud, head, sides),
        invitations.inv_1(partner, reseller_id, None),
        inviting.other_side(head.id, partner, asked, facts),
        invitations.inv_9_standing(head, sides),
        *(rules.imp_1(head.of(side).relationship, _target(command, side)) for side in missing),
    )


def _target(command: ImportRelationship, side: str) -> str:
    return "partnerId" if side == command.partner_id else "indirectResellerId"


def _agreement(tenant: Tenant, command: ImportRelationship) -> tuple[Event, ...]:
    """AGR-3: the operator says when it was accepted; one on record is never overwritten."""
    accepted_at = command.body.customer_agreement_accepted_at
    if accepted_at is None or tenant.head.agreement:
        return ()
    agreement = CustomerAgreement(
        customer_id=tenant.id, accepted_at=accepted_at, accepted_by=Who.of(command.actor)
    )
    return (Event(EventType.CUSTOMER_AGREEMENT_ACCEPTED, agreement),)


def _relationship(command: ImportRelationship, side: str, facts: Facts) -> Relationship:
    reseller_id, provider_id = _ends(command, side)
    partner, other_id = facts.partners[side], reseller_id or provider_id
    return Relationship(
        customer_id=command.customer_id,
        partner_id=side,
        partner_name=partner.name,
        partner_mpn_id=partner.mpn_id,
        status=RelationshipStatus.ACTIVE,
        delegated_admin=DelegatedAdmin.NONE,
        delegated_admin_until=None,
        indirect_reseller_id=reseller_id,
        indirect_provider_id=provider_id,
        other_side=OtherSide.of(facts.partners[other_id]) if other_id else None,
        invitation_id=None,
        origin=Origin.IMPORTED,
        evidence=command.body.evidence,
        since=command.body.since or facts.at,
        updated_at=facts.at,
    )
