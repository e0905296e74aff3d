"""Answers of a table service that Azurite never gives, and what they mean."""

import asyncio
import json
from math import inf
from urllib.parse import parse_qsl

import pytest
from azure.core.exceptions import HttpResponseError

from shared.services.ports.values import GuardFailed, StorageBusy, StorageDown, WriteUnknown
from shared.storage.encoding.keys.places import Key, Span
from shared.storage.engine.table import Insert, Replace
from tests.strict.proxy import Answer, Exchange

from .operations import KEY, NEW, WRITES, heads, whole
from .proxy import Held, answers, loses_answer, says

ETAG = "W/\"datetime'2026-11-01T08%3A00%3A00.12Z'\""
TOKEN = "1!8!YS8rPSY_ %"
JSON = {"Content-Type": "application/json;odata=minimalmetadata;charset=utf-8"}


def row(key: Key, **properties: object) -> dict[str, object]:
    stamp = {"Timestamp": "2026-11-01T08:00:00.12Z", "odata.etag": ETAG}
    return {"PartitionKey": key.partition, "RowKey": key.row, **stamp, **properties}


def page(*rows: dict[str, object], **token: str) -> Answer:
    said = {f"x-ms-continuation-{name}": text for name, text in token.items()}
    return Answer(200, {**JSON, **said}, json.dumps({"value": rows}).encode())


PAGES = [
    page(NextPartitionKey=TOKEN, NextRowKey=TOKEN),
    page(row(Key("p", "a"), n=1), NextPartitionKey=TOKEN),
    page(NextPartitionKey=TOKEN, NextRowKey="1!4!"),
    page(row(Key("p", "b"), n=2)),
]


def asked_of(exchange: Exchange) -> dict[str, str]:
    return dict(parse_qsl(exchange.target.partition("?")[2]))


@pytest.mark.parametrize("reader", ["range", "scan", "pages"])
async def test_pages_that_are_empty_or_lack_a_row_key(table, account, reader):
    for number, answer in enumerate(PAGES, start=1):
        account.tables.on(says(answer), nth=number)
    match reader:
        case "range":
            found = [*(await table.range("p", Span("", "z"), 9)).entities]
        case "scan":
            found = await heads(table)
        case _:
            found = [entity for each in await whole(table) for entity in each]
    assert [(each.key.row, each.properties) for each in found] == [("a", {"n": 1}), ("b", {"n": 2})]
    tokens = [
        {name: text for name, text in asked_of(each).items() if name.startswith("Next")}
        for each in account.tables.seen
    ]
    assert tokens == [
        {},
        {"NextPartitionKey": TOKEN, "NextRowKey": TOKEN},
        {"NextPartitionKey": TOKEN},
        {"NextPartitionKey": TOKEN, "NextRowKey": "1!4!"},
    ]


async def test_an_etag_is_said_again_as_it_was(table, account):
    # A service's digits are its own: nobody else may pad or cut them.
    account.tables.on(says(Answer(200, {**JSON, "ETag": ETAG}, json.dumps(row(KEY)).encode())))
    found = await table.get(KEY)
    assert found.etag == ETAG
    with pytest.raises(GuardFailed):
        await table.transact([Replace(KEY, {"n": 1}, found.etag)])
    assert account.tables.seen[-1].asked.headers["If-Match"] == ETAG


def error(code: str) -> bytes:
    said = {"code": code, "message": {"lang": "en-US", "value": "1:HTTP/1.1 204 No Content"}}
    return json.dumps({"odata.error": said}).encode()


def multipart(
    *parts: tuple[int, bytes], line: str = "\r\n", content_id: bool = True, quoted: bool = False
) -> Answer:
    """A transaction's answer, in each form that a service may give it."""
    lines = ["--batchresponse_1", "Content-Type: multipart/mixed; boundary=changesetresponse_2", ""]
    for number, (status, body) in enumerate(parts):
        lines += ["--changesetresponse_2", "Content-Type: application/http"]
        lines += ["Content-Transfer-Encoding: binary", "", f"HTTP/1.1 {status} Said"]
        lines += [f"Content-ID: {number}"] if content_id else []
        lines += ["Content-Type: application/json", "", body.decode()]
    lines += ["--changesetresponse_2--", "--batchresponse_1--", ""]
    name = '"batchresponse_1"' if quoted else "batchresponse_1"
    headers = {"Content-Type": f"multipart/mixed; boundary={name}"}
    return Answer(202, headers, line.join(lines).encode())


DONE = [(204, b""), (204, b"")]


@pytest.mark.parametrize("content_id", [True, False])
@pytest.mark.parametrize("line", ["\r\n", "\n"], ids=["CRLF", "LF"])
async def test_every_form_of_success(table, account, line, content_id):
    account.tables.on(says(multipart(*DONE, line=line, content_id=content_id)))
    await table.transact(WRITES["transaction"](ETAG))


@pytest.mark.parametrize("line", ["\r\n", "\n"], ids=["CRLF", "LF"])
@pytest.mark.parametrize(
    ("status", "code", "meaning"),
    [
        (404, "ResourceNotFound", GuardFailed),
        (404, "TableNotFound", StorageDown),
        (409, "EntityAlreadyExists", GuardFailed),
        (412, "UpdateConditionNotSatisfied", GuardFailed),
        (400, "InvalidInput", HttpResponseError),
        (413, "RequestBodyTooLarge", HttpResponseError),
        (403, "AuthorizationFailure", StorageDown),
        (408, "RequestTimeout", WriteUnknown),
        (429, "TooManyRequests", StorageBusy),
        (500, "OperationTimedOut", WriteUnknown),
        (503, "ServerBusy", WriteUnknown),
    ],
)
async def test_one_part_that_failed_decides(table, account, line, status, code, meaning):
    account.tables.on(says(multipart((status, error(code)), line=line, content_id=False)))
    with pytest.raises(meaning):
        await table.transact(WRITES["transaction"](ETAG))
    assert len(account.tables.seen) == 1


@pytest.mark.parametrize(
    ("status", "code", "meaning"),
    [
        (400, "InvalidInput", HttpResponseError),
        (401, "AuthenticationFailed", StorageDown),
        (403, "AuthorizationFailure", StorageDown),
        (404, "TableNotFound", StorageDown),
        (413, "RequestBodyTooLarge", HttpResponseError),
        (429, "TooManyRequests", StorageBusy),
        (500, "InternalError", WriteUnknown),
        (503, "ServerBusy", WriteUnknown),
    ],
)
async def test_a_transaction_refused_whole(table, account, status, code, meaning):
    account.tables.on(answers(status, code))
    with pytest.raises(meaning):
        await table.transact(WRITES["transaction"](ETAG))
    assert len(account.tables.seen) == 1


STRANGE = {
    "nothing": Answer(202, {}, b""),
    "no parts": Answer(202, {"Content-Type": "multipart/mixed; boundary=b"}, b"--b--\r\n"),
    "a page of a gateway": Answer(200, {"Content-Type": "text/html"}, b"<html></html>"),
    "fewer parts": multipart((204, b"")),
    "no status": Answer(
        202,
        {"Content-Type": "multipart/mixed; boundary=b"},
        b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n"
        b"--c\r\n\r\nwhat\r\n--c--\r\n--b--",
    ),
}


@pytest.mark.parametrize("strange", STRANGE)
async def test_an_answer_that_says_nothing_is_unknown(clients, table, account, strange):
    account.tables.on(says(STRANGE[strange]))
    with pytest.raises(WriteUnknown):
        await table.transact(WRITES["transaction"](ETAG))


@pytest.mark.parametrize("write", WRITES)
async def test_a_way_to_elsewhere_is_not_taken(table, account, write):
    # Such as to a secondary, which is behind.
    elsewhere = {"Location": f"{account.tables.url}/elsewhere"}
    account.tables.on(says(Answer(307, elsewhere, b"")))
    with pytest.raises(WriteUnknown):
        await table.transact(WRITES[write](ETAG))
    assert len(account.tables.seen) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"<html></html>"])
async def test_a_page_that_is_none_is_down(table, account, body):
    account.tables.on(says(Answer(200, JSON, body)), times=inf)
    for read in (table.get(KEY), table.range("p", Span("", "z"), 1), heads(table), whole(table)):
        with pytest.raises(StorageDown):
            await read


async def test_a_connection_is_used_again_after_an_error(table, account):
    account.tables.on(answers(503, "ServerBusy"))
    with pytest.raises(WriteUnknown):
        await table.transact([Insert(NEW, {"n": 1})])
    await table.transact([Insert(NEW, {"n": 2})])
    peers = {each.request.transport.get_extra_info("peername") for each in account.tables.seen}
    assert len(peers) == 1


async def test_who_no_longer_waits_leaves_no_answer_to_others(table, account):
    await table.transact([Insert(KEY, {"n": 1})])
    held = Held()
    account.tables.on(held, method="POST", nth=1)
    writing = asyncio.create_task(table.transact([Insert(NEW, {"n": 2})]))
    await held.arrived.wait()
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    reading = asyncio.create_task(table.get(KEY))
    await held.release()
    assert (await reading).properties == {"n": 1}
    assert (await table.get(NEW)).properties == {"n": 2}, "it may happen all the same"


async def test_more_than_the_connections_take_time_out_too(table, account, impatient):
    held = Held()
    account.tables.on(held, times=inf)
    with impatient():
        writes = [table.transact([Insert(Key("p", str(n)), {"n": 1})]) for n in range(120)]
        told = await asyncio.gather(*writes, return_exceptions=True)
    assert {type(each) for each in told} == {WriteUnknown}
    await held.release()


@pytest.mark.parametrize("take", ["put", "delete"])
async def test_a_queue_is_asked_once_on_a_connection_that_breaks(clients, account, take):
    queues = clients.queues()
    receipt = await queues.put("projections", "one")
    account.queues.clear()
    account.queues.on(loses_answer)
    asking = {
        "put": queues.put("projections", "two"),
        "delete": queues.delete("projections", receipt),
    }
    with pytest.raises(StorageDown):
        await asking.pop(take)
    for other in asking.values():
        other.close()
    assert len(account.queues.seen) == 1


@pytest.mark.parametrize(
    "body", [b"", b"<QueueMessagesList/>", b"<Q><M><MessageId>1</MessageId></M></Q>", b"{}"]
)
async def test_a_receipt_that_is_none(clients, account, body):
    account.queues.on(says(Answer(201, {"Content-Type": "application/xml"}, body)))
    with pytest.raises(StorageDown):
        await clients.queues().put("projections", "one")


async def test_a_receipt_behind_a_byte_order_mark(clients, account):
    body = (
        "\ufeff<?xml version='1.0' encoding='utf-8'?><QueueMessagesList><QueueMessage>"
        "<MessageId>m</MessageId><PopReceipt>a&amp;b</PopReceipt></QueueMessage></QueueMessagesList>"
    ).encode()
    account.queues.on(says(Answer(201, {"Content-Type": "application/xml"}, body)))
    receipt = await clients.queues().put("projections", "one")
    assert (receipt.message_id, receipt.pop_receipt) == ("m", "a&b")
