"""What became of every record, for people and for programs."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from examples.client import Json
from examples.onboarding.pipeline import Pipeline
from examples.onboarding.records import Record

type Report = dict[str, list[Json]]

_GROUPS: Final = {"succeeded": "accepted", "refused": "refused", "failed": "failed"}
_DETAIL: Final = ("code", "message", "target", "retryable", "resolvableBy")
_COLUMNS: Final = ("line", "code", "field", "what to know")
_MOST_ROWS: Final = 100
_WITHOUT_RESULT: Final = {
    "unanswered": "unanswered: sent, but without a result by now. The same command looks again; if "
    "it stays so, look at the dead letters, and send once more with --again.",
    "unsent": "unsent: the run ended before. The same command sends them.",
}


def report(records: list[Record], pipeline: Pipeline) -> Report:
    """Every record in one of the groups. No times in it: the same data gives the same report."""
    found: Report = {name: [] for name in (*_GROUPS.values(), *_WITHOUT_RESULT)}
    for record in records:
        shown = {"id": record.id, "file": record.file, "line": record.line, "type": record.type}
        if result := pipeline.journal.results.get(record.id):
            found[_GROUPS[result["outcome"]]].append({**shown, **_told(result)})
        elif error := pipeline.wrong.get(record.id):
            found["failed"].append({**shown, **_told({"error": error})})
        else:
            group = "unanswered" if record.id in pipeline.journal.sent else "unsent"
            found[group].append(shown)
    return found


def write(found: Report, path: Path) -> None:
    """As JSON."""
    path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def show(found: Report, pipeline: Pipeline, path: Path, console: Console) -> None:
    """What needs a person, and the numbers. `path` is where all of it stands."""
    rows = [row for group in ("failed", "refused") for each in found[group] for row in _rows(each)]
    if rows:
        table = Table(*_COLUMNS, title="Not accepted", title_justify="left")
        for row in rows[:_MOST_ROWS]:
            table.add_row(*map(Text, row))
        console.print(table)
    more = len(rows) - _MOST_ROWS
    told = [f"… and {more} rows more: {path} has all."] if more > 0 else []
    for group, what in _WITHOUT_RESULT.items():
        if found[group]:
            first = found[group][0]
            told.append(f"{len(found[group])} {what} The first: {first['file']}:{first['line']}.")
    told.append(", ".join(f"{len(each)} {group}" for group, each in found.items()))
    known = sum(map(len, found.values())) - len(found["unsent"]) - len(pipeline.wrong)
    told[-1] += f"; {pipeline.sent} sent now, {known - pipeline.sent} before"
    for line in told:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _told(result: Json) -> Json:
    told = {"resource": result.get("resource")}
    if error := result.get("error"):
        told |= {"code": error["code"], "message": error["message"]}
        told["rules"] = [
            {name: detail.get(name) for name in _DETAIL} for detail in error.get("details", [])
        ]
    return told


def _rows(each: Json) -> Iterator[tuple[str, str, str, str]]:
    """One for each rule or field; one alone where there are none."""
    place = f"{each['file']}:{each['line']}"
    for rule in each["rules"] or [each]:
        yield place, rule["code"], rule.get("target") or "", rule["message"]
