"""What is read about partners, and what partners list from their index."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from shared.clock import Clock
from shared.domain.events import JsonObject
from shared.domain.models import (
    DelegatedAdmin,
    Invitation,
    InvitationStatus,
    Partner,
    PartnerStatus,
    PartnerType,
    ResellerLink,
    Subscription,
    SubscriptionStatus,
)
from shared.domain.state import Head, RowKind
from shared.errors import NotFound
from shared.services.listing import collect
from shared.services.ports import IndexKind, IndexRow, Page, Ports, Stored, Undecodable
from shared.services.profiles import Profiles
from shared.services.views import Views

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Indexed:
    """A page; `as_of` is set when it comes from the index, which lags by seconds."""

    page: Page[JsonObject]
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class PartnerQueries:
    """Reads of partners. Raises NotFound for a tenant that is no enrolled partner."""

    ports: Ports
    profiles: Profiles
    views: Views
    clock: Clock

    async def partner(self, partner_id: str) -> JsonObject:
        """The partner, as it is stored now."""
        partner = await self.profiles.read(partner_id)
        if partner is None:
            raise NotFound
        return self.views.partner(partner)

    async def check_standing(self, partner_id: str) -> None:
        """For people of no partner, or of a suspended one (PRT-1), there is nothing: NotFound.

        A cached profile may only allow: the refusal rests on the stored one.
        """
        if _stands(self.profiles.peek(partner_id)):
            return
        if not _stands(await self.profiles.read(partner_id)):
            raise NotFound

    async def only(self, partner_id: str) -> Page[JsonObject]:
        """A list of one partner, or of none when it is not enrolled."""
        partner = await self.profiles.read(partner_id)
        return Page((self.views.partner(partner),) if partner else (), None)

    async def everyone(self, after: str | None, limit: int) -> Page[JsonObject]:
        """All partners by id.

        There is no table of partners: this walks the heads of all tenants, as the sweep does. It
        is the operator's, rare, and stops at the end of its page.
        """
        found: list[JsonObject] = []
        last = after or ""
        async for head in self._heads():
            if head.id <= last or head.partner is None:
                continue
            if len(found) == limit:
                return Page(tuple(found), last)
            found.append(self.views.partner(head.partner))
            last = head.id
        return Page(tuple(found), None)

    async def resellers(self, partner_id: str, after: str | None, limit: int) -> Indexed:
        """The partner's links, from either side, whatever their status."""
        partner = await self._enrolled(partner_id)
        if partner.type is PartnerType.INDIRECT_RESELLER:
            now = self.clock.now()
            links = await self.ports.index.links(partner_id, after, limit)
            shown = tuple(
                self.views.reseller(ResellerLink.model_validate(row.body)) for row in links.items
            )
            return Indexed(Page(shown, links.after), now)
        rows = await self.ports.tenants.rows(partner_id, RowKind.RESELLER, after, limit)
        links = [row.value for row in rows.items if isinstance(row.value, ResellerLink)]
        return Indexed(Page(tuple(map(self.views.reseller, links)), rows.after))

    async def customers(
        self, partner_id: str, status: str | None, after: str | None, limit: int
    ) -> Indexed:
        """A customer as its partner sees it, by the customer's id."""
        await self._enrolled(partner_id)
        now = self.clock.now()

        def show(row: IndexRow) -> JsonObject | None:
            body = _with_lapse(row.body, now)
            return None if status and body["status"] != status else body

        page = await collect(
            lambda start, count: self.ports.index.list(
                partner_id, IndexKind.CUSTOMER, start, count
            ),
            show,
            after,
            limit,
        )
        return Indexed(page, now)

    async def invitations(
        self, partner_id: str, status: InvitationStatus | None, after: str | None, limit: int
    ) -> Indexed:
        """The partner's invitations, by customer.

        Without `message` and `contact`, which the index does not hold, and so without an etag.
        """
        await self._enrolled(partner_id)
        now = self.clock.now()

        def show(row: IndexRow) -> JsonObject | None:
            invitation = Invitation.model_validate(row.body)
            if status and invitation.status_at(now) is not status:
                return None
            shown = self.views.invitation(invitation, None, now)
            return {name: shown[name] for name in shown.keys() - _NOT_INDEXED}

        page = await collect(
            lambda start, count: self.ports.index.list(
                partner_id, IndexKind.INVITATION, start, count
            ),
            show,
            after,
            limit,
        )
        return Indexed(page, now)

    async def subscriptions(
        self, partner_id: str, status: SubscriptionStatus | None, after: str | None, limit: int
    ) -> Indexed:
        """What the partner sold, or is partner of record for (SUB-4), by customer."""
        await self._enrolled(partner_id)
        now = self.clock.now()

        def show(row: IndexRow) -> JsonObject | None:
            subscription = Subscription.model_validate(row.body)
            if status and subscription.status is not status:
                return None
            return self.views.subscription(subscription)

        page = await collect(
            lambda start, count: self.ports.index.list(
                partner_id, IndexKind.SUBSCRIPTION, start, count
            ),
            show,
            after,
            limit,
        )
        return Indexed(page, now)

    async def _enrolled(self, partner_id: str) -> Partner:
        partner = await self.profiles.get(partner_id)
        if partner is None:
            raise NotFound
        return partner

    async def _heads(self) -> AsyncIterator[Head]:
        heads: AsyncIterator[Stored[Head]] = self.ports.tenants.heads()
        while True:
            try:
                yield (await anext(heads)).value
            except StopAsyncIteration:
                return
            except Undecodable as error:
                # One broken tenant must not hide all partners; the sweep reports it.
                log.warning("partners.list.undecodable", extra={"reason": str(error)})


_NOT_INDEXED = {"message", "contact", "etag"}


def _stands(partner: Partner | None) -> bool:
    return partner is not None and partner.status is PartnerStatus.ACTIVE


def _with_lapse(body: JsonObject, now: datetime) -> JsonObject:
    """Privileges lapse by themselves: the index has them as they were recorded."""
    until = body["delegatedAdminUntil"]
    lapsed = (
        body["delegatedAdmin"] == DelegatedAdmin.GRANTED
        and until is not None
        and now >= datetime.fromisoformat(str(until))
    )
    return {**body, "delegatedAdmin": DelegatedAdmin.EXPIRED.value} if lapsed else body
