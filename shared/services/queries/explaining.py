"""What a customer may know before it accepts, and what its partners can do since: EFF, NIF."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from shared.canonical import JsonObject
from shared.clock import Clock
from shared.deciding.inviting import sides_of
from shared.errors import NotFound
from shared.model.models import Invitation, InvitationStatus, Relationship, Subscription
from shared.model.state import Head, RowKind
from shared.policy import access
from shared.services.ports.tenants import TenantStore
from shared.services.ports.values import items
from shared.services.views import Views

_PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class Explanations:
    """For the customer's own people: what is said here is of all its partners."""

    tenants: TenantStore
    views: Views
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

    async def impact(self, customer_id: str, invitation_id: str) -> JsonObject:
        """What accepting changes, and in `unchanged` what looks exactly the same afterwards.

        A closed invitation adds nothing. Raises NotFound.
        """
        stored = await self.tenants.row(customer_id, (RowKind.INVITATION, invitation_id))
        if stored is None or not isinstance(stored.value, Invitation):
            raise NotFound
        invitation, now = stored.value, self.clock.now()
        subscriptions = await self._subscriptions(customer_id)
        head = await self._head(customer_id)
        sides: tuple[str, ...] = ()
        changed: set[str] = set()
        if invitation.status_at(now) is InvitationStatus.PENDING:
            sides = sides_of(invitation.partner_id, invitation)
            changed.add(invitation.partner_id)  # its relationship names its latest invitation
        adds = access.additions(head, invitation, sides, now)
        changed.update(addition.partner_id for addition in adds)
        return {
            "adds": [addition.model_dump(mode="json") for addition in adds],
            "unchanged": {
                "count": len(subscriptions),
                "subscriptions": [self.views.subscription(each) for each in subscriptions],
                "relationships": [
                    self.views.relationship(each, now)
                    for each in _relationships(head)
                    if each.partner_id not in changed
                ],
            },
            "promises": list(access.PROMISES),
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
