"""From a loaded tenant to a decision and its effect, for commands and dry runs alike."""

from shared.deciding.commands import Command
from shared.deciding.decide import decide
from shared.deciding.evolve import evolve_all
from shared.deciding.facts import Decided, Decision
from shared.deciding.guard import allowance, check
from shared.model.state import Tenant
from shared.services.commands.loading import Loaded, Loader


async def consider(loader: Loader, command: Command, loaded: Loaded) -> tuple[Loaded, Decision]:
    """The decision, and what it rests on: anything but Decided on fresh profiles only.

    Another instance may have changed a profile that is cached here.
    """
    decision = decide(loaded.tenant, command, loaded.facts)
    if loaded.cached and not isinstance(decision, Decided):
        loaded = await loader.refresh(loaded)
        decision = decide(loaded.tenant, command, loaded.facts)
    return loaded, decision


def effect(command: Command, loaded: Loaded, decided: Decided) -> Tenant:
    """The tenant as the events leave it. Raises NonInterferenceError: a defect of ours."""
    before = loaded.tenant
    after = evolve_all(before, decided.events)
    check(before, after, allowance(before, command, loaded.invitation_link))
    return after
