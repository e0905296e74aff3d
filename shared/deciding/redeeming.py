"""Accepting by an invitation link (INV-5): the invitation is made and accepted at once."""

from dataclasses import dataclass, replace
from typing import ClassVar, final, override
from uuid import NAMESPACE_URL, uuid5

from shared.deciding import inviting
from shared.deciding.accepting import AcceptInvitation, conclude
from shared.deciding.bodies import AcceptBody, InviteBody
from shared.deciding.command import RelationshipCommand
from shared.deciding.facts import (
    Absent,
    Decided,
    Decision,
    Facts,
    InvitationLinkKey,
    Needs,
    Refused,
)
from shared.deciding.inviting import Invite
from shared.model.base import Actor, Who
from shared.model.events import Event, EventType
from shared.model.models import Invitation, InvitationLink, Partner
from shared.model.state import RowKind, Tenant
from shared.policy import invitations, relationships
from shared.policy.refusals import broken


@final
@dataclass(frozen=True, slots=True)
class AcceptLink(RelationshipCommand):
    """A customer's Global admin accepts by link: the invitation is made and accepted at once."""

    name: ClassVar = "accept-link"
    link_id: str
    body: AcceptBody

    @property
    @override
    def named_invitation_link(self) -> InvitationLinkKey:
        return self.partner_id, self.link_id

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        if invitation_link is None:
            return Needs()
        own = tenant.head.of(self.partner_id).pending
        ids = {invitation_id_of(tenant, self), *([own.id] if own else [])}
        sides = inviting.needs_of_sides(self.partner_id, invitation_link.indirect_reseller_id, None)
        needed = replace(sides, rows=frozenset((RowKind.INVITATION, item) for item in ids))
        return inviting.needs_of_elg_5(tenant, self.partner_id, needed)

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """INV-5: the invitation is made and accepted at once, so all rules of both are checked."""
        invitation_link = facts.invitation_links.get(self.named_invitation_link)
        partner = facts.partners.get(self.partner_id)
        if invitation_link is None or partner is None or self.actor.tenant_id != self.customer_id:
            return Absent()
        if tenant.invitation(invitation_id_of(tenant, self)):
            return Decided()
        invite = _invite(tenant, self, invitation_link)
        if refusals := broken(
            invitations.inv_5(invitation_link, facts.at),
            relationships.prt_1(partner),
            inviting.refusals(tenant, invite, partner, facts),
        ):
            return Refused(refusals)
        invitation = _made(invite, invitation_link, partner, facts)
        answer = AcceptInvitation(self.actor, self.customer_id, invitation.id, self.body)
        accepted = conclude(tenant, answer, invitation, facts)
        if not isinstance(accepted, Decided):
            return accepted
        created = Event(EventType.INVITATION_CREATED, invitation)
        events = (*inviting.overdue(tenant, partner, facts), created, *accepted.events)
        return Decided(events, accepted.details)


def offered(tenant: Tenant, command: AcceptLink, facts: Facts) -> Invitation | None:
    """The invitation that accepting would make; None where it was made, or without such a link."""
    invitation_link = facts.invitation_links.get(command.named_invitation_link)
    partner = facts.partners.get(command.partner_id)
    if invitation_link is None or partner is None:
        return None
    if tenant.invitation(invitation_id_of(tenant, command)):
        return None
    invite = _invite(tenant, command, invitation_link)
    return _made(invite, invitation_link, partner, facts)


def _made(
    invite: Invite, invitation_link: InvitationLink, partner: Partner, facts: Facts
) -> Invitation:
    return inviting.invitation(invite, partner, facts).but(
        created_by=Who(tenant_id=partner.id, role="link"),
        link_id=invitation_link.id,
        expires_at=invitation_link.expires_at,
    )


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
