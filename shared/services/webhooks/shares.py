"""How much of what goes outside one partner may hold in this process at once.

A receiver may take ten seconds, and whatever waits for it keeps a place that others need. So each
partner has a few of them, whoever else is there: a partner's slow receivers delay its own events.
"""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

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
