"""What each fault of a write and a read means, on the real wire.

`effect` is what the storage did. No write is ever sent twice by the adapter itself.
"""

import asyncio
from math import inf

import pytest
from azure.core.exceptions import HttpResponseError

from shared.durations import READ_SECONDS
from shared.services.ports.values import GuardFailed, StorageBusy, StorageDown, WriteUnknown
from shared.storage.encoding.keys.places import Key, Span
from shared.storage.engine.clients import Clients
from shared.storage.engine.remote_table import SEARCH_SECONDS
from shared.storage.engine.table import Condition, Delete, Insert
from tests.running.sending import intercepted
from tests.running.system import five_free_ports
from tests.strict.proxy import Answer

from .operations import KEY, NEW, WRITES, heads, whole
from .proxy import Held, answers, cuts_answer, loses_answer, refuses, says


@pytest.fixture
async def etag(table, account) -> str:
    """Of an entity at KEY; the connection is warm, as it is in an app that runs."""
    await table.transact([Insert(KEY, {"n": 1})])
    entity = await table.get(KEY)
    account.tables.clear()
    return entity.etag


@pytest.fixture(params=WRITES)
def write(request, etag):
    return WRITES[request.param](etag)


async def happened(table, write, etag: str) -> bool:
    key = write[-1].key
    entity = await table.get(key)
    if isinstance(write[-1], Delete):
        return entity is None
    return entity is not None and entity.etag != etag


@pytest.mark.parametrize(
    ("fault", "effect"),
    [
        (loses_answer, True),
        (refuses, False),
        *[
            (answers(status, code, effect=effect), effect)
            for status, code in [
                (500, "InternalError"),
                (500, "OperationTimedOut"),
                (503, "ServerBusy"),
                (504, "GatewayTimeout"),
                (408, "RequestTimeout"),
            ]
            for effect in (False, True)
        ],
    ],
)
async def test_no_answer_or_an_empty_one_is_unknown(table, account, write, etag, fault, effect):
    account.tables.on(fault)
    with pytest.raises(WriteUnknown):
        await table.transact(write)
    assert len(account.tables.seen) == 1
    assert await happened(table, write, etag) is effect


async def test_throttled_is_busy_and_nothing_happened(table, account, write, etag):
    account.tables.on(answers(429, "TooManyRequests"))
    with pytest.raises(StorageBusy):
        await table.transact(write)
    assert len(account.tables.seen) == 1
    assert not await happened(table, write, etag)


@pytest.mark.parametrize("status", [401, 403])
async def test_without_rights_the_storage_is_down(table, account, write, status):
    account.tables.on(answers(status, "AuthenticationFailed"))
    with pytest.raises(StorageDown):
        await table.transact(write)


async def test_a_refusal_that_no_guard_explains_is_a_bug(table, account, write):
    account.tables.on(answers(400, "InvalidInput"))
    with pytest.raises(HttpResponseError):
        await table.transact(write)


async def test_after_a_lost_answer_the_identical_write_fails_its_guard(table, account, write):
    account.tables.on(loses_answer)
    with pytest.raises(WriteUnknown):
        await table.transact(write)
    with pytest.raises(GuardFailed):
        await table.transact(write)


async def test_a_write_may_land_after_the_time_out(table, account, write, etag, impatient):
    held = Held()
    account.tables.on(held, nth=1)
    with impatient(), pytest.raises(WriteUnknown):
        await table.transact(write)
    assert not await happened(table, write, etag)
    await held.release()
    assert await happened(table, write, etag)
    with pytest.raises(GuardFailed):
        await table.transact(write)


async def test_a_late_write_loses_to_the_same_one_sent_again(
    table, account, write, etag, impatient
):
    held = Held()
    account.tables.on(held, nth=1)
    with impatient(), pytest.raises(WriteUnknown):
        await table.transact(write)
    await table.transact(write)
    before = await table.get(KEY)
    await held.release()
    assert await table.get(KEY) == before
    assert await happened(table, write, etag)


async def test_half_an_answer_to_a_transaction_is_unknown(table, account, etag):
    account.tables.on(cuts_answer)
    with pytest.raises(WriteUnknown):
        await table.transact(WRITES["transaction"](etag))
    assert await table.get(NEW)


@pytest.mark.parametrize(
    ("status", "meaning"), [(500, WriteUnknown), (503, WriteUnknown), (429, StorageBusy)]
)
async def test_a_failing_part_of_a_transaction_decides(table, account, etag, status, meaning):
    part = (
        f"--c\r\nContent-Type: application/http\r\n\r\n"
        f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n\r\n"
        '{"odata.error":{"code":"X","message":{"lang":"en","value":"0:x"}}}\r\n--c--\r\n'
    )
    body = f"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n{part}\r\n--b--\r\n"
    headers = {"Content-Type": "multipart/mixed; boundary=b"}
    account.tables.on(says(Answer(202, headers, body.encode())))
    with pytest.raises(meaning):
        await table.transact(WRITES["transaction"](etag))


async def test_nobody_listens(clients, account):
    port = five_free_ports()
    dead = Clients(
        account.connection_string.replace(account.tables.url, f"http://127.0.0.1:{port}")
    )
    with pytest.raises(WriteUnknown):
        await dead.table("tenants").transact([Insert(NEW, {"n": 1})])
    with pytest.raises(StorageDown):
        await dead.table("tenants").get(NEW)
    await dead.close()


async def test_a_search_is_waited_for_longer_than_the_service_looks(clients, table, account):
    asked: list[float] = []

    async def noted(request, send, options):
        asked.append(options.get("read_timeout") or READ_SECONDS)
        return await send(request, **options)

    with intercepted(clients, noted):
        await heads(table)
        await whole(table)
        await table.range("p", Span("", "z"), 1, [Condition("s", "eq", ("x",))])
    assert {*asked} == {SEARCH_SECONDS}
    assert SEARCH_SECONDS > 5


PASSING = [loses_answer, refuses, cuts_answer, *(answers(s) for s in (408, 429, 500, 503, 504))]


@pytest.mark.parametrize("fault", PASSING)
async def test_a_read_is_tried_again(table, account, etag, fault):
    account.tables.on(fault, times=2)
    entity = await table.get(KEY)
    assert entity.etag == etag
    assert len(account.tables.seen) == 3


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        (answers(429, "TooManyRequests"), StorageBusy),
        (answers(503, "ServerBusy"), StorageBusy),
        (answers(500), StorageDown),
        (answers(504), StorageDown),
        (refuses, StorageDown),
        (cuts_answer, StorageDown),
    ],
)
async def test_reads_give_up(table, account, etag, fault, meaning):
    account.tables.on(fault, times=inf)
    with pytest.raises(meaning):
        await table.get(KEY)
    assert len(account.tables.seen) == 3
    with pytest.raises(meaning):
        await table.range("p", Span("", "z"), 10)
    assert len(account.tables.seen) == 6


async def test_a_hanging_read_is_down(table, account, etag, impatient):
    hanging = [Held() for _ in range(3)]
    for n, held in enumerate(hanging, start=1):
        account.tables.on(held, nth=n)
    with impatient(), pytest.raises(StorageDown):
        await table.get(KEY)
    arrived = [held for held in hanging if held.arrived.is_set()]
    assert len(arrived) > 1, "it was tried again"
    await asyncio.gather(*(held.release() for held in arrived))


async def test_a_long_hang_is_not_repeated(table, account, etag, impatient, monkeypatch):
    monkeypatch.setattr("shared.storage.engine.remote_table.READ_PATIENCE", 0.1)
    held = Held()
    account.tables.on(held)
    with impatient(), pytest.raises(StorageDown):
        await table.get(KEY)
    assert len(account.tables.seen) == 1
    await held.release()


@pytest.mark.parametrize(
    ("status", "meaning"), [(401, StorageDown), (403, StorageDown), (400, HttpResponseError)]
)
async def test_a_refused_read_is_not_repeated(table, account, etag, status, meaning):
    account.tables.on(answers(status, "InvalidInput"), times=inf)
    with pytest.raises(meaning):
        await table.get(KEY)
    assert len(account.tables.seen) == 1


async def test_a_listing_survives_faults_between_its_pages(table, account, monkeypatch):
    monkeypatch.setattr("shared.storage.engine.remote_table.PAGE", 3)
    rows = [f"r{n}" for n in range(10)]
    await table.transact([Insert(Key("p", row), {"v": 1}) for row in rows])
    account.tables.clear()
    faults = account.tables.on(answers(500), nth=2), account.tables.on(loses_answer, nth=4)
    found = await table.range("p", Span("", "z"), 10)
    assert [entity.key.row for entity in found.entities] == rows
    assert [fault.met for fault in faults] == [True, True]


async def test_a_scan_survives_faults_between_its_pages(table, account, monkeypatch):
    monkeypatch.setattr("shared.storage.engine.remote_table.PAGE", 2)
    for n in range(5):
        await table.transact([Insert(Key(f"p{n}", "head"), {"v": 1})])
    account.tables.clear()
    faults = account.tables.on(refuses, nth=2), account.tables.on(answers(503), nth=4)
    heads = [entity.key.partition async for entity in table.scan("head")]
    assert heads == [f"p{n}" for n in range(5)]
    assert [fault.met for fault in faults] == [True, True]
