"""What a partner does that is measured: one thing at a time, as long as it takes."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from bench.shares.receivers import Receiver
from bench.shares.requests import PATIENCE, Asker, Partner
from tests.cast.bodies import sale_document

LOOK: Final = 0.05
"""Seconds between two looks for what a message asks for."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A partner of a customer, with a receiver."""

    asker: Asker
    partner: Partner
    receiver: Receiver

    async def command(self, *, elsewhere: bool) -> float:
        """Seconds of one registration over HTTP, at the customer under load or at the other one."""
        began = time.monotonic()
        await self._register(str(uuid4()), elsewhere=elsewhere)
        return time.monotonic() - began

    async def message(self) -> float:
        """Seconds until what one message asks for is there."""
        site, sale, began = self.asker.site, str(uuid4()), time.monotonic()
        batch = [site.message(self.partner, sale)]
        sent = await self.asker.ask(self.partner.application, "POST", "/api/onboarding", batch)
        sent.raise_for_status()
        while time.monotonic() - began < PATIENCE:
            found = await self.asker.ask(self.partner.person, "GET", site.place(sale))
            if found.is_success:
                break
            await asyncio.sleep(LOOK)
        return time.monotonic() - began

    async def webhook(self) -> float:
        """Seconds from a command until the receiver has its event."""
        sale, began = str(uuid4()), time.monotonic()
        came = self.receiver.awaited.setdefault(sale, asyncio.Event())
        await self._register(sale)
        with suppress(TimeoutError):
            await asyncio.wait_for(came.wait(), PATIENCE)
        return time.monotonic() - began

    async def _register(self, sale: str, *, elsewhere: bool = False) -> None:
        place = self.asker.site.place(sale, elsewhere=elsewhere)
        answer = await self.asker.ask(self.partner.person, "PUT", place, sale_document())
        answer.raise_for_status()
