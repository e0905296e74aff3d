from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from devhost.refusals import Refused
from devhost.schedules import Schedule
from devhost.timers import TimerListener

if TYPE_CHECKING:
    from pathlib import Path

START = datetime(2026, 11, 2, 10, 0, 30, tzinfo=UTC)


class FakeClock:
    """Moves only when told, or when someone sleeps."""

    def __init__(self, now: datetime = START) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)
        await asyncio.sleep(0)


class Firings:
    """Collects payloads; ends the listener after so many."""

    def __init__(self, clock: FakeClock, stop_after: int, takes: float = 0) -> None:
        self.seen: list[tuple[datetime, dict[str, Any]]] = []
        self._clock = clock
        self._stop_after = stop_after
        self._takes = takes

    async def __call__(self, text: str) -> None:
        self.seen.append((self._clock.now(), json.loads(text)))
        self._clock.time += timedelta(seconds=self._takes)
        if len(self.seen) == self._stop_after:
            asyncio.current_task().cancel()
            await asyncio.sleep(0)


async def fire(
    expression: str, clock: FakeClock, count: int, *, file: Path | None = None, **options: Any
) -> list[tuple[datetime, dict[str, Any]]]:
    takes = options.pop("takes", 0)
    firings = Firings(clock, count, takes)
    listener = TimerListener(
        schedule=Schedule(expression), status_file=file, clock=clock, fire=firings, **options
    )
    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(listener.run())
    return firings.seen


@pytest.mark.parametrize(
    ("expression", "after", "expected"),
    [
        ("0 */5 * * * *", "2026-11-02T10:00:00", "2026-11-02T10:05:00"),
        ("*/5 * * * *", "2026-11-02T10:00:00", "2026-11-02T10:05:00"),
        ("30 0 0 * * *", "2026-11-02T10:00:00", "2026-11-03T00:00:30"),
        ("0 7 3 * * *", "2026-11-02T03:07:00", "2026-11-03T03:07:00"),
        ("0 0 0 13 * 5", "2026-11-02T10:00:00", "2026-11-13T00:00:00"),
        ("0 0 0 13 * FRI", "2026-11-14T00:00:00", "2027-08-13T00:00:00"),
        ("0 0 9 * JAN mon-fri", "2026-11-02T10:00:00", "2027-01-01T09:00:00"),
        ("0 0 9 * * 0", "2026-11-02T10:00:00", "2026-11-08T09:00:00"),
        ("0 0,30 8-9/1 * * *", "2026-11-02T08:10:00", "2026-11-02T08:30:00"),
    ],
)
def test_ncrontab(expression: str, after: str, expected: str):
    next_time = Schedule(expression).after(datetime.fromisoformat(after).replace(tzinfo=UTC))
    assert next_time == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "* * * *",
        "* * * * * * *",
        "0 0 0 * * 7",
        "0 60 * * * *",
        "@hourly",
        "0 0 0 L * *",
        "0 0 0 * * 1#2",
        "0 0 0 * * MON#1",
        "00:05:00",
        "0 0 0 ? * *",
        "0 0 25 * * *",
        "x * * * *",
    ],
)
def test_what_ncrontab_does_not_know_is_refused(expression: str):
    with pytest.raises(Refused, match="schedule '"):
        Schedule(expression)


async def test_fires_at_each_occurrence(tmp_path: Path):
    seen = await fire("0 */5 * * * *", FakeClock(), 3, file=tmp_path / "t.json")
    assert [time.isoformat() for time, _ in seen] == [
        "2026-11-02T10:05:00+00:00",
        "2026-11-02T10:10:00+00:00",
        "2026-11-02T10:15:00+00:00",
    ]
    payload = seen[1][1]
    assert payload["Schedule"] == {"AdjustForDST": True}
    assert payload["IsPastDue"] is False
    assert payload["ScheduleStatus"]["Last"] == "2026-11-02T10:05:00+00:00"
    assert payload["ScheduleStatus"]["Next"] == "2026-11-02T10:10:00+00:00"


async def test_never_overlaps_and_drops_what_passed_meanwhile():
    seen = await fire("0 * * * * *", FakeClock(), 2, takes=150)
    assert [time.minute for time, _ in seen] == [1, 4]


async def test_a_missed_run_fires_once_and_late(tmp_path: Path):
    file = tmp_path / "timers" / "t.json"
    clock = FakeClock()
    await fire("0 0 * * * *", clock, 1, file=file)
    # The cancelled run kept nothing: what is on file is the status of the start.
    clock.time = START + timedelta(hours=5)
    seen = await fire("0 0 * * * *", clock, 2, file=file)
    assert [(time.hour, p["IsPastDue"]) for time, p in seen] == [(15, True), (16, False)]


async def test_a_run_that_was_not_missed_waits(tmp_path: Path):
    file = tmp_path / "t.json"
    clock = FakeClock()
    await fire("0 0 * * * *", clock, 2, file=file)
    clock.time = datetime(2026, 11, 2, 11, 30, tzinfo=UTC)
    seen = await fire("0 0 * * * *", clock, 1, file=file)
    assert [(time.hour, p["IsPastDue"]) for time, p in seen] == [(12, False)]


@pytest.mark.parametrize("text", ["", "{", "{}", '{"Last": "never"}', '{"Last": 1}', "[]"])
async def test_a_broken_status_file_is_as_good_as_none(tmp_path: Path, text: str):
    file = tmp_path / "t.json"
    file.write_text(text)
    seen = await fire("0 0 * * * *", FakeClock(), 1, file=file)
    assert [(time.hour, p["IsPastDue"]) for time, p in seen] == [(11, False)]


async def test_unmonitored_and_frequent_schedules_keep_no_status(tmp_path: Path):
    seen = await fire("0 0 * * * *", FakeClock(), 2)
    assert [p["ScheduleStatus"] for _, p in seen] == [None, None]
    await fire("*/10 * * * * *", FakeClock(), 2, file=tmp_path / "t.json")
    assert not (tmp_path / "t.json").exists()


async def test_run_on_startup_fires_at_once(tmp_path: Path):
    seen = await fire("0 0 * * * *", FakeClock(), 1, file=tmp_path / "t", run_on_startup=True)
    assert [(time, p["IsPastDue"]) for time, p in seen] == [(START, False)]
