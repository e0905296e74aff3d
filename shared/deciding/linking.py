"""Links between an indirect provider and its resellers (LNK-1)."""

from dataclasses import dataclass
from typing import ClassVar, cast, final, override

from shared.deciding.command import ResellerLinkCommand
from shared.deciding.facts import Absent, Decided, Decision, Facts, Needs, Refused
from shared.model.events import Event, EventType
from shared.model.models import InvitationLink, LinkStatus, Partner, ResellerLink
from shared.model.state import Tenant
from shared.policy import eligibility, invitations
from shared.policy.refusals import broken


@final
@dataclass(frozen=True, slots=True)
class RequestResellerLink(ResellerLinkCommand):
    """A provider asks a reseller to link."""

    name: ClassVar = "request-reseller-link"

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        return Needs(partners=frozenset({self.reseller_id}))

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """The provider asks; asking again while it waits or stands changes nothing."""
        provider = cast("Partner", tenant.head.partner)  # Whoever asks is enrolled: see `decide`.
        link = tenant.reseller(self.reseller_id)
        if link and link.status is not LinkStatus.ENDED:
            return Decided()
        # Only LNK-1: where the reseller is from, a provider learns when it accepts (ISO-1).
        reseller = facts.partners.get(self.reseller_id)
        refusals = broken(invitations.lnk_1_sides(provider, reseller))
        if refusals or reseller is None:  # None is refused by LNK-1.
            return Refused(refusals)
        link = ResellerLink(
            provider_id=provider.id,
            provider_name=provider.name,
            provider_mpn_id=provider.mpn_id,
            reseller_id=reseller.id,
            reseller_name=reseller.name,
            reseller_mpn_id=reseller.mpn_id,
            status=LinkStatus.PENDING,
            since=facts.at,
        )
        return Decided((Event(EventType.RESELLER_LINK_REQUESTED, link),))


@final
@dataclass(frozen=True, slots=True)
class AcceptResellerLink(ResellerLinkCommand):
    """The reseller accepts."""

    name: ClassVar = "accept-reseller-link"

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        return Needs()

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """Only the reseller's acceptance makes the link active, within a region (ELG-6)."""
        link = tenant.reseller(self.reseller_id)
        if link is None or self.actor.tenant_id != self.reseller_id:
            return Absent()
        if link.status is LinkStatus.ACTIVE:
            return Decided()
        provider, reseller = tenant.head.partner, facts.partners[self.reseller_id]
        refusals = broken(
            invitations.lnk_1_ended(link),
            eligibility.elg_6(
                provider.country if provider else None, reseller.country, "resellerId"
            ),
        )
        if refusals:
            return Refused(refusals)
        link = link.but(status=LinkStatus.ACTIVE, since=facts.at)
        return Decided((Event(EventType.RESELLER_LINK_ACCEPTED, link),))


@final
@dataclass(frozen=True, slots=True)
class EndResellerLink(ResellerLinkCommand):
    """Either side ends the link."""

    name: ClassVar = "end-reseller-link"

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        return Needs()

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """Either side ends it; REM-4: customers and DAP stay as they are."""
        link = tenant.reseller(self.reseller_id)
        if link is None or self.actor.tenant_id not in {self.provider_id, self.reseller_id}:
            return Absent()
        if link.status is LinkStatus.ENDED:
            return Decided()
        link = link.but(status=LinkStatus.ENDED, since=facts.at)
        return Decided((Event(EventType.RESELLER_LINK_ENDED, link),))
