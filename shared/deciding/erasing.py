"""Personal data goes when the customer says so; the ledger keeps only that it went."""

from shared.deciding.commands_relationships import ErasePersonalData
from shared.deciding.facts import Absent, Decided, Decision, Facts
from shared.model.events import Event, EventType
from shared.model.models import Erasure
from shared.model.state import Tenant


def decide(tenant: Tenant, command: ErasePersonalData, _: Facts) -> Decision:
    """Erasing what is gone already changes nothing."""
    if command.actor.tenant_id != command.customer_id:
        return Absent()
    there = frozenset(command.details_ids) & frozenset(tenant.details)
    if not there:
        return Decided()
    data = Erasure(customer_id=command.customer_id, invitation_id=command.invitation_id)
    return Decided((Event(EventType.PERSONAL_DATA_ERASED, data),), erased=there)
