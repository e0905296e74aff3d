"""What is read about invitation links (INV-5): by their partner, and by who may accept one."""

import asyncio
from dataclasses import dataclass
from typing import cast

from shared.canonical import JsonObject
from shared.clock import Clock
from shared.deciding.redeeming import acceptance_id
from shared.errors import NotFound
from shared.model.models import InvitationLink, Partner
from shared.model.state import RowKind, Tenant, key_of
from shared.services.listing import collect
from shared.services.ports.claims import SlotStore
from shared.services.ports.tenants import TenantStore
from shared.services.ports.values import Page
from shared.services.profiles import Profiles
from shared.services.views import Views


@dataclass(frozen=True, slots=True)
class LinkQueries:
    """Reads of a partner's links, from its own partition and the counters of their use."""

    tenants: TenantStore
    slots: SlotStore
    profiles: Profiles
    views: Views
    clock: Clock

    async def acceptances(self, partner_id: str, link_id: str) -> int:
        """How many customers have accepted, or are just about to."""
        counter = await self.slots.reserved(partner_id, link_id)
        return counter.value if counter else 0

    def shown(self, tenant: Tenant, link_id: str, acceptances: int) -> JsonObject:
        """The invitation link of a tenant that was loaded with it."""
        invitation_link = cast("InvitationLink", tenant.invitation_link(link_id))
        return self.views.invitation_link(invitation_link, acceptances, self.clock.now())

    async def link(self, partner_id: str, link_id: str) -> JsonObject:
        """The invitation link. Raises NotFound."""
        stored, acceptances = await asyncio.gather(
            self.tenants.row(partner_id, (RowKind.INVITATION_LINK, link_id)),
            self.acceptances(partner_id, link_id),
        )
        if stored is None:
            raise NotFound
        invitation_link = cast("InvitationLink", stored.value)
        return self.views.invitation_link(invitation_link, acceptances, self.clock.now())

    async def offer(self, customer_id: str, partner_id: str, link_id: str) -> JsonObject:
        """The link as that customer sees it: who offers what until when. Raises NotFound.

        How often it was accepted, and by whom, is the partner's own matter.
        """
        stored, partner, taken, head = await asyncio.gather(
            self.tenants.row(partner_id, (RowKind.INVITATION_LINK, link_id)),
            self.profiles.get(partner_id),
            self.acceptances(partner_id, link_id),
            self.tenants.head(customer_id),
        )
        if stored is None or partner is None:
            raise NotFound
        invitation_link = cast("InvitationLink", stored.value)
        removals = head.value.of(partner_id).removals if head else 0
        own = acceptance_id(partner_id, link_id, customer_id, removals)
        reseller_id = invitation_link.indirect_reseller_id
        accepted, reseller = await asyncio.gather(
            self.tenants.row(customer_id, (RowKind.INVITATION, own)),
            self.profiles.get(reseller_id) if reseller_id else _nobody(),
        )
        return self.views.offer(
            invitation_link, (partner, reseller), taken, self.clock.now(), own if accepted else None
        )

    async def page(self, partner_id: str, after: str | None, limit: int) -> Page[JsonObject]:
        """Links by id; each costs a point read of its counter."""
        page = await collect(
            lambda start, count: self.tenants.rows(
                partner_id, RowKind.INVITATION_LINK, start, count
            ),
            lambda stored: cast("InvitationLink", stored.value),
            lambda stored: key_of(stored.value)[1],
            after,
            limit,
        )
        counts = await asyncio.gather(
            *(self.acceptances(partner_id, invitation_link.id) for invitation_link in page.items)
        )
        now = self.clock.now()
        shown = (
            self.views.invitation_link(invitation_link, count, now)
            for invitation_link, count in zip(page.items, counts, strict=True)
        )
        return Page(tuple(shown), page.after)


async def _nobody() -> Partner | None:
    return None
