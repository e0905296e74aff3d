"""What a webhook's answer means, when to try again, and how fast to go. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final

TURN: Final = timedelta(seconds=60)
"""How long one process may deliver without saying that it is still there."""

PATIENCE: Final = timedelta(hours=24)
"""A webhook that has failed for so long is disabled."""

FORGOTTEN: Final = timedelta(hours=2)
"""Nobody knows how a receiver was in a longer time without attempts; our own pauses are shorter."""

REFUSALS: Final = 10
"""Answers that refuse one event before it is given up and the next one has its turn."""

OVERLAP: Final = timedelta(hours=24)
"""How long the old secret still signs after a new one was made."""

TEST_PAUSE: Final = timedelta(seconds=30)
"""Between two tests of one webhook: each asks somebody's host, and waits for it."""

PER_ROUND: Final = 100
"""Events that one message delivers at most."""

ROUND: Final = timedelta(seconds=60)
"""After which one message ends, and another goes on: far below the function's time-out."""

SLOW: Final = 2.0
"""Seconds for one attempt, after which a round gives its place to somebody else."""

_CROWDED: Final = (1.0, 3.0)

_PAUSES: Final = (5, 30, 120, 600, 1800, 3600)
"""Seconds after the first failure, the second, …; the last again and again."""

_JITTER: Final = 0.2

_MINUTE: Final = 60

_SECONDS: Final = re.compile(r"[0-9]{1,9}", re.ASCII)

_RATE: Final = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)

_SUCCESS: Final = range(200, 300)

_GONE: Final = 410

_LATER: Final = frozenset({408, 425, 429, 502, 503, 504})
"""Nobody looked at the event: a gateway's answer, or the wish for a slower sender."""


class Verdict(StrEnum):
    """The outcome of an attempt."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    UNREACHED = "unreached"
    UNSENT = "unsent"
    """Nothing left for the receiver: our failure, or nobody's."""
    GONE = "gone"


def verdict(status: int | None) -> Verdict:
    """By the status of the answer; None when there was none. Redirects are refusals."""
    if status is None or status in _LATER:
        return Verdict.UNREACHED
    if status in _SUCCESS:
        return Verdict.DELIVERED
    return Verdict.GONE if status == _GONE else Verdict.REFUSED


def pause(attempts: int, chance: float) -> timedelta:
    """How long to wait after the `attempts`-th failure (from 1); `chance` from [0, 1) spreads."""
    seconds = _PAUSES[min(attempts, len(_PAUSES)) - 1]
    return timedelta(seconds=seconds * (1 + _JITTER * chance))


def crowded(chance: float) -> timedelta:
    """How long a webhook waits whose partner has its share of this process already."""
    least, most = _CROWDED
    return timedelta(seconds=least + (most - least) * chance)


def given_up(refusals: int) -> bool:
    """Whether the event is put aside: it was refused, again and again, by a receiver that is there.

    An event that did not reach anybody is never given up; the webhook is, some time.
    """
    return refusals >= REFUSALS


def failing_since(before: datetime | None, last: datetime | None, now: datetime) -> datetime:
    """Since when a webhook that fails `now` has failed, `last` the time before.

    Anew where nothing was tried for long: no events came, or the partner was suspended.
    """
    if before is None or last is None or now - last > FORGOTTEN:
        return now
    return before


def retry_after(said: str, now: datetime) -> timedelta:
    """How long an answer's `Retry-After` asks to wait: seconds or a date (RFC 9110, 10.2.3).

    Nothing where it says neither, which leaves it to our own pauses.
    """
    if _SECONDS.fullmatch(said):
        return timedelta(seconds=int(said))
    try:
        return max(parsedate_to_datetime(said) - now, timedelta())
    except (ValueError, TypeError, OverflowError):
        return timedelta()


def worn_out(failing_since: datetime, now: datetime) -> bool:
    """Whether a webhook that failed at `now`, and ever since, is disabled."""
    return now - failing_since >= PATIENCE


def pace(rate: int | None) -> tuple[int, timedelta]:
    """Events at once, and the pause after them, that keep to `rate` events a minute."""
    if rate is None:
        return PER_ROUND, timedelta()
    if rate < _MINUTE:
        return 1, timedelta(seconds=_MINUTE / rate)
    return min(rate // _MINUTE, PER_ROUND), timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Consent:
    """A receiver wants to be sent to; `rate` in events a minute, None without a limit."""

    rate: int | None


def consent(origin: str, allowed_origin: str | None, allowed_rate: str | None) -> Consent | None:
    """The answer to the handshake of CloudEvents' HTTP webhooks (1.0, section 4), None for no.

    The status says nothing there. A rate that cannot be read is no consent.
    """
    if (allowed_origin or "").strip().lower() not in {origin.lower(), "*"}:
        return None
    rate = (allowed_rate or "*").strip()
    if rate == "*":
        return Consent(None)
    return Consent(int(rate)) if _RATE.fullmatch(rate) else None
