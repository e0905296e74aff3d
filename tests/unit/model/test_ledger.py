"""The ledger: canonical bytes, linking, decoding anything, and finding what was touched."""

import copy
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.canonical import canonical, digest
from shared.deciding.evolve import replay
from shared.model.events import Event, EventType
from shared.model.ledger import Chain, Commission, Entry, next_entry
from shared.model.models import LinkStatus
from shared.model.state import GENESIS_HASH, Head, Tenant
from tests.cast.ids import AGENCY, AT, BUREAU, DAY, actor
from tests.cast.resources import agreement, customer, event, invitation, relationship, subscription
from tests.cast.resources import link as reseller_link

BY = Commission(actor(), "0" * 32, "accept-invitation", AT, "usGovernment", "2026-11-01")


def history() -> tuple[list[Entry], Head]:
    """Five entries, and the head that they lead to."""
    happened = [
        [event(invitation())],
        [event(customer()), event(agreement()), event(relationship())],
        [],
        [event(subscription(1)), event(subscription(2))],
        [Event(EventType.RESELLER_LINK_ENDED, reseller_link(status=LinkStatus.ENDED))],
    ]
    state, entries = Tenant(Head(id=AGENCY)), []
    for number, events in enumerate(happened):
        entries.append(next_entry(state.head, replace(BY, at=AT + number * DAY), events))
        state = replay(state, entries[-1])
    return entries, state.head


ENTRIES, HEAD = history()


def verdict(entries: list[Entry], head: Head = HEAD) -> tuple[int, str] | None:
    """Where and how the history breaks."""
    chain = Chain(AGENCY)
    for entry in entries:
        chain = chain.follow(entry)
    found = chain.conclude(head).first_break
    return (found.sequence, found.kind) if found else None


# --- canonical bytes -------------------------------------------------------------------------

VECTORS = [
    # RFC 8785, section 3.2.2.
    (
        (
            r'{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],'
            r'"string":"\u20ac$\u000F\u000aA'
            r"'"
            r'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}'
        ),
        (
            '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
            '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
        ),
    ),
    # RFC 8785, section 3.2.3: properties are sorted by their UTF-16 code units.
    (
        r'{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}',
        '{"\\r":2,"1":4,"\x80":6,"ö":7,"€":1,"\U0001f600":5,"\ufb33":3}',
    ),
    # The test data of its reference implementation: arrays, unicode, structures.
    ('[ 56, { "d": true, "10": null, "1": [ ] } ]', '[56,{"1":[],"10":null,"d":true}]'),
    (r'{"Unnormalized Unicode":"A\u030a"}', '{"Unnormalized Unicode":"A\u030a"}'),
    (
        (
            r'{"1":{"f":{"f":"hi","F":5},"\n":56.0},"10":{},"":"empty","a":{},"111":[{"e":"yes"}],'
            r'"A":{}}'
        ),
        r'{"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"e":"yes"}],"A":{},"a":{}}',
    ),
]


@pytest.mark.parametrize(("text", "expected"), VECTORS)
def test_published_vectors(text: str, expected: str):
    assert canonical(json.loads(text)) == expected.encode()


def test_a_digest_does_not_depend_on_the_order_of_fields():
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1})
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


# --- linking ---------------------------------------------------------------------------------


def test_what_an_entry_says():
    first, second, *_ = ENTRIES
    assert first.document | {"hash": "", "events": []} == {
        "schema": 1,
        "cloud": "usGovernment",
        "tenantId": AGENCY,
        "sequence": 1,
        "at": "2026-11-01T08:00:00.000000Z",
        "actor": {"tenantId": actor().tenant_id, "objectId": "person", "role": "G"},
        "commandId": "0" * 32,
        "command": "accept-invitation",
        "policyVersion": "2026-11-01",
        "previousHash": GENESIS_HASH,
        "events": [],
        "hash": "",
    }
    assert (first.sequence, first.at, first.actor, first.command_id) == (1, AT, BY.actor, "0" * 32)
    assert first.events() == (event(invitation()),)
    assert (second.sequence, second.previous_hash) == (2, first.hash)
    assert first.hash == first.computed_hash()


def test_an_untouched_history_is_valid():
    assert verdict(ENTRIES) is None
    assert verdict([], Head(id=AGENCY)) is None
    chain = Chain(AGENCY)
    for entry in ENTRIES:
        chain = chain.follow(entry)
    assert (chain.sequence, chain.hash) == (5, ENTRIES[-1].hash)


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_survives_its_bytes(entry: Entry):
    assert Entry.decode(entry.encode()) == entry
    assert Entry.decode(json.dumps(entry.document, indent=1).encode()) == entry


def test_what_a_newer_version_wrote_stays_verifiable():
    document = ENTRIES[0].document | {"schema": 2, "reason": "new"}
    document["events"] = [{"type": "from-the-future", "data": {"list": [1, {"x": None}]}}]
    del document["hash"]
    newer = Entry.decode(Entry(document | {"hash": digest(document)}).encode())
    head = replace(HEAD, sequence=1, hash=newer.hash)
    assert verdict([newer], head) is None
    with pytest.raises(ValueError, match="from-the-future"):
        newer.events()


# --- what was touched ------------------------------------------------------------------------

type Path = tuple[str | int, ...]


def paths(value: object, here: Path = ()) -> Iterator[Path]:
    """Every field and item of a document, at any depth."""
    items: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    for key, child in items:
        yield (*here, key)
        yield from paths(child, (*here, key))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)
places = st.sampled_from(
    [(number, path) for number, entry in enumerate(ENTRIES) for path in paths(entry.document)]
)


def touched(number: int, path: Path, value: object) -> dict[str, object]:
    """The document of entry `number` with another value at `path`."""
    document = copy.deepcopy(ENTRIES[number].document)
    inner = document
    for key in path[:-1]:
        inner = inner[key]  # type: ignore[index] - a path of this very document
    inner[path[-1]] = value
    return document


def same(one: object, other: object) -> bool:
    try:
        return canonical(one) == canonical(other)
    except ValueError:
        return False  # of no canonical form, so certainly another


@given(place=places, value=json_values)
def test_any_touched_field_is_found_where_it_is(place: tuple[int, Path], value: object):
    number, path = place
    document = touched(number, path, value)
    if same(document, ENTRIES[number].document):
        assert verdict([*ENTRIES[:number], Entry(document), *ENTRIES[number + 1 :]]) is None
        return
    try:
        entry = Entry.decode(json.dumps(document).encode())
    except ValueError:
        assert path in {("sequence",), ("events",)}
        return
    kind = {("sequence",): "gap", ("tenantId",): "foreign"}.get(path, "hash-mismatch")
    entries = [*ENTRIES[:number], entry, *ENTRIES[number + 1 :]]
    assert verdict(entries) == (number + 1, kind)


@given(place=places.filter(lambda place: len(place[1]) > 1))
def test_any_dropped_field_is_found_where_it_was(place: tuple[int, Path]):
    number, (*outer, last) = place
    document = copy.deepcopy(ENTRIES[number].document)
    inner = document
    for key in outer:
        inner = inner[key]  # type: ignore[index] - a path of this very document
    del inner[last]  # type: ignore[arg-type] - likewise
    entries = [*ENTRIES[:number], Entry(document), *ENTRIES[number + 1 :]]
    assert verdict(entries) == (number + 1, "hash-mismatch")


@pytest.mark.parametrize("number", range(5))
def test_an_added_field_is_found(number: int):
    entry = Entry(ENTRIES[number].document | {"extra": None})
    entries = [*ENTRIES[:number], entry, *ENTRIES[number + 1 :]]
    assert verdict(entries) == (number + 1, "hash-mismatch")


@pytest.mark.parametrize("number", range(5))
def test_an_entry_rewritten_with_its_hash_is_found_at_the_next(number: int):
    document = ENTRIES[number].document | {"command": "other"}
    del document["hash"]
    rewritten = Entry(document | {"hash": digest(document)})
    found = verdict([*ENTRIES[:number], rewritten, *ENTRIES[number + 1 :]])
    assert found == ((5, "head-mismatch") if number == 4 else (number + 2, "link-mismatch"))


@pytest.mark.parametrize("number", range(5))
def test_a_dropped_entry_is_found(number: int):
    found = verdict([*ENTRIES[:number], *ENTRIES[number + 1 :]])
    assert found == (number + 1, "head-mismatch" if number == 4 else "gap")


@pytest.mark.parametrize("number", range(5))
def test_an_entry_twice_is_found(number: int):
    found = verdict([*ENTRIES[: number + 1], *ENTRIES[number:]])
    assert found == (number + 2, "gap")


@given(st.permutations(range(5)).filter(lambda order: order != list(range(5))))
def test_entries_in_another_order_are_found(order: list[int]):
    moved = next(number for number in range(5) if order[number] != number)
    assert verdict([ENTRIES[number] for number in order]) == (moved + 1, "gap")


def test_another_tenants_history_is_found():
    entry = next_entry(Head(id=BUREAU), BY, [])
    assert verdict([entry], replace(HEAD, sequence=1, hash=entry.hash)) == (1, "foreign")


@pytest.mark.parametrize(
    ("head", "sequence"),
    [
        (replace(HEAD, sequence=4, hash=ENTRIES[3].hash), 5),
        (replace(HEAD, sequence=2, hash=ENTRIES[1].hash), 3),
        (replace(HEAD, sequence=7), 6),
        (replace(HEAD, hash=ENTRIES[3].hash), 5),
        (Head(id=AGENCY), 1),
    ],
)
def test_a_head_elsewhere_is_found(head: Head, sequence: int):
    assert verdict(ENTRIES, head) == (sequence, "head-mismatch")


def test_only_the_first_break_is_kept():
    entries = [Entry(entry.document | {"command": "other"}) for entry in ENTRIES]
    assert verdict(entries) == (1, "hash-mismatch")
    assert verdict(entries[1:]) == (1, "gap")
