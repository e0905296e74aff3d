"""JSON documents: read, in their one canonical form (RFC 8785), and its digest."""

import hashlib
import json
from collections.abc import Iterable
from typing import Final, cast

import rfc8785
from pydantic_core import from_json, to_json

type JsonObject = dict[str, object]
"""A JSON object as Python holds it: plain values, lists and objects of them."""


def canonical(document: object) -> bytes:
    """`document` (plain JSON values, integers only) as RFC 8785 writes it, in UTF-8."""
    try:
        # What is written here always is; then this says the same, many times as fast.
        return to_json(_ordered(document))
    except _Unusual:
        return rfc8785.dumps(document)  # pyright: ignore[reportArgumentType] - JSON is wider than its type


class _Unusual(Exception):
    """Fractions, large integers, names in other letters: RFC 8785 has rules of its own for them."""


def _ordered(value: object) -> object:
    """The same with all names in their order. Raises _Unusual."""
    kind = type(value)
    if kind is dict:
        members = cast("dict[str, object]", value)
        if not _are_ascii(members):
            raise _Unusual
        return {
            name: inner if type(inner := members[name]) in _PLAIN else _ordered(inner)
            for name in sorted(members)
        }
    if kind is list:
        items = cast("list[object]", value)
        return [each if type(each) in _PLAIN else _ordered(each) for each in items]
    if kind in _PLAIN or (kind is int and abs(cast("int", value)) <= _LARGEST):
        return value
    raise _Unusual


def _are_ascii(names: Iterable[str]) -> bool:
    try:
        return "".join(names).isascii()
    except TypeError:
        return False


_PLAIN: Final = frozenset({str, bool, type(None)})
_LARGEST: Final = 2**53 - 1


def parsed(data: bytes) -> object:
    """What JSON says, whoever wrote it. Raises ValueError or RecursionError."""
    try:
        return from_json(data)
    except ValueError:
        return json.loads(data)  # It also takes half of a surrogate pair, which a row may hold.


def digest(document: object) -> str:
    """Lower-case hex SHA-256 of the canonical form."""
    return hashlib.sha256(canonical(document)).hexdigest()
