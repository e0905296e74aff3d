"""Personal data goes when the customer says so; the ledger keeps only that it went."""

from dataclasses import dataclass
from typing import ClassVar, final, override

from shared.deciding.command import CustomerCommand
from shared.deciding.facts import Absent, Decided, Decision, Facts, Needs
from shared.model.customers import Erasure
from shared.model.events import Event, EventType
from shared.model.models import InvitationLink
from shared.model.state import Tenant


@final
@dataclass(frozen=True, slots=True)
class ErasePersonalData(CustomerCommand):
    """The customer has personal data erased: of one invitation, or the given details."""

    name: ClassVar = "erase-personal-data"
    invitation_id: str | None
    details_ids: tuple[str, ...]

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        return Needs(details=frozenset(self.details_ids))

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """Erasing what is gone already changes nothing."""
        if self.actor.tenant_id != self.customer_id:
            return Absent()
        there = frozenset(self.details_ids) & frozenset(tenant.details)
        if not there:
            return Decided()
        data = Erasure(customer_id=self.customer_id, invitation_id=self.invitation_id)
        return Decided((Event(EventType.PERSONAL_DATA_ERASED, data),), erased=there)
