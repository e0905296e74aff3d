"""Random changes of stored rows, whatever they are: any property to any value of any type."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Final
from uuid import UUID

from shared.storage.encoding.keys.places import Key
from shared.storage.engine.entities import Foreign
from shared.storage.engine.memory import MemoryTable
from shared.storage.engine.table import Entity
from tests.sweeps.raw import Properties


@dataclass(frozen=True)
class Mutation:
    """What was done to one row; None for one that was not there, or is not any more."""

    table: str
    key: Key
    before: Properties | None
    after: Properties | None

    def __str__(self) -> str:
        """Short enough to read what failed."""
        return f"{self.table} {self.key!r:.200}: {self.before!r:.700} -> {self.after!r:.700}"


def mutate(table: MemoryTable, chance: Random, spared: set[str]) -> Mutation:
    """One row of the table, of no partition that is spared."""
    there = sorted(
        entity.key
        for partition, rows in table._partitions.items()
        for entity in rows.values()
        if partition not in spared
    )
    key = chance.choice(there)
    before = dict(table._partitions[key.partition][key.row].properties)
    turn = chance.random()
    if turn < 0.2:
        return put(table, _alien(key, chance), _some(before, chance))
    return put(table, key, None if turn < 0.25 else _changed(before, chance))


def put(table: MemoryTable, key: Key, after: Properties | None) -> Mutation:
    """Makes the row what `after` is, without the app."""
    rows = table._partitions.setdefault(key.partition, {})
    old = rows.pop(key.row, None)
    if after is not None:
        rows[key.row] = table._written(key, after)
    if not rows:
        del table._partitions[key.partition]
    return Mutation(table.name, key, dict(old.properties) if old else None, after)


def entity(mutation: Mutation, properties: Properties) -> Entity:
    """The row with these properties."""
    return Entity(mutation.key, properties, "etag")


# --- keys -------------------------------------------------------------------------------------

_PARTITIONS: Final = ("a b", "f" * 510, "-1f", "0x1", "zz|feed", "|", "é", "TENANT", "~")
_ROWS: Final = (
    "head",
    "projection",
    "entry|000000000099",
    "entry|99",
    "entry|",
    "subscription|",
    "invitation|x",
    "details|x",
    "message|x",
    "claim",
    "counter",
    "slot|x",
    "customer||",
    "zz",
    "f" * 500,
    "it's",
)


def _alien(key: Key, chance: Random) -> Key:
    someone = str(UUID(int=chance.getrandbits(128), version=4))
    rows = (key.row, key.row, f"{key.row.split('|', maxsplit=1)[0]}|{someone}", *_ROWS)
    partitions = (key.partition, key.partition, someone, *_PARTITIONS)
    return Key(chance.choice(partitions), chance.choice(rows))


# --- values -----------------------------------------------------------------------------------

_TEXTS: Final = (
    "",
    " ",
    "\ud800",
    "x" * 40_000,
    "no hash",
    "{}",
    "[]",
    "null",
    "3",
    "{",
    '{"a": NaN}',
    "[" * 5_000,
    '"\\ud800"',
    "0" * 64,
    "00000000-0000-4000-8000-00000000000f",
    "2026-01-01",
    "9999-12-31T23:59:59.999999-23:59",
    "held",
    "\x00",
    "한국어" * 9_000,
)
_NUMBERS: Final = (0, 1, -1, 7, 2**31, 2**53, 2**63, 10**40, 1.5, float("inf"), float("nan"))


def _some(before: Properties, chance: Random) -> Properties:
    """A row that was copied, and perhaps changed, or anything."""
    turn = chance.random()
    if turn < 0.4:
        return dict(before)
    if turn < 0.7:
        return _changed(before, chance)
    return {name: _value(chance) for name in ("v", "body", "n", "sequence")}


def _changed(before: Properties, chance: Random) -> Properties:
    name = chance.choice(sorted(before))
    old = before[name]
    turn = chance.random()
    if turn < 0.1:
        return {key: value for key, value in before.items() if key != name}
    if turn < 0.6 and (inside := _inside(old, chance)) is not None:
        return {**before, name: inside}
    return {**before, name: _value(chance)}


def _inside(old: object, chance: Random) -> object:
    """A document with one value in it changed; None for what is no document."""
    text = old.decode("utf-8", "replace") if isinstance(old, bytes) else old
    if not isinstance(text, str):
        return None
    try:
        document = json.loads(text)
    except ValueError:
        return None
    if not isinstance(document, dict | list) or not document:
        return None
    _spoil(document, chance)
    new = json.dumps(document, separators=(",", ":"))
    return new.encode() if isinstance(old, bytes) else new


def _spoil(document: dict | list, chance: Random) -> None:
    place = chance.choice(sorted(document) if isinstance(document, dict) else range(len(document)))
    inner = document[place]
    if isinstance(inner, dict | list) and inner and chance.random() < 0.7:
        _spoil(inner, chance)
    elif isinstance(document, dict) and chance.random() < 0.1:
        document.pop(place)
    else:
        document[place] = _json(chance, 3)


def _json(chance: Random, depth: int) -> object:
    turn = chance.randrange(6 if depth else 4)
    match turn:
        case 0:
            return chance.choice((None, True, False))
        case 1 | 2:
            return chance.choice(_TEXTS)
        case 3:
            return chance.choice(_NUMBERS[:9])
        case 4:
            return [_json(chance, depth - 1) for _ in range(chance.randrange(4))]
        case _:
            return {chance.choice(_TEXTS): _json(chance, depth - 1) for _ in range(3)}


def _value(chance: Random) -> object:
    return chance.choice(
        (
            chance.choice(_TEXTS),
            chance.choice(_TEXTS),
            chance.choice(_NUMBERS),
            True,
            chance.randbytes(chance.choice((0, 3, 60_000))),
            Foreign("Edm.Guid", "00000000-0000-4000-8000-00000000000f"),
            datetime(2026, 1, 1, tzinfo=UTC),
            json.dumps(_json(chance, 3)),
        )
    )
