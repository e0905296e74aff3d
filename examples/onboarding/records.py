"""Records in files to CloudEvents. A file's name says what it holds: `subscriptions-2026.jsonl`."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from examples.client import Json
from examples.onboarding.faults import Faults
from examples.onboarding.fields import STAGES
from examples.onboarding.files import rows
from examples.onboarding.partner_center import Besides

_COLLECTIONS: Final = frozenset({"customers", "subscriptions"})
_HASH: Final = 32
_LONGEST_NAME: Final = 256 - _HASH - 1
"""An id has at most 256 characters."""
_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True)
class Record:
    """One line of a file: one message."""

    file: str
    line: int
    stage: str
    data: Json

    @property
    def type(self) -> str:
        """The type of its message."""
        return STAGES[self.stage].type

    @property
    def place(self) -> str:
        """Where it stands."""
        return f"{self.file}:{self.line}"

    @cached_property
    def id(self) -> str:
        """The same for the same content in the same file, on whatever line it stands."""
        content = json.dumps(self.data, sort_keys=True, ensure_ascii=False)
        return f"{self.file}:{hashlib.sha256(content.encode()).hexdigest()[:_HASH]}"

    @property
    def keys(self) -> set[str]:
        """What it is about; several things where it registers several subscriptions."""
        several = self.data.get("subscriptions")
        each = several if several and isinstance(several, list) else [{}]
        return {self._key(one if isinstance(one, dict) else {}) for one in each}

    def _key(self, part: Json) -> str:
        fields = [(name, {**self.data, **part}.get(name)) for name in STAGES[self.stage].key]
        found = [f"{name} {value.lower()}" for name, value in fields if isinstance(value, str)]
        return ", ".join(found) if len(found) == len(fields) else f"the record {self.id}"

    @property
    def partner_ids(self) -> set[str]:
        """The partners for which its source must be registered; what is no id is left out."""
        names = {"partnerId", "actingPartnerId"}
        if self.stage == "relationships":
            names.add("indirectResellerId")
        values = [str(self.data.get(name)) for name in names]
        return {each.lower() for each in values if _GUID.fullmatch(each)}

    def event(self, source: str) -> Json:
        """Its CloudEvent."""
        return {
            "specversion": "1.0",
            "id": self.id,
            "source": source,
            "type": self.type,
            "datacontenttype": "application/json",
            "data": self.data,
        }


def read(paths: list[Path], besides: Besides | None = None) -> list[Record]:
    """All records, stage by stage. Raises BadRecord with all that is wrong with them."""
    faults = Faults()
    found: list[Record] = []
    for number, path in enumerate(paths):
        if path.name in {each.name for each in paths[:number]}:
            faults.add(str(path), "another file has the same name; rename one of them")
        elif stage := _stage(path, faults):
            found += (
                Record(path.name, line, of, data)
                for line, of, data in rows(path, stage, besides or Besides(), faults)
            )
    _require_one_of_each(found, faults)
    faults.require_none()
    order = list(STAGES)
    return sorted(found, key=lambda record: order.index(record.stage))


def _stage(path: Path, faults: Faults) -> str | None:
    stage = re.split("[-_.]", path.stem.lower())[0]
    ends = {".csv", ".jsonl", *({".json"} if stage in _COLLECTIONS else ())}
    if stage not in STAGES or path.suffix.lower() not in ends:
        called = f"must be called one of {', '.join(STAGES)}, optionally followed by -suffix"
        what = "and end in .csv or .jsonl, or .json for a collection of Partner Center"
        return faults.add(str(path), f"{called}, {what}")
    if len(path.name) > _LONGEST_NAME or not path.name.isprintable():
        called = f"must have a name of at most {_LONGEST_NAME} printable characters"
        return faults.add(str(path), f"{called}, which is part of its messages' ids")
    return stage


def _require_one_of_each(records: Iterable[Record], faults: Faults) -> None:
    """A stage keeps no order, so of two records about the same either could be the last."""
    seen: dict[tuple[str, str], Record] = {}
    for record in records:
        for key in record.keys:
            first = seen.setdefault((record.stage, key), record)
            if first is not record:
                what = (
                    f"{key} stands at {first.place} too; leave one out, or send it in another run"
                )
                faults.add(record.file, what, record.line)
