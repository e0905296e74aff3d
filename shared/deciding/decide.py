"""The decider: `needs(command, …) → needs` and `decide(tenant, command, facts) → decision`, pure.

Here is what holds for whoever asks, once, before a command's own room is entered:

    a partner asks ── enrolled? ── suspended? (PRT-1, alone) ── sees what it may (ISO-1) ──> room
    anybody else ──────────────────────────────────────────────────────────────────────────> room
"""

from dataclasses import replace

from shared.deciding.command import CustomerCommand
from shared.deciding.commands import Command
from shared.deciding.facts import Decision, Facts, Needs, NotEnrolled, Refused
from shared.deciding.partner_view import facts_of, tenant_of
from shared.model.models import InvitationLink
from shared.model.state import Tenant
from shared.policy.callers import PARTNER_ROLES
from shared.policy.refusals import broken
from shared.policy.relationships import prt_1


def needs(command: Command, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
    """What else must be read, given the head, the named rows and the named link."""
    needed = command.needs(tenant, invitation_link)
    asks = _asks(command)
    if asks is None or asks == tenant.id:  # then its profile lies in the head
        return needed
    return replace(needed, partners=needed.partners | {asks})


def decide(tenant: Tenant, command: Command, facts: Facts) -> Decision:
    """Every broken rule, or the events that make it so, as the command's own room says."""
    asks = _asks(command)
    if asks is None:
        return command.decide(tenant, facts)
    partner = tenant.head.partner if asks == tenant.id else facts.partners.get(asks)
    if partner is None:
        return NotEnrolled()
    if suspended := broken(prt_1(partner)):
        return Refused(suspended)
    if isinstance(command, CustomerCommand):
        tenant, facts = tenant_of(asks, tenant, facts), facts_of(asks, facts)
    return command.decide(tenant, facts)


def _asks(command: Command) -> str | None:
    """The partner whose people or application ask; None where anybody else does."""
    actor = command.actor
    return actor.tenant_id if actor.role in PARTNER_ROLES else None
