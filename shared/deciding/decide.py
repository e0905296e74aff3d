"""The decider: `decide(tenant, command, facts) -> decision`, pure."""

from shared.deciding.commands import Command
from shared.deciding.facts import Decision, Facts
from shared.model.state import Tenant


def decide(tenant: Tenant, command: Command, facts: Facts) -> Decision:
    """Every broken rule, or the events that make it so, as the command's own room says."""
    return command.decide(tenant, facts)
