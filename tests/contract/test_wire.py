"""What the engine sends is what the SDK sends, as far as the service looks at it."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import pytest
from azure.core.credentials import AzureNamedKeyCredential
from azure.core.pipeline.transport import AioHttpTransport, HttpRequest
from azure.data.tables._authentication import SharedKeyCredentialPolicy
from azure.storage.queue._shared.authentication import SharedKeyCredentialPolicy as OfQueues

from shared.services.ports.queues import Receipt
from shared.services.ports.scanning import Partitions
from shared.services.ports.values import StorageError
from shared.storage.encoding.keys.places import Key, Span
from shared.storage.engine.clients import Clients
from shared.storage.engine.protocol.messages import Request
from shared.storage.engine.protocol.signing import SharedKey
from shared.storage.engine.table import Condition, Delete, Insert, Replace, Touch

from .recorder import Heard, entity, parts, recording

ETAG = "W/\"datetime'2026-11-01T08%3A00%3A00.1234567Z'\""
KEYS = [
    Key("it's", "o'clock ''"),
    Key("a|b", "c d"),
    Key("파트너", "고객\U0001f600é"),
    Key("a b+c&d=e", "f;g,h:i@j$k!l*(m)~._-"),
    Key("%41", '100%25"<>^`{|}[]'),
    Key("", ""),
]
PROPERTIES = {
    "s": 'it\'s "한국어" \U0001f600',
    "n": -(2**31),
    "b": bytes(range(256)),
    "e": "",
}
TEXTS = ['{"name": "<이름> & \\"x\\""}', " blank ", "\t\n"]


def writes(key: Key):
    return {
        "insert": Insert(key, PROPERTIES),
        "replace": Replace(key, PROPERTIES, ETAG),
        "touch": Touch(key, ETAG),
        "delete": Delete(key, ETAG),
    }


async def sent(work, client: Any) -> Heard:
    async with recording() as recorder:
        clients = Clients(recorder.connection, "t0", client)
        with pytest.raises(Exception):  # noqa: B017, PT011 - every request is refused
            await work(clients)
        await clients.close()
    (heard,) = recorder.heard
    return heard


async def both(work) -> tuple[Heard, Heard]:
    return await sent(work, "engine"), await sent(work, "sdk")


CONDITIONS = ("if-match", "prefer", "dataserviceversion")


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("write", ["insert", "replace", "touch", "delete"])
async def test_a_write(key: Key, write: str):
    ours, theirs = await both(lambda each: each.table("tenants").transact([writes(key)[write]]))
    assert (ours.method, ours.target) == (theirs.method, theirs.target)
    for name in CONDITIONS:
        assert ours.headers.get(name) == theirs.headers.get(name)
    assert bool(ours.body) == bool(theirs.body)
    if ours.body:
        assert entity(ours.body) == entity(theirs.body)
        assert ours.headers["content-type"] == "application/json"


@pytest.mark.parametrize("key", KEYS)
async def test_a_point_read(key: Key):
    ours, theirs = await both(lambda each: each.table("tenants").get(key))
    assert (ours.method, ours.target) == (theirs.method, theirs.target)
    for name in ("accept", "dataserviceversion"):
        assert ours.headers[name] == theirs.headers[name]


@pytest.mark.parametrize("key", KEYS)
async def test_a_transaction(key: Key):
    rows = [f"{key.row}{kind}" for kind in "irtd"]
    made = [writes(Key(key.partition, row)) for row in rows]
    kinds = ("insert", "replace", "touch", "delete")
    operations = [each[kind] for each, kind in zip(made, kinds, strict=True)]
    ours, theirs = await both(lambda each: each.table("tenants").transact(operations))
    assert (ours.method, ours.target) == (theirs.method, theirs.target)
    assert ours.headers["content-type"].startswith("multipart/mixed; boundary=batch_")
    for mine, yours in zip(parts(ours), parts(theirs), strict=True):
        method, address, *rest = mine
        assert [method, *rest] == [yours[0], *yours[2:]]
        assert unquote(address.partition("/acc/")[2]) == unquote(yours[1].partition("/acc/")[2])
    for mine, yours in zip(lines(ours), lines(theirs), strict=True):
        assert mine <= yours, "nothing that the SDK would not say"
        assert {"Content-Transfer-Encoding: binary", "Content-Type: application/http"} <= mine


def lines(heard: Heard) -> list[set[str]]:
    """The headers of each part but the conditions and lengths, which are compared elsewhere."""
    found = [set(part.decode().split("\r\n")) for part in heard.body.split(b"--changeset")[1:-1]]
    kept = ("Content-T", "Content-ID", "DataServiceVersion", "If-Match", "Prefer")
    return [{line for line in each if line.startswith(kept)} for each in found]


@pytest.mark.parametrize("key", KEYS)
async def test_a_page(key: Key):
    where = [Condition("s", "eq", (key.row, "x' or RowKey gt '")), Condition("s", "lt", ("z",))]
    ours, theirs = await both(
        lambda each: each.table("tenants").range(key.partition, Span(key.row, "z"), 5, where)
    )
    assert (ours.method, ours.path, ours.query) == (theirs.method, theirs.path, theirs.query)
    assert ours.headers["accept"] == theirs.headers["accept"]


@pytest.mark.parametrize("key", KEYS)
async def test_a_scan_and_whole_pages(key: Key):
    async def scan(each: Clients) -> None:
        async for _ in each.table("tenants").scan(key.row):
            pass

    async def pages(each: Clients) -> None:
        async for _ in each.table("tenants").pages(Partitions(key.partition, "z"), 7):
            pass

    for work in (scan, pages):
        ours, theirs = await both(work)
        assert (ours.method, ours.path, ours.query) == (theirs.method, theirs.path, theirs.query)


@pytest.mark.parametrize("text", TEXTS)
async def test_a_message(text: str):
    ours, theirs = await both(lambda each: each.queues().put("projections", text, 5))
    assert (ours.method, ours.target) == (theirs.method, theirs.target)
    assert ours.body == theirs.body.partition(b"\n")[2], "but for the declaration"
    assert ours.headers["content-type"] == theirs.headers["content-type"]


async def test_a_carriage_return_in_a_message_stays_one():
    # The SDK writes it bare, and every reader of XML takes it for a line feed.
    heard = await sent(lambda each: each.queues().put("projections", "a\r\nb"), "engine")
    assert b"<MessageText>a&#13;\nb</MessageText>" in heard.body


@pytest.mark.parametrize("pop", ["AgAA+/=&x", "a b", "한"])
async def test_a_message_taken_back(pop: str):
    ours, theirs = await both(lambda each: each.queues().delete("projections", Receipt("m-1", pop)))
    assert (ours.method, ours.path, ours.query) == (theirs.method, theirs.path, theirs.query)


def signed_by_the_sdk(policy: Any, heard: Heard) -> str:
    """What its own policy says of the very request that was sent."""
    # It cuts a path at a semicolon, and signs all others as aiohttp would send them.
    request = HttpRequest(heard.method, f"http://there{heard.target.replace(';', '%3B')}")
    names = {"content-type": "Content-Type", "content-length": "Content-Length"}
    request.headers.update(
        {names.get(name, name): text for name, text in heard.headers.items() if name != "host"}
    )
    del request.headers["authorization"]
    context = SimpleNamespace(transport=AioHttpTransport(), options={})
    policy.on_request(SimpleNamespace(http_request=request, context=context))
    return request.headers["Authorization"]


@pytest.mark.parametrize("key", KEYS)
async def test_signatures_of_table_requests(key: Key):
    policy = SharedKeyCredentialPolicy(AzureNamedKeyCredential("acc", "a2V5"))
    more = [writes(key)["touch"], Insert(Key(key.partition, "more"), {"n": 1})]
    for work in (
        lambda each: each.table("tenants").get(key),
        lambda each: each.table("tenants").transact([writes(key)["insert"]]),
        lambda each: each.table("tenants").transact([writes(key)["delete"]]),
        lambda each: each.table("tenants").transact(more),
        lambda each: each.table("tenants").range(key.partition, Span("", "z"), 5),
    ):
        heard = await sent(work, "engine")
        assert heard.headers["authorization"] == signed_by_the_sdk(policy, heard)


@pytest.mark.parametrize("pop", ["AgAA+/=&x", "a b"])
async def test_signatures_of_queue_requests(pop: str):
    policy = OfQueues("acc", "a2V5")
    for work in (
        lambda each: each.queues().put("projections", "한", 5),
        lambda each: each.queues().delete("projections", Receipt("m-1", pop)),
    ):
        heard = await sent(work, "engine")
        assert heard.headers["authorization"] == signed_by_the_sdk(policy, heard)


async def test_a_key_is_base64():
    with pytest.raises(ValueError, match=r"[Bb]ase64|[Pp]adding"):
        SharedKey("acc", "no key!")
    headers = await SharedKey("acc", "a2V5").headers(Request("table", "GET", "http://x/acc/t", {}))
    assert headers["x-ms-version"]


@pytest.mark.parametrize(
    ("connection", "address"),
    [
        ("AccountName=a;AccountKey=a2V5", "https://a.table.core.windows.net/t0tenants"),
        (
            "AccountName=a;AccountKey=a2U=;EndpointSuffix=core.usgovcloudapi.net;",
            "https://a.table.core.usgovcloudapi.net/t0tenants",
        ),
        (
            "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;EndpointSuffix=b.c",
            "http://a.table.b.c/t0tenants",
        ),
        ("UseDevelopmentStorage=true", "http://127.0.0.1:10002/devstoreaccount1/t0tenants"),
    ],
)
async def test_where_an_account_is(connection: str, address: str):
    ours, theirs = (Clients(connection, "t0", each) for each in ("engine", "sdk"))
    asked = Heard("GET", "", {}, b"")
    found: list[str] = []

    async def noted(request, **_: object):
        found.append(request.url)
        raise OSError(asked)

    ours.connections.exchange = noted
    with pytest.raises(StorageError):
        await ours.table("tenants").get(Key("p", "r"))
    assert found[0].partition("(")[0] == address
    theirs = theirs.sdk_tables
    assert f"{theirs.url}/t0tenants" == address
    await ours.close()


@pytest.mark.parametrize("text", ["", "AccountName=a", "nothing", "AccountKey=a2V5"])
async def test_a_connection_string_without_a_key_is_told_at_once(text: str):
    clients = Clients(text, client="engine")
    with pytest.raises(ValueError, match="AccountKey"):
        clients.table("tenants")
    await clients.close()
