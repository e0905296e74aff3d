"""What became of every record, for people and for programs."""

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from examples.onboarding.journal import Journal
from examples.onboarding.records import Record

type Report = dict[str, list[dict[str, Any]]]

_GROUPS = {"succeeded": "accepted", "refused": "refused", "failed": "dead"}


def report(records: list[Record], journal: Journal) -> Report:
    """Every record in one of four groups. No times in it: the same data gives the same report."""
    found: Report = {"accepted": [], "refused": [], "dead": [], "unanswered": []}
    for record in records:
        shown = {"id": record.id, "file": record.file, "line": record.line, "type": record.type}
        result = journal.results.get(record.id)
        if result is None:
            found["unanswered"].append(shown)
        else:
            found[_GROUPS[result["outcome"]]].append({**shown, **_told(result)})
    return found


def write(found: Report, path: Path) -> None:
    """As JSON."""
    path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def show(found: Report, console: Console) -> None:
    """What needs a person, and the numbers."""
    table = Table("line", "code", "what to know", title="Not accepted", title_justify="left")
    for group in ("refused", "dead", "unanswered"):
        for each in found[group]:
            for code, text in _lines(each) or [(group, "")]:
                table.add_row(f"{each['file']}:{each['line']}", code, text)
    if table.row_count:
        console.print(table)
    console.print(", ".join(f"{len(each)} {group}" for group, each in found.items()))


def _told(result: dict[str, Any]) -> dict[str, Any]:
    told = {"resource": result.get("resource")}
    if error := result.get("error"):
        told |= {"code": error["code"], "message": error["message"]}
        told["rules"] = [
            {name: detail.get(name) for name in _DETAIL} for detail in error.get("details", [])
        ]
    return told


_DETAIL = ("code", "message", "target", "retryable", "resolvableBy")


def _lines(each: dict[str, Any]) -> list[tuple[str, str]]:
    details = [(rule["code"], rule["message"]) for rule in each.get("rules", [])]
    return details or [(each["code"], each["message"])] if "code" in each else []
