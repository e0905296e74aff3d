"""NCrontab schedules, as the real host's library reads them. Times are UTC."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta
from itertools import product

from devhost.refusals import Refusal, Refused

NEVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
_MONTHS = [name.lower() for name in calendar.month_name[1:]]
_DAYS = [name.lower() for name in (calendar.day_name[6], *calendar.day_name[:6])]
# Lowest and highest of seconds, minutes, hours, days, months, weekdays; and names of the last two.
_FIELDS = [(0, 59, []), (0, 59, []), (0, 23, []), (1, 31, []), (1, 12, _MONTHS), (0, 6, _DAYS)]
_PART = re.compile(r"(?:\*|([0-9]+|[a-z]+)(?:-([0-9]+|[a-z]+))?)(?:/([0-9]+))?", re.IGNORECASE)
_INT32 = 2**31
# The calendar repeats itself.
_CYCLE_DAYS = 146_097
_MONITORED = timedelta(minutes=1)


class Schedule:
    """An expression of five fields, or six with seconds first."""

    def __init__(self, expression: str) -> None:
        """Raises Refused for anything else."""
        fields = [field for field in expression.split(" ") if field]
        if len(fields) == len(_FIELDS) - 1:
            fields.insert(0, "0")
        try:
            sets = [_values(field, *kind) for field, kind in zip(fields, _FIELDS, strict=True)]
        except ValueError as error:
            raise Refused(Refusal.SCHEDULE, f"schedule '{expression}'") from error
        seconds, minutes, hours, self._days, self._months, self._weekdays = sets
        times = product(*map(sorted, (hours, minutes, seconds)))
        self._times = [time(hour, minute, second) for hour, minute, second in times]

    def after(self, moment: datetime) -> datetime:
        """The first occurrence later than `moment`, or NEVER."""
        if moment >= NEVER:
            return NEVER
        earliest = moment.replace(microsecond=0) + timedelta(seconds=1)
        first = earliest.toordinal()
        for ordinal in range(first, min(first + _CYCLE_DAYS, NEVER.toordinal()) + 1):
            day = date.fromordinal(ordinal)
            if not self._is_due(day.month, day.day, day.isoweekday() % 7):
                continue
            for at in self._times:
                if ordinal > first or at >= earliest.time():
                    return datetime.combine(day, at, UTC)
        return NEVER

    def monitored(self, now: datetime) -> bool:
        """Whether a missed run is noticed: the host keeps no status of what fires too often."""
        times = [now]
        for _ in range(5):
            times.append(self.after(times[-1]))
        return any(
            later - earlier >= _MONITORED for earlier, later in zip(times, times[2:], strict=False)
        )

    def _is_due(self, month: int, day: int, weekday: int) -> bool:
        return month in self._months and day in self._days and weekday in self._weekdays


def _values(field: str, lowest: int, highest: int, names: list[str]) -> set[int]:
    """The numbers of a field: a range is swapped where it runs backwards, never wrapped."""
    found = set[int]()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        if not match:
            raise ValueError(part)
        first, last, step = match.groups()
        start = _value(first, lowest, names) if first else lowest
        end = _value(last, lowest, names) if last else start if first and not step else highest
        start, end = sorted((start, end))
        every = int(step or 1)
        if start < lowest or end > highest or every >= _INT32:
            raise ValueError(part)
        found |= set(range(start, end + 1, every or 1))
    return found


def _value(text: str, lowest: int, names: list[str]) -> int:
    """A number, or a name of which the first letters do."""
    if text.isdigit():
        return int(text)
    found = [index for index, name in enumerate(names) if name.startswith(text.lower())]
    if not found:
        raise ValueError(text)
    return lowest + found[0]
