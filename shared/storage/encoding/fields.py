"""What every encoding shares: the version, typed access to properties, compact JSON."""

import json
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Final, cast

from shared.canonical import JsonObject
from shared.services.ports.values import Undecodable
from shared.storage.engine.table import Entity

VERSION: Final = 1
"""The version of the encoding, in each entity's property `v`."""

MALFORMED: Final = (
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
"""What reading a value raises that is not as it was written."""


@contextmanager
def decoding(entity: Entity) -> Generator[None]:
    """Raises Undecodable for anything that does not decode inside."""
    try:
        _require_version(entity)
        yield
    except MALFORMED as error:
        # Without its cause: a validation error quotes what it met, which may be personal data.
        place = f"{entity.key.partition} {entity.key.row}"
        raise Undecodable(f"{place}: {type(error).__name__}", entity.etag) from None


def _require_version(entity: Entity) -> None:
    if number(entity, "v") != VERSION:
        raise ValueError("v")


def readable[T](entities: Iterable[Entity], decode: Callable[[Entity], T]) -> tuple[T, ...]:
    """Those that decode: one row that does not never stops a list. Sweeps name it."""
    found: list[T] = []
    for entity in entities:
        with suppress(Undecodable):
            found.append(decode(entity))
    return tuple(found)


def text(entity: Entity, name: str) -> str:
    """A string property. Raises KeyError or TypeError."""
    value = entity.properties[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def number(entity: Entity, name: str) -> int:
    """An integer property. Raises KeyError or TypeError."""
    value = entity.properties[name]
    if type(value) is not int:
        raise TypeError(name)
    return value


def binary(entity: Entity, name: str) -> bytes:
    """A binary property. Raises KeyError or TypeError."""
    value = entity.properties[name]
    if not isinstance(value, bytes):
        raise TypeError(name)
    return value


def moment(written: object) -> datetime:
    """A time with its zone, as text. Raises ValueError for any other value."""
    at = datetime.fromisoformat(str(written))
    if at.tzinfo is None:
        raise ValueError("zone")
    return at


def compact(document: JsonObject) -> str:
    """JSON without spaces."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def body(entity: Entity) -> JsonObject:
    """The JSON object in `body`. Raises KeyError, TypeError or ValueError."""
    document: object = json.loads(text(entity, "body"))
    if not isinstance(document, dict):
        raise TypeError("body")
    return cast("JsonObject", document)
