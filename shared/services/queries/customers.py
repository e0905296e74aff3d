"""Reads of one customer: strongly consistent, and only what the viewer may see."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from shared.canonical import JsonObject
from shared.clock import Clock
from shared.errors import NotFound
from shared.model.models import (
    Invitation,
    InvitationStatus,
    RelationshipStatus,
    Subscription,
    SubscriptionStatus,
    TenantKind,
)
from shared.model.personal import Details
from shared.model.state import Head, Row, RowKind, key_of
from shared.services.listing import Viewer, collect
from shared.services.ports.tenants import TenantStore
from shared.services.ports.values import Page, Stored
from shared.services.views import Views

type _Invited = tuple[Row, Details | None]

_SOME = 100

_MAX_ROUND = 500
"""Invitations of one read: their details must fit into one range query."""


@dataclass(frozen=True, slots=True)
class CustomerQueries:
    """Reads of one customer's partition. Every method raises NotFound for what is hidden."""

    tenants: TenantStore
    views: Views
    clock: Clock

    async def profile(self, customer_id: str, viewer: Viewer) -> JsonObject:
        """The customer's profile; a partner sees it while it has an active relationship."""
        head = await self._head(customer_id, viewer)
        if head.sequence == 0 or head.kind is TenantKind.PARTNER:
            raise NotFound
        if viewer.partner_id:
            relationship = head.of(viewer.partner_id).relationship
            if not relationship or relationship.status is not RelationshipStatus.ACTIVE:
                raise NotFound
        return self.views.customer(head)

    async def details(self, customer_id: str, invitation_id: str) -> Details | None:
        """The erasable part of an invitation."""
        stored = await self.tenants.details(customer_id, invitation_id)
        return stored.value if stored else None

    async def sent(
        self, customer_id: str, invitation_id: str, partner_id: str
    ) -> tuple[Invitation, Details | None]:
        """The invitation that `partner_id` itself sent. Raises NotFound for any other."""
        stored, details = await asyncio.gather(
            self.tenants.row(customer_id, (RowKind.INVITATION, invitation_id)),
            self.details(customer_id, invitation_id),
        )
        invitation = stored.value if stored else None
        if not isinstance(invitation, Invitation) or invitation.partner_id != partner_id:
            raise NotFound
        return invitation, details

    async def invitation(self, customer_id: str, invitation_id: str, viewer: Viewer) -> JsonObject:
        """The invitation."""
        stored, details = await asyncio.gather(
            self.tenants.row(customer_id, (RowKind.INVITATION, invitation_id)),
            self.details(customer_id, invitation_id),
        )
        shown = self._invitation((stored.value, details), viewer, None) if stored else None
        return _visible(shown)

    async def invitations(
        self,
        customer_id: str,
        viewer: Viewer,
        status: InvitationStatus | None,
        after: str | None,
        limit: int,
    ) -> Page[JsonObject]:
        """Invitations by id, in `status` where one is given."""
        await self._known(customer_id, viewer)
        return await collect(
            lambda start, count: self._invited(customer_id, start, count),
            lambda item: self._invitation(item, viewer, status),
            lambda item: key_of(item[0])[1],
            after,
            limit,
            at_once=_at_once(viewer, status),
        )

    async def relationship(self, customer_id: str, partner_id: str, viewer: Viewer) -> JsonObject:
        """The relationship of that partner."""
        head = await self._head(customer_id, viewer)
        return _visible(self._relationship(head, partner_id, viewer))

    async def relationships(
        self, customer_id: str, viewer: Viewer, after: str | None, limit: int
    ) -> Page[JsonObject]:
        """Relationships by the partner's id."""
        head = await self._head(customer_id, viewer)
        shown = [
            (partner_id, relationship)
            for partner_id in sorted(head.related)
            if partner_id > (after or "")
            and (relationship := self._relationship(head, partner_id, viewer))
        ]
        more = len(shown) > limit
        return Page(
            tuple(relationship for _, relationship in shown[:limit]),
            shown[limit - 1][0] if more else None,
        )

    async def block(self, customer_id: str, partner_id: str) -> JsonObject:
        """The block of that partner, for the customer itself."""
        head = await self._head(customer_id, Viewer())
        return _visible(
            self.views.block(customer_id, partner_id) if head.of(partner_id).blocked else None
        )

    async def blocks(self, customer_id: str, after: str | None, limit: int) -> Page[JsonObject]:
        """Blocked partners by id, for the customer itself."""
        head = await self._head(customer_id, Viewer())
        blocked = sorted(
            partner_id
            for partner_id, related in head.related.items()
            if related.blocked and partner_id > (after or "")
        )
        shown = blocked[:limit]
        return Page(
            tuple(self.views.block(customer_id, partner_id) for partner_id in shown),
            shown[-1] if len(blocked) > limit else None,
        )

    async def subscription(
        self, customer_id: str, subscription_id: str, viewer: Viewer
    ) -> JsonObject:
        """The subscription (SUB-4)."""
        stored = await self.tenants.row(customer_id, (RowKind.SUBSCRIPTION, subscription_id))
        return _visible(self._subscription(stored, viewer, None) if stored else None)

    async def subscriptions(
        self,
        customer_id: str,
        viewer: Viewer,
        status: SubscriptionStatus | None,
        after: str | None,
        limit: int,
    ) -> Page[JsonObject]:
        """Subscriptions by id, in `status` where one is given."""
        await self._known(customer_id, viewer)
        return await collect(
            lambda start, count: self.tenants.rows(customer_id, RowKind.SUBSCRIPTION, start, count),
            lambda stored: self._subscription(stored, viewer, status),
            lambda stored: key_of(stored.value)[1],
            after,
            limit,
            at_once=_at_once(viewer, status),
        )

    async def _known(self, customer_id: str, viewer: Viewer) -> None:
        """A partner that has nothing to do with the tenant does not learn that it exists."""
        if viewer.partner_id:
            await self._head(customer_id, viewer)

    async def _head(self, customer_id: str, viewer: Viewer) -> Head:
        stored = await self.tenants.head(customer_id)
        head = stored.value if stored else Head(customer_id)
        if viewer.partner_id and not head.of(viewer.partner_id).known:
            raise NotFound
        return head

    async def _invited(self, customer_id: str, after: str | None, limit: int) -> Page[_Invited]:
        count = min(limit, _MAX_ROUND)
        page = await self.tenants.rows(customer_id, RowKind.INVITATION, after, count)
        ids = [stored.value.id for stored in page.items if isinstance(stored.value, Invitation)]
        kept: Mapping[str, Details] = {}
        if ids:
            kept = await self.tenants.details_of(customer_id, ids[0], ids[-1])
        items = zip(page.items, map(kept.get, ids), strict=True)
        return Page(tuple((stored.value, details) for stored, details in items), page.after)

    def _invitation(
        self, item: _Invited, viewer: Viewer, status: InvitationStatus | None
    ) -> JsonObject | None:
        row, details = item
        now = self.clock.now()
        if not isinstance(row, Invitation) or (status and row.status_at(now) is not status):
            return None
        if not viewer.sees(row.partner_id, row.indirect_reseller_id, row.indirect_provider_id):
            return None
        return self.views.invitation(row, details, now)

    def _relationship(self, head: Head, partner_id: str, viewer: Viewer) -> JsonObject | None:
        found = head.of(partner_id).relationship
        if found is None:
            return None
        if not viewer.sees(partner_id, found.indirect_reseller_id, found.indirect_provider_id):
            return None
        return self.views.relationship(found, self.clock.now())

    def _subscription(
        self, stored: Stored[Row], viewer: Viewer, status: SubscriptionStatus | None
    ) -> JsonObject | None:
        row = stored.value
        if not isinstance(row, Subscription) or (status and row.status is not status):
            return None
        if not viewer.sees(row.partner_id, row.indirect_reseller_id):
            return None
        return self.views.subscription(row)


def _at_once(viewer: Viewer, status: str | None) -> int:
    """Where some rows are not shown, small pages are not read in as small steps."""
    return _SOME if viewer.partner_id or status else 1


def _visible(shown: JsonObject | None) -> JsonObject:
    if shown is None:
        raise NotFound
    return shown
