"""Pages come short, empty and with tokens of the service's form, and lose nothing."""

import json
from collections import Counter

import pytest
from multidict import CIMultiDict

from shared.storage.encoding.keys.places import Key, Span
from shared.storage.engine.clients import Clients
from shared.storage.engine.table import Insert

from .azurite import StrictAzurite
from .pages import Pages, token, told
from .proxy import Answer, Asked
from .raw import Raw
from .rules import TABLE

ROWS = [f"r{n:03}" for n in range(90)]
NEXT = ("x-ms-continuation-NextPartitionKey", "x-ms-continuation-NextRowKey")


@pytest.mark.parametrize("recorded", TABLE["token_example"].limit.values())
def test_tokens_have_the_form_of_the_recorded_ones(recorded: str):
    assert token(told(recorded)) == recorded


@pytest.mark.parametrize("text", ["", "a", "파트너", "a|b?c>d", "x" * 500])
def test_a_token_says_what_it_was_given(text: str):
    assert told(token(text)) == text


async def filled(raw: Raw) -> None:
    table = raw.clients.table("tenants")
    for partition in ("a", "b"):
        await table.transact([Insert(Key(partition, row), {"n": 1}) for row in ROWS])


async def pages(raw: Raw, top: int) -> list[tuple[list[str], bool, bool]]:
    """Of each page its rows, and which keys its token has."""
    found = []
    said: dict[str, str] = {}
    while True:
        query = "&".join(f"{name}={text}" for name, text in {"$top": str(top), **said}.items())
        answer = await raw.send("GET", f"{raw.table}()?{query}")
        rows = [each["PartitionKey"] + each["RowKey"] for each in json.loads(answer.body)["value"]]
        said = {name[18:]: answer.headers[name] for name in NEXT if name in answer.headers}
        found.append((rows, "NextPartitionKey" in said, "NextRowKey" in said))
        if not said:
            return found


async def test_a_reader_of_all_pages_meets_every_row_once_in_order(raw: Raw):
    await filled(raw)
    found = await pages(raw, 10)
    assert [row for rows, _, _ in found for row in rows] == [p + row for p in "ab" for row in ROWS]
    sizes = Counter(min(len(rows), 1) + (len(rows) == 10) for rows, more, _ in found if more)
    assert sizes.keys() == {0, 1, 2}, "empty, short and full ones, all with a token"
    keys = {(partition, row) for _, partition, row in found}
    assert keys == {(False, False), (True, False), (True, True)}


async def test_the_adapter_too(raw: Raw):
    await filled(raw)
    found = await raw.clients.table("tenants").range("a", Span("", "z"), 80)
    assert [each.key.row for each in found.entities] == ROWS[:80]
    assert found.more


async def test_the_other_port_answers_in_whole_pages(raw: Raw, strict: StrictAzurite):
    await filled(raw)
    clients = Clients(strict.with_whole_pages, raw.clients._prefix)
    found = await pages(Raw(clients, raw.table), 10)
    assert [len(rows) for rows, _, _ in found] == [10] * 18
    assert [keys for _, *keys in found] == [[True, True]] * 17 + [[False, False]]
    await clients.close()


def cut(seed: str, times: int) -> list[int]:
    """How many of ten rows the same request gets, time after time."""
    rows = [{"PartitionKey": "p", "RowKey": str(n)} for n in range(10)]
    answer = Answer(200, {}, json.dumps({"value": rows}).encode())
    asked = Asked("GET", "/a/t()", CIMultiDict(), b"")
    pages = Pages(seed, Counter(), Counter())
    answers = [pages.cut(asked, answer, "/a/t()", whole=False) for _ in range(times)]
    return [len(json.loads(each.body)["value"]) for each in answers]


def test_a_seed_cuts_the_same_again_and_another_does_not():
    assert cut("1", 50) == cut("1", 50)
    assert cut("1", 50) != cut("2", 50)
    assert {0, 10} < set(cut("1", 50))
