"""Reservations of limited links (INV-5): at most N customers, whoever accepts at once.

    acceptance A               release of its slot         acceptance B (same customer)
    load head
    counter and slot, one EGT
    (refused, or dies)
                               read counter and slot
                               touch the customer's head       any EGT prepared before now fails
                                                               load head, find the slot, touch it
                               no acceptance: delete → fails   EGT

A slot found in place is touched, always after the head was loaded. So of a release and an
acceptance that meet, either the release finds the acceptance, or the acceptance loses its head,
or the release loses the slot. A slot that a dying process left behind is the sweep's to release;
a customer has one slot of a link, however often it accepts by it.
"""

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.clock import Clock
from shared.deciding.redeeming import acceptance_id
from shared.durations import GRACE_SECONDS
from shared.errors import ConcurrencyConflict
from shared.model.models import InvitationLink
from shared.model.state import RowKind
from shared.policy.invitations import inv_5_exhausted, inv_5_taken
from shared.policy.refusals import Refusal
from shared.services.commands.claiming import fence
from shared.services.ports.claims import SlotKey, SlotStore
from shared.services.ports.tenants import TenantStore
from shared.services.ports.values import GuardFailed, StorageError, Stored, WriteUnknown

log = logging.getLogger(__name__)

_PAUSE: Final = 0.02
"""Seconds after which a counter that others move is looked at again."""

_ATTEMPTS: Final = 3
"""A release may be repeated; after these the sweep goes on with it."""


@dataclass(frozen=True, slots=True)
class Slots:
    """Reserves and releases."""

    slots: SlotStore
    tenants: TenantStore
    clock: Clock

    async def reserve(
        self, invitation_link: InvitationLink, key: SlotKey, deadline: float
    ) -> Refusal | None:
        """None when the customer has a slot, else why the link has none.

        Raises ConcurrencyConflict at the deadline, or a StorageError.
        """
        while True:
            counter = await self.slots.reserved(key.partner_id, key.link_id)
            full = used_up(invitation_link, counter, self.clock.now())
            if not full and await _done(self.slots.reserve(key, counter)):
                return None
            etag = await self.slots.held(key)
            if etag and await _done(self.slots.keep(key, etag)):
                return None
            if counter and full and etag is None and await self._is_still(key, counter):
                return full
            if self.clock.monotonic() >= deadline:
                raise ConcurrencyConflict
            await asyncio.sleep(_PAUSE)

    async def _is_still(self, key: SlotKey, counter: Stored[int]) -> bool:
        """Otherwise the customer's own slot may have come or gone between two reads."""
        return await self.slots.reserved(key.partner_id, key.link_id) == counter

    async def release(self, key: SlotKey) -> None:
        """Gives the slot back unless an acceptance needs it. A failure leaves it to the sweep."""
        for _ in range(_ATTEMPTS):
            try:
                await self.release_one(key)
            except StorageError:
                where = {"link": key.link_id, "tenant": key.customer_id}
                log.warning("slot.release-failed", extra=where)
            else:
                return

    async def release_one(self, key: SlotKey) -> bool:
        """True when the slot is gone, False when an acceptance is there and it stays."""
        counter = await self.slots.reserved(key.partner_id, key.link_id)
        etag = await self.slots.held(key)
        if counter is None or etag is None:
            return True
        await fence(self.tenants, key.customer_id)
        if await self.in_use(key):
            return False
        await self.slots.release(key, etag, counter)
        return True

    async def in_use(self, key: SlotKey) -> bool:
        """Whether the customer ever accepted by the link: once for each time it was removed."""
        head = await self.tenants.head(key.customer_id)
        removals = head.value.of(key.partner_id).removals if head else 0
        for removal in range(removals, -1, -1):
            invitation_id = acceptance_id(key.partner_id, key.link_id, key.customer_id, removal)
            if await self.tenants.row(key.customer_id, (RowKind.INVITATION, invitation_id)):
                return True
        return False


def used_up(
    invitation_link: InvitationLink, counter: Stored[int] | None, at: datetime
) -> Refusal | None:
    """Why the link has no place for one more; None while it has.

    For good when no command can be under way any more that took a slot.
    """
    if counter is None or counter.value < invitation_link.max_acceptances:
        return None
    if counter.landed and counter.landed <= at - timedelta(seconds=GRACE_SECONDS):
        return inv_5_exhausted(invitation_link)
    return inv_5_taken(invitation_link)


async def _done(write: Awaitable[None]) -> bool:
    """Whether the write took effect; False if its guard failed or its outcome is unknown."""
    try:
        await write
    except (GuardFailed, WriteUnknown):
        return False
    return True
