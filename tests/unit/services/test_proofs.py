"""Proofs are made from what a sweep left, and hold for anybody who recomputes them."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from shared.errors import NotFound
from shared.proving.checkpoints import leaf_bytes, leaf_hash, proven
from shared.proving.history import Leaf
from shared.services.queries.proofs import Proofs
from tests.cast.commands import register, related
from tests.cast.ids import AGENCY, BUREAU, DIRECT
from tests.running.backend import Backend
from tests.running.sweeps import run_sweep


@pytest.fixture
async def backend() -> Backend:
    made = Backend()
    await made.do(*related(), register(1))
    await made.deliver()
    return made


def holds(proof: dict) -> bool:
    leaf = proof["leaf"]
    hashed = leaf_hash(leaf_bytes(Leaf(leaf["tenantId"], leaf["sequence"], leaf["hash"])))
    path = [bytes.fromhex(one) for one in proof["path"]]
    root = bytes.fromhex(proof["checkpoint"]["root"])
    return proven(hashed, proof["index"], proof["checkpoint"]["size"], path, root)


@pytest.mark.parametrize("tenant_id", [AGENCY, DIRECT])
async def test_a_tenant_of_a_checkpoint_can_be_proven(backend, tenant_id):
    await run_sweep(backend.services, backend.queues)
    proof = await backend.services.proofs.proof(tenant_id, None)
    head = (await backend.ports.tenants.head(tenant_id)).value
    assert proof["customerId"] == tenant_id
    assert proof["leaf"] == {"tenantId": tenant_id, "sequence": head.sequence, "hash": head.hash}
    assert holds(proof)


async def test_an_earlier_checkpoint_can_be_asked_for(backend):
    first = await run_sweep(backend.services, backend.queues)
    before = await backend.services.proofs.proof(AGENCY, None)
    await backend.do(register(2))
    await backend.deliver()
    backend.clock.pass_by(timedelta(days=1))
    await run_sweep(backend.services, backend.queues)
    after = await backend.services.proofs.proof(AGENCY, None)
    assert after["leaf"]["sequence"] == before["leaf"]["sequence"] + 1
    assert after["checkpoint"]["previous"] == before["checkpoint"]["hash"]
    assert await backend.services.proofs.proof(AGENCY, first.id) == before
    assert holds(after)


async def test_what_is_in_no_checkpoint_cannot_be_proven(backend):
    proofs = backend.services.proofs
    with pytest.raises(NotFound):
        await proofs.proof(AGENCY, None)
    await run_sweep(backend.services, backend.queues)
    for tenant_id, checkpoint_id in ((BUREAU, None), (AGENCY, BUREAU)):
        with pytest.raises(NotFound):
            await proofs.proof(tenant_id, checkpoint_id)


async def test_leaves_that_are_not_all_there_prove_nothing(backend):
    sweep = await run_sweep(backend.services, backend.queues)

    class Pruned:
        async def leaves(self, sweep_id: str) -> AsyncIterator[Leaf]:
            assert sweep_id == sweep.id
            async for leaf in backend.ports.sweeps.leaves(sweep_id):
                yield leaf
                return

    proofs = Proofs(backend.ports.checkpoints, Pruned())
    with pytest.raises(NotFound):
        await proofs.proof(AGENCY, None)
