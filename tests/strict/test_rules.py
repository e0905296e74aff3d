"""What Azurite takes and the service refuses is refused, in the service's words, by the file."""

import json
from base64 import b64encode
from collections.abc import Awaitable, Callable
from datetime import timedelta
from email.utils import format_datetime

import pytest
from multidict import CIMultiDict

from shared.clock import SystemClock

from .conftest import Raw, Said
from .proxy import Asked
from .rules import QUEUE, TABLE, Broken, Rule, broken_by_table_request

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

SAME = {
    "transaction_operations",
    "transaction_bytes",
    "transaction_same_entity",
    "table_name",
    "page_rows",
    "message_bytes",
    "ttl_seconds",
    "put_visibility_seconds",
    "get_messages",
}
"""Azurite refuses by itself."""

ELSEWHERE = {
    "clock_skew_seconds": "below: no SDK dates its requests otherwise",
    "transaction_failure": "the answers",
    "error_code_header": "the answers",
    "etag_digits": "the answers",
    "page_may_be_empty": "the pages",
    "next_row_key_may_be_absent": "the pages",
    "token_example": "the pages",
    "page_seconds": "the pages: what comes of it, not the time",
    "write_seconds": "tests of late writes",
    "query_seconds": "no test waits for it",
    "partition_entities_per_second": "no test sends as much",
    "account_requests_per_second": "likewise",
    "queue_messages_per_second": "likewise",
}

RULES: dict[str, Rule] = {**QUEUE, **TABLE}


def test_every_rule_has_its_place():
    assert {*KINDER, *SAME, *ELSEWHERE} == RULES.keys()


@pytest.mark.parametrize("name", KINDER)
async def test_at_the_limit_it_passes(raw: Raw, name: str):
    said = await KINDER[name][0](raw)
    assert said.status < 300, said
    assert said.part is None or said.part < 300, said


@pytest.mark.parametrize("name", KINDER)
async def test_beyond_it_is_refused_in_the_services_words(raw: Raw, name: str):
    said, rule = await KINDER[name][1](raw), RULES[name]
    in_a_batch = {"transaction_partitions", "delete_needs_if_match"}
    if name in in_a_batch:
        assert (said.status, said.part, said.code) == (202, 400, rule.code)
    else:
        assert (said.status, said.part, said.code) == (rule.status, None, rule.code)


async def test_a_part_that_breaks_a_rule_undoes_its_transaction(raw: Raw):
    good = {"PartitionKey": "k", "RowKey": "a"}
    bad = {"PartitionKey": "k", "RowKey": "b", "p-1": 1}
    said = await raw.batch(("POST", raw.table, good, {}), ("POST", raw.table, bad, {}))
    assert (said.status, said.part, said.code) == (202, 400, "PropertyNameInvalid")
    assert '"value": "1:' in said.body
    rows = await raw.send("GET", f"{raw.table}()")
    assert json.loads(rows.body)["value"] == []


@pytest.mark.parametrize(
    ("seconds", "broken"), [(0, False), (890, False), (910, True), (-910, True)]
)
def test_a_clock_that_is_too_far_off(seconds: int, broken: bool):
    date = format_datetime(SystemClock().now() + timedelta(seconds=seconds), usegmt=True)
    found = broken_by_table_request(Asked("GET", "/a/t()", CIMultiDict({"x-ms-date": date}), b""))
    assert found == (Broken(RULES["clock_skew_seconds"]) if broken else None)
