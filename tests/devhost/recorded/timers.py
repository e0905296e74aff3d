"""Timers and schedules, as recorded, on a clock that a test moves."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from devhost.refusals import Choice, Refused
from devhost.schedules import Schedule
from devhost.worker import function
from tests.devhost.recorded import running
from tests.devhost.recorded.outcomes import Outcomes

START = datetime(2026, 11, 30, 1, 44, 23, 148843, UTC)


class Clock:
    """Moves only when somebody sleeps, `late` seconds too far, and stands still when `done`."""

    def __init__(self, now: datetime, late: float = 0) -> None:
        self.time = now
        self.done: Callable[[], bool] = lambda: True
        self.still = asyncio.Event()
        self._late = late

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        if self.done():
            self.still.set()
            await asyncio.Event().wait()
        self.time += timedelta(seconds=seconds + self._late)


async def schedules(folder: Path) -> Outcomes:
    """schedules.json: NCrontab's own."""
    found = Outcomes()
    given = running.vectors("schedules")
    bases = [datetime.fromisoformat(text).replace(tzinfo=UTC) for text in given["bases"]]
    for vector in given["vectors"]:
        expression, expected = vector["expression"], vector["kind"]
        try:
            schedule = Schedule(expression)
        except Refused as refused:
            if expected == "timespan":
                found.refuse(refused)
            else:
                found.compare(expression, "invalid", expected)
            continue
        got = [schedule.monitored(bases[0]), [_next(schedule, base) for base in bases]]
        found.compare(expression, got, [vector["monitor"], vector.get("next")])
    return found


def _next(schedule: Schedule, base: datetime, count: int = 5) -> list[str]:
    times = []
    while len(times) < count and (not times or not times[-1].startswith("9999")):
        base = schedule.after(base)
        times.append(base.replace(tzinfo=None).isoformat())
    return times


async def timers(folder: Path) -> Outcomes:
    """timer.json: payloads, status and what is past due."""
    found = Outcomes()
    for number, vector in enumerate(running.vectors("timer")):
        what = vector["what"]
        try:
            if what == "schedule":
                _schedule(found, vector)
            elif what == "blob":
                await _blob(found, folder / str(number), vector)
            elif what == "run1":
                await _first_run(found, folder / str(number), vector)
            elif "status blob before" in vector or vector["calls"]:
                await _late_run(found, folder / str(number), vector)
            else:
                found.aside("what was stored before is not recorded")
        except Refused as refused:
            found.refuse(refused)
    return found


def _schedule(found: Outcomes, vector: Any) -> None:
    text = vector["schedule"]
    if not vector["accepted"]:
        try:
            Schedule(text)
        except Refused:
            found.compare(text, "refused", "refused")
        else:
            found.compare(text, "taken", "refused")
        return
    at = datetime.fromisoformat(vector["at"]) + timedelta(seconds=4)
    got = [datetime.fromisoformat(each) for each in _next(Schedule(text), at)]
    got += got[-1:] * (5 - len(got))
    found.compare(text, [f"{each:%m/%d/%Y %H:%M:%S}" for each in got], vector["next5"])


async def _first_run(found: Outcomes, folder: Path, vector: Any) -> None:
    calls = await _run(folder, vector["schedule"], Clock(START), len(vector["first"]))
    expected = [(each["payload"]["value"], each["tm"]) for each in vector["first"]]
    found.compare(vector["function"], calls, expected)


async def _late_run(found: Outcomes, folder: Path, vector: Any) -> None:
    """A status is there already; `status blob before`, or what the function was told."""
    calls = vector["calls"]
    told = json.loads(calls[0]["payload"]["value"])["ScheduleStatus"] if calls else None
    before = vector.get("status blob before", told)
    schedule = vector["schedule"]
    trigger = schedule if isinstance(schedule, dict) else {"schedule": schedule}
    at = datetime.fromisoformat(vector["at"]) if "at" in vector else START
    if calls:
        at = datetime.fromtimestamp(calls[0]["t"], UTC)
    off = {"AzureWebJobs.f.Disabled": "true"} if vector["function"].startswith("disabled") else {}
    got = await _run(folder, trigger, Clock(at), len(calls), before, off)
    expected = [(each["payload"]["value"], each["tm"]) for each in calls]
    shown = {"calls": got, "after": _status(folder)}
    after = vector.get("status blob after", shown["after"])
    found.compare(
        (vector["function"], at.isoformat()),
        {"calls": shown["calls"], "after": _seconds(shown["after"])},
        {"calls": expected, "after": _seconds(after)},
    )


async def _blob(found: Outcomes, folder: Path, vector: Any) -> None:
    content = json.loads(vector["content"])
    last, due = (datetime.fromisoformat(content[name]) for name in ("Last", "Next"))
    fired = last.year > 1
    trigger: dict[str, Any] = {"schedule": f"0 {due.minute} {due.hour} * * *"}
    clock = Clock(datetime.fromisoformat(content["LastUpdated"]).replace(tzinfo=UTC))
    if ".minute/" in vector["name"]:
        trigger, clock = {"schedule": "0 * * * * *"}, Clock(START.replace(microsecond=0), 0.002590)
    elif fired:
        trigger["runOnStartup"] = True
    await _run(folder, trigger, clock, int(fired))
    found.compare(vector["name"], _micro(_status(folder)), _micro(content))
    found.counts["same"] -= 1
    found.chosen(Choice.STATUS)


async def _run(
    folder: Path,
    trigger: Any,
    clock: Clock,
    calls: int,
    before: Any = None,
    settings: dict[str, str] | None = None,
) -> list[tuple[str, Any]]:
    """What a timer function was called with, so many times."""
    running.settle(folder)
    status = folder / "data" / "timers" / "f.json"
    if before:
        status.parent.mkdir(parents=True)
        status.write_text(json.dumps(before))
    binding = {"type": "timerTrigger", "direction": "IN", "name": "timer", **trigger}
    host = running.EchoHost(
        [function("f", "f", [binding])], folder, environ=settings or {}, clock=clock
    )
    clock.done = lambda: len(host.echo.calls) >= calls
    async with running.serving(host):
        if not settings:
            await asyncio.wait_for(clock.still.wait(), 5)
        return [(payload, metadata_of(tm)) for _, payload, tm in host.echo.calls]


def metadata_of(given: Any) -> dict[str, Any]:
    return {name: {"kind": kind, "value": value} for name, (kind, value) in given.items()}


def _status(folder: Path) -> Any:
    return json.loads((folder / "data" / "timers" / "f.json").read_text())


def _seconds(status: Any) -> Any:
    return json.loads(re.sub(r"\.\d+\+", "+", json.dumps(status)))


def _micro(status: Any) -> Any:
    """Microseconds, as Python has them."""
    return {name: datetime.fromisoformat(text).isoformat() for name, text in status.items()}
