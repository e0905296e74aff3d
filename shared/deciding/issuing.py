"""Invitation links (INV-5): issuing and revoking; accepting one is in `redeeming`."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, final, override

from shared.canonical import digest
from shared.deciding.bodies import LinkBody
from shared.deciding.command import InvitationLinkCommand
from shared.deciding.facts import (
    Absent,
    Clash,
    Decided,
    Decision,
    Facts,
    Needs,
    NotEnrolled,
    Refused,
)
from shared.model.events import Event, EventType
from shared.model.models import InvitationLink, Partner
from shared.model.state import Tenant
from shared.policy import agreements, eligibility, invitations
from shared.policy.refusals import Refusal, broken


@final
@dataclass(frozen=True, slots=True)
class IssueLink(InvitationLinkCommand):
    """INV-5: a partner makes a link that it can give to many customers."""

    name: ClassVar = "issue-link"
    body: LinkBody

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        reseller_id = self.body.indirect_reseller_id
        return Needs(links=frozenset({(self.partner_id, reseller_id)} if reseller_id else ()))

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """All that an invitation needs and that does not depend on the customer."""
        partner = tenant.head.partner
        if partner is None or self.actor.tenant_id != self.partner_id:
            return NotEnrolled()
        create_digest = digest(self.body.model_dump(mode="json"))
        if existing := tenant.invitation_link(self.link_id):
            return Decided() if existing.create_digest == create_digest else Clash()
        if refusals := _refusals(partner, self, facts):
            return Refused(refusals)
        invitation_link = InvitationLink(
            id=self.link_id,
            partner_id=partner.id,
            delegated_admin=self.body.delegated_admin,
            indirect_reseller_id=self.body.indirect_reseller_id,
            expires_at=facts.at + timedelta(days=self.body.expires_in_days),
            max_acceptances=self.body.max_acceptances,
            created_at=facts.at,
            updated_at=facts.at,
            create_digest=create_digest,
        )
        return Decided((Event(EventType.LINK_ISSUED, invitation_link),))


@final
@dataclass(frozen=True, slots=True)
class RevokeLink(InvitationLinkCommand):
    """INV-5: stops future use only."""

    name: ClassVar = "revoke-link"

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        return Needs()

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """Stops future use only."""
        invitation_link = tenant.invitation_link(self.link_id)
        partner = tenant.head.partner
        if partner is None or invitation_link is None or self.actor.tenant_id != self.partner_id:
            return Absent()
        if invitation_link.revoked_at:
            return Decided()
        revoked = invitation_link.but(revoked_at=facts.at, updated_at=facts.at)
        return Decided((Event(EventType.LINK_REVOKED, revoked),))


def _refusals(partner: Partner, command: IssueLink, facts: Facts) -> tuple[Refusal, ...]:
    reseller_id = command.body.indirect_reseller_id
    link = facts.links.get((partner.id, reseller_id)) if reseller_id else None
    return broken(
        agreements.agr_1(partner, facts.at),
        eligibility.gov_1(facts.cloud, delegated_admin=command.body.delegated_admin),
        invitations.inv_1(partner, reseller_id, None),
        invitations.inv_6(link, "indirectResellerId") if reseller_id else None,
    )
