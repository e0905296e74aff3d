"""Whatever bytes lie where an entry should be: a ValueError, or something that can be checked."""

import json
from contextlib import suppress
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from shared.canonical import canonical, digest
from shared.model.ledger import Chain, Commission, Entry, next_entry
from shared.model.state import Head
from tests.cast.ids import AGENCY, AT, actor
from tests.cast.resources import event, subscription

ENTRY = next_entry(
    Head(id=AGENCY),
    Commission(actor(), "c", "register-subscriptions", AT, "usGovernment", "1"),
    [event(subscription())],
)
DEEP = 5_000


def is_original(document: dict[str, Any]) -> bool:
    """By JSON's values, not Python's, where True equals 1."""
    try:
        return rfc8785.dumps(document) == rfc8785.dumps(ENTRY.document)
    except ValueError:
        return False


def examine(data: bytes) -> None:
    """Everything that a reader does with bytes from storage; ValueError is the only way out."""
    with suppress(ValueError):
        entry = Entry.decode(data)
        chain = Chain(AGENCY).follow(entry)
        assert (chain.first_break is None) == is_original(entry.document)
        for read in (Entry.events, lambda it: it.at, lambda it: it.actor, Entry.encode):
            with suppress(ValueError):
                read(entry)


@given(st.binary())
def test_junk(data: bytes):
    examine(data)


@given(st.data())
def test_damage(data: st.DataObject):
    whole = ENTRY.encode()
    start = data.draw(st.integers(0, len(whole) - 1))
    end = data.draw(st.integers(start, min(len(whole), start + 20)))
    examine(whole[:start] + data.draw(st.binary(max_size=8)) + whole[end:])


@example(field="schema", value=True)
@example(field="schema", value=1.0)
@given(
    field=st.sampled_from(sorted(ENTRY.document)),
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    ),
)
def test_any_json_in_any_field(field: str, value: object):
    examine(json.dumps(ENTRY.document | {field: value}).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"5",
        b'"text"',
        b"{}",
        b"{",
        b"\xff",
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b"1" * 5_000,
        *(
            json.dumps(ENTRY.document | changed).encode()
            for changed in (
                {"sequence": "1"},
                {"sequence": 1.0},
                {"sequence": True},
                {"sequence": False},
                {"sequence": None},
                {"events": None},
                {"events": {}},
                {"events": "text"},
            )
        ),
        *(
            json.dumps({k: v for k, v in ENTRY.document.items() if k != field}).encode()
            for field in ENTRY.document
        ),
    ],
)
def test_what_is_no_entry(data: bytes):
    with pytest.raises(ValueError):  # noqa: PT011 - any of its kinds: JSON, UTF-8, our own
        Entry.decode(data)


@pytest.mark.parametrize(
    "value",
    ["NaN", "Infinity", "1e999", str(2**53), r'"\ud800"', "[" * DEEP + "]" * DEEP],
    ids=["NaN", "Infinity", "overflow", "too large", "half a character", "too deep"],
)
def test_what_has_no_canonical_form_is_not_what_its_hash_says(value: str):
    data = json.dumps(ENTRY.document | {"schema": "HERE"}).replace('"HERE"', value)
    found = Chain(AGENCY).follow(Entry.decode(data.encode())).first_break
    assert found is not None
    assert (found.sequence, found.kind) == (1, "hash-mismatch")


@pytest.mark.parametrize("events", [[1], ["text"], [None], [[]], [{}], [{"type": 1, "data": 2}]])
def test_events_that_are_none(events: list[object]):
    document = {k: v for k, v in ENTRY.document.items() if k != "hash"} | {"events": events}
    entry = Entry.decode(Entry(document | {"hash": digest(document)}).encode())
    with pytest.raises(ValueError, match="EventType"):
        entry.events()


texts = st.text(st.characters(codec="utf-8"), max_size=4)
anything = st.recursive(
    st.none() | st.booleans() | texts | st.integers(-(2**60), 2**60) | st.floats(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(texts, inside, max_size=3),
)


@given(anything)
def test_the_fast_way_writes_what_rfc_8785_says(value: object):
    try:
        expected = rfc8785.dumps(value)
    except ValueError as error:
        with pytest.raises(type(error)):
            canonical(value)
    else:
        assert canonical(value) == expected


@example({1: "a name that is none"})
@example({"half": {2: 3}, "pair": "\ud800"})
@given(st.dictionaries(st.text(), st.text() | st.integers() | st.just((1, 2))))
def test_what_cannot_be_written_is_refused_either_way(value: object):
    try:
        expected = rfc8785.dumps(value)
    except ValueError:
        with pytest.raises(ValueError):  # noqa: PT011 - whichever says so
            canonical(value)
    else:
        assert canonical(value) == expected
