"""Every way to spoil storage, through the whole sweep: found, and nothing else is reported."""

from copy import deepcopy
from datetime import timedelta

import pytest

from tests.properties.instances import Storage
from tests.sweeps.raw import read, write_back
from tests.sweeps.running import run_sweep, swept
from tests.sweeps.scene import Scene
from tests.sweeps.tampering import ELSEWHERE, OF_TENANTS
from tests.unit.services.backend import Backend


def storage_of(backend: Backend) -> Storage:
    return Storage(backend.ports, backend.tables.__getitem__)


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
