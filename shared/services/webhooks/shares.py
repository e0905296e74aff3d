"""How much of what goes outside one partner may hold in this process at once.

A receiver may take ten seconds, and whatever waits for it keeps a place that others need. So each
partner has a few of them, whoever else is there: a partner's slow receivers delay its own events.
"""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from shared.clock import Clock
from shared.services.ports.webhooks import WebhookKey

AT_ONCE: Final = 2
"""Webhooks of one partner in work in a process, of the 24 messages that it takes at once."""


class Shares:
    """Who holds how much; one per process."""

    def __init__(self, most: int = AT_ONCE) -> None:
        """`most` for each partner."""
        self._most = most
        self._held: Counter[str] = Counter()

    @contextmanager
    def taken(self, partner_id: str) -> Generator[bool]:
        """One place of the partner's for as long as the block, and whether there was one."""
        if self._held[partner_id] >= self._most:
            yield False
            return
        self._held[partner_id] += 1
        try:
            yield True
        finally:
            self._held[partner_id] -= 1
            if not self._held[partner_id]:
                del self._held[partner_id]


class Returns:
    """Webhooks whose wake this process has put again, and when that is due; one per process.

    A wake that comes before then is one too many: the one that is due finds all that there is. Each
    would go round for as long as a slow receiver has something to wait for, and a feed that grows
    makes ever more of them.
    """

    def __init__(self, clock: Clock) -> None:
        """None is under way."""
        self._clock = clock
        self._due: dict[WebhookKey, float] = {}

    def coming(self, key: WebhookKey) -> bool:
        """Whether a wake of that webhook is put and not yet due."""
        return self._due.get(key, 0.0) > self._clock.monotonic()

    def put(self, key: WebhookKey, began: float, delay: timedelta) -> None:
        """A wake was put since `began`, by the monotonic clock: it is not due any earlier."""
        now = self._clock.monotonic()
        self._due = {each: due for each, due in self._due.items() if due > now}
        self._due[key] = began + delay.total_seconds()
