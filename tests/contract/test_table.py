"""What a `Table` promises, whichever it is."""

import asyncio
import itertools

import pytest

from shared.services.ports.scanning import Partitions
from shared.services.ports.values import GuardFailed
from shared.storage.encoding.keys.places import Key, Span
from shared.storage.engine.table import Condition, Delete, Insert, Replace, Table, Touch
from tests.contract.entities import KEY, etag_of, put
from tests.running.instances import contents

OTHER = Key("partition", "other")


async def test_absent_is_none(table: Table):
    assert await table.get(KEY) is None


async def test_values_come_back_as_they_were(table: Table):
    properties = {
        "s": 'it\'s "한국어" \U0001f600 <&> \\',
        "empty": "",
        "n": -(2**31),
        "big": 2**31 - 1,
        "b": bytes(range(256)),
        "nothing": b"",
        "_A9": "name",
    }
    await put(table, **properties)
    entity = await table.get(KEY)
    assert entity
    assert entity.key == KEY
    assert entity.properties == properties


async def test_a_page_has_what_a_look_at_each_has(table: Table):
    keys = [Key("it's", "a b&c=d+e%20'"), Key("it's", "한국어"), Key("later", "row")]
    for key in keys:
        await put(table, key, s='"한국어" <&>', n=-5, b=bytes(range(256)), nothing=b"")
    found = [entity async for page in table.pages(Partitions(), 2) for entity in page]
    assert found == [await table.get(key) for key in keys]
    # Pages may come empty.
    some = [page async for page in table.pages(Partitions.only("it's"), 1)]
    assert [entity.key for page in some for entity in page] == keys[:2]
    behind = [page async for page in table.pages(Partitions("it's", "z"), 9)]
    assert [entity.key for page in behind for entity in page] == keys[2:]


async def test_insert_fails_when_something_is_there(table: Table):
    await put(table, a=1)
    with pytest.raises(GuardFailed):
        await table.transact([Insert(KEY, {"a": 2})])
    entity = await table.get(KEY)
    assert entity
    assert entity.properties == {"a": 1}


async def test_replace_drops_what_it_does_not_name(table: Table):
    etag = await put(table, a=1, b=2)
    await table.transact([Replace(KEY, {"b": 3}, etag)])
    entity = await table.get(KEY)
    assert entity
    assert entity.properties == {"b": 3}
    assert entity.etag != etag


async def test_touch_changes_only_the_etag(table: Table):
    etag = await put(table, a=1, b=b"\0")
    await table.transact([Touch(KEY, etag)])
    entity = await table.get(KEY)
    assert entity
    assert entity.properties == {"a": 1, "b": b"\0"}
    assert entity.etag != etag


async def test_what_was_touched_looks_as_before_to_every_reader(table: Table):
    keys = [Key("p", "head"), Key("q", "head")]
    for key in keys:
        await table.transact([Touch(key, await put(table, key, a=1))])
    pages = [entity async for page in table.pages(Partitions(), 9) for entity in page]
    scanned = [entity async for entity in table.scan("head")]
    ranged = [*(await table.range("p", Span("", "z"), 9)).entities]
    for found in (pages, scanned, [*ranged, pages[1]]):
        assert [(each.key, each.properties) for each in found] == [(key, {"a": 1}) for key in keys]
    assert await contents(table) == {tuple(key): {"a": 1} for key in keys}


async def test_delete_removes(table: Table):
    etag = await put(table)
    await table.transact([Delete(KEY, etag)])
    assert await table.get(KEY) is None


def changes(etag: str):
    return {
        "replace": Replace(KEY, {"v": 2}, etag),
        "touch": Touch(KEY, etag),
        "delete": Delete(KEY, etag),
    }


@pytest.mark.parametrize("alone", [True, False], ids=["alone", "in a transaction"])
@pytest.mark.parametrize("change", ["replace", "touch", "delete"])
async def test_a_change_fails_when_the_etag_is_old(table: Table, change: str, *, alone: bool):
    old = await put(table)
    await table.transact([Touch(KEY, old)])
    now = await etag_of(table)
    rest = [] if alone else [Insert(OTHER, {"v": 1})]
    with pytest.raises(GuardFailed):
        await table.transact([changes(old)[change], *rest])
    assert await etag_of(table) == now
    assert await table.get(OTHER) is None


@pytest.mark.parametrize("alone", [True, False], ids=["alone", "in a transaction"])
@pytest.mark.parametrize("change", ["replace", "touch", "delete"])
async def test_a_change_fails_when_nothing_is_there(table: Table, change: str, *, alone: bool):
    etag = await put(table)
    await table.transact([Delete(KEY, etag)])
    rest = [] if alone else [Insert(OTHER, {"v": 1})]
    with pytest.raises(GuardFailed):
        await table.transact([changes(etag)[change], *rest])
    assert await table.get(KEY) is None
    assert await table.get(OTHER) is None


@pytest.mark.parametrize("place", [0, 1, 2, 3])
async def test_one_failing_operation_undoes_all(table: Table, place: int):
    keys = [Key("p", name) for name in "abc"]
    etags = [await put(table, key, n=n) for n, key in enumerate(keys)]
    good = [
        Replace(keys[0], {"n": 10}, etags[0]),
        Touch(keys[1], etags[1]),
        Delete(keys[2], etags[2]),
    ]
    failing = Insert(keys[0]._replace(row="x"), {"v": 1})
    await put(table, failing.key)
    with pytest.raises(GuardFailed):
        await table.transact([*good[:place], failing, *good[place:]])
    entities = [await table.get(key) for key in keys]
    assert [entity and entity.properties for entity in entities] == [{"n": 0}, {"n": 1}, {"n": 2}]
    assert [entity and entity.etag for entity in entities] == etags


async def test_a_transaction_does_all_its_kinds(table: Table):
    keys = [Key("p", name) for name in "abc"]
    etags = [await put(table, key, n=n) for n, key in enumerate(keys)]
    await table.transact(
        [
            Replace(keys[0], {"n": 10}, etags[0]),
            Touch(keys[1], etags[1]),
            Delete(keys[2], etags[2]),
            Insert(Key("p", "d"), {"n": 3}),
        ]
    )
    found = await table.range("p", Span("", "z"), 10)
    assert {entity.key.row: entity.properties["n"] for entity in found.entities} == {
        "a": 10,
        "b": 1,
        "d": 3,
    }
    assert not {entity.etag for entity in found.entities} & set(etags)


async def test_a_range_is_ordered_and_bounded(table: Table):
    for row in ("x|b", "x|", "x|a", "x", "x}", "y|a", "x|a|1", "x|A", "x|é"):
        await put(table, Key("p", row))
    await put(table, Key("other", "x|c"))
    found = await table.range("p", Span("x|", "x}"), 10)
    assert [entity.key.row for entity in found.entities] == ["x|A", "x|a", "x|a|1", "x|b", "x|é"]
    closed = await table.range("p", Span("x|", "x|a", closed=True), 10)
    assert [entity.key.row for entity in closed.entities] == ["x|", "x|A", "x|a"]
    nothing = await table.range("p", Span("z", "a"), 10)
    assert nothing.entities == ()
    assert not nothing.more


async def test_a_range_under_conditions(table: Table):
    rows = {"a": "x", "b": "y'", "c": "", "d": "이름", "e": "@p0_0 or a eq '"}
    for row, value in rows.items():
        await put(table, Key("p", row), text=value, other="o" if row < "c" else "p")
    await put(table, Key("p", "f"), other="o")

    async def found(*where: Condition, limit: int = 10) -> str:
        part = await table.range("p", Span("", "z"), limit, where)
        return "".join(entity.key.row for entity in part.entities)

    assert await found() == "abcdef"
    assert await found(Condition("text", "eq", ("x", "y'"))) == "ab"
    assert await found(Condition("text", "eq", (rows["e"], "", "이름"))) == "cde"
    assert await found(Condition("text", "ge", ("x",))) == "abd"
    assert await found(Condition("text", "lt", ("x",))) == "ce"
    assert await found(Condition("text", "eq", ("x' or RowKey gt '",))) == ""
    assert await found(Condition("none", "lt", ("z",))) == ""
    both = (Condition("text", "ge", ("",)), Condition("other", "eq", ("o",)))
    assert await found(*both) == "ab"
    assert await found(*both, limit=1) == "a"


async def test_a_range_in_parts(table: Table):
    rows = [f"x|{n:02}" for n in range(10)]
    await table.transact([Insert(Key("p", row), {"v": 1}) for row in rows])
    seen: list[str] = []
    more = True
    while more:
        part = await table.range("p", Span(seen[-1] if seen else "x|", "x}"), 3)
        seen += [entity.key.row for entity in part.entities]
        more = part.more
    assert seen == rows


async def test_a_range_beyond_one_answer(table: Table):
    rows = [f"{n:04}" for n in range(1200)]
    for hundred in itertools.batched(rows, 100, strict=True):
        await table.transact([Insert(Key("p", row), {"v": 1}) for row in hundred])
    found = await table.range("p", Span("", "9"), 1150)
    assert [entity.key.row for entity in found.entities] == rows[:1150]
    assert found.more


async def test_scan_streams_one_row_of_every_partition(table: Table):
    for n in range(5):
        await put(table, Key(f"p{n}", "head"), n=n)
        await put(table, Key(f"p{n}", "x"), n=n)
    entities = table.scan("head")
    first = await anext(entities)
    assert first.key == Key("p0", "head")
    rest = [entity.key.partition async for entity in entities]
    assert rest == ["p1", "p2", "p3", "p4"]


async def test_of_concurrent_writers_under_one_etag_one_wins(table: Table):
    etag = await put(table)
    attempts = [
        [Replace(KEY, {"winner": n}, etag), Insert(Key("partition", f"w{n}"), {"n": n})]
        for n in range(16)
    ]
    outcomes = await asyncio.gather(
        *(table.transact(attempt) for attempt in attempts), return_exceptions=True
    )
    losers = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    winners = [n for n, outcome in enumerate(outcomes) if outcome not in losers]
    assert len(winners) == 1
    assert {type(loser) for loser in losers} == {GuardFailed}
    entity = await table.get(KEY)
    assert entity
    assert entity.properties == {"winner": winners[0]}
    found = await table.range("partition", Span("w", "x"), 100)
    assert [each.properties["n"] for each in found.entities] == winners


async def test_of_concurrent_inserts_one_wins(table: Table):
    outcomes = await asyncio.gather(
        *(table.transact([Insert(KEY, {"n": n})]) for n in range(16)), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes].count(GuardFailed) == 15


async def test_counting_under_contention_loses_nothing(table: Table):
    await put(table, n=0)

    async def add() -> None:
        for _ in itertools.count():
            entity = await table.get(KEY)
            assert entity
            more = {"n": int(entity.properties["n"]) + 1}
            try:
                await table.transact([Replace(KEY, more, entity.etag)])
            except GuardFailed:
                continue
            return

    await asyncio.gather(*(add() for _ in range(12)))
    entity = await table.get(KEY)
    assert entity
    assert entity.properties == {"n": 12}
