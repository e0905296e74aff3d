"""Every way to spoil storage, through the whole sweep: found, and nothing else is reported."""

from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest

from shared.storage.engine.clients import Clients
from shared.wiring import wire
from tests.running.backend import SETTINGS, Backend
from tests.running.instances import Storage
from tests.running.sweeps import open_findings, run_sweep, swept
from tests.sweeps.raw import Tables, read, storage_of, write_back
from tests.sweeps.scene import NothingFits, Scene
from tests.sweeps.tampering import ELSEWHERE, OF_TENANTS
from tests.sweeps.world import populate


async def leaves(backend: Backend, sweep_id: str) -> dict:
    return {leaf.tenant_id: leaf async for leaf in backend.ports.sweeps.leaves(sweep_id)}


@pytest.mark.parametrize("way", [*OF_TENANTS, *ELSEWHERE], ids=lambda way: way.__name__)
async def test_every_way_is_found_and_nothing_else(backend, way):
    sweep = await run_sweep(backend.services, backend.queues)
    backend.clock.pass_by(timedelta(minutes=6))
    before = await read(storage_of(backend))
    after = deepcopy(before)
    expected = way(Scene(after, await leaves(backend, sweep.id)))
    await write_back(storage_of(backend), before, after)
    assert set(await swept(backend)) == expected


async def test_the_same_over_azure_tables(azurite: str):
    """Several ways at once, each at a tenant or partition of its own."""
    made = Backend()
    await populate(made)
    clients = Clients(azurite, f"t{uuid4().hex[:12]}")
    await clients.create_all()
    try:
        real = Storage.of(clients)
        await write_back(real, Tables(), await read(storage_of(made)))
        ports = replace(made.ports, **{name: getattr(real.ports, name) for name in STORES})
        services = wire(SETTINGS, ports, made.clock, Random(1), {})
        sweep = await run_sweep(services, made.queues)
        assert await open_findings(services) == set()
        made.clock.pass_by(timedelta(minutes=6))
        expected = {leaf.tenant_id: leaf async for leaf in ports.sweeps.leaves(sweep.id)}
        clean = await read(real)
        for ways in (OF_TENANTS, ELSEWHERE):
            await each_is_found(services, made, real, clean, expected, ways)
    finally:
        await clients.close()


STORES = (
    "scanner",
    "tenants",
    "claims",
    "slots",
    "index",
    "operations",
    "sweeps",
    "findings",
    "checkpoints",
)


async def each_is_found(services, made, real, clean, leaves, ways) -> None:
    """Spoils as much as fits at once, sweeps, and begins anew with what did not fit."""
    rest = list(ways)
    while rest:
        spoiled, expected, done = deepcopy(clean), set(), []
        scene = Scene(spoiled, leaves)
        for way in rest:
            with suppress(NothingFits):
                expected |= way(scene)
                done.append(way)
        assert done, rest
        await write_back(real, clean, spoiled)
        await run_sweep(services, made.queues)
        assert await open_findings(services) == expected
        await write_back(real, await read(real), clean)
        made.clock.pass_by(timedelta(seconds=1))
        rest = [way for way in rest if way not in done]
