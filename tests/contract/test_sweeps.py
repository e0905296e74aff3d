"""What is kept of sweeps, findings and checkpoints."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.proving.checkpoints import Checkpoint
from shared.proving.history import Leaf
from shared.services.ports.findings import Finding, FindingStatus
from shared.services.ports.scanning import Partitions
from shared.services.ports.sweeps import LEAVES, Part, Shard, Sweep, SweepStatus, Tally
from shared.services.ports.values import GuardFailed, Stored
from tests.cast.ids import PRECISE_AT

# Ids begin with the time: the higher is the newer.
IDS = [f"0198a2b{n}-0000-7000-8000-000000000000" for n in range(4)]


def sweep(n: int = 0, **changes) -> Sweep:
    return replace(Sweep(IDS[n], None, SweepStatus.RUNNING, PRECISE_AT, 2), **changes)


def shard(n: int = 0, **changes) -> Shard:
    whole = Shard(IDS[0], n, Part.TENANTS, Partitions("0", "8"), PRECISE_AT)
    return replace(whole, **changes)


def leaf(n: int) -> Leaf:
    return Leaf(f"{n:08x}-0000-4000-8000-000000000000", n + 1, f"{n:064x}")


@pytest.fixture
def sweeps(backend):
    return backend.ports.sweeps


async def test_one_sweep_runs_at_a_time(sweeps):
    nothing = await sweeps.running()
    assert nothing == Stored("", "")
    await sweeps.start(sweep(0), nothing, ())
    with pytest.raises(GuardFailed):
        await sweeps.start(sweep(1), nothing, ())
    assert await sweeps.get(IDS[1]) is None
    assert (await sweeps.running()).value == IDS[0]


async def test_a_sweep_ends_once_and_the_next_may_start(sweeps):
    await sweeps.start(sweep(0), await sweeps.running(), ())
    running, stored = await sweeps.running(), await sweeps.get(IDS[0])
    tally = Tally(1, 2, 3, 4, {"chain-broken": 5})
    done = sweep(
        0, status=SweepStatus.SUCCEEDED, finished_at=PRECISE_AT, checkpoint_id="c", tally=tally
    )
    await sweeps.finish(done, stored.etag, running)
    with pytest.raises(GuardFailed):
        await sweeps.finish(done, stored.etag, running)
    assert (await sweeps.get(IDS[0])).value == done
    assert (await sweeps.running()).value == ""
    await sweeps.start(sweep(1), await sweeps.running(), ())
    assert (await sweeps.running()).value == IDS[1]


async def test_a_dead_sweep_is_superseded_in_the_same_step(sweeps):
    await sweeps.start(sweep(0), await sweeps.running(), ())
    dead = await sweeps.get(IDS[0])
    failed = replace(dead, value=sweep(0, status=SweepStatus.FAILED))
    await sweeps.start(sweep(1), await sweeps.running(), (failed,))
    assert (await sweeps.get(IDS[0])).value.status is SweepStatus.FAILED


async def test_the_sums_of_shards_that_are_done_are_kept_apart(sweeps):
    for n in range(30):
        await sweeps.add_shard(shard(n, sums=b"begun"))
        stored = await sweeps.shard(IDS[0], n)
        packed = bytes([n]) * 40_000 if n % 10 == 0 else b""
        done = shard(n, sums=packed, done=n != 7)
        await sweeps.advance(done, stored.etag, ())
    found = [packed async for packed in sweeps.sums(IDS[0])]
    assert found == [bytes([n]) * 40_000 for n in (0, 10, 20)]
    assert {each.value.sums for each in await sweeps.shards(IDS[0])} == {b""}


async def test_sweeps_are_listed_newest_first(sweeps):
    for n in (1, 0, 3, 2):
        await sweeps.start(sweep(n), await sweeps.running(), ())
    first = await sweeps.list(None, 3)
    assert [each.value.id for each in first.items] == [IDS[3], IDS[2], IDS[1]]
    last = await sweeps.list(first.after, 3)
    assert [each.value.id for each in last.items] == [IDS[0]]
    assert last.after is None


async def test_shards_are_read_to_the_last_one(sweeps):
    for n in range(1_001):
        await sweeps.add_shard(shard(n))
    assert [each.value.n for each in await sweeps.shards(IDS[0])] == list(range(1_001))


async def test_shards_are_added_once(sweeps):
    many = [shard(1, partitions=Partitions("8", None)), shard(0, wanted=b"\1" * 512)]
    for each in many:
        await sweeps.add_shard(each)
    await sweeps.add_shard(shard(0, position="changed"))
    assert [each.value for each in await sweeps.shards(IDS[0])] == [many[1], many[0]]
    assert (await sweeps.shard(IDS[0], 1)).value == many[0]
    assert await sweeps.shard(IDS[0], 2) is None


async def test_progress_and_leaves_are_one_step(sweeps):
    await sweeps.add_shard(shard())
    before = await sweeps.shard(IDS[0], 0)
    moved = shard(position=leaf(1).tenant_id, tally=Tally(2, 9), sums=bytes(range(256)) * 300)
    await sweeps.advance(moved, before.etag, [leaf(0), leaf(1)])
    with pytest.raises(GuardFailed):
        await sweeps.advance(moved, before.etag, [leaf(0)])
    now = await sweeps.shard(IDS[0], 0)
    assert now.value == moved
    assert now.value.rest == Partitions(leaf(1).tenant_id, "8")
    assert [each async for each in sweeps.leaves(IDS[0])] == [leaf(0), leaf(1)]


async def test_leaves_are_streamed_in_order_from_anywhere(sweeps):
    await sweeps.add_shard(shard())
    for part in (range(LEAVES, LEAVES + 3), range(LEAVES), range(LEAVES + 3, LEAVES + 5)):
        stored = await sweeps.shard(IDS[0], 0)
        await sweeps.advance(shard(), stored.etag, [leaf(n) for n in part])
    every = [leaf(n) for n in range(LEAVES + 5)]
    assert [each async for each in sweeps.leaves(IDS[0])] == every
    behind = sweeps.leaves(IDS[0], leaf(LEAVES).tenant_id)
    assert [each async for each in behind] == every[LEAVES + 1 :]


async def test_what_a_sweep_met_is_listed(sweeps):
    for finding_id in ("b", "a", "b"):
        await sweeps.saw(IDS[0], finding_id, f"kind-{finding_id}")
    page = await sweeps.seen(IDS[0], None, 1)
    assert (page.items, page.after) == ((("a", "kind-a"),), "a")
    assert (await sweeps.seen(IDS[0], "a", 10)).items == (("b", "kind-b"),)


async def test_what_a_sweep_missed_is_told(sweeps):
    assert await sweeps.all_missed(IDS[0]) == frozenset()
    for tenant_id in ("t2", "t1", "t2"):
        await sweeps.missed(IDS[0], tenant_id)
    assert await sweeps.all_missed(IDS[0]) == {"t1", "t2"}


async def test_a_forgotten_sweep_leaves_nothing_behind(sweeps):
    await sweeps.start(sweep(0), await sweeps.running(), ())
    for n in range(12):
        await sweeps.add_shard(shard(n))
    stored = await sweeps.shard(IDS[0], 0)
    await sweeps.advance(shard(), stored.etag, [leaf(0)])
    await sweeps.forget(await sweeps.get(IDS[0]))
    assert await sweeps.get(IDS[0]) is None
    assert await sweeps.shards(IDS[0]) == []
    assert [each async for each in sweeps.leaves(IDS[0])] == []


def finding(n: int, **changes) -> Finding:
    made = Finding(
        f"{n:064x}", "index-stale", "warning", "t", "k", {"n": [n]}, False, PRECISE_AT, PRECISE_AT
    )
    return replace(made, **changes)


async def test_findings_are_changed_under_their_etag(backend):
    findings = backend.ports.findings
    await findings.put(finding(1), None)
    with pytest.raises(GuardFailed):
        await findings.put(finding(1), None)
    stored = await findings.get(finding(1).id)
    later = PRECISE_AT + timedelta(days=1)
    changed = finding(1, repaired=True, last_seen_at=later, status=FindingStatus.CLOSED)
    await findings.put(changed, stored)
    with pytest.raises(GuardFailed):
        await findings.put(changed, stored)
    await findings.put(finding(2), None)
    page = await findings.list(None, 1)
    assert [each.value for each in page.items] == [changed]
    rest = await findings.list(page.after, 1)
    assert [each.value for each in rest.items] == [finding(2)]
    await findings.delete(page.items[0])
    assert await findings.get(finding(1).id) is None
    assert [each.value for each in (await findings.list(None, 9)).items] == [finding(2)]


async def test_checkpoints_stay_as_they_are(backend):
    checkpoints = backend.ports.checkpoints
    made = [
        Checkpoint(each, "public", PRECISE_AT, n, "r" * 64, "p" * 64) for n, each in enumerate(IDS)
    ]
    for each in made:
        await checkpoints.add(each)
    await checkpoints.add(replace(made[0], root="other"))
    assert await checkpoints.get(IDS[0]) == made[0]
    page = await checkpoints.list(None, 3)
    assert list(page.items) == made[:0:-1]
    assert (await checkpoints.list(page.after, 3)).items == (made[0],)
