"""Sweeps in a test: all messages of one, and what it came to."""

from collections.abc import Awaitable, Callable
from itertools import count
from random import Random

from shared.services.application import Services
from shared.services.ports.findings import Finding
from shared.services.ports.sweeps import Sweep
from shared.services.queues.internal_messages import shard_of
from shared.services.sweeping.wiring import Limits, SweepServices, sweep_services
from shared.storage.engine.memory import MemoryQueues
from tests.running.backend import Backend

_seeds = count(1)
"""Two sweeps of one moment have different ids."""


async def at_once(_: float) -> None:
    """Time passes: whatever was under way is over."""


def limited(services: Services, **limits) -> SweepServices:
    """A sweep with other limits, which waits for nothing."""
    return sweep_services(
        services.ports,
        services.executor,
        services.views,
        services.clock,
        Random(next(_seeds)),
        Limits(**{"pause": at_once, **limits}),
    )


async def run_sweep(
    services: Services,
    queues: MemoryQueues,
    customer_id: str | None = None,
    *,
    with_machine: SweepServices | None = None,
    beside: Callable[[], Awaitable[None]] | None = None,
) -> Sweep:
    """A whole sweep: `beside` is called before each message."""
    sweeping = with_machine or limited(services)
    sweep, _ = await sweeping.sweeps.start(customer_id)
    while waiting := queues.take("sweep-shards"):
        for message in waiting:
            if beside:
                await beside()
            await sweeping.shards.run(*shard_of(message.text))
    stored = await services.ports.sweeps.get(sweep.id)
    assert stored
    return stored.value


async def findings(services: Services) -> list[Finding]:
    """All findings, open and closed."""
    page = await services.ports.findings.list(None, 1000)
    return [stored.value for stored in page.items]


async def open_findings(services: Services) -> set[tuple[str, str, str]]:
    """(kind, tenant, key) of all that are open."""
    every = await findings(services)
    return {(each.kind, each.tenant_id, each.key) for each in every if each.status == "open"}


async def swept(store: Backend) -> dict[tuple[str, str, str], bool]:
    """(kind, tenant, key) of what one sweep met, and whether it was repaired."""
    sweep = await run_sweep(store.services, store.queues)
    seen = await store.ports.sweeps.seen(sweep.id, None, 1000)
    met = {finding_id for finding_id, _ in seen.items}
    return {
        (each.kind, each.tenant_id, each.key): each.repaired
        for each in await findings(store.services)
        if each.id in met
    }
