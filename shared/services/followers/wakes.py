"""Tells deliveries that a partner's feed has grown: cheap, and allowed to fail.

    feed grows ──> wake, visible once the feed shows it ──> deliveries ──> receiver
                                                                ^
    timer, every minute: which webhooks have something waiting ─┘

A wake that is lost, or that was not put because this process did not know of a new webhook yet, is
made up for by the timer: what is delivered follows from the cursor and the feed alone.
"""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from shared.clock import Clock
from shared.services.ports import Ports
from shared.services.ports.values import StorageError
from shared.services.ports.webhooks import WEBHOOKS_PER_PARTNER, Wake, WebhookKey, WebhookStatus

log = logging.getLogger(__name__)

_KNOWN_SECONDS: Final = 60
"""How long it is remembered which webhooks a partner has."""
GREETING: Final = timedelta(seconds=1)
"""How long after a change by its owner a webhook is served."""
GATHER: Final = timedelta(seconds=2)
"""One wake serves all that a feed gets within this time."""


@dataclass(slots=True)
class _Known:
    """A partner's webhooks that wait for events, and when they were last woken."""

    keys: tuple[WebhookKey, ...]
    until: float
    woken: float | None = None


class Wakes:
    """Wakes webhooks. One per process."""

    def __init__(self, ports: Ports, clock: Clock, hold: timedelta) -> None:
        """`hold`: how long feeds hold back what is new."""
        self._webhooks = ports.webhooks
        self._waker = ports.waker
        self._clock = clock
        self._delay = hold + 2 * GATHER
        self._known: dict[str, _Known] = {}

    async def feed_grew(self, partner_id: str) -> None:
        """Best effort: what fails here is caught up by the timer, and never holds followers up."""
        with _leniently(partner_id):
            await self._wake(partner_id)

    async def changed(self, key: WebhookKey) -> None:
        """The webhook was just made or changed here. Best effort, too: the change is done."""
        self._known.pop(key.partner_id, None)
        with _leniently(key.partner_id):
            await self._waker.wake(Wake(key), GREETING)

    async def _wake(self, partner_id: str) -> None:
        now = self._clock.monotonic()
        known = self._known.get(partner_id)
        if known is None or known.until <= now:
            page = await self._webhooks.of(partner_id, None, WEBHOOKS_PER_PARTNER)
            keys = tuple(
                each.value.key
                for each in page.items
                if each.value.status is not WebhookStatus.DISABLED
            )
            woken = known.woken if known else None
            known = self._known[partner_id] = _Known(keys, now + _KNOWN_SECONDS, woken)
        if known.woken is not None and now < known.woken + GATHER.total_seconds():
            return
        for key in known.keys:
            await self._waker.wake(Wake(key), self._delay)
        known.woken = now


@contextmanager
def _leniently(partner_id: str) -> Generator[None]:
    try:
        yield
    except StorageError as error:
        extra = {"partner": partner_id, "error": type(error).__name__}
        log.warning("webhook.wake-failed", extra=extra)
