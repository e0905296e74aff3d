"""Checkpoints and their leaves are recomputed, never believed."""

import json
from datetime import timedelta

import pytest

from shared.proving.history import Leaf
from shared.proving.problems import checkpoint_place, entry_place, leaves_place
from shared.services.sweeping.retention import SWEEPS_KEPT
from shared.storage.encoding.codec.sweeps import encode_leaves
from shared.storage.encoding.keys import sweeps as keys
from shared.storage.encoding.keys.places import Key
from tests.cast.commands import update
from tests.cast.ids import AGENCY, BUREAU
from tests.running.backend import Backend
from tests.running.sweeps import open_findings, run_sweep, swept
from tests.sweeps.mutations import put
from tests.sweeps.raw import ledger, read, restored, storage_of, write_back


async def cut_back(backend: Backend) -> Leaf:
    """Takes the agency's last entry away, consistently; its leaf as it would be then."""
    before = await read(storage_of(backend))
    after = await read(storage_of(backend))
    kept = ledger(after, AGENCY)[:-1]
    restored(after, AGENCY, kept)
    await write_back(storage_of(backend), before, after)
    return Leaf(AGENCY, kept[-1].sequence, kept[-1].hash)


async def leaves_of(backend: Backend, sweep_id: str) -> list[Leaf]:
    return [leaf async for leaf in backend.ports.sweeps.leaves(sweep_id)]


def leaves_rows(backend: Backend, sweep_id: str) -> list[str]:
    return list(backend.rows("operations", sweep_id, "leaf|"))


def write_leaves(backend: Backend, sweep_id: str, leaves: list[Leaf]) -> None:
    [row] = leaves_rows(backend, sweep_id)
    put(backend.tables["operations"], Key(sweep_id, row), encode_leaves(leaves))


@pytest.fixture
async def known(backend) -> tuple[Backend, str]:
    sweep = await run_sweep(backend.services, backend.queues)
    backend.clock.pass_by(timedelta(days=1))
    return backend, sweep.id


async def test_a_tenant_that_was_cut_back_with_its_leaf(known):
    backend, sweep_id = known
    mine = await cut_back(backend)
    leaves = await leaves_of(backend, sweep_id)
    edited = [mine if leaf.tenant_id == AGENCY else leaf for leaf in leaves]
    write_leaves(backend, sweep_id, edited)
    assert ("checkpoint-broken", "", leaves_place(sweep_id)) in await swept(backend)


@pytest.mark.parametrize("left", ["no row", "no line", "other text", "other bytes"])
async def test_leaves_that_are_not_what_was_summed(known, left):
    backend, sweep_id = known
    await cut_back(backend)
    [row] = leaves_rows(backend, sweep_id)
    place = Key(sweep_id, row)
    leaves = await leaves_of(backend, sweep_id)
    match left:
        case "no row":
            put(backend.tables["operations"], place, None)
        case "no line":
            write_leaves(backend, sweep_id, [leaf for leaf in leaves if leaf.tenant_id != AGENCY])
        case "other text":
            put(backend.tables["operations"], place, {"v": 1, "body00": b"leaf\n"})
        case _:
            put(backend.tables["operations"], place, {"v": 1, "body00": b"\xff\xfe"})
    met = await swept(backend)
    assert ("checkpoint-broken", "", leaves_place(sweep_id)) in met
    backend.clock.pass_by(timedelta(days=1))
    await swept(backend)
    assert ("checkpoint-broken", "", leaves_place(sweep_id)) in await open_findings(
        backend.services
    ), "later sweeps rest on other leaves"
    backend.clock.pass_by(SWEEPS_KEPT + timedelta(days=1))
    await swept(backend)
    assert ("checkpoint-broken", "", leaves_place(sweep_id)) not in await open_findings(
        backend.services
    )


async def test_a_tenant_that_was_cut_back_alone_is_rolled_back_as_before(known):
    backend, _ = known
    before = len(ledger(await read(storage_of(backend)), AGENCY))
    await cut_back(backend)
    assert ("rolled-back", AGENCY, entry_place(before)) in await swept(backend)


def record(backend: Backend, checkpoint_id: str) -> Key:
    rows = backend.rows("operations", "checkpoint")
    [row] = [row for row, entity in rows.items() if checkpoint_id in str(entity.properties["body"])]
    return Key("checkpoint", row)


@pytest.mark.parametrize(
    "change", [{"root": "0" * 64}, {"size": 1}, {"previous": "1" * 64}, {"hash": "2" * 64}], ids=str
)
async def test_a_record_that_is_not_what_its_hash_says(known, change):
    backend, first = known
    await backend.do(update(1, quantity=8))
    await backend.deliver()
    second = await run_sweep(backend.services, backend.queues)
    backend.clock.pass_by(timedelta(days=1))
    key = record(backend, second.id)
    body = json.loads(backend.rows("operations", "checkpoint")[key.row].properties["body"])
    put(backend.tables["operations"], key, {"v": 1, "body": json.dumps(body | change)})
    kept = await backend.ports.checkpoints.get(first)
    assert ("checkpoint-broken", "", checkpoint_place(second.id)) in await swept(backend)
    newest = (await backend.ports.checkpoints.list(None, 1)).items[0]
    assert newest.previous == kept.hash, "the chain goes on from the last one that is whole"
    backend.clock.pass_by(timedelta(days=1))
    assert ("checkpoint-broken", "", checkpoint_place(second.id)) in await swept(backend)


@pytest.mark.parametrize("nth", [0, 1, 2])
async def test_a_record_that_is_gone(known, nth):
    backend, first = known
    made = [first]
    for number in range(2):
        await backend.do(update(1, quantity=30 + number))
        await backend.deliver()
        made.append((await run_sweep(backend.services, backend.queues)).id)
        backend.clock.pass_by(timedelta(days=1))
    put(backend.tables["operations"], record(backend, made[nth]), None)
    assert ("checkpoint-broken", "", checkpoint_place(made[nth])) in await swept(backend)


@pytest.mark.parametrize("nth", [0, 1])
async def test_a_record_that_is_gone_when_its_sweep_is_forgotten(known, nth):
    """Nothing testifies to it any more but the record behind it, which names another hash."""
    backend, first = known
    made = [first]
    for number in range(2):
        await backend.do(update(1, quantity=30 + number))
        await backend.deliver()
        made.append((await run_sweep(backend.services, backend.queues)).id)
        backend.clock.pass_by(timedelta(days=1))
    put(backend.tables["operations"], record(backend, made[nth]), None)
    put(backend.tables["operations"], keys.sweep(made[nth]), None)
    assert ("checkpoint-broken", "", checkpoint_place(made[nth + 1])) in await swept(backend)


async def test_a_sweep_of_one_customer_looks_at_no_checkpoint(known):
    backend, _ = known
    sweep = await run_sweep(backend.services, backend.queues, BUREAU)
    assert sweep.shards == 1
