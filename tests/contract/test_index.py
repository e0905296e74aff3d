"""What an `IndexStore` promises, on both adapters."""

import asyncio
import random
from datetime import timedelta

import pytest

from shared.clock import SystemClock
from shared.services.ports.index import (
    FeedMark,
    FeedRow,
    IndexFilter,
    IndexKey,
    IndexKind,
    IndexRow,
)
from shared.services.ports.values import GuardFailed, Page, Stored, Undecodable
from shared.storage.encoding.keys import index as keys
from shared.storage.encoding.keys.places import Span
from shared.storage.engine.table import Insert, Replace
from tests.cast.ids import PRECISE_AT, guid
from tests.contract.index_rows import CUSTOMER, PARTNER, customer_row, listing


@pytest.fixture
def index(backend):
    return backend.ports.index


def item_row(kind: IndexKind, customer_id: str, item_id: str) -> IndexRow:
    return IndexRow(IndexKey(PARTNER, kind, customer_id, item_id), 1, {})


async def test_a_row_comes_back_and_moves_under_its_etag(index):
    row = customer_row(CUSTOMER)
    assert await index.get(row.key) is None
    await index.put(row, None)
    stored = await index.get(row.key)
    assert (stored.value, stored.sequence) == (row, 1)
    with pytest.raises(GuardFailed):
        await index.put(row, None)
    await index.put(customer_row(CUSTOMER, sequence=2), stored.etag)
    with pytest.raises(GuardFailed):
        await index.put(customer_row(CUSTOMER, sequence=3), stored.etag)
    assert (await index.get(row.key)).sequence == 2


async def test_an_empty_list(index):
    page = await index.list(PARTNER, IndexKind.CUSTOMER, None, 10)
    assert (page.items, page.after) == ((), None)


@pytest.mark.parametrize("limit", [1, 3, 7, 40, 41, 1000])
async def test_a_list_in_pages_has_each_row_once_in_order(index, limit: int):
    rows = [customer_row(guid()) for _ in range(40)]
    for row in rows:
        await index.put(row, None)
        await index.put(item_row(IndexKind.SUBSCRIPTION, row.key.customer_id, guid()), None)
    await index.put(customer_row(CUSTOMER, partner_id=guid(8)), None)
    await index.put_link(PARTNER, guid(), (1, {}), None)
    seen = await listing(index, limit=limit)
    assert seen == sorted(rows, key=lambda row: row.key.customer_id)


async def test_items_of_one_customer_in_pages(index):
    items = [item_row(IndexKind.INVITATION, CUSTOMER, guid()) for _ in range(10)]
    for row in items:
        await index.put(row, None)
    seen = await listing(index, IndexKind.INVITATION)
    assert seen == sorted(items, key=lambda row: row.key.item_id)
    assert await listing(index, IndexKind.SUBSCRIPTION) == []


async def test_concurrent_inserts_neither_repeat_nor_hide_a_row(index):
    chance = random.Random(5)
    there = [customer_row(guid(chance.getrandbits(128))) for _ in range(30)]
    for row in there:
        await index.put(row, None)
    seen: list[IndexRow] = []
    after = None
    while True:
        page = await index.list(PARTNER, IndexKind.CUSTOMER, after, 4)
        seen += page.items
        after = page.after
        if after is None:
            break
        await asyncio.gather(
            *(index.put(customer_row(guid(chance.getrandbits(128))), None) for _ in range(3))
        )
    ids = [row.key.customer_id for row in seen]
    assert len(ids) == len(set(ids))
    assert ids == sorted(ids)
    assert {row.key.customer_id for row in there} <= set(ids)


@pytest.mark.parametrize("after", ["zzz", "'", "g", "0' or PartitionKey ne '", "}", "한"])
async def test_no_position_leads_out_of_a_partners_kind(index, after: str):
    await index.put(customer_row(CUSTOMER, partner_id=guid(8)), None)
    await index.put(item_row(IndexKind.SUBSCRIPTION, CUSTOMER, guid()), None)
    page = await index.list(PARTNER, IndexKind.CUSTOMER, after, 10)
    assert (page.items, page.after) == ((), None)


def everywhere(kind: IndexKind, n: int, status: str = "active") -> IndexRow:
    """A row of the operator's: a partner, or what one sold long ago and lately."""
    at = PRECISE_AT - timedelta(days=n) if kind is IndexKind.DISPUTE else None
    ids = (guid(n), guid(40 - n)) if at else (guid(n), guid(n))
    return IndexRow(IndexKey(guid(n), kind, *ids, at), 1, {"status": status})


@pytest.mark.parametrize("limit", [1, 4, 12, 1000])
@pytest.mark.parametrize("kind", [IndexKind.PARTNER, IndexKind.DISPUTE])
async def test_what_the_operator_lists_in_pages(index, kind: IndexKind, limit: int):
    """Partners by id, disputes with the newest first, whoever's they are."""
    rows = [everywhere(kind, n, "suspended" if n % 4 == 0 else "active") for n in range(1, 13)]
    for row in reversed(rows):
        await index.put(row, None)
    await index.put(customer_row(CUSTOMER), None)
    for statuses in (frozenset(), frozenset({"suspended"}), frozenset({"active", "deleted"})):
        seen: list[IndexRow] = []
        page = Page((), "")
        while page.after is not None:
            wanted = IndexFilter(statuses=statuses)
            page = await index.everywhere(kind, page.after or None, limit, wanted=wanted)
            seen += page.items
        assert seen == [row for row in rows if not statuses or row.body["status"] in statuses]
    assert await index.get(rows[0].key) == Stored(rows[0], (await index.get(rows[0].key)).etag, 1)
    assert await listing(index) == [customer_row(CUSTOMER)]


async def test_a_row_of_the_operators_that_does_not_decode_hides_no_other(index, backend):
    rows = [everywhere(IndexKind.PARTNER, n) for n in (1, 2, 3)]
    for row in rows:
        await index.put(row, None)
    stored = await index.get(rows[1].key)
    broken = Replace(keys.index(rows[1].key), {"v": 1, "sequence": 1, "body": "["}, stored.etag)
    await backend.table("index").transact([broken])
    page = await index.everywhere(IndexKind.PARTNER, None, 10)
    assert (page.items, page.after) == ((rows[0], rows[2]), None)


async def test_links_of_a_reseller(index):
    reseller = guid(5)
    providers = sorted(guid() for _ in range(5))
    assert await index.link(reseller, providers[0]) is None
    for provider in providers:
        await index.put_link(reseller, provider, (4, {"providerId": provider}), None)
    stored = await index.link(reseller, providers[0])
    assert (stored.sequence, stored.value.body) == (4, {"providerId": providers[0]})
    with pytest.raises(GuardFailed):
        await index.put_link(reseller, providers[0], (5, {}), None)
    await index.put_link(reseller, providers[0], (5, {"providerId": "new"}), stored.etag)
    first = await index.links(reseller, None, 3)
    second = await index.links(reseller, first.after, 3)
    bodies = [row.body["providerId"] for row in (*first.items, *second.items)]
    assert bodies == ["new", *providers[1:]]
    assert second.after is None


def feed_rows(first: int, count: int) -> list[FeedRow]:
    return [
        FeedRow(n, PRECISE_AT + timedelta(microseconds=n), {"feedsequence": n})
        for n in range(first, first + count)
    ]


async def feed(backend) -> list:
    found = await backend.table("index").range(f"{PARTNER}|feed", Span("0", "m"), 1000)
    return [entity.properties["n"] for entity in found.entities]


async def test_a_feed_grows_under_its_mark(index, backend):
    assert await index.feed_mark(PARTNER, CUSTOMER) is None
    first = FeedMark(2, 7, active=False)
    await index.append_feed(PARTNER, CUSTOMER, first, feed_rows(1, 2), None)
    mark = await index.feed_mark(PARTNER, CUSTOMER)
    assert mark.value == first
    then = FeedMark(3, 9, active=True, written_at=PRECISE_AT)
    await index.append_feed(PARTNER, CUSTOMER, then, feed_rows(3, 1), mark.etag)
    assert (await index.feed_mark(PARTNER, CUSTOMER)).value == then
    assert await feed(backend) == [1, 2, 3]


async def test_the_events_of_one_customer_and_time(index):
    other = guid(6)
    for customer, numbers, at in ((CUSTOMER, (9, 10, 11), PRECISE_AT), (other, (1,), PRECISE_AT)):
        rows = [FeedRow(n, at, {"id": f"{customer} {n}"}) for n in numbers]
        mark = FeedMark(numbers[-1], 7, written_at=at)
        await index.append_feed(PARTNER, customer, mark, rows, None)
    mark = await index.feed_mark(PARTNER, CUSTOMER)
    later = PRECISE_AT + timedelta(microseconds=1)
    then = FeedMark(12, 8, written_at=later)
    await index.append_feed(PARTNER, CUSTOMER, then, [FeedRow(12, later, {})], mark.etag)
    assert [row.n for row in await index.feed_rows(PARTNER, CUSTOMER, PRECISE_AT)] == [9, 10, 11]
    assert [row.n for row in await index.feed_rows(PARTNER, other, PRECISE_AT)] == [1]
    assert await index.feed_rows(PARTNER, CUSTOMER, PRECISE_AT - timedelta(microseconds=1)) == ()


async def test_the_storage_says_when_a_feed_grew(index, backend):
    told = await index.append_feed(PARTNER, CUSTOMER, FeedMark(1, 7), feed_rows(1, 1), None)
    landed = (await index.feed_mark(PARTNER, CUSTOMER)).landed
    if backend.clients:
        assert timedelta() <= told - landed <= timedelta(seconds=3)
        assert abs(SystemClock().now() - landed) < timedelta(minutes=1)
    else:
        assert (told, landed) == (None, None)


async def test_followers_that_run_twice_write_once(index, backend):
    first, then = FeedMark(2, 7), FeedMark(3, 9)
    await index.append_feed(PARTNER, CUSTOMER, first, feed_rows(1, 2), None)
    mark = await index.feed_mark(PARTNER, CUSTOMER)
    later = [
        FeedRow(row.n, row.written_at + timedelta(seconds=follower), row.event)
        for follower, row in enumerate(feed_rows(3, 1) * 5)
    ]
    outcomes = await asyncio.gather(
        *(index.append_feed(PARTNER, CUSTOMER, then, [row], mark.etag) for row in later),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes].count(GuardFailed) == 4
    with pytest.raises(GuardFailed):
        await index.append_feed(PARTNER, CUSTOMER, first, feed_rows(1, 2), None)
    assert await feed(backend) == [1, 2, 3]


async def test_a_feed_in_pages_is_in_the_order_of_writing(index):
    late = PRECISE_AT + timedelta(seconds=1)
    nothing = await index.feed(PARTNER, None, 10, until=late)
    assert nothing.items == ()
    rows = feed_rows(1, 5)
    await index.append_feed(PARTNER, CUSTOMER, FeedMark(5, 7), rows, None)
    await index.append_feed(guid(8), CUSTOMER, FeedMark(1, 7), feed_rows(1, 1), None)
    seen: list[FeedRow] = []
    cursor = nothing.after
    while (page := await index.feed(PARTNER, cursor, 2, until=late)).items:
        seen += page.items
        cursor = page.after
    assert seen == rows
    assert page.after == cursor
    assert list((await index.feed(PARTNER, None, 10, until=late)).items) == rows


async def test_a_feed_holds_back_what_was_just_written(index):
    rows = feed_rows(1, 3)
    await index.append_feed(PARTNER, CUSTOMER, FeedMark(3, 7), rows, None)
    held = await index.feed(PARTNER, None, 10, until=rows[2].written_at)
    assert list(held.items) == rows[:2]
    rest = await index.feed(PARTNER, held.after, 10, until=PRECISE_AT + timedelta(days=1))
    assert list(rest.items) == rows[2:]


@pytest.mark.parametrize("after", ["mark", "mark|", "z", "0", "9", "|"])
async def test_no_cursor_leads_out_of_a_feed(index, after: str):
    await index.append_feed(PARTNER, CUSTOMER, FeedMark(1, 7), feed_rows(1, 1), None)
    page = await index.feed(PARTNER, after, 10, until=PRECISE_AT + timedelta(days=1))
    assert [row.n for row in page.items] in ([], [1])


async def test_an_undecodable_event(index, backend):
    key = keys.feed_row(PARTNER, CUSTOMER, PRECISE_AT, 1)
    await backend.table("index").transact([Insert(key, {"v": 1, "n": "1", "body": "{}"})])
    with pytest.raises(Undecodable, match=CUSTOMER):
        await index.feed(PARTNER, None, 10, until=PRECISE_AT + timedelta(days=1))


@pytest.mark.parametrize("body", ["[]", "{", ""])
async def test_an_undecodable_row(index, backend, body: str):
    key = customer_row(CUSTOMER).key
    table = backend.table("index")
    await table.transact([Insert(keys.index(key), {"v": 1, "sequence": 1, "body": body})])
    with pytest.raises(Undecodable, match=CUSTOMER):
        await index.get(key)
    with pytest.raises(Undecodable, match=CUSTOMER):
        await listing(index)
