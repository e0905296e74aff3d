"""Lists that hide some of what they walk through: one page of what the caller may see."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from shared.domain.events import JsonObject
from shared.services.ports import Page

ROUNDS: Final = 20
"""Reads for one page at most: where little is to be seen, a page may be short, even empty."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: a partner, which sees only what it is a party of, or (None) the tenant itself."""

    partner_id: str | None = None

    def sees(self, *parties: str | None) -> bool:
        """Whether something between the customer and `parties` is theirs to see."""
        return self.partner_id is None or self.partner_id in parties


async def collect[T](
    fetch: Callable[[str | None, int], Awaitable[Page[T]]],
    show: Callable[[T], JsonObject | None],
    after: str | None,
    limit: int,
) -> Page[JsonObject]:
    """Up to `limit` items behind `after` for which `show` answers something."""
    found: list[JsonObject] = []
    for _ in range(ROUNDS):
        page = await fetch(after, limit - len(found))
        found.extend(shown for item in page.items if (shown := show(item)) is not None)
        after = page.after
        if after is None or len(found) >= limit:
            break
    return Page(tuple(found), after)
