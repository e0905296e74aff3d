"""What is as it should be is not reported, whole, in parts, and beside writers."""

import asyncio
from datetime import timedelta

import pytest

from shared.clock import rfc3339
from shared.services.ports.index import IndexKey, IndexKind
from shared.services.ports.sweeps import Part, SweepStatus
from shared.services.sweeping import sweeps as planning
from shared.storage.stores import sweeps
from tests.cast.commands import annul, dispute, invite, register, update
from tests.cast.ids import AGENCY, DIRECT, customer_id, subscription_id
from tests.running.backend import Backend
from tests.running.sweeps import findings, limited, open_findings, run_sweep, swept


async def test_a_clean_store_has_no_findings(backend):
    sweep = await run_sweep(backend.services, backend.queues)
    assert sweep.status is SweepStatus.SUCCEEDED
    assert await findings(backend.services) == []
    assert not sweep.comparing  # every total came to nothing: no single row was looked at
    tenants = set(backend.tables["tenants"]._partitions)
    assert sweep.tally.tenants == len(tenants)
    assert sweep.tally.busy == sweep.tally.repaired == 0
    rows = sum(map(len, backend.tables["tenants"]._partitions.values()))
    rows += sum(map(len, backend.tables["claims"]._partitions.values()))
    rows += sum(
        row.startswith("mark|") or not partition.endswith(("|feed", "|links"))
        for partition, found in backend.tables["index"]._partitions.items()
        for row in found
    )
    assert sweep.tally.rows == rows
    checkpoint = await backend.ports.checkpoints.get(sweep.checkpoint_id)
    leaves = [leaf async for leaf in backend.ports.sweeps.leaves(sweep.id)]
    assert [leaf.tenant_id for leaf in leaves] == sorted(tenants)
    assert checkpoint.size == len(leaves)
    for leaf in leaves:
        head = (await backend.ports.tenants.head(leaf.tenant_id)).value
        assert (leaf.sequence, leaf.hash) == (head.sequence, head.hash)


async def test_an_empty_store_is_clean():
    backend = Backend()
    sweep = await run_sweep(backend.services, backend.queues)
    assert sweep.status is SweepStatus.SUCCEEDED
    assert (await backend.ports.checkpoints.get(sweep.id)).size == 0


async def test_checkpoints_name_the_one_before(backend):
    first = await run_sweep(backend.services, backend.queues)
    await backend.do(update(1, quantity=8))
    await backend.deliver()
    backend.clock.pass_by(timedelta(days=1))
    second = await run_sweep(backend.services, backend.queues)
    assert second.previous_checkpoint_id == first.id
    before = await backend.ports.checkpoints.get(first.id)
    after = await backend.ports.checkpoints.get(second.id)
    assert after.previous == before.hash
    assert after.root != before.root
    assert await findings(backend.services) == []


@pytest.mark.parametrize("page", [1, 2, 3, 7])
async def test_pages_may_end_anywhere(backend, page):
    sweep = await run_sweep(
        backend.services, backend.queues, with_machine=limited(backend.services, page=page)
    )
    assert await findings(backend.services) == []
    assert not sweep.comparing


async def test_many_shards_cover_everything_once(backend, monkeypatch):
    whole = await run_sweep(backend.services, backend.queues)
    monkeypatch.setattr(planning, "ROWS_PER_SHARD", 5)
    backend.clock.pass_by(timedelta(hours=1))
    parts = await run_sweep(backend.services, backend.queues)
    assert parts.shards > 30
    assert parts.tally == whole.tally
    assert not parts.comparing
    roots = [(await backend.ports.checkpoints.get(each.id)).root for each in (whole, parts)]
    assert roots[0] == roots[1]


async def test_a_function_that_is_about_to_end_is_continued_by_a_message(backend):
    backend.clock.tick = 7.0
    machine = limited(backend.services, invocation_seconds=1.0)
    messages = 0

    async def count() -> None:
        nonlocal messages
        messages += 1

    sweep = await run_sweep(backend.services, backend.queues, with_machine=machine, beside=count)
    assert messages > 3
    assert sweep.status is SweepStatus.SUCCEEDED
    assert await findings(backend.services) == []
    tenants = backend.tables["tenants"]._partitions
    assert sweep.tally.tenants == len(tenants)
    leaves = [leaf.tenant_id async for leaf in backend.ports.sweeps.leaves(sweep.id)]
    assert leaves == sorted(tenants)


async def test_one_customer_alone(backend):
    sweep = await run_sweep(backend.services, backend.queues, AGENCY)
    assert (sweep.tally.tenants, sweep.checkpoint_id) == (1, None)
    assert await findings(backend.services) == []


async def test_a_disputed_subscription_is_a_notice_until_it_is_annulled(backend):
    await backend.do(dispute(2))
    await backend.deliver()
    contested = ("subscription-id-contested", AGENCY, f"subscription|{subscription_id(2)}")
    assert await swept(backend) == {contested: False}
    [finding] = await findings(backend.services)
    assert finding.severity == "notice"
    assert finding.detail == {"partnerId": DIRECT, "disputedAt": rfc3339(backend.clock.now())}
    await backend.do(annul(2))
    await backend.deliver()
    backend.clock.pass_by(timedelta(hours=1))
    assert await swept(backend) == {}
    assert await open_findings(backend.services) == set()


@pytest.mark.parametrize("page", [1, 3, 1000])
async def test_sixteen_writers_beside_it_are_no_finding(backend, page):
    """Page boundaries fall into every tenant that is being written."""
    done = False
    writes = 0

    async def write(n: int) -> None:
        nonlocal writes
        number = 100 * (n + 1)
        while not done:
            number += 1
            if n % 2:
                await backend.do(update(1 + n % 2, quantity=number))
            else:
                await backend.do(register(number, customer_id=customer_id(0)))
            if n == 3:
                await backend.do(invite(DIRECT, number, f"{number:08x}-0000-4000-8000-{n:012d}"))
            writes += 1
            await backend.deliver()

    async def sweep_twice() -> list:
        nonlocal done
        try:
            machine = limited(backend.services, page=page)
            return [
                await run_sweep(backend.services, backend.queues, with_machine=machine)
                for _ in range(2)
            ]
        finally:
            done = True

    swept, *_ = await asyncio.gather(sweep_twice(), *(write(n) for n in range(16)))
    assert await findings(backend.services) == []
    assert writes > 16
    assert any(each.comparing for each in swept)


async def test_a_second_round_of_many_shards_ends_however_many_a_page_has(backend, monkeypatch):
    """Not all ranges of tenants are looked at again, so there are fewer shards than before."""
    await run_sweep(backend.services, backend.queues)
    monkeypatch.setattr(planning, "ROWS_PER_SHARD", 5)
    monkeypatch.setattr(sweeps, "_BATCH", 7)
    sold = IndexKey(DIRECT, IndexKind.SUBSCRIPTION, AGENCY, subscription_id(1))
    row = await backend.ports.index.get(sold)
    await backend.ports.index.delete(sold, row.etag)
    backend.clock.pass_by(timedelta(hours=1))
    sweep = await run_sweep(backend.services, backend.queues)
    assert (sweep.status, sweep.comparing) == (SweepStatus.SUCCEEDED, True)
    assert sweep.shards > 100
    place = f"index|{DIRECT}|subscription|{subscription_id(1)}"
    assert await open_findings(backend.services) == {("index-missing", AGENCY, place)}
    shards = [each.value for each in await backend.ports.sweeps.shards(sweep.id)]
    assert [shard.n for shard in shards] == list(range(sweep.shards))
    assert sum(shard.part is Part.TENANTS_COMPARED for shard in shards) < sum(
        shard.part is Part.TENANTS for shard in shards
    )
