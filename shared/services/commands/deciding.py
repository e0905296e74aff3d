"""From a loaded tenant to a decision and its effect, for commands and dry runs alike."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from immutables import Map

from shared.deciding.command import InvitationCommand, RelationshipCommand
from shared.deciding.commands import Command
from shared.deciding.decide import decide
from shared.deciding.evolve import evolve_all
from shared.deciding.facts import Decided, Decision, Refused
from shared.deciding.guard import allowance, check
from shared.model.state import Tenant
from shared.policy.callers import CallerRole
from shared.policy.refusals import Refusal
from shared.services.commands.loading import Loaded, Loader

_CUSTOMER: Final = {CallerRole.CUSTOMER_GLOBAL_ADMIN, CallerRole.CUSTOMER_READER}


async def consider(loader: Loader, command: Command, loaded: Loaded) -> tuple[Loaded, Decision]:
    """The decision, and what it rests on: anything but Decided on fresh profiles only.

    Another instance may have changed a profile that is cached here.
    """
    decision = decide(loaded.tenant, command, loaded.facts)
    if loaded.cached and not isinstance(decision, Decided):
        loaded = await loader.refresh(loaded)
        decision = decide(loaded.tenant, command, loaded.facts)
    if isinstance(decision, Refused):
        told = addressed(decision.refusals, command, loaded)
        decision = replace(decision, refusals=told)
    return loaded, decision


def addressed(refusals: Iterable[Refusal], command: Command, loaded: Loaded) -> tuple[Refusal, ...]:
    """The refusals, spoken to the side of who asked."""
    partner = _asking(command, loaded) if command.actor.role in _CUSTOMER else None
    return tuple(each.to_customer(partner) if partner else each for each in refusals)


def _asking(command: Command, loaded: Loaded) -> str | None:
    """The name of the partner about whom a customer decides."""
    if isinstance(command, InvitationCommand):
        invitation = loaded.tenant.invitation(command.invitation_id)
        return invitation.partner_name if invitation else None
    if isinstance(command, RelationshipCommand):
        partner = loaded.facts.partners.get(command.partner_id)
        return partner.name if partner else None
    return None


def effect(command: Command, loaded: Loaded, decided: Decided) -> Tenant:
    """The tenant as the decision leaves it. Raises NonInterferenceError: a defect of ours."""
    before = loaded.tenant
    after = evolve_all(before, decided.events)
    check(before, after, allowance(before, command, loaded.invitation_link))
    kept = before.details.update(decided.details)
    return after.with_details(
        Map({key: each for key, each in kept.items() if key not in decided.erased})
    )
