"""Keys and values of every kind, and the limits that Azure sets, on both adapters."""

import pytest

from shared.storage.encoding.keys.places import Key, Span
from shared.storage.engine.table import (
    Condition,
    Delete,
    Insert,
    LimitExceeded,
    Replace,
    Table,
    Touch,
)
from tests.contract.entities import KEY, etag_of, put


@pytest.mark.parametrize(
    "key",
    [
        Key("it's", "o'clock ''"),
        Key("a|b", "c|d"),
        Key("파트너", "고객\U0001f600é"),
        Key("a b+c&d=e", "f;g,h:i@j$k!l*(m)"),
        Key("%41", "100%25"),
        Key("", ""),
        Key("p" * 512, "r" * 512),
    ],
)
async def test_keys_of_all_kinds(table: Table, key: Key):
    etag = await put(table, key, a=1)
    await table.transact([Replace(key, {"a": 2}, etag)])
    near = key._replace(row=key.row[:-1] + "\u00ff")
    await table.transact([Touch(key, await etag_of(table, key)), Insert(near, {"a": 3})])
    entity = await table.get(key)
    assert entity
    assert (entity.key, entity.properties) == (key, {"a": 2})
    found = await table.range(key.partition, Span(key.row, key.row, closed=True), 10)
    assert [each.key for each in found.entities] == [key]
    await table.transact([Delete(key, await etag_of(table, key))])
    assert await table.get(key) is None


BIG = "x" * 32_000


@pytest.mark.parametrize(
    ("properties", "fits"),
    [
        ({f"p{n}": n for n in range(251)}, True),
        ({f"p{n}": n for n in range(252)}, False),
        ({"p": "x" * 32_000}, True),
        ({"p": "x" * 32_001}, False),
        ({"p": "\U0001f600" * 16_000}, True),
        ({"p": "\U0001f600" * 16_000 + "x"}, False),
        ({"p": b"x" * 64_000}, True),
        ({"p": b"x" * 64_001}, False),
        ({"p": 2**31}, False),
        ({f"p{n}": BIG for n in range(16)}, True),
        ({f"p{n}": BIG for n in range(17)}, False),
        ({"p" * 255: 1}, True),
        ({"p" * 256: 1}, False),
        ({"with-dash": 1}, False),
        ({"1st": 1}, False),
        ({"": 1}, False),
        ({"Timestamp": "x"}, False),
        ({"touched": "x"}, False),
        ({"RowKey": "x"}, False),
    ],
)
async def test_limits_of_an_entity(table: Table, properties, *, fits: bool):
    if fits:
        await put(table, **properties)
        entity = await table.get(KEY)
        assert entity
        assert entity.properties == properties
    else:
        with pytest.raises(LimitExceeded):
            await table.transact([Insert(KEY, properties)])
        assert await table.get(KEY) is None


FULL = [{f"p{n}": n for n in range(251)}, {f"p{n}": BIG for n in range(16)}]


@pytest.mark.parametrize("full", FULL)
@pytest.mark.parametrize("alone", [True, False], ids=["alone", "in a transaction"])
async def test_a_full_entity_can_be_touched(table: Table, full, *, alone: bool):
    rest = [] if alone else [Insert(KEY._replace(row="other"), {"v": 1})]
    etag = await put(table, **full)
    await table.transact([Touch(KEY, etag), *rest])
    again = await etag_of(table)
    await table.transact([Touch(KEY, again)])
    touched = await table.get(KEY)
    assert touched
    assert touched.properties == full
    assert len({etag, again, touched.etag}) == 3
    await table.transact([Replace(KEY, full, touched.etag)])


@pytest.mark.parametrize("bad", ["a/b", "a\\b", "a#b", "a?b", "a\nb", "a\x7fb", "\x9f", "x" * 513])
async def test_keys_that_azure_refuses(table: Table, bad: str):
    for key in (Key(bad, "r"), Key("p", bad)):
        with pytest.raises(LimitExceeded):
            await table.transact([Insert(key, {"v": 1})])


@pytest.mark.parametrize(("values", "fits"), [((12,), True), ((6, 6), True), ((13,), False)])
async def test_a_query_has_at_most_15_comparisons(table: Table, values, *, fits: bool):
    await put(table, text="x1")
    texts = [tuple(f"x{n}" for n in range(count)) for count in values]
    where = [Condition("text", "eq", each) for each in texts]
    if fits:
        found = await table.range(KEY.partition, Span("", "z"), 10, where)
        assert [each.key for each in found.entities] == [KEY]
    else:
        with pytest.raises(LimitExceeded):
            await table.range(KEY.partition, Span("", "z"), 10, where)


@pytest.mark.parametrize("count", [0, 101])
async def test_a_transaction_has_1_to_100_operations(table: Table, count: int):
    with pytest.raises(LimitExceeded):
        await table.transact([Insert(Key("p", str(n)), {"v": 1}) for n in range(count)])


async def test_100_operations_fit(table: Table):
    await table.transact([Insert(Key("p", f"{n:03}"), {"n": n}) for n in range(100)])
    found = await table.range("p", Span("", "z"), 1000)
    assert [entity.properties["n"] for entity in found.entities] == list(range(100))
    assert not found.more


async def test_a_transaction_has_one_partition(table: Table):
    with pytest.raises(LimitExceeded):
        await table.transact([Insert(Key("p", "r"), {"v": 1}), Insert(Key("q", "r"), {"v": 1})])


async def test_a_transaction_names_an_entity_once(table: Table):
    etag = await put(table)
    with pytest.raises(LimitExceeded):
        await table.transact([Touch(KEY, etag), Replace(KEY, {"v": 2}, etag)])


# aiohttp's advice for bodies over 1 MiB, which no command of this system comes near.
@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
async def test_a_transaction_has_at_most_4_mib(table: Table):
    megabyte = {f"p{n}": b"x" * 60_000 for n in range(16)}
    almost = [Insert(Key("p", str(n)), megabyte) for n in range(3)]
    await table.transact(almost)
    with pytest.raises(LimitExceeded):
        await table.transact([Insert(Key("q", str(n)), megabyte) for n in range(4)])
    assert await table.get(Key("q", "0")) is None
