"""Reads of one customer: strongly consistent, and only what the viewer may see."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Final, cast

from shared.canonical import JsonObject
from shared.clock import Clock
from shared.errors import NotFound
from shared.model.customers import TenantKind
from shared.model.models import (
    Invitation,
    InvitationStatus,
    Relationship,
    RelationshipStatus,
    Subscription,
)
from shared.model.personal import Details
from shared.model.state import Head, Row, RowKind, Tenant, key_of
from shared.services.listing import Narrowing, Viewer, collect, newest_first
from shared.services.ports.tenants import TenantStore
from shared.services.ports.values import Page, Stored, items
from shared.services.queries.records import Records
from shared.services.views import Views

_SOME: Final = 100

_ALL: Final = 1000
"""Rows of one read: as many as storage gives in one answer."""

_BEFORE_ALL: Final = ""


@dataclass(frozen=True, slots=True)
class CustomerQueries:
    """Reads of one customer's partition. Every method raises NotFound for what is hidden."""

    tenants: TenantStore
    records: Records
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
        if stored is None or not self._sees(stored.value, viewer, None):
            raise NotFound
        return await self._shown(customer_id, stored, details, viewer)

    async def closing(
        self, after: Tenant, invitation_id: str, viewer: Viewer, *, now: bool
    ) -> JsonObject | None:
        """The ledger entry that closed the invitation; `now`: it is the last one of `after`."""
        invitation = after.invitation(invitation_id)
        if viewer.partner_id or invitation is None or invitation.closed_at is None:
            return None
        if now:
            return {"sequence": after.head.sequence, "hash": after.head.hash}
        stored = await self.tenants.row(after.id, (RowKind.INVITATION, invitation_id))
        return await self._closing(after.id, stored, viewer) if stored else None

    async def invitations(
        self,
        customer_id: str,
        viewer: Viewer,
        status: InvitationStatus | None,
        after: str | None,
        limit: int,
    ) -> Page[JsonObject]:
        """Invitations, the newest first, in `status` where one is given.

        Rows lie by id and are few, so all of them are read and put in order, whatever the page.
        """
        await self._known(customer_id, viewer)
        rows = items(partial(self.tenants.rows, customer_id, RowKind.INVITATION), _ALL)
        behind = after or _BEFORE_ALL
        newer = sorted(
            [(_age(row.value), row) async for row in rows if self._sees(row.value, viewer, status)],
            key=itemgetter(0),
        )
        rest = [each for each in newer if each[0] > behind]
        page = [row for _, row in rest[:limit]]
        kept = await self._details_of(customer_id, page)
        shown = await asyncio.gather(
            *(self._shown(customer_id, row, kept.get(key_of(row.value)[1]), viewer) for row in page)
        )
        return Page(tuple(shown), rest[limit - 1][0] if len(rest) > limit else None)

    async def relationship(self, customer_id: str, partner_id: str, viewer: Viewer) -> JsonObject:
        """The relationship of that partner."""
        head = await self._head(customer_id, viewer)
        found = _relationship(head, partner_id, viewer)
        if found is None:
            raise NotFound
        (shown,) = await self.records.relationships(customer_id, [found])
        return shown

    async def relationships(
        self,
        customer_id: str,
        viewer: Viewer,
        status: RelationshipStatus | None,
        after: str | None,
        limit: int,
    ) -> Page[JsonObject]:
        """Relationships by the partner's id, in `status` where one is given."""
        head = await self._head(customer_id, viewer)
        found = [
            relationship
            for partner_id in sorted(head.related)
            if partner_id > (after or "")
            and (relationship := _relationship(head, partner_id, viewer))
            and status in {None, relationship.status}
        ]
        more = len(found) > limit
        return Page(
            await self.records.relationships(customer_id, found[:limit]),
            found[limit - 1].partner_id if more else None,
        )

    async def block(self, customer_id: str, partner_id: str) -> JsonObject:
        """The block of that partner, for the customer itself."""
        head = await self._head(customer_id, Viewer())
        return _visible(self.views.block(head, partner_id))

    async def blocks(self, customer_id: str, after: str | None, limit: int) -> Page[JsonObject]:
        """Blocked partners by id, for the customer itself."""
        head = await self._head(customer_id, Viewer())
        blocked = [
            (partner_id, block)
            for partner_id in sorted(head.related)
            if partner_id > (after or "") and (block := self.views.block(head, partner_id))
        ]
        return Page(
            tuple(block for _, block in blocked[:limit]),
            blocked[limit - 1][0] if len(blocked) > limit else None,
        )

    async def subscription(
        self, customer_id: str, subscription_id: str, viewer: Viewer
    ) -> JsonObject:
        """The subscription (SUB-4)."""
        stored = await self.tenants.row(customer_id, (RowKind.SUBSCRIPTION, subscription_id))
        found = _subscription(stored, viewer, Narrowing()) if stored else None
        if found is None:
            raise NotFound
        (shown,) = await self.records.subscriptions([found])
        return shown

    async def subscriptions(
        self,
        customer_id: str,
        viewer: Viewer,
        wanted: Narrowing,
        after: str | None,
        limit: int,
    ) -> Page[JsonObject]:
        """Subscriptions by id: of `wanted`, the status and the partner that sold it."""
        await self._known(customer_id, viewer)
        page = await collect(
            lambda start, count: self.tenants.rows(customer_id, RowKind.SUBSCRIPTION, start, count),
            lambda stored: _subscription(stored, viewer, wanted),
            lambda stored: key_of(stored.value)[1],
            after,
            limit,
            at_once=_SOME if viewer.partner_id or wanted != Narrowing() else 1,
        )
        return Page(await self.records.subscriptions(page.items), page.after)

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

    async def _details_of(
        self, customer_id: str, page: Sequence[Stored[Row]]
    ) -> Mapping[str, Details]:
        """All that lie between the first and the last id of the page: one range query."""
        ids = sorted(key_of(row.value)[1] for row in page)
        return await self.tenants.details_of(customer_id, ids[0], ids[-1]) if ids else {}

    def _sees(self, row: Row, viewer: Viewer, status: InvitationStatus | None) -> bool:
        """Whether it is an invitation that the viewer sees, in that status."""
        if not isinstance(row, Invitation):
            return False
        if status and row.status_at(self.clock.now()) is not status:
            return False
        return viewer.sees(row.partner_id, row.indirect_reseller_id, row.indirect_provider_id)

    async def _shown(
        self, customer_id: str, stored: Stored[Row], details: Details | None, viewer: Viewer
    ) -> JsonObject:
        invitation = cast("Invitation", stored.value)
        closing = await self._closing(customer_id, stored, viewer)
        return self.views.invitation(invitation, details, self.clock.now(), closing)

    async def _closing(
        self, customer_id: str, stored: Stored[Row], viewer: Viewer
    ) -> JsonObject | None:
        """A closed invitation is never written again: its row names the entry that closed it.

        The customer's alone: to a partner the number of the entry would tell of all others.
        """
        if viewer.partner_id or cast("Invitation", stored.value).closed_at is None:
            return None
        entry = await self.tenants.entry(customer_id, stored.sequence)
        return {"sequence": entry.sequence, "hash": entry.hash} if entry else None


def _relationship(head: Head, partner_id: str, viewer: Viewer) -> Relationship | None:
    found = head.of(partner_id).relationship
    if found and viewer.sees(partner_id, found.indirect_reseller_id, found.indirect_provider_id):
        return found
    return None


def _subscription(stored: Stored[Row], viewer: Viewer, wanted: Narrowing) -> Subscription | None:
    row = stored.value
    if not isinstance(row, Subscription) or wanted.status not in {None, row.status}:
        return None
    if wanted.partner_id not in {None, row.partner_id}:
        return None
    return row if viewer.sees(row.partner_id, row.indirect_reseller_id) else None


def _age(row: Row) -> str:
    return newest_first(cast("Invitation", row).created_at, key_of(row)[1])


def _visible(shown: JsonObject | None) -> JsonObject:
    if shown is None:
        raise NotFound
    return shown
