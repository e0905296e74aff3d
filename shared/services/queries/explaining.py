"""What a customer's partners can do, and because of which rule: EFF."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from shared.canonical import JsonObject
from shared.clock import Clock
from shared.errors import NotFound
from shared.model.models import Relationship, Subscription
from shared.model.state import Head, RowKind
from shared.policy import access
from shared.services.ports.tenants import TenantStore
from shared.services.ports.values import items

_PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class Explanations:
    """For the customer's own people: what is said here is of all its partners."""

    tenants: TenantStore
    clock: Clock

    async def access(self, customer_id: str, partner_id: str | None) -> JsonObject:
        """Effective access, explained, of one partner where `partner_id` is given.

        Raises NotFound for a partner that never had a relationship with the customer.
        """
        # Read before the head: then the head knows everyone who registered one of them.
        subscriptions = await self._subscriptions(customer_id)
        head = await self._head(customer_id)
        now = self.clock.now()
        partners = [
            access.access_of(relationship, subscriptions, now)
            for relationship in _relationships(head)
            if partner_id in {None, relationship.partner_id}
        ]
        if partner_id and not partners:
            raise NotFound
        return {
            "customerId": customer_id,
            "enforcement": "recorded",
            "partners": [
                partner.model_dump(mode="json", exclude_none=True) for partner in partners
            ],
        }

    async def _head(self, customer_id: str) -> Head:
        stored = await self.tenants.head(customer_id)
        return stored.value if stored else Head(customer_id)

    async def _subscriptions(self, customer_id: str) -> list[Subscription]:
        """All of the customer's, by id, in any status."""
        rows = items(partial(self.tenants.rows, customer_id, RowKind.SUBSCRIPTION), _PAGE)
        return [row.value async for row in rows if isinstance(row.value, Subscription)]


def _relationships(head: Head) -> list[Relationship]:
    related = (head.related[partner_id].relationship for partner_id in sorted(head.related))
    return [relationship for relationship in related if relationship]
