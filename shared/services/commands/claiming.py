"""Claims on ids that exist once in the whole system, and their careful release.

    command A (dies)          releaser                  command B (same holder)
    claim held
                              CAS held → releasing
                              touch the holder's head        any EGT prepared before now fails
    EGT → 412
                              row absent → delete            finds `releasing`: waits, retries
                                                             inserts anew

Without the fence, A's commit could land between the releaser's look at the row and its delete:
a subscription without a claim, free for another customer to register.
"""

import asyncio
import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum

from immutables import Map

from shared.clock import Clock
from shared.errors import ConcurrencyConflict, Unavailable
from shared.model.claims import ClaimKey, ClaimKind, claims_of
from shared.model.state import Head, RowKind, Tenant
from shared.services.commands.answers import NO_STORAGE
from shared.services.ports.claims import Claim, ClaimState, ClaimStore
from shared.services.ports.tenants import TenantStore
from shared.services.ports.values import GuardFailed, StorageError, Stored, WriteUnknown

log = logging.getLogger(__name__)

_PAUSE = 0.05
"""Seconds between looks at a claim that is being released, or not used yet."""

_ATTEMPTS = 3
"""Every step of a release may be repeated; after these the sweep goes on with it."""


class Taken(Enum):
    """How an attempt to claim ended, unless another tenant's claim is there."""

    NEW = "new"
    OURS = "ours"


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims and releases for one holder at a time. Never takes a claim over."""

    claims: ClaimStore
    tenants: TenantStore
    clock: Clock

    async def claim(
        self,
        keys: Iterable[ClaimKey],
        holder: str,
        command_id: str,
        deadline: float,
        taken: set[ClaimKey],
    ) -> Claim | None:
        """The first that another tenant uses: the attempt stops there.

        One that is claimed and not used is waited for. Raises ConcurrencyConflict when it stays so.
        One by one in ascending order, so that two batches cannot block each other. `taken` grows
        before each request: what raises midway may have claimed, and is to be released too.
        """
        for key in sorted(keys):
            taken.add(key)
            match await self._claim(key, holder, command_id, deadline):
                case Claim() as foreign:
                    taken.discard(key)
                    return foreign
                case Taken.OURS:
                    taken.discard(key)
                case Taken.NEW:
                    pass
        return None

    async def _claim(
        self, key: ClaimKey, holder: str, command_id: str, deadline: float
    ) -> Taken | Claim:
        claim = Claim(key, holder, command_id, ClaimState.HELD)
        while True:
            try:
                await self.claims.insert(claim)
            except (GuardFailed, WriteUnknown):
                stored = await self.claims.get(key)
            else:
                return Taken.NEW
            if stored and stored.value.state is ClaimState.HELD:
                found = _whose(stored.value, claim)
                if isinstance(found, Taken) or await self.in_use(key, found.holder):
                    return found
                # Its command is under way and may yet be refused: then nobody holds the id.
            # Else being released, by whomever: it ends free, or held again. Or gone, or unknown.
            if self.clock.monotonic() >= deadline:
                raise ConcurrencyConflict if stored else Unavailable(NO_STORAGE)
            await asyncio.sleep(_PAUSE)

    async def release(self, keys: Iterable[ClaimKey], holder: str) -> None:
        """Gives up what `holder` does not use. A failure leaves it to the sweep."""
        for key in sorted(keys):
            for _ in range(_ATTEMPTS):
                try:
                    await self.release_one(key, holder)
                    break
                except StorageError:
                    log.warning("claim.release-failed", extra={"claim": key.id, "holder": holder})

    async def release_one(self, key: ClaimKey, holder: str) -> bool:
        """True when the claim is gone, False when its row is there and it stays held."""
        stored = await self.claims.get(key)
        if stored is None or stored.value.holder != holder:
            return True
        if stored.value.state is ClaimState.HELD:
            await self.claims.replace(
                replace(stored.value, state=ClaimState.RELEASING), stored.etag
            )
        await fence(self.tenants, holder)
        stored = await self.claims.get(key)
        if stored is None or stored.value.state is ClaimState.HELD:
            return stored is None
        return await self._finish(key, holder, stored)

    async def _finish(self, key: ClaimKey, holder: str, releasing: Stored[Claim]) -> bool:
        if await self.in_use(key, holder):
            held = replace(releasing.value, state=ClaimState.HELD)
            await self.claims.replace(held, releasing.etag)
            return False
        await self.claims.delete(key, releasing.etag)
        return True

    async def in_use(self, key: ClaimKey, holder: str) -> bool:
        """Whether the holder's state, as it is stored, holds the id."""
        if key.kind is ClaimKind.SUBSCRIPTION:
            row_key = (RowKind.SUBSCRIPTION, key.id)
            row = await self.tenants.row(holder, row_key)
            tenant = Tenant(Head(holder), Map({row_key: row.value}) if row else Map())
        else:
            head = await self.tenants.head(holder)
            tenant = Tenant(head.value if head else Head(holder))
        return key in claims_of(tenant)


async def fence(tenants: TenantStore, tenant_id: str) -> None:
    """Makes every transaction on the tenant that was prepared before now fail.

    Losing the touch to another writer is as good: that write moved the ETag, and whoever loads the
    head from now on finds what the caller has written before.
    """
    head = await tenants.head(tenant_id)
    with suppress(GuardFailed):
        await tenants.touch_head(tenant_id, head.etag if head else None)


def _whose(held: Claim, wanted: Claim) -> Taken | Claim:
    if held.holder != wanted.holder:
        return held
    return Taken.NEW if held.command_id == wanted.command_id else Taken.OURS
