"""JSON documents in their one canonical form (RFC 8785), and its digest."""

import hashlib
import json
from typing import Final, cast

import rfc8785

type JsonObject = dict[str, object]
"""A JSON object as Python holds it: plain values, lists and objects of them."""


def canonical(document: object) -> bytes:
    """`document` (plain JSON values, integers only) as RFC 8785 writes it, in UTF-8."""
    if _is_plain(document):
        # What is written here always is; then json says the same, several times as fast.
        return _ENCODER.encode(document).encode()
    return rfc8785.dumps(document)  # pyright: ignore[reportArgumentType] - JSON is wider than its type


def _is_plain(value: object) -> bool:
    """Without what json and RFC 8785 write differently: fractions, large integers, names."""
    kind = type(value)
    if kind is dict:
        for name, inner in cast("dict[object, object]", value).items():
            if type(name) is not str or not name.isascii():
                return False
            if type(inner) not in _PLAIN and not _is_plain(inner):
                return False
        return True
    if kind is list:
        return all(map(_is_plain, cast("list[object]", value)))
    return kind in _PLAIN or (kind is int and abs(cast("int", value)) <= _LARGEST)


_PLAIN: Final = frozenset({str, bool, type(None)})
_LARGEST: Final = 2**53 - 1
_ENCODER: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(document: object) -> str:
    """Lower-case hex SHA-256 of the canonical form."""
    return hashlib.sha256(canonical(document)).hexdigest()
