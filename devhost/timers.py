"""Timer triggers: NCRONTAB schedules that survive a restart."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from croniter import CroniterError, croniter

from devhost import files
from devhost.config import ConfigError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from devhost.clock import Clock

_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DAYS = "sun|mon|tue|wed|thu|fri|sat"
_FIELDS = 6
# Long waits are cut, so that a clock that was set or a machine that slept is noticed.
_LONGEST_WAIT_SECONDS = 60.0
_NEVER = datetime.min.replace(tzinfo=UTC)
# The real host keeps no status for schedules that fire more often than this.
_MONITORED_INTERVAL = timedelta(minutes=1)


class Schedule:
    """An NCRONTAB expression of five fields, or six with seconds first. Times are UTC."""

    def __init__(self, expression: str) -> None:
        """Raises ConfigError for anything NCRONTAB does not know."""
        fields = expression.split()
        names = ["", "", "", "", _MONTHS, _DAYS]
        limits = [59, 59, 23, 31, 12, 6]
        if len(fields) == _FIELDS - 1:
            fields.insert(0, "0")
        valid = len(fields) == _FIELDS and all(map(_is_field, fields, names, limits))
        # Day and weekday must both match, where classic cron takes either.
        self._options: dict[str, Any] = {"day_or": False, "second_at_beginning": True}
        self._fields = " ".join(fields).lower()
        if not valid or not self._parses():
            raise ConfigError(f"'{expression}' is not an NCRONTAB schedule")

    def after(self, time: datetime) -> datetime:
        """The first occurrence later than `time`."""
        return croniter(self._fields, time, **self._options).get_next(datetime)

    def _parses(self) -> bool:
        try:
            croniter(self._fields, datetime(2026, 1, 1, tzinfo=UTC), **self._options)
        except (CroniterError, ValueError):
            return False
        return True


class TimerListener:
    """Fires one function on its schedule, never twice at a time.

    The last run is kept in a file, so a run missed while the host was down fires once, late,
    with IsPastDue.
    """

    def __init__(
        self,
        *,
        schedule: Schedule,
        status_file: Path | None,
        clock: Clock,
        fire: Callable[[str], Awaitable[object]],
        run_on_startup: bool = False,
    ) -> None:
        """`fire` runs the function with the trigger's JSON payload and never raises.

        Without a `status_file` (useMonitor false) missed runs are forgotten.
        """
        self._schedule = schedule
        self._clock = clock
        self._fire = fire
        self._run_on_startup = run_on_startup
        now = clock.now()
        interval = schedule.after(schedule.after(now)) - schedule.after(now)
        self._file = status_file if interval >= _MONITORED_INTERVAL else None

    async def run(self) -> None:
        """Fire until cancelled."""
        status = self._load()
        now = self._clock.now()
        if status and self._schedule.after(_time(status["LastUpdated"])) < now:
            await self._fire_once(status, past_due=True)
        elif self._run_on_startup:
            await self._fire_once(status, past_due=False)
        elif status is None:
            # So that even the first run can be missed, and noticed.
            self._keep(_NEVER, now)
        while True:
            due = self._schedule.after(self._clock.now())
            while (wait := (due - self._clock.now()).total_seconds()) > 0:
                await self._clock.sleep(min(wait, _LONGEST_WAIT_SECONDS))
            await self._fire_once(self._load(), past_due=False)

    async def _fire_once(self, status: dict[str, str] | None, *, past_due: bool) -> None:
        began = self._clock.now()
        await self._fire(payload(status, past_due=past_due))
        self._keep(began, began)

    def _keep(self, last: datetime, updated: datetime) -> None:
        if self._file:
            times = {"Last": last, "Next": self._schedule.after(updated), "LastUpdated": updated}
            files.write_json(self._file, {name: time.isoformat() for name, time in times.items()})

    def _load(self) -> dict[str, str] | None:
        """The kept status; one that can't be read is as good as none."""
        if self._file is None or not self._file.is_file():
            return None
        try:
            status = json.loads(self._file.read_text(encoding="utf-8"))
            _time(status["LastUpdated"])
        except (ValueError, KeyError, TypeError):
            return None
        return status


def payload(status: dict[str, str] | None, *, past_due: bool) -> str:
    """What a timer function receives."""
    document = {
        "Schedule": {"AdjustForDST": True},
        "ScheduleStatus": status,
        "IsPastDue": past_due,
    }
    return json.dumps(document)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _is_field(field: str, names: str, limit: int) -> bool:
    value = rf"(?:\d{{1,2}}{'|' + names if names else ''})"
    part = rf"(?:\*|{value}(?:-{value})?)(?:/\d{{1,2}})?"
    if not re.fullmatch(rf"{part}(?:,{part})*", field, re.IGNORECASE):
        return False
    numbers = re.findall(r"(?<![/\d])\d+", field)
    return all(int(number) <= limit for number in numbers)
