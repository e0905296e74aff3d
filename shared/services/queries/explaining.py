"""What a customer's partners can do, and because of which rule: EFF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, cast

from shared.canonical import JsonObject
from shared.clock import Clock
from shared.errors import NotFound
from shared.model.models import Relationship, Subscription
from shared.model.state import Head, Row, RowKind
from shared.policy import access
from shared.services.listing import collect
from shared.services.ports.tenants import TenantStore
from shared.services.ports.values import Page, Stored

_SOME: Final = 100


@dataclass(frozen=True, slots=True)
class Explanations:
    """For the customer's own people: what is said here is of all its partners.

    A page names every partner, and roles on the subscriptions of a window. It costs what the
    customer has of these, however many roles that makes: each has at most one owner.
    """

    tenants: TenantStore
    clock: Clock

    async def access(
        self, customer_id: str, partner_id: str | None, after: str | None, limit: int
    ) -> Page[JsonObject]:
        """The partners, each with the next of the `limit` subscriptions on which it has a role.

        Of one partner where `partner_id` is given: NotFound if it never had a relationship.
        """

        def held(stored: Stored[Row]) -> Subscription | None:
            subscription = _subscription(stored)
            owner = access.owner_of(subscription)
            return subscription if owner and partner_id in {None, owner} else None

        # Read before the head: then the head knows everyone who registered one of them.
        page = await collect(
            lambda start, count: self.tenants.rows(customer_id, RowKind.SUBSCRIPTION, start, count),
            held,
            lambda stored: _subscription(stored).id,
            after,
            limit,
            at_once=_SOME,
        )
        relationships = await self._relationships(customer_id, partner_id)
        by_owner = {
            owner: tuple(owned)
            for owner, owned in groupby(sorted(page.items, key=_seller), key=_seller)
        }
        return Page(self._explained(relationships, by_owner), page.after)

    async def every_access(
        self, customer_id: str, partner_id: str | None, after: str | None, limit: int
    ) -> Page[JsonObject]:
        """The same with every subscription, also where a partner has no role, and why not.

        A page has `limit` roles at most, of as many partners as there are.
        """
        partners = len(await self._relationships(customer_id, partner_id))
        at_once = max(1, limit // max(1, partners))
        page = await self.tenants.rows(customer_id, RowKind.SUBSCRIPTION, after, at_once)
        subscriptions = tuple(_subscription(each) for each in page.items)
        # Once more, behind the subscriptions: as in `access`.
        relationships = await self._relationships(customer_id, partner_id)
        every = {each.partner_id: subscriptions for each in relationships}
        return Page(self._explained(relationships, every), page.after)

    async def _relationships(
        self, customer_id: str, partner_id: str | None
    ) -> Sequence[Relationship]:
        stored = await self.tenants.head(customer_id)
        head = stored.value if stored else Head(customer_id)
        related = (head.related[each].relationship for each in sorted(head.related))
        found = [each for each in related if each and partner_id in {None, each.partner_id}]
        if partner_id and not found:
            raise NotFound
        return found

    def _explained(
        self,
        relationships: Sequence[Relationship],
        subscriptions: Mapping[str, Sequence[Subscription]],
    ) -> tuple[JsonObject, ...]:
        now = self.clock.now()
        explained = (
            access.access_of(each, subscriptions.get(each.partner_id, ()), now)
            for each in relationships
        )
        return tuple(each.model_dump(mode="json", exclude_none=True) for each in explained)


def _seller(subscription: Subscription) -> str:
    return subscription.partner_id


def _subscription(stored: Stored[Row]) -> Subscription:
    return cast("Subscription", stored.value)
