"""What the operator lists of all tenants: partners, and what customers dispute (SUB-6)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from shared.canonical import JsonObject
from shared.clock import Clock
from shared.errors import NotFound
from shared.model.models import Partner, Subscription, SubscriptionStatus
from shared.model.state import Head, RowKind
from shared.services.listing import ROUNDS, Narrowing, collect
from shared.services.ports import Ports
from shared.services.ports.dead_letters import LetterStatus
from shared.services.ports.findings import FindingStatus
from shared.services.ports.index import IndexFilter, IndexKind, IndexRow
from shared.services.ports.values import Page, Undecodable
from shared.services.queries.partners import Indexed
from shared.services.queries.records import Records
from shared.services.views import DisputeStatus, Views

_BULK: Final = 1000
"""Rows of one read where most may not be shown."""

COUNTED: Final = 100
"""Of each kind that waits for the operator, as many are counted."""


@dataclass(frozen=True, slots=True)
class OperatorQueries:
    """Lists from the index, which lags by seconds; one dispute from its customer's record."""

    ports: Ports
    records: Records
    views: Views
    clock: Clock

    async def partners(self, wanted: Narrowing, after: str | None, limit: int) -> Indexed:
        """All partners by id; searched by name and MPN id."""

        def show(row: IndexRow) -> JsonObject | None:
            partner = Partner.model_validate(row.body)
            found = wanted.found(partner.name, partner.mpn_id)
            return self.views.partner(partner) if found else None

        now = self.clock.now()
        statuses = frozenset([wanted.status] if wanted.status else [])
        page = await collect(
            self._rows(IndexKind.PARTNER, statuses),
            show,
            lambda row: row.key.position,
            after,
            limit,
            at_once=_BULK if wanted.search else 1,
            rounds=ROUNDS,
        )
        return Indexed(page, now)

    async def disputes(self, status: str | None, after: str | None, limit: int) -> Indexed:
        """Disputed subscriptions, the latest dispute first."""
        now = self.clock.now()
        page = await self._rows(IndexKind.DISPUTE, _recorded(status))(after, limit)
        found = [Subscription.model_validate(row.body) for row in page.items]
        customers = sorted({each.customer_id for each in found})
        shown, heads = await asyncio.gather(
            self.records.subscriptions(found), asyncio.gather(*map(self._head, customers))
        )
        by_id = dict(zip(customers, heads, strict=True))
        items = (
            self.views.dispute(one, by_id[each.customer_id])
            for one, each in zip(shown, found, strict=True)
        )
        return Indexed(Page(tuple(items), page.after), now)

    async def dispute(self, customer_id: str, subscription_id: str) -> JsonObject:
        """A disputed subscription, as it is now. Raises NotFound for any other."""
        head, stored = await asyncio.gather(
            self.ports.tenants.head(customer_id),
            self.ports.tenants.row(customer_id, (RowKind.SUBSCRIPTION, subscription_id)),
        )
        found = stored.value if stored else None
        if not isinstance(found, Subscription) or not found.disputed_at or head is None:
            raise NotFound
        (shown,) = await self.records.subscriptions([found])
        return self.views.dispute(shown, head.value)

    async def waiting(self) -> JsonObject:
        """How much of each kind is open; beyond COUNTED only that there is more."""
        store = self.ports
        findings, letters, disputes = await asyncio.gather(
            _counted(partial(store.findings.list, status=FindingStatus.OPEN)),
            _counted(partial(store.dead_letters.page, status=LetterStatus.OPEN)),
            _counted(self._rows(IndexKind.DISPUTE, _recorded(DisputeStatus.OPEN))),
        )
        return {"findings": findings, "deadLetters": letters, "disputes": disputes}

    def _rows(
        self, kind: IndexKind, statuses: frozenset[str]
    ) -> Callable[[str | None, int], Awaitable[Page[IndexRow]]]:
        wanted = IndexFilter(statuses=statuses)
        return partial(self.ports.index.everywhere, kind, wanted=wanted)

    async def _head(self, customer_id: str) -> Head:
        """One that does not decode says no name, and hides no dispute: the sweep tells of it."""
        try:
            stored = await self.ports.tenants.head(customer_id)
        except Undecodable:
            stored = None
        return stored.value if stored else Head(customer_id)


async def _counted[T](rows: Callable[[str | None, int], Awaitable[Page[T]]]) -> JsonObject:
    page = await rows(None, COUNTED + 1)
    # One that does not decode is not among the items, though others may follow.
    more = len(page.items) > COUNTED or page.after is not None
    return {"count": min(len(page.items), COUNTED), "more": more}


def _recorded(status: str | None) -> frozenset[str]:
    """What is recorded of a subscription whose dispute is in that status."""
    annulled = frozenset({SubscriptionStatus.ANNULLED.value})
    match status:
        case DisputeStatus.ANNULLED:
            return annulled
        case DisputeStatus.OPEN:
            return frozenset(SubscriptionStatus) - annulled
        case _:
            return frozenset()
