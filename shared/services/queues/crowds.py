"""How many of one partner's messages a process has in work at once (ISO-2).

    the queue        places here
    … A A B A A  ─>  A A A A A A A A  B  .  .  .
            └─ A's ninth: put again, so that B's waits behind eight

The host hands out 24 messages of a queue at a time, and asks for no more while they are in work.
Messages for one customer are committed one after another: without a share a partner's hold all
places while they wait for their turns, and whatever lies behind them in the queue waits as long.
What goes back comes again when those before it are likely to be through, at the pace of those that
were here last.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from typing import Final

from shared.clock import Clock

AT_ONCE: Final = 8
"""Messages of one partner, of the 24 of its queue."""
LONGEST_SECONDS: Final = 60


class Crowded(Exception):
    """The partner has its share in work; this message has its turn in so many seconds."""

    def __init__(self, seconds: int) -> None:
        """At least one: the message must not come back while nothing has changed."""
        super().__init__(f"put again in {seconds} s")
        self.seconds = seconds


@dataclass(slots=True)
class _Crowd:
    """`pace`: seconds in which a place becomes free. `until`: when what went back last is due."""

    held: int = 0
    pace: float = 0.0
    until: float = 0.0

    def later(self, now: float) -> int:
        """Seconds for one more that goes back, behind all that did."""
        self.until = min(max(self.until, now) + self.pace, now + LONGEST_SECONDS)
        return max(1, ceil(self.until - now))


class Crowds:
    """Whose messages are in work; one per process."""

    def __init__(self, clock: Clock) -> None:
        """Nobody's are."""
        self._clock = clock
        self._crowds: dict[str, _Crowd] = {}

    @contextmanager
    def place(self, partner_id: str) -> Generator[None]:
        """One of the partner's places for as long as the block. Raises Crowded."""
        crowd = self._crowds.setdefault(partner_id, _Crowd())
        began = self._clock.monotonic()
        if crowd.held >= AT_ONCE:
            raise Crowded(crowd.later(began))
        crowd.held += 1
        try:
            yield
        finally:
            crowd.held -= 1
            crowd.pace = (self._clock.monotonic() - began) / AT_ONCE
            if not crowd.held:
                del self._crowds[partner_id]
