"""Reads of partners, and the lists that partners read from their index."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from shared.canonical import JsonObject
from shared.clock import Clock
from shared.errors import NotFound
from shared.model.models import (
    Invitation,
    InvitationStatus,
    Partner,
    PartnerType,
    ResellerLink,
    Subscription,
)
from shared.model.state import RowKind, key_of
from shared.services.listing import ROUNDS, Narrowing, collect
from shared.services.ports import Ports
from shared.services.ports.index import IndexFilter, IndexKind, IndexRow
from shared.services.ports.values import Page
from shared.services.profiles import Profiles
from shared.services.queries.records import Records
from shared.services.views import Views


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
    records: Records
    views: Views
    clock: Clock

    async def partner(self, partner_id: str) -> JsonObject:
        """The partner, as it is stored now."""
        partner = await self.profiles.read(partner_id)
        if partner is None:
            raise NotFound
        return self.views.partner(partner)

    async def only(self, partner_id: str, wanted: Narrowing) -> Page[JsonObject]:
        """A list of one partner, or of none when it is not enrolled or not what is wanted."""
        partner = await self.profiles.read(partner_id)
        if partner is None or wanted.status not in {None, partner.status}:
            return Page((), None)
        found = wanted.found(partner.name, partner.mpn_id)
        return Page((self.views.partner(partner),) if found else (), None)

    async def resellers(self, partner_id: str, after: str | None, limit: int) -> Indexed:
        """The partner's links, from either side, whatever their status."""
        partner = await self.enrolled(partner_id)
        if partner.type is PartnerType.INDIRECT_RESELLER:
            now = self.clock.now()
            links = await collect(
                lambda start, count: self.ports.index.links(partner_id, start, count),
                lambda row: self.views.reseller(ResellerLink.model_validate(row.body)),
                lambda row: row.key.item_id,
                after,
                limit,
            )
            return Indexed(links, now)
        rows = await collect(
            lambda start, count: self.ports.tenants.rows(
                partner_id, RowKind.RESELLER, start, count
            ),
            lambda stored: self.views.reseller(cast("ResellerLink", stored.value)),
            lambda stored: key_of(stored.value)[1],
            after,
            limit,
        )
        return Indexed(rows)

    async def reseller(self, provider_id: str, reseller_id: str) -> JsonObject:
        """The link between the two, as it is stored now. Raises NotFound where there is none."""
        stored = await self.ports.tenants.row(provider_id, (RowKind.RESELLER, reseller_id))
        if stored is None:
            raise NotFound
        return self.views.reseller(cast("ResellerLink", stored.value))

    async def invitations(
        self, partner_id: str, wanted: Narrowing, after: str | None, limit: int
    ) -> Indexed:
        """The partner's invitations, by customer; searched by external reference.

        Without `message`, `contact` and `closing`, which the index does not hold, and so without an
        etag.
        """

        def show(row: IndexRow, now: datetime) -> JsonObject | None:
            invitation = Invitation.model_validate(row.body)
            status = invitation.status_at(now)
            if wanted.status not in {None, status} or not wanted.found(
                invitation.external_reference
            ):
                return None
            shown = self.views.invitation(invitation, None, now)
            return {name: shown[name] for name in shown.keys() - _NOT_INDEXED}

        return await self._listed(partner_id, IndexKind.INVITATION, wanted, show, after, limit)

    async def subscriptions(
        self, partner_id: str, wanted: Narrowing, after: str | None, limit: int
    ) -> Indexed:
        """What the partner sold, or is partner of record for (SUB-4), by customer.

        The index has no personal data: why something was disputed is read where the customer's lie.
        Searched by friendly name, offer name and external reference.
        """

        def show(row: IndexRow, _: datetime) -> Subscription | None:
            sold = Subscription.model_validate(row.body)
            named = wanted.found(sold.friendly_name, sold.offer_name, sold.external_reference)
            return sold if named else None

        found, now = await self.found(
            partner_id, IndexKind.SUBSCRIPTION, wanted, show, after, limit
        )
        shown = await self.records.subscriptions(found.items)
        return Indexed(Page(shown, found.after), now)

    async def _listed(
        self,
        partner_id: str,
        kind: IndexKind,
        wanted: Narrowing,
        show: Callable[[IndexRow, datetime], JsonObject | None],
        after: str | None,
        limit: int,
    ) -> Indexed:
        return Indexed(*await self.found(partner_id, kind, wanted, show, after, limit))

    async def found[T](
        self,
        partner_id: str,
        kind: IndexKind,
        wanted: Narrowing,
        show: Callable[[IndexRow, datetime], T | None],
        after: str | None,
        limit: int,
    ) -> tuple[Page[T], datetime]:
        """Storage looks for what it can; `show` for the rest, so those rows come in bulk."""
        await self.enrolled(partner_id)
        now = self.clock.now()
        stored = IndexFilter(
            customer_id=wanted.customer_id,
            statuses=_recorded(wanted.status),
            updated_since=wanted.updated_since,
            ends_before=wanted.ends_before,
        )
        hides = wanted.search is not None or len(stored.statuses) > 1
        page = await collect(
            lambda start, count: self.ports.index.list(
                partner_id, kind, start, count, wanted=stored
            ),
            lambda row: show(row, now),
            lambda row: row.key.position,
            after,
            limit,
            at_once=_BULK if hides else 1,
            rounds=ROUNDS,
        )
        return page, now

    async def enrolled(self, partner_id: str) -> Partner:
        """The partner, as it was known a moment ago."""
        partner = await self.profiles.get(partner_id)
        if partner is None:
            raise NotFound
        return partner


_BULK: Final = 1000
"""Rows of one read where most may not be shown: as many as storage gives in one answer."""

_NOT_INDEXED: Final = {"message", "contact", "closing", "etag"}


def _recorded(status: str | None) -> frozenset[str]:
    """What may be recorded of an item in that status: time alone makes an invitation expire."""
    if status == InvitationStatus.EXPIRED:
        return frozenset({status, InvitationStatus.PENDING})
    return frozenset({status} if status else ())
