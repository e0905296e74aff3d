"""Shards that die, messages that come twice, rows that do not decode: same findings, each once."""

import asyncio
from datetime import timedelta

import pytest

from shared.errors import SweepRunning
from shared.model.state import RowKey, RowKind
from shared.proving.examination import Examination
from shared.services.ports.sweeps import Part, SweepStatus
from shared.services.ports.values import StorageDown, WriteUnknown
from shared.services.queues.internal_messages import shard_of
from shared.storage.encoding.keys import places as places_keys
from shared.storage.encoding.keys import tenants as tenants_keys
from shared.storage.engine.memory import Request
from shared.storage.engine.table import Insert
from tests.cast.ids import AGENCY, BUREAU, DIRECT, subscription_id
from tests.running.backend import wrote
from tests.running.sweeps import findings, limited, open_findings, run_sweep, swept
from tests.sweeps.world import DIVERGED, tamper


async def messages(backend, machine, limit: int = 200):
    """Delivers as a queue does: what fails comes again."""
    for _ in range(limit):
        waiting = backend.queues.take("sweep-shards")
        if not waiting:
            return
        for message in waiting:
            try:
                await machine.shards.run(*shard_of(message.text))
            except (RuntimeError, StorageDown, WriteUnknown):
                await backend.queues.put("sweep-shards", message.text)
    raise AssertionError("the sweep does not end")


@pytest.mark.parametrize("nth", [1, 2, 5, 9, 14, 20, 27, 35, 44])
async def test_a_process_that_dies_at_any_request_is_continued(backend, nth):
    tamper(backend)
    machine = limited(backend.services, written_rows=4, page=3)
    sweep, _ = await machine.sweeps.start()
    left = nth

    async def die(request: Request) -> None:
        nonlocal left
        if request.operations or request.verb == "pages":
            left -= 1
            if left == 0:
                raise RuntimeError("the process dies")

    backend.before = die
    await messages(backend, machine)
    assert left <= 0
    ended = (await backend.ports.sweeps.get(sweep.id)).value
    assert ended.status is SweepStatus.SUCCEEDED
    assert await open_findings(backend.services) == {DIVERGED}
    assert ended.tally.problems == {"state-diverged": 1}
    tenants = backend.tables["tenants"]._partitions
    assert ended.tally.tenants == len(tenants)
    leaves = [leaf.tenant_id async for leaf in backend.ports.sweeps.leaves(sweep.id)]
    assert leaves == sorted(tenants)


async def test_answers_that_get_lost_are_settled_by_doing_it_again(backend):
    tamper(backend)
    machine = limited(backend.services, written_rows=4)
    sweep, _ = await machine.sweeps.start()
    lost = 0

    async def lose(request: Request) -> None:
        nonlocal lost
        if wrote(request, "shard|") or wrote(request, "id|") or wrote(request, "finding|"):
            lost += 1
            if lost % 2:
                raise WriteUnknown("no answer")

    backend.after = lose
    await messages(backend, machine)
    backend.calm()
    ended = (await backend.ports.sweeps.get(sweep.id)).value
    assert ended.status is SweepStatus.SUCCEEDED
    assert await open_findings(backend.services) == {DIVERGED}
    assert ended.tally.tenants == len(backend.tables["tenants"]._partitions)


async def test_messages_that_come_twice_at_once(backend):
    tamper(backend)
    machines = [limited(backend.instance(n), written_rows=4, page=5) for n in (1, 2)]
    sweep, _ = await machines[0].sweeps.start()
    while waiting := backend.queues.take("sweep-shards"):
        for message in waiting:
            shard = shard_of(message.text)
            await asyncio.gather(*(each.shards.run(*shard) for each in machines))
    ended = (await backend.ports.sweeps.get(sweep.id)).value
    assert ended.status is SweepStatus.SUCCEEDED
    assert await open_findings(backend.services) == {DIVERGED}
    assert ended.tally.problems == {"state-diverged": 1}
    assert ended.tally.tenants == len(backend.tables["tenants"]._partitions)
    checkpoint = await backend.ports.checkpoints.get(sweep.id)
    assert checkpoint.size == ended.tally.tenants


async def test_a_message_of_a_sweep_that_is_over_does_nothing(backend):
    machine = limited(backend.services)
    sweep = await run_sweep(backend.services, backend.queues, with_machine=machine)
    before = await backend.ports.sweeps.get(sweep.id)
    await machine.shards.run(sweep.id, 0)
    await machine.shards.run(sweep.id, 99)
    assert await backend.ports.sweeps.get(sweep.id) == before


async def test_rows_that_do_not_decode_are_findings_and_stop_nothing(backend):
    odd = {
        "tenants": (places_keys.Key(AGENCY, f"subscription|{subscription_id(70)}"), "{"),
        "claims": (places_keys.Key("mpn|1234567", "claim"), "{}"),
        "index": (places_keys.Key(f"{DIRECT}|0", "customer|x"), "[]"),
    }
    for table, (key, body) in odd.items():
        await backend.tables[table].transact([Insert(key, {"v": 1, "sequence": 1, "body": body})])
    tamper(backend)
    met = await swept(backend)
    assert met == {
        DIVERGED: False,
        ("undecodable-row", AGENCY, odd["tenants"][0].row): False,
        ("undecodable-row", "", "mpn|1234567|claim"): False,
        ("undecodable-row", "", f"{DIRECT}|0|customer|x"): False,
    }


async def test_code_that_did_not_reckon_with_a_row_stops_nothing(backend, monkeypatch):
    """A defect of ours while one row is examined is a finding about that row."""
    examined = Examination.row
    bad = (RowKind.SUBSCRIPTION, subscription_id(2))

    def row(self: Examination, key: RowKey, *rest: object) -> None:
        if key == bad:
            raise KeyError("nobody thought of that")
        examined(self, key, *rest)

    monkeypatch.setattr(Examination, "row", row)
    tamper(backend)
    assert await swept(backend) == {
        DIVERGED: False,
        ("undecodable-row", AGENCY, f"subscription|{subscription_id(2)}"): False,
    }


async def test_a_tenant_whose_writers_never_rest_is_busy_and_nothing_of_it_is_closed(backend):
    tamper(backend)
    assert await swept(backend) == {DIVERGED: False}
    first = await findings(backend.services)
    head = tenants_keys.head(AGENCY)

    async def touch(request: Request) -> None:
        if request.verb == "pages" and request.table == "tenants":
            stored = await backend.ports.tenants.head(AGENCY)
            backend.after, mine = _quiet, backend.after
            await backend.ports.tenants.touch_head(AGENCY, stored.etag)
            backend.after = mine

    async def _quiet(_: Request) -> None:
        return

    backend.clock.pass_by(timedelta(minutes=1))
    backend.after = touch
    sweep = await run_sweep(backend.services, backend.queues)
    backend.calm()
    assert head
    assert sweep.status is SweepStatus.SUCCEEDED
    assert sweep.tally.busy >= 1
    assert await findings(backend.services) == first


async def test_a_finding_keeps_its_first_time_and_is_closed_when_it_is_gone(backend):
    tamper(backend)
    await swept(backend)
    (first,) = await findings(backend.services)
    backend.clock.pass_by(timedelta(days=1))
    await swept(backend)
    (again,) = await findings(backend.services)
    assert again.first_seen_at == first.first_seen_at
    assert again.last_seen_at == backend.clock.now()
    entity = backend.rows("tenants", AGENCY)[f"subscription|{subscription_id(1)}"]
    entity.properties["body"] = entity.properties["body"].replace('"quantity":9', '"quantity":7')
    backend.clock.pass_by(timedelta(days=1))
    await run_sweep(backend.services, backend.queues, BUREAU)
    assert await open_findings(backend.services) == {DIVERGED}, "another customer's sweep"
    backend.clock.pass_by(timedelta(days=1))
    await run_sweep(backend.services, backend.queues, AGENCY)
    assert await open_findings(backend.services) == set()
    (closed,) = await findings(backend.services)
    assert (closed.status, closed.last_seen_at) == ("closed", again.last_seen_at)


async def test_a_second_start_is_the_running_sweep(backend):
    sweeps = limited(backend.services).sweeps
    first, new = await sweeps.start()
    again, other = await sweeps.start()
    assert (new, other) == (True, False)
    assert again == first
    with pytest.raises(SweepRunning) as refused:
        await sweeps.start(AGENCY)
    assert refused.value.target == first.id
    await sweeps.start_by_timer()
    assert len((await backend.ports.sweeps.list(None, 10)).items) == 1


async def test_two_starts_at_once_are_one_sweep(backend):
    machines = [limited(backend.instance(n)) for n in range(4)]
    started = await asyncio.gather(*(each.sweeps.start() for each in machines))
    assert sum(new for _, new in started) == 1
    assert len({sweep.id for sweep, _ in started}) == 1


async def test_a_dead_sweep_is_superseded(backend):
    sweeps = limited(backend.services).sweeps
    dead, _ = await sweeps.start()
    backend.queues.take("sweep-shards")
    backend.clock.pass_by(timedelta(minutes=29))
    assert (await sweeps.start())[0].id == dead.id
    backend.clock.pass_by(timedelta(minutes=2))
    alive = await run_sweep(backend.services, backend.queues)
    assert alive.id != dead.id
    assert alive.status is SweepStatus.SUCCEEDED
    assert (await backend.ports.sweeps.get(dead.id)).value.status is SweepStatus.FAILED


async def test_a_dead_sweep_says_what_it_had_met(backend):
    tamper(backend)
    machine = limited(backend.services)
    dead, _ = await machine.sweeps.start()
    first, *_ = backend.queues.take("sweep-shards")
    await machine.shards.run(*shard_of(first.text))
    before = await machine.queries.sweep(dead.id)
    backend.clock.pass_by(timedelta(minutes=31))
    await machine.sweeps.start()
    after = await machine.queries.sweep(dead.id)
    assert (before["status"], after["status"]) == ("running", "failed")
    assert after["findings"] == {"byKind": {"state-diverged": 1}}
    assert (after["tenants"], after["rows"]) == (before["tenants"], before["rows"])


@pytest.mark.parametrize("reached", range(6))
async def test_a_start_that_died_on_the_way_goes_on_when_it_is_asked_for_again(backend, reached):
    tamper(backend)
    sweeps = limited(backend.services).sweeps
    writes = 0

    async def die(request: Request) -> None:
        nonlocal writes
        if request.verb == "transact" and request.table in {"operations", "sweep-shards"}:
            writes += 1
            if writes > reached + 1:
                raise StorageDown("gone")

    backend.before = die
    with pytest.raises(StorageDown):
        await sweeps.start()
    backend.calm()
    begun = (await backend.ports.sweeps.running()).value
    again, new = await sweeps.start()
    assert (again.id, new) == (begun, False)
    backend.clock.pass_by(timedelta(minutes=3))
    await sweeps.start_by_timer()
    await messages(backend, limited(backend.services))
    ended = (await backend.ports.sweeps.get(begun)).value
    assert ended.status is SweepStatus.SUCCEEDED
    assert ended.tally.tenants == len(backend.tables["tenants"]._partitions)
    assert await open_findings(backend.services) == {DIVERGED}


async def test_a_shard_that_failed_at_every_try_ends_the_sweep_as_failed(backend):
    tamper(backend)
    assert await swept(backend) == {DIVERGED: False}
    backend.clock.pass_by(timedelta(minutes=1))
    machine = limited(backend.services)
    sweep, _ = await machine.sweeps.start()
    for message in backend.queues.take("sweep-shards"):
        sweep_id, n = shard_of(message.text)
        shard = await backend.ports.sweeps.shard(sweep_id, n)
        if shard.value.part is Part.TENANTS:
            await machine.shards.give_up(sweep_id, n)
            await machine.shards.give_up(sweep_id, n)
        else:
            await machine.shards.run(sweep_id, n)
    ended = (await backend.ports.sweeps.get(sweep.id)).value
    assert (ended.status, ended.checkpoint_id) == (SweepStatus.FAILED, None)
    assert await open_findings(backend.services) == {DIVERGED}
    backend.clock.pass_by(timedelta(minutes=1))
    assert (await run_sweep(backend.services, backend.queues)).status is SweepStatus.SUCCEEDED
