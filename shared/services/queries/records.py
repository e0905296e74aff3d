"""Relationships and subscriptions as they are shown: with what people typed about them.

Why a subscription was disputed or annulled, or a relationship is to end, lies with the customer's
personal data. Nothing is asked of storage for it while nothing is disputed and no end is wanted.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from shared.canonical import JsonObject
from shared.clock import Clock
from shared.model.models import Relationship, Subscription
from shared.model.personal import Details, relationship_details, subscription_details
from shared.services.ports.tenants import TenantStore
from shared.services.views import Views


@dataclass(frozen=True, slots=True)
class Records:
    """What is shown of records that somebody else chose."""

    tenants: TenantStore
    views: Views
    clock: Clock

    async def relationships(
        self, customer_id: str, found: Sequence[Relationship]
    ) -> tuple[JsonObject, ...]:
        """Of one customer."""
        asked = [relationship_details(each.partner_id) for each in found if each.end_requested_at]
        kept = await self._details(customer_id, asked)
        now = self.clock.now()
        return tuple(
            self.views.relationship(each, kept.get(relationship_details(each.partner_id)), now)
            for each in found
        )

    async def subscriptions(self, found: Sequence[Subscription]) -> tuple[JsonObject, ...]:
        """Of any customers."""
        disputed: dict[str, list[str]] = {}
        for each in found:
            if each.disputed_at:
                disputed.setdefault(each.customer_id, []).append(subscription_details(each.id))
        read = await asyncio.gather(*(self._details(*wanted) for wanted in disputed.items()))
        kept = dict(zip(disputed, read, strict=True))
        return tuple(
            self.views.subscription(
                each, kept.get(each.customer_id, {}).get(subscription_details(each.id))
            )
            for each in found
        )

    async def _details(self, customer_id: str, ids: Collection[str]) -> Mapping[str, Details]:
        """One point read, or one range query over all between the first and the last."""
        if not ids:
            return {}
        first, last = min(ids), max(ids)
        if first != last:
            return await self.tenants.details_of(customer_id, first, last)
        stored = await self.tenants.details(customer_id, first)
        return {first: stored.value} if stored else {}
