"""Each storage request that is sent, counted where it leaves; the same by either client."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args
from uuid import uuid4

import pytest

from shared.model.claims import ClaimKey, ClaimKind
from shared.model.state import Head, RowKind
from shared.services.ports.claims import Claim, ClaimState
from shared.services.ports.index import (
    FeedMark,
    FeedRow,
    IndexFilter,
    IndexKey,
    IndexKind,
    IndexRow,
)
from shared.services.ports.operations import Outcome, Pipeline, Result
from shared.services.ports.queues import Announcement
from shared.services.ports.tenants import Projected
from shared.services.ports.values import GuardFailed
from shared.settings import StorageClient
from shared.storage.engine.clients import Clients
from shared.storage.wiring import azure
from tests.cast.ids import PRECISE_AT, guid
from tests.cast.resources import odd_subscription
from tests.contract.commits import first_commit, key_of, next_commit
from tests.running.counting import counting, kinds

TENANT = guid(7)
PARTNER = guid(9)
CLAIM = Claim(ClaimKey(ClaimKind.MPN, "1"), TENANT, guid(8), ClaimState.HELD)


@pytest.fixture(params=get_args(StorageClient.__value__))
async def clients(whole_pages: str, request):
    clients = Clients(whole_pages, f"t{uuid4().hex[:12]}", request.param)
    await clients.create_all()
    yield clients
    await clients.close()


@pytest.fixture
def ports(clients):
    return azure(clients)


async def test_tenants(clients, ports):
    tenants = ports.tenants
    row = odd_subscription(TENANT, PARTNER)
    async with counting(clients) as calls:
        assert await tenants.head(TENANT) is None
        await tenants.commit(first_commit(Head(TENANT), row))
        assert kinds(calls) == ["read", "batch"]
        calls.clear()
        head = await tenants.head(TENANT)
        await tenants.row(TENANT, key_of(row))
        await tenants.details(TENANT, "x")
        await tenants.entry(TENANT, 1)
        await tenants.projected(TENANT)
        await tenants.remembered(TENANT, "s", "m")
        assert kinds(calls) == ["read"] * 6
        calls.clear()
        await tenants.touch_head(TENANT, head.etag)
        await tenants.touch_head(guid(6), None)
        await tenants.save_projected(TENANT, Projected(1), None)
        etag = (await tenants.projected(TENANT)).etag
        await tenants.save_projected(TENANT, Projected(2), etag)
        assert kinds(calls) == ["merge", "insert", "insert", "read", "replace"]
        calls.clear()
        with pytest.raises(GuardFailed):
            await tenants.commit(next_commit(head))
        assert kinds(calls) == ["batch"]
        calls.clear()
        await tenants.rows(TENANT, RowKind.SUBSCRIPTION, None, 1000)
        await tenants.details_of(TENANT, "a", "b")
        assert [entry.sequence async for entry in tenants.entries(TENANT)] == [1]
        assert len([head async for head in tenants.heads()]) == 2
        assert kinds(calls) == ["query"] * 4


async def test_claims_are_plain_requests(clients, ports):
    async with counting(clients) as calls:
        await ports.claims.insert(CLAIM)
        held = await ports.claims.get(CLAIM.key)
        await ports.claims.replace(CLAIM, held.etag)
        held = await ports.claims.get(CLAIM.key)
        await ports.claims.delete(CLAIM.key, held.etag)
    assert kinds(calls) == ["insert", "read", "replace", "read", "delete"]


async def test_the_index(clients, ports):
    index = ports.index
    key = IndexKey(PARTNER, IndexKind.CUSTOMER, TENANT, TENANT)
    async with counting(clients) as calls:
        await index.put(IndexRow(key, 1, {}), None)
        await index.put(IndexRow(key, 2, {}), (await index.get(key)).etag)
        await index.put_link(PARTNER, TENANT, (1, {}), None)
        await index.link(PARTNER, TENANT)
        await index.append_feed(PARTNER, TENANT, FeedMark(1, 1), [FeedRow(1, PRECISE_AT, {})], None)
        await index.feed_mark(PARTNER, TENANT)
        await index.links(PARTNER, None, 10)
    assert kinds(calls) == [
        "insert", "read", "replace", "insert", "read", "batch", "read", "query",
    ]  # fmt: skip


async def test_a_small_partners_list_asks_each_shard_once(clients, ports):
    for digit in "05f":
        customer = digit + guid(1)[1:]
        key = IndexKey(PARTNER, IndexKind.CUSTOMER, customer, customer)
        await ports.index.put(IndexRow(key, 1, {}), None)
    async with counting(clients) as calls:
        page = await ports.index.list(PARTNER, IndexKind.CUSTOMER, None, 100)
    assert len(page.items) == 3
    assert kinds(calls) == ["query"] * 16


async def test_a_list_of_one_customer_asks_its_shard_alone(clients, ports):
    async with counting(clients) as calls:
        for kind in IndexKind:
            wanted = IndexFilter(guid(1), frozenset({"active"}), PRECISE_AT, PRECISE_AT)
            await ports.index.list(PARTNER, kind, None, 100, wanted=wanted)
    assert kinds(calls) == ["query"] * len(IndexKind)


async def test_a_full_page_out_of_one_shard_is_one_request(clients, ports):
    for n in range(5):
        key = IndexKey(PARTNER, IndexKind.CUSTOMER, guid(n), guid(n))
        await ports.index.put(IndexRow(key, 1, {}), None)
    async with counting(clients) as calls:
        first = await ports.index.list(PARTNER, IndexKind.CUSTOMER, None, 2)
        await ports.index.list(PARTNER, IndexKind.CUSTOMER, first.after, 2)
    assert kinds(calls) == ["query"] * 2


async def test_operations(clients, ports):
    operations = ports.operations
    pipeline = Pipeline("p", "/s", (), ())
    result = Result("k", "p", "m", "/s", "t", Outcome.SUCCEEDED, PRECISE_AT)
    async with counting(clients) as calls:
        await operations.put_pipeline(pipeline, None)
        await operations.owner_of("/s")
        await operations.put_pipeline(pipeline, await operations.pipeline("p"))
        moved = Pipeline("p", "/t", (), ())
        await operations.put_pipeline(moved, await operations.pipeline("p"))
        assert kinds(calls) == [
            "batch", "read", "read", "replace", "read", "read", "batch",
        ]  # fmt: skip
        calls.clear()
        await operations.put_result(result, None)
        mark = await operations.result_mark("p", "k")
        await operations.put_result(
            replace(result, at=PRECISE_AT + timedelta(seconds=1)), mark.etag
        )
        await operations.pipelines(None, 10)
        await operations.results("p", None, 10, until=PRECISE_AT)
        assert kinds(calls) == ["batch", "read", "batch", "query", "query"]


async def test_announcements(clients, ports):
    async with counting(clients) as calls:
        receipt = await ports.announcer.announce(Announcement(TENANT, guid(1)))
        await ports.announcer.withdraw(receipt)
    assert kinds(calls) == ["queue-put", "queue-delete"]
    assert {call.service for call in calls} == {"queue"}


async def test_creating_what_is_there_changes_nothing(clients, ports):
    await ports.claims.insert(CLAIM)
    await clients.create_all()
    assert (await ports.claims.get(CLAIM.key)).value == CLAIM


async def test_what_is_closed_opens_no_session_anew(clients, ports):
    await ports.tenants.head(TENANT)
    await clients.close()
    with pytest.raises(ValueError, match="already been closed"):
        await ports.tenants.head(TENANT)
    assert clients.transport.session is None
    assert clients.connections.session is None
