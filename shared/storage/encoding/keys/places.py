"""Where a row lies: its key, and spans of keys.

Parts are joined by `|`, which no GUID, number or time holds. GUIDs come in lower case. What could
hold any character (a queue message's source and id) is hashed.
"""

from datetime import datetime
from typing import Final, NamedTuple


class Key(NamedTuple):
    """An entity's place in its table."""

    partition: str
    row: str


class Span(NamedTuple):
    """Row keys between two bounds, which belong to it only when `closed`."""

    low: str
    high: str
    closed: bool = False


BEHIND_BAR: Final = "}"
"""The character after `|`: `x}` is behind every key that starts with `x|`."""


_LAST: Final = "\ufffd"
"""Behind every key that this system writes, and every other one that has a sensible character."""


def under(prefix: str, after: str | None = None) -> Span:
    """The rows `{prefix}|…`, behind `{prefix}|{after}`; no `after` can lead out of them."""
    return Span(f"{prefix}|{after or ''}", prefix + BEHIND_BAR)


def behind(row: str) -> Span:
    """Every row of a partition that follows this one."""
    return Span(row, _LAST)


def row_id(key: Key) -> str:
    """The id in the row key of a tenant's row or details."""
    return key.row.partition("|")[2]


def micros(moment: datetime) -> str:
    """The time in a result's key."""
    # Whole microseconds without a float between: a float is off by some at today's dates.
    seconds = int(moment.timestamp() // 1)
    return f"{seconds * 1_000_000 + moment.microsecond:020d}"
