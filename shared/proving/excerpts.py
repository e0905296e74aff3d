"""What a finding shows of a value: whatever the value is, its excerpt can be written and sent.

A finding is one row, whose text has room for 32,768 UTF-16 units. A stored value may be of any
length and depth, and hold what has no UTF-8. So all that is told goes through here, once: a detail
that fits is shown as it is, a larger one is cut until it does, and says so.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, cast

from shared.canonical import JsonObject

_ROOM: Final = 24_000
"""UTF-16 units of a detail; key, tenant and the finding's own fields take the rest."""
NAME: Final = 1_200
"""Characters of a key: more than two keys of a table have together."""
_DEPTH: Final = 8
_LARGEST: Final = 2**53


class _Cut(NamedTuple):
    """How much is shown: characters of a text, members of a list or object."""

    characters: int
    members: int


_WHOLE: Final = _Cut(_ROOM, _ROOM)
_CUTS: Final = (_WHOLE, _Cut(1_000, 50), _Cut(250, 20), _Cut(100, 10), _Cut(100, 3))


def excerpt(detail: JsonObject) -> JsonObject:
    """As much of `detail` as a finding has room for, as plain JSON."""
    for cut in _CUTS:
        shown = cast("JsonObject", _shown(detail, cut, _DEPTH))
        if len(json.dumps(shown, ensure_ascii=False).encode("utf-16-le")) <= 2 * _ROOM:
            return shown
    return {"omitted": _mark(repr(sorted(map(str, detail))))}


def excerpt_of_text(text: str, characters: int = NAME) -> str:
    """`text` if it is short and has a UTF-8 form; else its beginning, its length and its digest."""
    clean = text.encode("utf-8", "backslashreplace").decode()
    if len(clean) <= characters:
        return clean
    return f"{clean[: characters // 2]}… {_mark(clean)}"


def _mark(text: str) -> str:
    sha256 = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
    return f"({len(text)} characters, SHA-256 {sha256})"


def _shown(value: object, cut: _Cut, depth: int) -> object:
    match value:
        case str():
            return excerpt_of_text(value, cut.characters)
        case None | bool():
            return value
        case int():
            return value if abs(value) < _LARGEST else f"a number of {value.bit_length()} bits"
        case float():
            return value if math.isfinite(value) else str(value)
        case Mapping() | list() | tuple() if depth == 0:
            return "… (nested deeper)"
        case Mapping():
            return _object(cast("Mapping[object, object]", value), cut, depth - 1)
        case list() | tuple():
            return _list(cast("Sequence[object]", value), cut, depth - 1)
        case _:
            return excerpt_of_text(str(value), cut.characters)


def _object(value: Mapping[object, object], cut: _Cut, depth: int) -> JsonObject:
    shown: JsonObject = {}
    for name in list(value)[: cut.members]:
        shown[excerpt_of_text(str(name), cut.characters)] = _shown(value[name], cut, depth)
    if left := len(value) - cut.members:
        shown |= {"…": f"and {left} more"} if left > 0 else {}
    return shown


def _list(value: Sequence[object], cut: _Cut, depth: int) -> list[object]:
    shown = [_shown(one, cut, depth) for one in value[: cut.members]]
    left = len(value) - cut.members
    return [*shown, f"… and {left} more"] if left > 0 else shown
