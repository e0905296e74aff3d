"""Records in files to CloudEvents: CSV with the fields' names in its first line, or JSONL.

A file's name says what it holds: `partners.csv`, `subscriptions-2026.jsonl`.
"""

import csv
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

STAGES: Final = {
    "partners": "partner-enrolment",
    "customers": "customer-profile",
    "relationships": "relationship-import",
    "invitations": "invitation-request",
    "subscriptions": "subscription-registration",
    "updates": "subscription-update",
    "statuses": "subscription-status",
}
"""Message types by what a file is called, in the order in which they build on each other."""


class BadRecord(Exception):
    """What is wrong with a file, and on which line."""


@dataclass(frozen=True)
class Record:
    """One line of a file: one message."""

    file: str
    line: int
    stage: str
    data: dict[str, Any]

    @property
    def type(self) -> str:
        """The type of its message."""
        return STAGES[self.stage]

    @property
    def id(self) -> str:
        """The same for the same line with the same content, at every run and on every machine."""
        content = json.dumps(self.data, sort_keys=True, ensure_ascii=False)
        return f"{self.file}:{self.line}:{hashlib.sha256(content.encode()).hexdigest()[:32]}"

    @property
    def partner_ids(self) -> set[str]:
        """The partners for which its source must be registered."""
        names = {"partnerId", "actingPartnerId"}
        if self.stage == "relationships":
            names.add("indirectResellerId")
        return {each for name in names if isinstance(each := self.data.get(name), str)}

    def event(self, source: str) -> dict[str, Any]:
        """Its CloudEvent."""
        return {
            "specversion": "1.0",
            "id": self.id,
            "source": source,
            "type": self.type,
            "datacontenttype": "application/json",
            "data": self.data,
        }


def read(paths: list[Path]) -> list[Record]:
    """All records, stage by stage. Raises BadRecord."""
    if len({path.name for path in paths}) < len(paths):
        raise BadRecord("two files have the same name, which is part of their events' ids")
    found = [record for path in paths for record in _records(path)]
    order = list(STAGES)
    return sorted(found, key=lambda record: order.index(record.stage))


def _records(path: Path) -> Iterator[Record]:
    stage = path.stem.partition("-")[0]
    rows = {".csv": _csv, ".jsonl": _jsonl}.get(path.suffix)
    if stage not in STAGES or rows is None:
        raise BadRecord(f"{path.name}: is called {', '.join(STAGES)}, and is .csv or .jsonl")
    try:
        for line, data in rows(path):
            yield Record(path.name, line, stage, data)
    except OSError as error:
        raise BadRecord(f"{path.name}: {error.strerror}") from None


def _jsonl(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                data = json.loads(line)
            except ValueError as error:
                raise BadRecord(f"{path.name}, line {number}: {error}") from None
            if not isinstance(data, dict):
                raise BadRecord(f"{path.name}, line {number}: is no JSON object")
            yield number, data


def _csv(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    # utf-8-sig: spreadsheets put a mark before the first name.
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, strict=True)
        try:
            for row in rows:
                yield rows.line_num, _nested(row)
        except (ValueError, csv.Error) as error:
            raise BadRecord(f"{path.name}, line {rows.line_num}: {error}") from None


def _nested(row: dict[str, str]) -> dict[str, Any]:
    """`term.endsAt` is a field within a field; what is empty is not sent."""
    if None in row or None in row.values():
        raise ValueError("has more or fewer fields than the first line")
    data: dict[str, Any] = {}
    for name, text in row.items():
        if text == "":
            continue
        *parents, last = name.split(".")
        place = data
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = _VALUES.get(name, str)(text)
    return data


def _truth(text: str) -> bool:
    try:
        return {"true": True, "false": False}[text.lower()]
    except KeyError:
        raise ValueError(f"{text} is neither true nor false") from None


_VALUES: Final[dict[str, Callable[[str], Any]]] = {
    "affiliatedTenantIds": str.split,
    "autoRenew": _truth,
    "delegatedAdmin": _truth,
    "expiresInDays": int,
    "quantity": int,
}
"""Fields that are no text."""
