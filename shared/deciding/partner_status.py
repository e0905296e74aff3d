"""What the operator decides about a partner: PRT-1."""

from dataclasses import dataclass
from typing import ClassVar, final, override

from shared.deciding.command import PartnerCommand
from shared.deciding.facts import Absent, Decided, Decision, Facts, Needs
from shared.model.events import Event, EventType
from shared.model.models import InvitationLink, PartnerStatus
from shared.model.state import Tenant


@final
@dataclass(frozen=True, slots=True)
class SetPartnerStatus(PartnerCommand):
    """PRT-1: the operator suspends a partner, or lets it go on."""

    name: ClassVar = "set-partner-status"
    status: PartnerStatus

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        return Needs()

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """Suspends or resumes; the partner's customers' rows stay."""
        partner = tenant.head.partner
        if partner is None:
            return Absent()
        if partner.status is self.status:
            return Decided()
        suspends = self.status is PartnerStatus.SUSPENDED
        kind = EventType.PARTNER_SUSPENDED if suspends else EventType.PARTNER_RESUMED
        return Decided((Event(kind, partner.but(status=self.status)),))
