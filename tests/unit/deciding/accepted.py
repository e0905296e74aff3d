"""What an acceptance makes of a customer's relationships."""

from shared.deciding.decide import decide
from shared.deciding.evolve import evolve_all
from shared.model.models import Relationship
from tests.cast.commands import accept
from tests.cast.decisions import events_of, facts
from tests.cast.ids import AGENCY, DIRECT, OTHER_DIRECT, PROVIDER, RESELLER
from tests.cast.resources import link, partner, tenant

ALL = facts(
    partner(DIRECT), partner(OTHER_DIRECT), partner(PROVIDER), partner(RESELLER), links=[link()]
)

SECOND = accept(customerAgreement=None, country=None)
"""Once customer and agreement are known, nothing more is asked."""


def relationships_of(*before, command=None, known=ALL) -> dict[str, Relationship]:
    """The relationships after accepting in a tenant to which `before` happened."""
    state = tenant(AGENCY, *before)
    after = evolve_all(state, events_of(decide(state, command or accept(), known)))
    return {
        one: related.relationship
        for one, related in after.head.related.items()
        if related.relationship
    }
