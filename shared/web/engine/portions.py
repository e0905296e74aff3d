"""A list that the API gives as a whole, shown in portions with numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from shared.canonical import JsonObject

SIZE: Final = 25
_LONG: Final = 9
NUMBER: Final = "page"
"""The query parameter that names a portion, from 1."""


@dataclass(frozen=True, slots=True)
class Portion:
    """Part `number` of `parts`; `before` and `behind` are the queries of its neighbours."""

    items: Sequence[JsonObject]
    total: int
    number: int
    parts: int
    before: str | None
    behind: str | None


def portion(items: Sequence[JsonObject], query: Mapping[str, str]) -> Portion:
    """The portion that `query` names: of a number that is none the first, beyond the end the last.

    What else stands in `query` goes along to the neighbours.
    """
    parts = max(1, -(-len(items) // SIZE))
    named = query.get(NUMBER, "")
    number = int(named) if named.isascii() and named.isdecimal() and len(named) < _LONG else 1
    number = min(max(number, 1), parts)
    last = number * SIZE

    def at(number: int) -> str:
        return urlencode({**query, NUMBER: number})

    return Portion(
        items=items[last - SIZE : last],
        total=len(items),
        number=number,
        parts=parts,
        before=at(number - 1) if number > 1 else None,
        behind=at(number + 1) if number < parts else None,
    )
