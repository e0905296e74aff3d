"""Lists that hide some of what they walk through: one page of what the caller may see and wants."""

import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.canonical import JsonObject
from shared.services.ports.values import Page

ROUNDS: Final = 20
"""Reads for one page at most: where little is to be seen, a page may be short, even empty."""


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
        wanted = _folded(self.search)
        return any(_folded(text).startswith(wanted) for text in texts if text)


def _folded(text: str) -> str:
    # Compatibility forms too: full-width letters, and Hangul that a Mac has taken apart.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


async def collect[T](
    fetch: Callable[[str | None, int], Awaitable[Page[T]]],
    show: Callable[[T], JsonObject | None],
    position: Callable[[T], str],
    after: str | None,
    limit: int,
    *,
    at_once: int = 1,
) -> Page[JsonObject]:
    """Up to `limit` items behind `after` for which `show` answers something.

    `position` is an item's place in the list. `at_once`: the least that one read fetches, more than
    `limit` where much is hidden.
    """
    found: list[JsonObject] = []
    for _ in range(ROUNDS):
        page = await fetch(after, max(limit - len(found), at_once))
        for number, item in enumerate(page.items, 1):
            if (shown := show(item)) is not None:
                found.append(shown)
                if len(found) == limit and number < len(page.items):
                    return Page(tuple(found), position(item))
        after = page.after
        if after is None or len(found) == limit:
            break
    return Page(tuple(found), after)
