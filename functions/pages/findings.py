"""What sweeps found: each finding with what it means, and what is to be done about it."""

import json
from collections.abc import Mapping
from typing import Any, Final, cast

from functions.pages.area import Area
from functions.sweeps import findings_get, findings_list
from shared import bootstrap
from shared.canonical import JsonObject
from shared.http.shapes.sweeps import FindingShape
from shared.web.engine.page import Answers, Page, Question, Visit
from shared.web.runbook import FINDINGS, meanings
from shared.web.texts import text

area: Final = Area(bootstrap.app)

_ROUTE: Final = "operations/findings"
_FILTERS: Final = ("status", "kind", "tenantId")
_ROOM: Final = 4_000
"""Characters of a detail that a page shows: a finding has room for six times as many."""


def _listed(visit: Visit, _: Answers) -> Mapping[str, object]:
    filtered = any(name in visit.query for name in (*_FILTERS, "skiptoken"))
    return {"kinds": [(kind, kind) for kind in FINDINGS], "filtered": filtered}


def _said(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _noted(detail: JsonObject) -> list[object]:
    return cast("list[object]", detail.get("fields", []))


def _fields(detail: JsonObject) -> list[dict[str, str]]:
    """The values that differ, as many as there is room for; behind a long list stands a word."""
    shown: list[dict[str, str]] = []
    left = _ROOM
    for each in _noted(detail):
        if not isinstance(each, dict):
            break
        row = {name: _said(value) for name, value in cast("JsonObject", each).items()}
        left -= sum(map(len, row.values()))
        if left < 0:
            break
        shown.append(row)
    return shown


def _one(_: Visit, found: Answers) -> Mapping[str, object]:
    """With the values that differ, and the detail as it was noted; `whole`: all of it."""
    finding = cast("Any", found["finding"])
    kind, detail = finding["kind"], finding["detail"]
    noted = json.dumps(detail, ensure_ascii=False, indent=2) if detail else ""
    fields = _fields(detail)
    return {
        "step": FINDINGS[kind],
        "meaning": meanings(FindingShape, "kind")[kind],
        "fields": fields,
        "detail": noted[:_ROOM],
        "whole": len(noted) <= _ROOM and len(fields) == len(_noted(detail)),
    }


area.add(
    Page(
        name="page_findings",
        route=_ROUTE,
        title=text("Findings"),
        template="findings/list.html",
        asks={
            "findings": Question(
                findings_list,
                query={"status": "open", "maxpagesize": "25"},
                passes=(*_FILTERS, "skiptoken"),
            )
        },
        shows=_listed,
    )
)

area.add(
    Page(
        name="page_finding",
        route=f"{_ROUTE}/{{findingId}}",
        title=text("Finding"),
        template="findings/finding.html",
        asks={"finding": Question(findings_get)},
        shows=_one,
    )
)
