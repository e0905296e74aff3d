"""What an `IndexStore` promises of a narrowed list, on both adapters."""

import random
from collections import Counter
from datetime import datetime, timedelta

import pytest

from shared.canonical import JsonObject
from shared.clock import rfc3339
from shared.services.ports.index import EVERY_ROW, IndexFilter, IndexKey, IndexKind, IndexRow
from shared.services.ports.values import Undecodable
from shared.storage.encoding.keys import index as keys
from shared.storage.engine.table import Replace
from tests.cast.ids import PRECISE_AT, guid
from tests.contract.index_rows import CUSTOMER, PARTNER, customer_row, listing


def found_row(customer_id: str, item_id: str, status: str, minute: int) -> IndexRow:
    """A subscription that was changed at that minute, and whose term ends then."""
    at = rfc3339(PRECISE_AT + timedelta(minutes=minute))
    body: JsonObject = {"status": status, "updatedAt": at, "term": {"endsAt": at}}
    return IndexRow(IndexKey(PARTNER, IndexKind.SUBSCRIPTION, customer_id, item_id), 1, body)


@pytest.mark.parametrize("limit", [4, 100])
async def test_a_narrowed_list_in_pages_has_each_such_row_once_in_order(index, limit: int):
    chance = random.Random(3)
    customers = [guid(chance.getrandbits(128)) for _ in range(5)]
    rows = [
        found_row(customer, guid(chance.getrandbits(128)), chance.choice(["active", "deleted"]), n)
        for n, customer in enumerate(customers * 6)
    ]
    for row in [*rows, *map(customer_row, customers)]:
        await index.put(row, None)
    moment = PRECISE_AT + timedelta(minutes=12)
    rows.sort(key=lambda row: row.key.position)
    for wanted, holds in (
        (IndexFilter(statuses=frozenset({"active"})), lambda row: row.body["status"] == "active"),
        (IndexFilter(statuses=frozenset({"active", "deleted"})), lambda _: True),
        (IndexFilter(statuses=frozenset({"x' or PartitionKey ne '"})), lambda _: False),
        (
            IndexFilter(updated_since=moment),
            lambda row: datetime.fromisoformat(row.body["updatedAt"]) >= moment,
        ),
        (
            IndexFilter(updated_until=moment),
            lambda row: datetime.fromisoformat(row.body["updatedAt"]) <= moment,
        ),
        (
            IndexFilter(updated_since=moment, updated_until=moment),
            lambda row: datetime.fromisoformat(row.body["updatedAt"]) == moment,
        ),
        (
            IndexFilter(ends_before=moment),
            lambda row: datetime.fromisoformat(row.body["term"]["endsAt"]) < moment,
        ),
        (
            IndexFilter(customers[2], frozenset({"deleted"})),
            lambda row: row.key.customer_id == customers[2] and row.body["status"] == "deleted",
        ),
        (IndexFilter(customers[1]), lambda row: row.key.customer_id == customers[1]),
        (IndexFilter(guid(1)), lambda _: False),
    ):
        seen = await listing(index, IndexKind.SUBSCRIPTION, limit, wanted=wanted)
        assert seen == [row for row in rows if holds(row)], wanted
    [only] = await listing(index, limit=limit, wanted=IndexFilter(customers[0]))
    assert only.key.customer_id == customers[0]


@pytest.mark.parametrize("after", ["zzz", "'", "g", "0", CUSTOMER, f"{CUSTOMER}|", "}", "한"])
async def test_no_position_leads_out_of_a_customer(index, after: str):
    below, above = CUSTOMER[:-1] + "0", CUSTOMER[:-1] + "f"
    for customer_id in (below, above):
        await index.put(found_row(customer_id, guid(1), "active", 1), None)
        await index.put(customer_row(customer_id), None)
    for kind in (IndexKind.SUBSCRIPTION, IndexKind.CUSTOMER):
        page = await index.list(PARTNER, kind, after, 10, wanted=IndexFilter(CUSTOMER))
        assert (page.items, page.after) == ((), None)


async def test_a_row_is_found_by_what_its_body_says(index, backend):
    row = found_row(CUSTOMER, guid(1), "active", 1)
    await index.put(row, None)
    table = backend.table("index")
    entity = await table.get(keys.index(row.key))
    changed = {**entity.properties, "status": "deleted"}
    await table.transact([Replace(entity.key, changed, entity.etag)])
    with pytest.raises(Undecodable):
        await index.get(row.key)


async def test_every_shard_is_asked_at_once_and_tells_whether_that_is_all(index):
    chance = random.Random(5)
    customers = [guid(chance.getrandbits(128)) for _ in range(40)]
    rows = [
        found_row(customer, guid(1), "active" if n % 2 else "deleted", n)
        for n, customer in enumerate(customers)
    ]
    for row in [*rows, *map(customer_row, customers)]:
        await index.put(row, None)
    kind = IndexKind.SUBSCRIPTION
    active = IndexFilter(statuses=frozenset({"active"}))
    for wanted, holds in ((EVERY_ROW, lambda _: True), (active, lambda n: n % 2)):
        held = {row.key for n, row in enumerate(rows) if holds(n)}
        found, whole = await index.spread(PARTNER, kind, None, wanted=wanted)
        assert (whole, {row.key for row in found}) == (True, held)
        assert len(found) == len(held)
        shards = Counter(key.customer_id[0] for key in held)
        for each in (1, 2, max(shards.values()), max(shards.values()) + 1):
            found, whole = await index.spread(PARTNER, kind, each, wanted=wanted)
            assert len(found) == sum(min(each, there) for there in shards.values())
            if each > max(shards.values()):
                assert whole
            assert not whole or len(found) == len(held)
    [only], whole = await index.spread(PARTNER, kind, None, wanted=IndexFilter(customers[3]))
    assert (only, whole) == (rows[3], True)
