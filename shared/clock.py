"""The one place that reads the machine's time."""

import time
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol


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


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = 10**20 - 1


def newest_first(moment: datetime) -> str:
    """A text for `moment` (aware) that sorts the other way round than times do."""
    return f"{_LAST - (moment - _EPOCH) // timedelta(microseconds=1):020d}"


def moment_of(text: str) -> datetime:
    """The inverse of `newest_first`. Raises ValueError or OverflowError for any other text."""
    return _EPOCH + timedelta(microseconds=_LAST - int(text))
