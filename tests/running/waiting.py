"""Waiting for another process, as long as it takes: it fails when nothing changes any more."""

import time
from collections.abc import Callable
from typing import Final

STILL_SECONDS: Final = 120.0
"""How long nothing may change. Generous: a machine under load is slow, not wrong."""


class Stillness:
    """How long something has looked the same."""

    def __init__(self) -> None:
        self._seen: object = None
        self._since = time.monotonic()

    def look(self, found: object) -> None:
        """Fails when it has been `found` for too long."""
        now = time.monotonic()
        if found != self._seen:
            self._seen, self._since = found, now
        assert now - self._since < STILL_SECONDS, f"nothing changes any more: {found}"


def eventually[T](look: Callable[[], T], wanted: Callable[[T], object], pause: float = 0.2) -> T:
    """What `look` finds once it is as `wanted`."""
    stillness = Stillness()
    while not wanted(found := look()):
        stillness.look(found)
        time.sleep(pause)
    return found
