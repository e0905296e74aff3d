"""Proofs are made from what a sweep left, and hold for anybody who recomputes them."""

from datetime import timedelta
from math import ceil

import pytest

from shared.errors import NotFound
from shared.proving import checkpoints
from shared.proving.checkpoints import leaf_bytes, leaf_hash, proven
from shared.proving.history import Leaf
from shared.services.ports.sweeps import Sweep
from shared.services.ports.values import Undecodable
from shared.services.queries import proofs as queries
from shared.services.sweeping import checkpoint_leaves
from shared.storage.encoding.keys.places import Key
from tests.cast.commands import invite, register, related
from tests.cast.ids import AGENCY, BUREAU, DIRECT, customer_id
from tests.running.backend import Backend
from tests.running.sweeps import run_sweep
from tests.sweeps.mutations import put


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


@pytest.fixture
def small(monkeypatch):
    """Subtrees of two leaves, two of them to one of the next level, a step behind each leaf."""
    for module in (checkpoints, queries):
        monkeypatch.setattr(module, "SUBTREE", 2)
        monkeypatch.setattr(module, "FAN", 2)
    monkeypatch.setattr(checkpoint_leaves, "_OFTEN", 1)


async def with_customers(backend: Backend, customers: int) -> Sweep:
    for number in range(customers):
        await backend.do(invite(DIRECT, 50 + number, customer_id(number)))
    await backend.deliver()
    backend.clock.tick = 30.0
    return await run_sweep(backend.services, backend.queues)


@pytest.mark.parametrize("customers", [0, 1, 2, 3, 6, 7, 14, 15])
@pytest.mark.usefixtures("small")
async def test_every_tenant_of_many_subtrees_is_proven(backend, customers):
    sweep = await with_customers(backend, customers)
    size = 2 + customers
    every = await backend.ports.sweeps.subtrees(sweep.id, 1, range(100))
    assert len(every) == ceil(size / 2)
    for tenant_id in backend.tables["tenants"]._partitions:
        proof = await backend.services.proofs.proof(tenant_id, None)
        assert proof["checkpoint"]["size"] == size
        assert holds(proof)


@pytest.mark.parametrize(("customers", "levels"), [(2, 1), (6, 2), (14, 3), (15, 4), (30, 4)])
@pytest.mark.usefixtures("small")
async def test_twice_as_many_tenants_make_one_query_more(backend, customers, levels):
    """The checkpoint, the roots of each level, the leaves of one subtree: they lie in one row."""
    await with_customers(backend, customers)
    for tenant_id in (AGENCY, DIRECT, customer_id(0)):
        backend.requests.clear()
        assert holds(await backend.services.proofs.proof(tenant_id, None))
        assert backend.requests == ["operations range"] * (1 + levels + 1)


@pytest.mark.usefixtures("small")
async def test_leaves_are_summed_by_as_many_messages_as_it_takes(backend, monkeypatch):
    """Every step takes half a minute: no message does all, each goes on where the last one was."""
    begun: list[int] = []

    class Counted(checkpoints.Forest):
        def __init__(self, packed: bytes = b"") -> None:
            super().__init__(packed)
            begun.append(self.whole.size)

    monkeypatch.setattr(checkpoint_leaves, "Forest", Counted)
    await with_customers(backend, 15)
    assert begun == sorted(set(begun))
    assert begun[0] == 0
    assert len(begun) > 3
    assert holds(await backend.services.proofs.proof(AGENCY, None))


async def test_leaves_that_are_gone_prove_nothing(backend):
    sweep = await run_sweep(backend.services, backend.queues)
    rows = backend.tables["operations"]._partitions[sweep.id]
    for row in [each for each in rows if each.startswith(("leaf|", "subtree|"))]:
        del rows[row]
    with pytest.raises(NotFound):
        await backend.services.proofs.proof(AGENCY, None)


async def test_leaves_that_lead_elsewhere_prove_nothing(backend):
    """With another tenant's line edited, no path would lead to the root."""
    sweep = await run_sweep(backend.services, backend.queues)
    rows = backend.tables["operations"]._partitions[sweep.id]
    [row] = [each for each in rows if each.startswith("leaf|")]
    lines = rows[row].properties["body00"].decode().splitlines()
    other = next(n for n, line in enumerate(lines) if line.startswith(DIRECT))
    lines[other] = f"{lines[other][:-1]}{'0' if lines[other][-1] != '0' else '1'}"
    body = "".join(f"{line}\n" for line in lines).encode()
    put(backend.tables["operations"], Key(sweep.id, row), {"v": 1, "body00": body})
    for tenant_id in (AGENCY, DIRECT):
        with pytest.raises(Undecodable):
            await backend.services.proofs.proof(tenant_id, None)
