"""What took effect so late that readers may have passed it, by the storage's own clock.

    written ────────── hold ──────────> readers come to it, and never back
       └─ took effect ─┘ in time
       └─ took effect ───────┘ late: it is published again, under a later time

Nobody needs to have seen it fail: whoever reads a mark sees for when it was written, and when it
took effect. So it does not matter who wrote, whether that process lives, and what its clock says.
"""

from datetime import datetime, timedelta

from shared.durations import tolerated_skew


def late(written_at: datetime | None, landed: datetime | None, hold: timedelta) -> bool:
    """Whether what stands at `written_at` took effect too long after; None is not known."""
    if written_at is None or landed is None:
        return False
    return landed - written_at > tolerated_skew(hold)


def fresh(now: datetime, *known: datetime | None) -> datetime:
    """A time for a new try: this process's, but no earlier than any that is known.

    A slow clock would else be late again, and a row must not stand before the one that it follows.
    """
    return max([now, *(each for each in known if each)])
