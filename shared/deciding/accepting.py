"""What the customer's Global admin answers, and what an acceptance creates (ACC-2)."""

from typing import Final
from uuid import NAMESPACE_URL, uuid5

from immutables import Map

from shared.deciding import inviting
from shared.deciding.bodies import InviteBody
from shared.deciding.closing import closed
from shared.deciding.commands import AcceptInvitation, DeclineInvitation, Invite
from shared.deciding.commands_invitations import AcceptLink
from shared.deciding.facts import Absent, Decided, Decision, Facts, Incomplete, Refused
from shared.model.base import Actor, Who
from shared.model.events import Event, EventType
from shared.model.models import (
    Customer,
    CustomerAgreement,
    DelegatedAdmin,
    Invitation,
    InvitationLink,
    InvitationStatus,
    Origin,
    PartnerBlock,
    Relationship,
    RelationshipStatus,
    TenantKind,
)
from shared.model.personal import AGREEMENT_DETAILS, Details, Signer
from shared.model.state import Tenant
from shared.policy import agreements, eligibility, invitations, relationships
from shared.policy.refusals import Refusal, broken
from shared.wording import Words

_NO_COUNTRY: Final = Words(
    "The country is not known yet: state it.",
    "국가가 아직 등록되지 않았습니다. 국가를 입력하십시오.",
)
_NO_PRIVILEGES: Final = Words(
    "The invitation asks for no privileges, so there is nothing to limit in time.",
    "이 초대는 위임된 관리 권한을 요청하지 않으므로 기한을 정할 수 없습니다.",
)
_PAST: Final = Words("The time must lie in the future.", "현재 이후의 시간이어야 합니다.")


type _Acceptance = AcceptInvitation | AcceptLink


def accept(tenant: Tenant, command: AcceptInvitation, facts: Facts) -> Decision:
    """All or nothing: relationship, privileges, agreement."""
    invitation = tenant.invitation(command.invitation_id)
    if invitation is None or command.actor.tenant_id != command.customer_id:
        return Absent()
    if invitation.status is InvitationStatus.ACCEPTED:
        return Decided()
    if refusals := broken(invitations.acc_3(invitation, facts.at), eligibility.elg_1(tenant.head)):
        return Refused(refusals)
    return _conclude(tenant, command, invitation, facts)


def accept_link(tenant: Tenant, command: AcceptLink, facts: Facts) -> Decision:
    """INV-5: the invitation is made and accepted at once, so all rules of both are checked."""
    invitation_link = facts.invitation_links.get((command.partner_id, command.link_id))
    partner = facts.partners.get(command.partner_id)
    if invitation_link is None or partner is None or command.actor.tenant_id != command.customer_id:
        return Absent()
    if tenant.invitation(invitation_id_of(tenant, command)):
        return Decided()
    invite = _invite(tenant, command, invitation_link)
    if refusals := broken(
        invitations.inv_5(invitation_link, facts.at),
        inviting.refusals(tenant, invite, partner, facts),
    ):
        return Refused(refusals)
    invitation = inviting.invitation(invite, partner, facts).but(
        created_by=Who(tenant_id=partner.id, role="link"),
        link_id=invitation_link.id,
        expires_at=invitation_link.expires_at,
    )
    accepted = _conclude(tenant, command, invitation, facts)
    if not isinstance(accepted, Decided):
        return accepted
    created = Event(EventType.INVITATION_CREATED, invitation)
    events = (*inviting.overdue(tenant, partner, facts), created, *accepted.events)
    return Decided(events, accepted.details)


def invitation_id_of(tenant: Tenant, command: AcceptLink) -> str:
    """The same customer by the same link is the same invitation, until it was removed."""
    removals = tenant.head.of(command.partner_id).removals
    return acceptance_id(command.partner_id, command.link_id, command.customer_id, removals)


def acceptance_id(partner_id: str, link_id: str, customer_id: str, removals: int) -> str:
    """The invitation that accepting by link makes, after so many earlier removals."""
    return str(uuid5(NAMESPACE_URL, f"{partner_id}/{link_id}/{customer_id}/{removals}"))


def _invite(tenant: Tenant, command: AcceptLink, invitation_link: InvitationLink) -> Invite:
    """What the partner would have sent to this customer."""
    body = InviteBody(
        delegated_admin=invitation_link.delegated_admin,
        indirect_reseller_id=invitation_link.indirect_reseller_id,
    )
    partner = Actor(tenant_id=command.partner_id, object_id="link", role="link")
    return Invite(partner, command.customer_id, invitation_id_of(tenant, command), body)


def _conclude(
    tenant: Tenant, command: _Acceptance, invitation: Invitation, facts: Facts
) -> Decision:
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


def decline(tenant: Tenant, command: DeclineInvitation, facts: Facts) -> Decision:
    """The reason stays with the personal data: it is free text that a person typed."""
    invitation = tenant.invitation(command.invitation_id)
    if invitation is None or command.actor.tenant_id != command.customer_id:
        return Absent()
    if invitation.status is InvitationStatus.DECLINED:
        return Decided()
    if refusals := broken(invitations.inv_2(invitation, facts.at)):
        return Refused(refusals)
    events = [closed(invitation, InvitationStatus.DECLINED, command.actor, facts.at)]
    if command.body.block:
        block = PartnerBlock(customer_id=tenant.id, partner_id=invitation.partner_id)
        events.append(Event(EventType.PARTNER_BLOCKED, block))
    details: Map[str, Details] = Map()
    if command.body.reason:
        kept = tenant.details.get(invitation.id, Details())
        details = Map({invitation.id: kept.but(decline_reason=command.body.reason)})
    return Decided(tuple(events), details)


def _incomplete(
    tenant: Tenant, command: _Acceptance, invitation: Invitation, facts: Facts
) -> Incomplete | None:
    known = tenant.head.customer.country if tenant.head.customer else None
    if known is None and command.body.country is None:
        return Incomplete("country", _NO_COUNTRY)
    until = command.body.delegated_admin_until
    if until and not invitation.delegated_admin:
        return Incomplete("delegatedAdminUntil", _NO_PRIVILEGES)
    if until and until <= facts.at:
        return Incomplete("delegatedAdminUntil", _PAST)
    return None


def _refusals(
    tenant: Tenant,
    command: _Acceptance,
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


def _customer(tenant: Tenant, command: _Acceptance) -> Customer:
    """ELG-3: accepting is an own act, so the tenant is a customer from now on."""
    before, body = tenant.head.customer, command.body
    return Customer(
        id=command.customer_id,
        name=body.name or (before.name if before else None),
        domain=body.domain or (before.domain if before else None),
        country=body.country or (before.country if before else None),
        kind=TenantKind.CUSTOMER,
    )


def _agreement(command: _Acceptance, facts: Facts) -> CustomerAgreement:
    return CustomerAgreement(
        customer_id=command.customer_id,
        accepted_at=facts.at,
        accepted_by=Who.of(command.actor),
    )


def _relationship(
    tenant: Tenant,
    command: _Acceptance,
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
    command: _Acceptance, invitation: Invitation, partner_id: str, facts: Facts
) -> Relationship:
    own = partner_id == invitation.partner_id
    provider_id = invitation.indirect_provider_id or (None if own else invitation.partner_id)
    reseller_id = invitation.indirect_reseller_id or (None if own else invitation.partner_id)
    return Relationship(
        customer_id=command.customer_id,
        partner_id=partner_id,
        partner_name=facts.partners[partner_id].name,
        status=RelationshipStatus.ACTIVE,
        delegated_admin=DelegatedAdmin.NONE,
        delegated_admin_until=None,
        indirect_reseller_id=None if reseller_id == partner_id else reseller_id,
        indirect_provider_id=None if provider_id == partner_id else provider_id,
        invitation_id=invitation.id,
        origin=Origin.LINK if invitation.link_id else Origin.INVITATION,
        since=facts.at,
        updated_at=facts.at,
    )
