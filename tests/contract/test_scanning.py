"""Whole tables in key order; a bad row stops no other."""

from dataclasses import replace

import pytest

from shared.model.claims import ClaimKey, ClaimKind
from shared.model.state import Head, RowKind
from shared.services.ports.claims import Claim, ClaimState, SlotKey
from shared.services.ports.index import FeedMark, FeedRow, IndexKey, IndexKind, IndexRow
from shared.services.ports.scanning import Marked, Partitions, Reserved, Served
from shared.services.ports.tenants import Projected
from shared.services.ports.values import Undecodable
from shared.storage.encoding.keys import places as keys
from shared.storage.encoding.keys.index import feed_mark, feed_row
from shared.storage.engine.table import Insert
from shared.storage.wiring import Memory
from tests.cast.ids import PRECISE_AT, guid
from tests.cast.resources import odd_subscription
from tests.contract.commits import first_commit

PARTNER = guid(9)


async def collected(pages) -> list:
    return [row async for page in pages for row in page]


async def three_tenants(backend) -> None:
    for n in (1, 2, 3):
        row = odd_subscription(guid(n), PARTNER, id=guid(n + 10))
        await backend.ports.tenants.commit(first_commit(Head(guid(n)), row))


async def test_rows_come_in_key_order_with_what_they_hold(backend):
    await three_tenants(backend)
    await backend.ports.tenants.save_projected(guid(1), Projected(1), None)
    rows = await collected(backend.ports.scanner.tenants(Partitions.only(guid(1)), 1000))
    names = ["entry|000000000001", "head", "projection", f"subscription|{guid(11)}"]
    assert [row.row for row in rows] == names
    entry, head, served, sold = rows
    assert (entry.value.sequence, head.value.id, served.value) == (1, guid(1), Served(1))
    assert (sold.value.id, sold.sequence) == (guid(11), 1)
    assert sold.body == sold.value.model_dump_json()
    stored = await backend.ports.tenants.row(guid(1), (RowKind.SUBSCRIPTION, guid(11)))
    assert sold.etag == stored.etag


async def test_a_row_tells_whether_it_is_what_is_written_for_a_value(backend):
    await three_tenants(backend)
    rows = await collected(backend.ports.scanner.tenants(Partitions.only(guid(1)), 1000))
    _, head, sold = rows
    assert head.written_as(head.value)
    assert not head.written_as(replace(head.value, sequence=2))
    assert sold.written_as(sold.value)
    assert not sold.written_as(sold.value.but(quantity=sold.value.quantity + 1))


@pytest.mark.parametrize("changed", [{"v": True}, {"v": 2}, {"sequence": True}, {"more": 1}])
async def test_a_row_that_only_looks_the_same_is_decoded(changed):
    memory = Memory()
    row = odd_subscription(guid(1), PARTNER, id=guid(11))
    await memory.ports.tenants.commit(first_commit(Head(guid(1)), row))
    [stored] = [
        each
        for each in await collected(memory.ports.scanner.tenants(Partitions(), 1000))
        if each.row.startswith("subscription|")
    ]
    assert stored.written_as(row)
    found = memory.tables["tenants"]._partitions[guid(1)][stored.row]
    found.properties = {**found.properties, **changed}
    assert not stored.written_as(row)


async def test_pages_are_no_larger_than_asked_and_leave_nothing_out(backend):
    await three_tenants(backend)
    pages = [page async for page in backend.ports.scanner.tenants(Partitions(), 2)]
    assert all(len(page) <= 2 for page in pages)
    found = [(row.partition, row.row) for page in pages for row in page]
    assert found == sorted(found)
    assert len(found) == 9


async def test_bounds_are_outside(backend):
    await three_tenants(backend)
    rows = await collected(backend.ports.scanner.tenants(Partitions(guid(1), guid(3)), 1000))
    assert {row.partition for row in rows} == {guid(2)}
    rows = await collected(backend.ports.scanner.tenants(Partitions(guid(2)), 1000))
    assert {row.partition for row in rows} == {guid(3)}


async def test_bad_rows_are_told_and_stop_nothing(backend):
    await three_tenants(backend)
    bad = {
        "subscription|x": {"v": 1, "sequence": 1, "body": "{"},
        "stranger|1": {"v": 1},
        "stranger": {"v": 1},
        "head|1": {"v": 1, "kind": "customer", "sequence": 0, "hash": "", "at": ""},
        "entry|x": {"v": 1, "body0": b"[" * 30_000},
        "projection": {"v": 1, "n": "1"},
    }
    for row, properties in bad.items():
        await backend.table("tenants").transact([Insert(keys.Key(guid(2), row), properties)])
    rows = await collected(backend.ports.scanner.tenants(Partitions(), 1000))
    assert {row.row for row in rows if isinstance(row.value, Undecodable)} == set(bad)
    assert {row.partition for row in rows} == {guid(n) for n in (1, 2, 3)}


async def test_claims_counters_and_slots(backend):
    claim = Claim(ClaimKey(ClaimKind.MPN, "77"), guid(1), "c", ClaimState.HELD)
    await backend.ports.claims.insert(claim)
    slot = SlotKey(PARTNER, guid(5), guid(2))
    await backend.ports.slots.reserve(slot, None)
    await backend.table("claims").transact([Insert(keys.Key("odd", "claim"), {"v": 1})])
    rows = await collected(backend.ports.scanner.claims(Partitions(), 1000))
    counter, held, mine, odd = rows
    assert (counter.value, held.value, mine.value) == (Reserved(PARTNER, guid(5), 1), slot, claim)
    assert isinstance(odd.value, Undecodable)


async def test_the_index_comes_without_events(backend):
    rows = [
        IndexRow(IndexKey(guid(partner), IndexKind.SUBSCRIPTION, guid(1), guid(n)), n, {"n": n})
        for partner in (8, 9)
        for n in (1, 2)
    ]
    index = backend.ports.index
    for row in rows:
        await index.put(row, None)
    await index.put_link(guid(8), guid(9), (1, {}), None)
    feed = [FeedRow(n, PRECISE_AT, {}) for n in range(1, 8)]
    await index.append_feed(guid(8), guid(1), FeedMark(7, 1), feed, None)
    await index.append_feed(guid(8), guid(2), FeedMark(0, 1), (), None)
    marks = [Marked(guid(8), guid(1), FeedMark(7, 1)), Marked(guid(8), guid(2), FeedMark(0, 1))]
    values = [*rows[:2], *marks, *rows[2:]]
    bodies = ['{"n":1}', '{"n":2}']
    scanned = backend.ports.scanner.index
    for page in (2, 3, 9, 10, 11, 12, 1000):
        found = await collected(scanned(Partitions(), page))
        assert [row.value for row in found] == values
        assert [row.body for row in found] == [*bodies, "", "", *bodies]
    found = await collected(scanned(Partitions(guid(8), guid(9)), 2))
    assert [row.value for row in found] == values[:4]


async def test_it_goes_on_within_a_feed(backend):
    index = backend.ports.index
    feed = [FeedRow(n, PRECISE_AT, {}) for n in range(1, 8)]
    await index.append_feed(guid(8), guid(1), FeedMark(7, 1), feed, None)
    await index.append_feed(guid(8), guid(2), FeedMark(7, 1), (), None)
    first = feed_row(guid(8), guid(1), PRECISE_AT, 1)
    mark = feed_mark(guid(8), guid(1))
    for place, customers in ((first, [guid(1), guid(2)]), (mark, [guid(2)])):
        rest = Partitions(place.partition, behind=place.row)
        found = await collected(backend.ports.scanner.index(rest, 2))
        assert [row.value.customer_id for row in found] == customers


async def test_a_mark_that_is_none_is_told(backend):
    table, feed = backend.table("index"), f"{guid(8)}|feed"
    for row in ("mark|x", "mark|"):
        await table.transact([Insert(keys.Key(feed, row), {"v": 1, "n": 1})])
    await table.transact([Insert(keys.Key(feed, f"mark|{guid(1)}"), {"v": 1})])
    found = await collected(backend.ports.scanner.index(Partitions(), 10))
    assert len(found) == 3
    assert all(isinstance(row.value, Undecodable) for row in found)


async def test_a_feed_is_leapt_over(backend):
    index = backend.ports.index
    feed = [FeedRow(n, PRECISE_AT, {}) for n in range(1, 90)]
    await index.append_feed(guid(8), guid(1), FeedMark(89, 1), feed, None)
    row = IndexRow(IndexKey(guid(9), IndexKind.CUSTOMER, guid(1), guid(1)), 1, {})
    await index.put(row, None)
    pages = [page async for page in backend.ports.scanner.index(Partitions(), 10)]
    assert len(pages) == 3
    mark = Marked(guid(8), guid(1), FeedMark(89, 1))
    assert [row.value for page in pages for row in page] == [mark, row]
