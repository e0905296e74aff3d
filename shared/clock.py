"""The one place that reads the machine's time."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Time as an argument. Everything that needs it takes one of these."""

    def now(self) -> datetime:
        """The wall clock, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start; for deadlines and caches."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> datetime:
        """The wall clock, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds from an arbitrary start."""
        return time.monotonic()


def rfc3339(moment: datetime) -> str:
    """`moment` (aware) as the contract writes every time: `2026-11-01T08:00:00.000000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
