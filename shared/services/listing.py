"""Lists that hide some of what they walk through: one page of what the caller may see and wants."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import repeat
from typing import Final

from shared.services.ports.values import Page
from shared.text.characters import folded

ROUNDS: Final = 20
"""Reads for one page of what is the caller's own: where little is wanted, a page may be short."""

_FIRST: Final = datetime(1, 1, 1, tzinfo=UTC)
_LATEST: Final = 10**18
"""Microseconds behind every time that can be written."""

_MOST: Final = 1000
"""Rows that storage gives in one answer."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: a partner, which sees only what it is a party of, or (None) the tenant itself."""

    partner_id: str | None = None

    def sees(self, *parties: str | None) -> bool:
        """Whether something between the customer and `parties` is theirs to see."""
        return self.partner_id is None or self.partner_id in parties


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What of a partner's list is asked for; None asks for nothing.

    `search` is the beginning of a text that people know the item by. `ends_before`: an invitation
    expires, or a subscription's term ends, before that. `updated_since` includes that moment.
    """

    status: str | None = None
    search: str | None = None
    updated_since: datetime | None = None
    ends_before: datetime | None = None
    customer_id: str | None = None
    partner_id: str | None = None

    def found(self, *texts: str | None) -> bool:
        """Whether one of `texts` begins with what is searched for, whatever its case or form."""
        if self.search is None:
            return True
        wanted = folded(self.search)
        return any(folded(text).startswith(wanted) for text in texts if text)


def newest_first(at: datetime, item_id: str) -> str:
    """A position in a list that begins with the latest: the later, the smaller."""
    return f"{_LATEST - (at - _FIRST) // timedelta(microseconds=1):018d}|{item_id}"


def time_at(position: str) -> datetime:
    """The time of a position that `newest_first` made."""
    return _FIRST + timedelta(microseconds=_LATEST - int(position.partition("|")[0]))


async def collect[T, S](
    fetch: Callable[[str | None, int], Awaitable[Page[T]]],
    show: Callable[[T], S | None],
    position: Callable[[T], str],
    after: str | None,
    limit: int,
    *,
    at_once: int = 1,
    rounds: int | None = None,
) -> Page[S]:
    """Up to `limit` items behind `after` for which `show` answers something.

    It goes on behind the last of these, and only where another one follows: what is hidden shows
    neither in a position nor in whether there is more (ISO-1). So the walk ends with the list,
    unless the caller may know of all that is in it: then `rounds` reads are enough, and a page may
    be short, even empty.

    `position` is an item's place in the list. `at_once`: the least that one read fetches, more than
    `limit` where much is hidden; without `rounds` each further read fetches twice as much.
    """
    found: list[S] = []
    last: str | None = None
    for _ in repeat(None) if rounds is None else repeat(None, rounds):
        page = await fetch(after, min(max(limit + 1 - len(found), at_once), _MOST))
        for item in page.items:
            if (shown := show(item)) is None:
                continue
            if len(found) == limit:
                return Page(tuple(found), last)
            found.append(shown)
            last = position(item)
        if (after := page.after) is None:
            return Page(tuple(found), None)
        if rounds is None:
            at_once *= 2
    return Page(tuple(found), after)
