"""Invitation links (INV-5): issuing and revoking; accepting one is in `accepting`."""

from datetime import timedelta

from shared.canonical import digest
from shared.deciding.commands_invitations import IssueLink, RevokeLink
from shared.deciding.facts import Absent, Clash, Decided, Decision, Facts, NotEnrolled, Refused
from shared.model.events import Event, EventType
from shared.model.models import InvitationLink, Partner
from shared.model.state import Tenant
from shared.policy import agreements, eligibility, invitations, relationships
from shared.policy.refusals import Refusal, broken


def issue(tenant: Tenant, command: IssueLink, facts: Facts) -> Decision:
    """All that an invitation needs and that does not depend on the customer."""
    partner = tenant.head.partner
    if partner is None or command.actor.tenant_id != command.partner_id:
        return NotEnrolled()
    create_digest = digest(command.body.model_dump(mode="json"))
    if existing := tenant.invitation_link(command.link_id):
        return Decided() if existing.create_digest == create_digest else Clash()
    if refusals := _refusals(partner, command, facts):
        return Refused(refusals)
    invitation_link = InvitationLink(
        id=command.link_id,
        partner_id=partner.id,
        delegated_admin=command.body.delegated_admin,
        indirect_reseller_id=command.body.indirect_reseller_id,
        expires_at=facts.at + timedelta(days=command.body.expires_in_days),
        max_acceptances=command.body.max_acceptances,
        created_at=facts.at,
        updated_at=facts.at,
        create_digest=create_digest,
    )
    return Decided((Event(EventType.LINK_ISSUED, invitation_link),))


def revoke(tenant: Tenant, command: RevokeLink, facts: Facts) -> Decision:
    """Stops future use only."""
    invitation_link = tenant.invitation_link(command.link_id)
    partner = tenant.head.partner
    if partner is None or invitation_link is None or command.actor.tenant_id != command.partner_id:
        return Absent()
    if invitation_link.revoked_at:
        return Decided()
    if refusals := broken(relationships.prt_1(partner)):
        return Refused(refusals)
    revoked = invitation_link.but(revoked_at=facts.at, updated_at=facts.at)
    return Decided((Event(EventType.LINK_REVOKED, revoked),))


def _refusals(partner: Partner, command: IssueLink, facts: Facts) -> tuple[Refusal, ...]:
    reseller_id = command.body.indirect_reseller_id
    link = facts.links.get((partner.id, reseller_id)) if reseller_id else None
    return broken(
        relationships.prt_1(partner),
        agreements.agr_1(partner, facts.at),
        eligibility.gov_1(facts.cloud, delegated_admin=command.body.delegated_admin),
        invitations.inv_1(partner, reseller_id, None),
        invitations.inv_6(link, "indirectResellerId") if reseller_id else None,
    )
