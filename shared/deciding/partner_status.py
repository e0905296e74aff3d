"""What the operator decides about a partner: PRT-1."""

from shared.deciding.commands_relationships import SetPartnerStatus
from shared.deciding.facts import Absent, Decided, Decision, Facts
from shared.model.events import Event, EventType
from shared.model.models import PartnerStatus
from shared.model.state import Tenant


def decide(tenant: Tenant, command: SetPartnerStatus, _: Facts) -> Decision:
    """Suspends or resumes; the partner's customers' rows stay."""
    partner = tenant.head.partner
    if partner is None:
        return Absent()
    if partner.status is command.status:
        return Decided()
    suspends = command.status is PartnerStatus.SUSPENDED
    kind = EventType.PARTNER_SUSPENDED if suspends else EventType.PARTNER_RESUMED
    return Decided((Event(kind, partner.but(status=command.status)),))
