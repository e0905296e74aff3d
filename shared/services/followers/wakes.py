"""Tells deliveries that a partner's feed has grown: cheap, and allowed to fail.

    feed grows ──> wake, visible once the feed shows it ──> deliveries ──> receiver
                                                                ^
    timer, every minute: which webhooks have something waiting ─┘

Followers run in processes that know nothing of what owners do in others. So one looks anew which
webhooks a partner has, though not while a wake of its own is still to gather what comes, and
a webhook that is made or changed is woken a second time:

    follower   looks: none ─ ─ ─ GATHER, does not look ─ ─ ─┤
    owner              makes the webhook, wakes it ─────────┼──── wakes it again ──> deliveries
    feed                              grows ────────── hold ┴─> shows it

A wake that is lost is made up for by the timer: what is delivered follows from the cursor and the
feed alone.
"""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from shared.clock import Clock
from shared.services.ports import Ports
from shared.services.ports.values import StorageError
from shared.services.ports.webhooks import WEBHOOKS_PER_PARTNER, Wake, WebhookKey, WebhookStatus

log = logging.getLogger(__name__)

GREETING: Final = timedelta(seconds=1)
"""How long after a change by its owner a webhook is first served."""
GATHER: Final = timedelta(seconds=2)
"""One wake serves all that a feed gets within this time after it."""


class Wakes:
    """Wakes webhooks. One per process."""

    def __init__(self, ports: Ports, clock: Clock, hold: timedelta) -> None:
        """`hold`: how long feeds hold back what is new."""
        self._webhooks = ports.webhooks
        self._waker = ports.waker
        self._clock = clock
        self._delay = hold + 2 * GATHER
        self._looked: dict[str, float] = {}

    async def feed_grew(self, partner_id: str) -> None:
        """Best effort: what fails here is caught up by the timer, and never holds followers up."""
        with _leniently(partner_id):
            await self._wake(partner_id)

    async def changed(self, key: WebhookKey) -> None:
        """The webhook was just made or changed. Best effort, too: the change is done."""
        with _leniently(key.partner_id):
            await self._waker.wake(Wake(key), GREETING)
            await self._waker.wake(Wake(key), GATHER + self._delay)

    async def _wake(self, partner_id: str) -> None:
        now, looked = self._clock.monotonic(), self._looked.get(partner_id)
        if looked is not None and now < looked + GATHER.total_seconds():
            return
        page = await self._webhooks.of(partner_id, None, WEBHOOKS_PER_PARTNER)
        for each in page.items:
            if each.value.status is not WebhookStatus.DISABLED:
                await self._waker.wake(Wake(each.value.key), self._delay)
        self._looked[partner_id] = now


@contextmanager
def _leniently(partner_id: str) -> Generator[None]:
    try:
        yield
    except StorageError as error:
        extra = {"partner": partner_id, "error": type(error).__name__}
        log.warning("webhook.wake-failed", extra=extra)
