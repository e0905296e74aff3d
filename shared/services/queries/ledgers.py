"""A tenant's ledger: its entries as they were written, all or those about somebody or something."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from shared.canonical import JsonObject
from shared.errors import NotFound
from shared.model.events import Event, named
from shared.model.ledger import Entry
from shared.model.models import Subscription
from shared.model.state import Head
from shared.services.ports.tenants import TenantStore
from shared.services.ports.values import Page

PAGE_BYTES: Final = 4 * 1024 * 1024
"""A page ends with the entry that reaches this: one entry may have a quarter of a megabyte."""
WINDOW: Final = 250
"""As many as one query reads: they come forwards and are held until they are shown."""
WINDOWS: Final = 20
"""Queries for one page at most."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries, and in which order. None asks for nothing."""

    newest_first: bool = False
    partner_id: str | None = None
    subscription_id: str | None = None

    @property
    def everything(self) -> bool:
        """Whether no entry is left out."""
        return self.partner_id is None and self.subscription_id is None

    def includes(self, entry: Entry) -> bool:
        """Whether one of its events is about them; an entry that cannot be read is not hidden."""
        if self.everything:
            return True
        try:
            return any(map(self._about, entry.events()))
        except ValueError:
            return True

    def _about(self, event: Event) -> bool:
        sold = event.data.id if isinstance(event.data, Subscription) else None
        return self.subscription_id in {None, sold} and (
            self.partner_id is None or self.partner_id in named(event)
        )


@dataclass(frozen=True, slots=True)
class LedgerQueries:
    """Reads of ledgers. `own` says that the tenant's own people ask: they always may."""

    tenants: TenantStore

    async def entries(
        self, tenant_id: str, wanted: Wanted, position: int, limit: int, *, own: bool
    ) -> Page[JsonObject]:
        """The documents beyond the sequence `position` (0: from the first, or the newest).

        Complete, so that hashes can be recomputed. A page ends with `limit`, and looks at no more
        than WINDOWS and PAGE_BYTES: where few are wanted it may be short, even empty, and the list
        goes on behind it.
        """
        head = await head_of(self.tenants, tenant_id, own=own)
        found: list[JsonObject] = []
        size, last = 0, position
        at_once = min(limit, WINDOW) if wanted.everything else WINDOW
        for window in islice(_windows(head.sequence, position, at_once, wanted), WINDOWS):
            for entry in await self._read(tenant_id, window, wanted):
                last = entry.sequence
                size += len(entry.encode())
                if wanted.includes(entry):
                    found.append(entry.document)
                if len(found) == limit or size >= PAGE_BYTES:
                    return Page(tuple(found), _beyond(last, head.sequence, wanted))
            last = window[0] if wanted.newest_first else window[-1]
        return Page(tuple(found), _beyond(last, head.sequence, wanted))

    async def entry(self, tenant_id: str, sequence: int) -> JsonObject:
        """The document of one entry. Raises NotFound where none has that number."""
        found = await self.tenants.entry(tenant_id, sequence)
        if found is None:
            raise NotFound
        return found.document

    async def _read(self, tenant_id: str, window: range, wanted: Wanted) -> Iterable[Entry]:
        """What is stored of one window, in the order of the list."""
        entries = self.tenants.entries(
            tenant_id, window[0] - 1, through=window[-1], at_once=len(window)
        )
        found = [entry async for entry in entries]
        return reversed(found) if wanted.newest_first else found


async def head_of(tenants: TenantStore, tenant_id: str, *, own: bool) -> Head:
    """The tenant's head. Raises NotFound for one never heard of, unless its own people ask."""
    stored = await tenants.head(tenant_id)
    if stored is None and not own:
        raise NotFound
    return stored.value if stored else Head(tenant_id)


def _windows(newest: int, position: int, at_once: int, wanted: Wanted) -> Iterator[range]:
    """The sequences beyond `position`, ascending within each window."""
    if wanted.newest_first:
        for top in range(position - 1 if position else newest, 0, -at_once):
            yield range(max(1, top - at_once + 1), top + 1)
    else:
        for first in range(position + 1, newest + 1, at_once):
            yield range(first, min(newest, first + at_once - 1) + 1)


def _beyond(last: int, newest: int, wanted: Wanted) -> str | None:
    """Where the list goes on, if it does."""
    more = last > 1 if wanted.newest_first else last < newest
    return str(last) if more else None
