"""What Azurite takes and the service refuses is refused, in the service's words, by the file."""

import json
from datetime import timedelta
from email.utils import format_datetime

import pytest
from multidict import CIMultiDict

from shared.clock import SystemClock

from .proxy import Asked
from .raw import Raw
from .rules import QUEUE, TABLE, Broken, Rule, broken_by_table_request
from .vectors import KINDER

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
