"""Reservations of limited links (INV-5): at most N acceptances, whoever accepts at once.

    load head → counter and slot in one transaction → the customer's transaction
                          │
                          └── refused afterwards: fence the customer's head, then give it back

A slot whose acceptance never came about is released like a claim; the sweep finds the ones that a
dying process left behind, so exactly N customers fit once it has been there.
"""

import asyncio
from contextlib import suppress

from shared.clock import Clock
from shared.domain.models import LinkOffer
from shared.domain.state import RowKind
from shared.errors import ConcurrencyConflict
from shared.services.ports import GuardFailed, SlotKey, SlotStore, TenantStore, WriteUnknown

_PAUSE = 0.02


class Slots:
    """Reserves and releases."""

    def __init__(self, slots: SlotStore, tenants: TenantStore, clock: Clock) -> None:
        """Everything from outside is an argument."""
        self._slots = slots
        self._tenants = tenants
        self._clock = clock

    async def reserve(self, offer: LinkOffer, customer_id: str, deadline: float) -> bool:
        """True when the customer has a slot, False when the link is exhausted."""
        key = SlotKey(offer.partner_id, offer.id, customer_id)
        while True:
            counter = await self._slots.reserved(offer.partner_id, offer.id)
            if counter and counter.value >= offer.max_acceptances:
                return await self._slots.has(key)
            try:
                await self._slots.reserve(key, counter)
            except (GuardFailed, WriteUnknown):
                # Another customer moved the counter, or the slot is ours already.
                if await self._slots.has(key):
                    return True
            else:
                return True
            if self._clock.monotonic() >= deadline:
                raise ConcurrencyConflict
            await asyncio.sleep(_PAUSE)

    async def release(self, key: SlotKey, invitation_id: str) -> None:
        """Gives a slot back unless its acceptance is there after all."""
        head = await self._tenants.head(key.customer_id)
        with suppress(GuardFailed):
            await self._tenants.touch_head(key.customer_id, head.etag if head else None)
        row = await self._tenants.row(key.customer_id, (RowKind.INVITATION, invitation_id))
        counter = await self._slots.reserved(key.partner_id, key.link_id)
        if row is None and counter is not None:
            with suppress(GuardFailed):
                await self._slots.release(key, counter)
