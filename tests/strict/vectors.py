"""By rule that Azurite does not hold: a request at the limit, and one beyond."""

from base64 import b64encode
from collections.abc import Awaitable, Callable

from .raw import Raw, Said

type Ask = Callable[[Raw], Awaitable[Said]]

ROW = "(PartitionKey='k',RowKey='k')"
LONG = 30_000


def insert(*pairs: tuple[str, object]) -> Ask:
    return lambda raw: raw.insert(*pairs)


def numbered(count: int, value: object) -> list[tuple[str, object]]:
    return [(f"p{n}", value) for n in range(count)]


def typed(name: str, kind: str, value: object) -> Ask:
    return insert((f"{name}@odata.type", kind), (name, value))


def binary(size: int) -> Ask:
    return typed("p", "Edm.Binary", b64encode(b"x" * size).decode())


def query(**said: str) -> Ask:
    return lambda raw: raw.send("GET", f"{raw.table}()", **said)


def compared(count: int) -> Ask:
    return query(filter=" or ".join(["RowKey eq 'and lt 1'"] * count))


def put(headers: dict[str, str]) -> Ask:
    body = {"PartitionKey": "k", "RowKey": "k", "p": 1}
    return lambda raw: raw.send("PUT", raw.table + ROW, body, headers)


def merged(body: dict[str, object]) -> Ask:
    async def ask(raw: Raw) -> Said:
        await raw.insert()
        keys = {"PartitionKey": "k", "RowKey": "k"}
        return await raw.send("PATCH", raw.table + ROW, {**keys, **body}, {"If-Match": "*"})

    return ask


def partitions(*names: str) -> Ask:
    def ask(raw: Raw) -> Awaitable[Said]:
        rows = ({"PartitionKey": name, "RowKey": str(n)} for n, name in enumerate(names))
        return raw.batch(*(("POST", raw.table, row, {}) for row in rows))

    return ask


def deleted(headers: dict[str, str]) -> Ask:
    async def ask(raw: Raw) -> Said:
        await raw.insert()
        return await raw.batch(("DELETE", raw.table + ROW, None, headers))

    return ask


def message(xml: str) -> Ask:
    return lambda raw: raw.message(xml)


KINDER: dict[str, tuple[Ask, Ask]] = {
    "entity_bytes": (insert(*numbered(17, "x" * LONG)[:18]), insert(*numbered(18, "x" * LONG))),
    "own_properties": (insert(*numbered(252, 1)), insert(*numbered(253, 1))),
    "string_bytes": (insert(("p", "x" * 32_768)), insert(("p", "x" * 32_769))),
    "binary_bytes": (binary(65_536), binary(65_537)),
    "key_bytes": (insert(("RowKey", "x" * 512)), insert(("RowKey", "x" * 513))),
    "key_forbidden": (insert(("RowKey", "a|b c")), insert(("RowKey", "a#b"))),
    "property_name_length": (insert(("p" * 255, 1)), insert(("p" * 256, 1))),
    "property_name": (insert(("_p1", 1)), insert(("p-1", 1))),
    "property_names_reserved": (insert(("timestamp", "x")), insert(("Timestamp", "x"))),
    "property_twice": (insert(("p", 1), ("P", 1)), insert(("p", 1), ("p", 1))),
    "int32": (insert(("p", 2**31 - 1)), insert(("p", 2**31))),
    "int64": (typed("p", "Edm.Int64", str(2**63 - 1)), typed("p", "Edm.Int64", str(2**63))),
    "datetime": (
        typed("p", "Edm.DateTime", "1601-01-01T00:00:00Z"),
        typed("p", "Edm.DateTime", "1600-12-31T23:59:59Z"),
    ),
    "merge_without_properties": (merged({"p": 1}), merged({})),
    "transaction_partitions": (partitions("a", "a"), partitions("a", "b")),
    "delete_needs_if_match": (deleted({"If-Match": "*"}), deleted({})),
    "if_none_match_on_put": (put({}), put({"If-None-Match": "*"})),
    "filter_comparisons": (compared(15), compared(16)),
    "top": (query(top="1000"), query(top="1001")),
    "message_characters": (message("a&#x9;b\ufffd"), message("a&#xFFFE;b")),
}
"""By rule: a request at the limit, and one beyond."""
