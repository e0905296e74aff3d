"""What the customer's Global admin answers, and what an acceptance creates (ACC-2)."""

from dataclasses import dataclass
from typing import ClassVar, Final, final, override

from immutables import Map

from shared.deciding import inviting
from shared.deciding.bodies import AcceptBody, DeclineBody, SignerBody
from shared.deciding.closing import closed
from shared.deciding.command import InvitationCommand
from shared.deciding.facts import Absent, Decided, Decision, Facts, Incomplete, Needs, Refused
from shared.model.base import Who
from shared.model.customers import Customer, CustomerAgreement, PartnerBlock, TenantKind
from shared.model.events import Event, EventType
from shared.model.models import (
    DelegatedAdmin,
    Invitation,
    InvitationLink,
    InvitationStatus,
    Origin,
    OtherSide,
    Relationship,
    RelationshipStatus,
)
from shared.model.personal import AGREEMENT_DETAILS, Details, Signer
from shared.model.state import Tenant
from shared.policy import agreements, eligibility, invitations, relationships
from shared.policy.refusals import Refusal, broken
from shared.wording import Words

_NO_AGREEMENT: Final = Words(
    "The Microsoft Customer Agreement is not accepted yet: state who accepts it.",
    "Microsoft 고객 계약이 아직 수락되지 않았습니다. 수락하는 사람을 입력하십시오.",
)
_NO_COUNTRY: Final = Words(
    "The country is not known yet: state it.",
    "국가가 아직 등록되지 않았습니다. 국가를 입력하십시오.",
)
_NO_PRIVILEGES: Final = Words(
    "The invitation asks for no privileges, so there is nothing to limit in time.",
    "이 초대는 위임된 관리 권한을 요청하지 않으므로 기한을 정할 수 없습니다.",
)
_NOBODY: Final = SignerBody(first_name="-", last_name="-", email="nobody@invalid.example")
_PAST: Final = Words("The time must lie in the future.", "현재 이후의 시간이어야 합니다.")


@final
@dataclass(frozen=True, slots=True)
class AcceptInvitation(InvitationCommand):
    """The customer's Global admin accepts."""

    name: ClassVar = "accept-invitation"
    body: AcceptBody

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        asked = tenant.invitation(self.invitation_id)
        if asked is None:
            return Needs()
        return inviting.needs_of_sides(
            asked.partner_id, asked.indirect_reseller_id, asked.indirect_provider_id
        )

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """All or nothing: relationship, privileges, agreement."""
        invitation = tenant.invitation(self.invitation_id)
        if invitation is None or self.actor.tenant_id != self.customer_id:
            return Absent()
        if invitation.status is InvitationStatus.ACCEPTED:
            return Decided()
        if refusals := broken(
            invitations.acc_3(invitation, facts.at), eligibility.elg_1(tenant.head)
        ):
            return Refused(refusals)
        return conclude(tenant, self, invitation, facts)


def conclude(
    tenant: Tenant, command: AcceptInvitation, invitation: Invitation, facts: Facts
) -> Decision:
    """What accepting `invitation` comes to, be it stored or made on the spot by a link."""
    if incomplete := _incomplete(tenant, command, invitation, facts):
        return incomplete
    customer = _customer(tenant, command)
    if refusals := _refusals(tenant, command, invitation, customer, facts):
        return Refused(refusals)
    events = [closed(invitation, InvitationStatus.ACCEPTED, command.actor, facts.at)]
    if customer != tenant.head.customer:
        events.append(Event(EventType.CUSTOMER_UPDATED, customer))
    details: Map[str, Details] = Map()
    if tenant.head.agreement is None and command.body.customer_agreement:
        events.append(Event(EventType.CUSTOMER_AGREEMENT_ACCEPTED, _agreement(command, facts)))
        signer = Signer(**command.body.customer_agreement.model_dump(by_alias=False))
        details = Map({AGREEMENT_DETAILS: Details(signer=signer)})
    for partner_id in inviting.sides_of(invitation.partner_id, invitation):
        events.extend(_relationship(tenant, command, invitation, partner_id, facts))
    return Decided(tuple(events), details)


@final
@dataclass(frozen=True, slots=True)
class DeclineInvitation(InvitationCommand):
    """The customer's Global admin declines, and may block the partner."""

    name: ClassVar = "decline-invitation"
    body: DeclineBody

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        # A reason is added to what is kept of the invitation already.
        return Needs(details=frozenset({self.invitation_id} if self.body.reason else ()))

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """The reason stays with the personal data: it is free text that a person typed.

        A block that stands stays as it is: since when, and of whom as it was called then.
        """
        invitation = tenant.invitation(self.invitation_id)
        if invitation is None or self.actor.tenant_id != self.customer_id:
            return Absent()
        if invitation.status is InvitationStatus.DECLINED:
            return Decided()
        if refusals := broken(invitations.inv_2(invitation, facts.at)):
            return Refused(refusals)
        events = [closed(invitation, InvitationStatus.DECLINED, self.actor, facts.at)]
        if self.body.block and tenant.head.of(invitation.partner_id).blocked is None:
            block = PartnerBlock(
                customer_id=tenant.id,
                partner_id=invitation.partner_id,
                partner_name=invitation.partner_name,
                partner_mpn_id=invitation.partner_mpn_id,
                blocked_at=facts.at,
            )
            events.append(Event(EventType.PARTNER_BLOCKED, block))
        details: Map[str, Details] = Map()
        if self.body.reason:
            kept = tenant.details.get(invitation.id, Details())
            details = Map({invitation.id: kept.but(decline_reason=self.body.reason)})
        return Decided(tuple(events), details)


def needed(tenant: Tenant) -> tuple[str, ...]:
    """The fields of its body that an acceptance has to bring now."""
    known = tenant.head.customer.country if tenant.head.customer else None
    return (
        *(() if tenant.head.agreement else ("customerAgreement",)),
        *(() if known else ("country",)),
    )


def supplying(country: str | None = None) -> AcceptBody:
    """The body of an acceptance that is only tried out: nobody signs, nothing of it is kept."""
    return AcceptBody(customer_agreement=_NOBODY, country=country)


def _incomplete(
    tenant: Tenant, command: AcceptInvitation, invitation: Invitation, facts: Facts
) -> Incomplete | None:
    """All that is wrong with the body. A missing agreement alone is AGR-3's to refuse."""
    body, required, found = command.body, needed(tenant), dict[str, Words]()
    if "country" in required and body.country is None:
        found["country"] = _NO_COUNTRY
    until = body.delegated_admin_until
    if until and not invitation.delegated_admin:
        found["delegatedAdminUntil"] = _NO_PRIVILEGES
    elif until and until <= facts.at:
        found["delegatedAdminUntil"] = _PAST
    if found and "customerAgreement" in required and body.customer_agreement is None:
        found = {"customerAgreement": _NO_AGREEMENT, **found}
    return Incomplete(found) if found else None


def _refusals(
    tenant: Tenant,
    command: AcceptInvitation,
    invitation: Invitation,
    customer: Customer,
    facts: Facts,
) -> tuple[Refusal, ...]:
    head = tenant.head
    partner = facts.partners[invitation.partner_id]
    return broken(
        relationships.prt_1(partner),
        agreements.agr_1(partner, facts.at),
        agreements.agr_3_acceptance(head, signing=command.body.customer_agreement is not None),
        eligibility.elg_4(partner, head.id),
        eligibility.elg_6(partner.country, customer.country, "country"),
        eligibility.gov_1(facts.cloud, delegated_admin=invitation.delegated_admin),
        eligibility.multi_partner(facts.cloud, head, inviting.sides_of(partner.id, invitation)),
        inviting.other_side(head.id, partner, invitation, facts),
    )


def _customer(tenant: Tenant, command: AcceptInvitation) -> Customer:
    """ELG-3: accepting is an own act, so the tenant is a customer from now on."""
    before, body = tenant.head.customer, command.body
    return Customer(
        id=command.customer_id,
        name=body.name or (before.name if before else None),
        domain=body.domain or (before.domain if before else None),
        country=body.country or (before.country if before else None),
        kind=TenantKind.CUSTOMER,
    )


def _agreement(command: AcceptInvitation, facts: Facts) -> CustomerAgreement:
    return CustomerAgreement(
        customer_id=command.customer_id,
        accepted_at=facts.at,
        accepted_by=Who.of(command.actor),
    )


def _relationship(
    tenant: Tenant,
    command: AcceptInvitation,
    invitation: Invitation,
    partner_id: str,
    facts: Facts,
) -> list[Event]:
    """INV-7: re-establishes what was removed and restores privileges that are gone, nothing else.

    What stands stays as it is: above all, one side's invitation changes nothing of the other's.
    """
    before = tenant.head.of(partner_id).relationship
    if before and before.status is RelationshipStatus.ACTIVE:
        own = partner_id == invitation.partner_id
        relationship = before.but(updated_at=facts.at)
        if own:
            relationship = relationship.but(invitation_id=invitation.id)
        accepted = [_accepted(relationship)] if own else []
    else:
        relationship = _new(command, invitation, partner_id, facts)
        accepted = [_accepted(relationship)]
    standing = relationship.delegated_admin_at(facts.at) is DelegatedAdmin.GRANTED
    if standing or not invitation.delegated_admin:
        return accepted
    granted = relationship.but(
        delegated_admin=DelegatedAdmin.GRANTED,
        delegated_admin_until=command.body.delegated_admin_until,
    )
    return [*accepted, Event(EventType.DAP_APPROVED, granted)]


def _accepted(relationship: Relationship) -> Event:
    indirect = relationship.indirect_provider_id is not None
    kind = EventType.INDIRECT_RELATIONSHIP_ACCEPTED if indirect else EventType.RELATIONSHIP_ACCEPTED
    return Event(kind, relationship)


def _new(
    command: AcceptInvitation, invitation: Invitation, partner_id: str, facts: Facts
) -> Relationship:
    own = partner_id == invitation.partner_id
    provider_id = invitation.indirect_provider_id or (None if own else invitation.partner_id)
    reseller_id = invitation.indirect_reseller_id or (None if own else invitation.partner_id)
    reseller_id = None if reseller_id == partner_id else reseller_id
    provider_id = None if provider_id == partner_id else provider_id
    other_id = reseller_id or provider_id
    partner = facts.partners[partner_id]
    return Relationship(
        customer_id=command.customer_id,
        partner_id=partner_id,
        partner_name=partner.name,
        partner_mpn_id=partner.mpn_id,
        status=RelationshipStatus.ACTIVE,
        delegated_admin=DelegatedAdmin.NONE,
        delegated_admin_until=None,
        indirect_reseller_id=reseller_id,
        indirect_provider_id=provider_id,
        other_side=OtherSide.of(facts.partners[other_id]) if other_id else None,
        invitation_id=invitation.id,
        origin=Origin.LINK if invitation.link_id else Origin.INVITATION,
        since=facts.at,
        updated_at=facts.at,
    )
