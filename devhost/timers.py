"""Timer triggers: schedules that survive a restart."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from devhost import files
from devhost.messages import time_text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from devhost.clock import Clock
    from devhost.schedules import Schedule

type Status = dict[str, str]
"""`Last`, `Next` and `LastUpdated`, as texts; the first time of all stands for none."""

# Long waits are cut, so that a clock that was set or a machine that slept is noticed.
_LONGEST_WAIT_SECONDS = 60.0
_NONE = datetime.min.replace(tzinfo=UTC)


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
        self._file = status_file if schedule.monitored(clock.now()) else None

    async def run(self) -> None:
        """Fire until cancelled."""
        now = self._clock.now()
        status, late = self._load(), False
        if self._file:
            checked = self._checked(status, now)
            late = now > _time(checked["Next"])
            # What a first run is told is not what is kept.
            status = status and checked
            status = status or _status(_NONE, self._schedule.after(now), _NONE)
        if late or self._run_on_startup:
            status = await self._fire_once(status, now, past_due=late)
        while True:
            due = self._schedule.after(self._clock.now())
            while (wait := (due - self._clock.now()).total_seconds()) > 0:
                await self._clock.sleep(min(wait, _LONGEST_WAIT_SECONDS))
            status = await self._fire_once(status, max(self._clock.now(), due), past_due=False)

    def payload(self) -> str:
        """What the function receives when it is fired by hand."""
        return payload(self._load(), past_due=False)

    async def _fire_once(
        self, status: Status | None, now: datetime, *, past_due: bool
    ) -> Status | None:
        await self._fire(payload(status, past_due=past_due))
        return self._kept(_status(now, self._schedule.after(now), now)) if self._file else None

    def _checked(self, status: Status | None, now: datetime) -> Status:
        """The kept status, or a new one where there is none or the schedule has changed."""
        if status is None:
            return self._kept(_status(_NONE, self._schedule.after(now), now))
        last, updated = _time(status["Last"]), _time(status["LastUpdated"])
        since = next((each for each in (last, updated) if each != _NONE), now)
        expected = self._schedule.after(since)
        if _time(status["Next"]) == expected:
            return status
        if now > expected:
            since, expected = now, self._schedule.after(now)
        return self._kept(_status(_NONE, expected, since))

    def _kept(self, status: Status) -> Status:
        if self._file:
            files.write_json(self._file, status)
        return status

    def _load(self) -> Status | None:
        """The kept status; one that can't be read is as good as none."""
        if self._file is None or not self._file.is_file():
            return None
        try:
            kept: Any = json.loads(self._file.read_text(encoding="utf-8"))
            status = {name: kept[name] for name in ("Last", "Next")}
            status["LastUpdated"] = kept.get("LastUpdated", "0001-01-01T00:00:00")
            for text in status.values():
                _time(text)
        except (ValueError, KeyError, TypeError):
            return None
        return status


def payload(status: Status | None, *, past_due: bool) -> str:
    """What a timer function receives."""
    document = {
        "Schedule": {"AdjustForDST": True},
        "ScheduleStatus": status,
        "IsPastDue": past_due,
    }
    return json.dumps(document, separators=(",", ":"))


def _status(last: datetime, due: datetime, updated: datetime) -> Status:
    times = {"Last": last, "Next": due, "LastUpdated": updated}
    return {name: time_text(time) for name, time in times.items()}


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
