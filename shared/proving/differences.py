"""Where two values of the domain differ, by introspection: a new field is compared unasked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Final, cast

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from shared.canonical import JsonObject
from shared.clock import rfc3339

type _Named = Mapping[str, object]
type _Items = Sequence[object]
ABSENT: Final = object()
"""In place of a field that one side does not have: null is a value."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field with both values as plain JSON. `path` is in the field names of the API."""

    path: tuple[str, ...]
    expected: object
    stored: object

    def as_json(self) -> JsonObject:
        """`{field, expected, stored}` for people, without the one that is not there at all."""
        sides = {"expected": self.expected, "stored": self.stored}
        there = {name: _plain(value) for name, value in sides.items() if value is not ABSENT}
        return {"field": ".".join(self.path), **there}


def differences(
    expected: object, stored: object, path: tuple[str, ...] = ()
) -> Iterator[Difference]:
    """Every field that differs, down to the innermost one that names it."""
    if _same(expected, stored):
        return
    inside, beside = _parts(expected), _parts(stored)
    if inside is None or beside is None or type(expected) is not type(stored):
        yield Difference(path, expected, stored)
        return
    for name in sorted(inside.keys() | beside.keys()):
        yield from differences(inside.get(name, ABSENT), beside.get(name, ABSENT), (*path, name))


def _same(one: object, other: object) -> bool:
    """Whether both say the same: in JSON, 1, 1.0 and true are three values."""
    if one is other:
        return True
    match one, other:
        case (BaseModel(), _) | (_, BaseModel()):
            return one == other  # whose fields have one type each
        case Mapping(), Mapping():
            ours, theirs = cast("_Named", one), cast("_Named", other)
            return ours.keys() == theirs.keys() and all(
                _same(value, theirs[name]) for name, value in ours.items()
            )
        case ((list() | tuple()), (list() | tuple())):
            pairs = zip_longest(cast("_Items", one), cast("_Items", other), fillvalue=ABSENT)
            return all(_same(*pair) for pair in pairs)
        case _:
            return type(one) is type(other) and one == other


def _parts(value: object) -> Mapping[str, object] | None:
    if isinstance(value, BaseModel):
        model = type(value).model_fields
        return {field.alias or name: getattr(value, name) for name, field in model.items()}
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else None


def _plain(value: object) -> object:
    match value:
        case str():
            return value  # also one that has no UTF-8 form, wherever it stands
        case datetime():
            return rfc3339(value)
        case Mapping():
            return {str(name): _plain(inner) for name, inner in cast("_Named", value).items()}
        case list() | tuple():
            return [_plain(item) for item in cast("_Items", value)]
        case _:
            return to_jsonable_python(value)
