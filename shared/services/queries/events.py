"""Feeds of events: a customer's from its ledger, a partner's from the feed written for it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from shared.canonical import JsonObject
from shared.clock import Clock
from shared.services.feed_events import feed_events
from shared.services.listing import ROUNDS
from shared.services.ports.index import IndexStore
from shared.services.ports.tenants import TenantStore
from shared.services.ports.values import Page

_STEP: Final = 1000
"""Events of one entry stay far below it: an entry and its rows are one transaction of 100."""


@dataclass(frozen=True, slots=True)
class EventQueries:
    """Reads of feeds: a page whose `after` is the cursor, and whether there may be more now.

    `hold` keeps a partner's events back until none can appear before them.
    """

    tenants: TenantStore
    index: IndexStore
    clock: Clock
    hold: timedelta

    async def of_customer(
        self, customer_id: str, after: int, limit: int
    ) -> tuple[Page[JsonObject], bool]:
        """Events behind the position `after`: sequence · 1000 + place within the entry."""
        found: list[JsonObject] = []
        behind = after
        # The entry of `after` once more: a page may have ended within it.
        async for entry in self.tenants.entries(customer_id, max(after // _STEP - 1, 0)):
            for happening in feed_events([entry]):
                position = happening.sequence * _STEP + happening.position
                if position <= after:
                    continue
                if len(found) == limit:
                    return Page(tuple(found), str(behind)), True
                found.append(happening.for_customer())
                behind = position
        return Page(tuple(found), str(behind)), False

    async def of_partner(
        self, partner_id: str, types: Collection[str], after: str | None, limit: int
    ) -> tuple[Page[JsonObject], bool]:
        """Events of `types`, or of all when there are none."""
        until = self.clock.now() - self.hold
        found: list[JsonObject] = []
        more = True
        for _ in range(ROUNDS):
            wanted = limit - len(found)
            page = await self.index.feed(partner_id, after, wanted, until=until)
            after, more = page.after, len(page.items) == wanted
            events = (row.event for row in page.items)
            found.extend(event for event in events if not types or event["type"] in types)
            if not more or len(found) == limit:
                break
        return Page(tuple(found), after), more
