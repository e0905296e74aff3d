"""What a sweep of a store that is as it should be costs in storage requests, exactly."""

from collections import Counter
from math import ceil

import pytest

from shared.services.ports.sweeps import SweepStatus
from shared.services.sweeping import sweeps as planning
from shared.services.sweeping.reader import PAGE
from tests.cast.commands import accept, enrol, invite, register
from tests.running.backend import Backend
from tests.running.sweeps import findings, run_sweep

PARTNERS = [f"{n:08x}-0000-4000-8000-00000000fee0" for n in range(20)]
CUSTOMERS = 200
"""The same with 2,000 customers over real tables: `bench/sweep.py`, which takes minutes."""


@pytest.fixture
async def many() -> Backend:
    """Twenty partners, and customers that each bought of one of them."""
    made = Backend()
    await made.do(*(enrol(each, mpnId=f"{700 + n}") for n, each in enumerate(PARTNERS)))
    for number in range(CUSTOMERS):
        customer = f"{number * 2654435761 % 2**32:08x}-0000-4000-8000-000000000000"
        partner = PARTNERS[number % len(PARTNERS)]
        await made.do(
            invite(partner, number, customer),
            accept(number, customer),
            register(number, partner_id=partner, customer_id=customer),
        )
    await made.deliver()
    made.requests.clear()
    return made


def rows(backend: Backend, table: str) -> int:
    return sum(map(len, backend.tables[table]._partitions.values()))


def shard_requests(shards: int) -> Counter[str]:
    """Start, shards, end.

    A shard: its message; its row twice written; sweep and row read, and the sweep once more with
    all rows of shards, to see whether it is the last. The start: who runs, the last checkpoint,
    the last size, one write. The last shard sums up the new leaves: a read of them, the subtree
    and the sweep written. The end: who runs, the sums, findings, tenants missed, what was seen,
    webhooks; two writes. Behind it, by a message of its own, the sweep and four kinds of old data.
    """
    return Counter(
        {
            "queue put": shards + 1,
            "operations EGT": 2 * shards + 5,
            "operations get": 3 * shards + 4,
            "operations range": shards + 10,
            "operations pages": 2,
        }
    )


async def test_a_clean_store_of_twenty_partners_costs_one_query_for_a_thousand_rows(many):
    sweep = await run_sweep(many.services, many.queues)
    requests = Counter(many.requests)
    assert sweep.status is SweepStatus.SUCCEEDED
    assert await findings(many.services) == []
    assert sweep.tally.tenants == CUSTOMERS + len(PARTNERS)
    assert rows(many, "tenants") > PAGE
    pages = {
        f"{table} pages": ceil(rows(many, table) / PAGE) for table in ("tenants", "claims", "index")
    }
    # The profile of each partner, once for each shard of tenants: what its customers rest on.
    expected = Counter({**pages, "tenants get": len(PARTNERS)}) + shard_requests(6)
    assert requests == expected


async def test_more_shards_cost_a_few_requests_each(backend, monkeypatch):
    await run_sweep(backend.services, backend.queues)
    monkeypatch.setattr(planning, "ROWS_PER_SHARD", 24)
    backend.requests.clear()
    sweep = await run_sweep(backend.services, backend.queues)
    requests = Counter(backend.requests)
    assert await findings(backend.services) == []
    assert sweep.shards == 21
    leaves = len(backend.rows("operations", sweep.id, "leaf|"))
    costs = shard_requests(sweep.shards)
    # The last checkpoint's leaves are read by each shard of tenants, and by the one that holds
    # them against its record, which is read then, beside its sweep, and once more for its hash;
    # the new leaves, two rows of them at a time, make one more query than above.
    ranges = sweep.shards // 3 - 1
    costs["operations range"] += ranges + 1 + ceil(leaves / 2) - 1
    costs["operations get"] += 3
    queries = {f"{table} pages": ranges for table in ("tenants", "claims", "index")}
    # Three partners and a link, once for each of the shards that have customers of theirs.
    profiles = {"tenants get": 10}
    assert requests == costs + Counter({**queries, **profiles})
