"""One tenant that takes too long stops neither the sweep nor what it says of all others."""

from datetime import timedelta

import pytest

from shared.services.ports.sweeps import SweepStatus
from shared.storage.encoding.keys.places import Key
from shared.storage.engine.memory import Request
from tests.cast.commands import update
from tests.cast.ids import AGENCY, BUREAU, DIRECT, STRANGER, customer_id, subscription_id
from tests.running.sweeps import findings, limited, open_findings, run_sweep
from tests.sweeps.mutations import put

LARGE = ("too-large", AGENCY, "partition")
DIVERGED = ("state-diverged", AGENCY, f"subscription|{subscription_id(1)}")


@pytest.fixture
async def large(backend):
    """A look at the clock takes a second, a page has two rows: the agency takes over a minute."""
    await run_sweep(backend.services, backend.queues)
    for n in range(150):
        await backend.do(update(quantity=100 + n))
    await backend.deliver()
    backend.clock.pass_by(timedelta(hours=1))
    backend.clock.tick = 1.0
    return backend


async def swept(backend, **limits):
    backend.clock.pass_by(timedelta(hours=1))
    machine = limited(backend.services, page=2, **limits)
    sweep = await run_sweep(backend.services, backend.queues, with_machine=machine)
    assert sweep.status is SweepStatus.SUCCEEDED
    return {leaf.tenant_id: leaf.sequence async for leaf in backend.ports.sweeps.leaves(sweep.id)}


def tamper(backend, tenant_id: str, number: int) -> None:
    table = backend.tables["tenants"]
    key = Key(tenant_id, f"subscription|{subscription_id(number)}")
    properties = dict(table._partitions[tenant_id][key.row].properties)
    put(
        table,
        key,
        {**properties, "body": properties["body"].replace('"quantity":', '"quantity":1')},
    )


async def head(backend, tenant_id: str = AGENCY) -> int:
    return (await backend.ports.tenants.head(tenant_id)).value.sequence


async def test_a_tenant_that_takes_too_long_is_told_and_left(large):
    tamper(large, AGENCY, 1)
    tamper(large, customer_id(0), 6)
    leaves = await swept(large)
    other = ("state-diverged", customer_id(0), f"subscription|{subscription_id(6)}")
    assert await open_findings(large.services) == {LARGE, other}
    told = next(each for each in await findings(large.services) if each.kind == "too-large")
    assert (told.severity, told.detail["seconds"]) == ("warning", 60.0)
    assert 50 < told.detail["rows"] < 150
    # What the last checkpoint says of it, the next one says again.
    assert leaves[AGENCY] == await head(large) - 150
    assert leaves[BUREAU] == await head(large, BUREAU)
    # As soon as there is time for it, all is as usual.
    leaves = await swept(large, tenant_seconds=10_000.0)
    assert await open_findings(large.services) == {DIVERGED, other}
    assert leaves[AGENCY] == await head(large)


async def test_one_that_fits_and_cannot_be_read_again_in_time_is_told_as_well(large):
    tamper(large, AGENCY, 1)
    alone = False

    async def slow(request: Request) -> None:
        nonlocal alone
        if alone and request.verb == "pages":
            large.clock.seconds += 1000
            alone = False
        elif request.keys == (Key(AGENCY, "head"),) and request.verb == "get":
            alone = True

    large.before = slow
    await swept(large, tenant_seconds=200.0)
    assert await open_findings(large.services) == {LARGE}


async def test_what_is_elsewhere_is_not_compared_for_ever(large):
    """The second round of shards compares row by row, and each of these takes its time."""
    large.clock.tick = 0.0
    index = large.tables["index"]
    (partition,) = (each for each in index._partitions if each == f"{DIRECT}|c")
    row = next(each for each in index._partitions[partition] if AGENCY in each)
    put(index, Key(partition, row), None)

    async def slow(request: Request) -> None:
        if (request.table, request.verb) == ("claims", "get"):
            large.clock.seconds += 100

    large.before = slow
    await swept(large)
    assert LARGE in await open_findings(large.services)


@pytest.mark.parametrize("page", [1, 2])
async def test_a_partition_of_an_index_goes_on_in_the_next_message(backend, page):
    whole = await run_sweep(backend.services, backend.queues)
    for n in range(300):
        key = Key(f"{DIRECT}|f", f"subscription|{STRANGER}|{n:04}")
        put(backend.tables["index"], key, {"v": 1})
    backend.clock.pass_by(timedelta(hours=1))
    backend.clock.tick = 1.0
    machine = limited(backend.services, page=page, written_rows=20, invocation_seconds=0.0)
    messages = 0

    async def count() -> None:
        nonlocal messages
        messages += 1

    sweep = await run_sweep(backend.services, backend.queues, with_machine=machine, beside=count)
    assert sweep.status is SweepStatus.SUCCEEDED
    assert messages > 300 / 20
    assert sweep.tally.rows == whole.tally.rows + 300
    assert sweep.tally.problems == {"undecodable-row": 300}
