"""What a sweep prunes, and what it never does."""

from datetime import timedelta
from itertools import pairwise

import pytest

from shared.services.ports.operations import Outcome, Result
from shared.services.ports.values import GuardFailed, StorageDown
from shared.services.sweeping import retention
from shared.services.sweeping.retention import (
    FINDINGS_KEPT,
    MESSAGES_KEPT,
    RESULTS_KEPT,
    SWEEPS_KEPT,
)
from shared.storage.engine.memory import Request
from tests.cast.ids import AGENCY, BUREAU
from tests.cast.messages import invitation
from tests.running.sender import Sender
from tests.running.sweeps import findings, run_sweep, swept
from tests.sweeps.world import DIVERGED, tamper

DAY = timedelta(days=1)


def result(backend, number: int) -> Result:
    at = backend.clock.now()
    return Result(f"key-{number}", "erp", f"m-{number}", "/erp", "t", Outcome.SUCCEEDED, at)


async def results(backend) -> list[str]:
    until = backend.clock.now() + DAY
    page = await backend.ports.operations.results("erp", None, 100, until=until)
    return [each.message_id for each in page.items]


async def test_old_results_go_with_their_marks(backend):
    operations = backend.ports.operations
    await operations.put_result(result(backend, 1), None)
    backend.clock.pass_by(2 * DAY)
    await operations.put_result(result(backend, 2), None)
    backend.clock.pass_by(RESULTS_KEPT - DAY)
    await run_sweep(backend.services, backend.queues)
    assert await results(backend) == ["m-2"]
    assert len(backend.rows("operations", "result|erp", "mark|")) == 1
    with pytest.raises(GuardFailed):
        await operations.put_result(result(backend, 2), None)
    assert await results(backend) == ["m-2"], "its mark is there still"


async def test_what_is_old_goes_in_as_many_messages_as_it_takes(backend, monkeypatch):
    """Behind the end: however much there is, no message has more to do than it has time for."""
    monkeypatch.setattr(retention, "MOST", 2)
    for number in range(5):
        await backend.ports.operations.put_result(result(backend, number), None)
    backend.clock.pass_by(RESULTS_KEPT + DAY)
    left: list[int] = []

    async def count() -> None:
        left.append(len(await results(backend)))
        running = await backend.ports.sweeps.running()
        assert left[-1] == 5 or not running.value, "it ends first"

    await run_sweep(backend.services, backend.queues, beside=count)
    await count()
    gone = [before - after for before, after in pairwise(left) if before != after]
    assert gone == [2, 2, 1]


async def test_sweeps_go_but_for_the_last_checkpoint(backend):
    first = await run_sweep(backend.services, backend.queues)
    alone = await run_sweep(backend.services, backend.queues, AGENCY)
    backend.clock.pass_by(SWEEPS_KEPT + DAY)
    second = await run_sweep(backend.services, backend.queues)
    left = [each.value.id for each in (await backend.ports.sweeps.list(None, 10)).items]
    assert left == [second.id], "whose leaves the next sweep needs"
    assert alone.id not in left
    backend.clock.pass_by(DAY)
    third = await run_sweep(backend.services, backend.queues)
    left = [each.value.id for each in (await backend.ports.sweeps.list(None, 10)).items]
    assert left == [third.id, second.id]
    assert await backend.ports.checkpoints.get(first.id), "a checkpoint is never pruned"
    assert [leaf async for leaf in backend.ports.sweeps.leaves(first.id)] == []


async def test_closed_findings_go_open_ones_stay(backend):
    tamper(backend)
    assert await swept(backend) == {DIVERGED: False}
    backend.clock.pass_by(FINDINGS_KEPT + DAY)
    assert DIVERGED in await swept(backend)
    entity = backend.rows("tenants", AGENCY)[DIVERGED[2]]
    entity.properties["body"] = entity.properties["body"].replace('"quantity":9', '"quantity":7')
    backend.clock.pass_by(DAY)
    await run_sweep(backend.services, backend.queues)
    ids = {(each.kind, each.key): each.status.value for each in await findings(backend.services)}
    assert ids[DIVERGED[0], DIVERGED[2]] == "closed"
    backend.clock.pass_by(FINDINGS_KEPT)
    await run_sweep(backend.services, backend.queues)
    kinds = {(each.kind, each.key) for each in await findings(backend.services)}
    assert (DIVERGED[0], DIVERGED[2]) not in kinds


async def test_remembered_messages_go_and_the_ledger_stays(backend):
    sender = Sender(backend)
    await sender.start()
    await sender.send("invitation-request", invitation(40, customerId=BUREAU, expiresInDays=300))
    await backend.deliver()
    backend.clock.pass_by(MESSAGES_KEPT - DAY)
    await run_sweep(backend.services, backend.queues)
    assert len(backend.rows("tenants", BUREAU, "message|")) == 1
    entries = backend.rows("tenants", BUREAU, "entry|")
    backend.clock.pass_by(2 * DAY)
    await run_sweep(backend.services, backend.queues)
    assert backend.rows("tenants", BUREAU, "message|") == {}
    assert backend.rows("tenants", BUREAU, "entry|") == entries


async def test_nothing_else_of_a_tenant_can_be_forgotten(backend):
    with pytest.raises(ValueError, match="entry"):
        await backend.ports.tenants.forget_message(AGENCY, "entry|000000000001", "*")


async def test_one_kind_that_fails_stops_no_other_and_not_the_sweep(backend):
    await backend.ports.operations.put_result(result(backend, 1), None)
    first = await run_sweep(backend.services, backend.queues)
    await run_sweep(backend.services, backend.queues)
    backend.clock.pass_by(RESULTS_KEPT + DAY)

    async def fail(request: Request) -> None:
        keys = [key.partition for key in request.keys]
        if request.operations and first.id in str(keys + [key.row for key in request.keys]):
            raise StorageDown("no answer")

    backend.before = fail
    sweep = await run_sweep(backend.services, backend.queues)
    assert sweep.status.value == "succeeded"
    assert first.id in [each.value.id for each in (await backend.ports.sweeps.list(None, 10)).items]
    assert await results(backend) == []
