"""Writes docs/telemetry.md from the table of events: `python -m tools.telemetry_document`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from shared.telemetry.events import EVENTS, WARNINGS, Measure

PATH: Final = Path(__file__).parents[1] / "docs" / "telemetry.md"

_HEAD: Final = """# Events, measures and spans

Generated from `shared/telemetry/events.py` by `make docs`; tests hold that table against what the
code logs, and each measure against real commands. How to switch it on, and where it goes:
[operate.md](operate.md), section 4.

The log says what happened, one line an event by its name; measures and spans are made of the log,
so nothing is told twice. An event's fields are ids and numbers: no name, address, free text, token
or secret is in any (a test writes marks through every endpoint and queue and looks). Measures have
attributes of few values only, and no tenant among them.

## Measures

In the table `AppMetrics` by `Name`. A histogram's row has `Sum`, `Min`, `Max` and `ItemCount` of
one minute and instance, a counter's the increase.

| measure | kind | unit | what it counts | attributes | of the event |
|---|---|---|---|---|---|
"""

_EVENTS: Final = """
## Events

In the table `AppTraces` by `Message`, fields in `Properties`, with `OperationId` the trace id of
the request that they go back to. Those with a span are `AppDependencies` as well, but for callers
that sent `traceparent` with flags `00`. `http.served`, `message.taken` and `storage.request` are
measured only: they are no log lines.

| event | meaning | span |
|---|---|---|
"""


def document() -> str:
    """The whole text."""
    events = [
        f"| `{name}` | {told.meaning} | {f'by `{told.span}`' if told.span else ''} |\n"
        for name, told in sorted(EVENTS.items())
    ]
    return _HEAD + "".join(_measures()) + _EVENTS + "".join(events)


def _measures() -> Iterator[str]:
    by_name: dict[str, tuple[Measure, list[str]]] = {}
    for event, told in EVENTS.items():
        for measure in told.measures:
            by_name.setdefault(measure.name, (measure, []))[1].append(f"`{event}`")
    by_name[WARNINGS.name] = (WARNINGS, ["every warning and error"])
    for name, (measure, events) in sorted(by_name.items()):
        attributes = ", ".join(f"`{each}`" for each in measure.attributes)
        unit = "" if measure.unit == "1" else measure.unit
        cells = [f"`{name}`", measure.kind, unit, measure.meaning, attributes, ", ".join(events)]
        yield f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    PATH.write_text(document(), "utf-8")
