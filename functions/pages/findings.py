"""What sweeps found: each finding with what it means, and what is to be done about it."""

import json
from collections.abc import Mapping
from typing import Any, Final, cast

from functions.pages.area import Area
from functions.sweeps import findings_get, findings_list
from shared import bootstrap
from shared.http.shapes.sweeps import FindingShape
from shared.web.engine.page import Answers, Page, Question, Visit
from shared.web.runbook import FINDINGS, meanings
from shared.web.texts import text

area: Final = Area(bootstrap.app)

_ROUTE: Final = "operations/findings"
_FILTERS: Final = ("status", "kind", "tenantId")


def _listed(visit: Visit, _: Answers) -> Mapping[str, object]:
    filtered = any(name in visit.query for name in (*_FILTERS, "skiptoken"))
    return {"kinds": [(kind, kind) for kind in FINDINGS], "filtered": filtered}


def _said(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _one(_: Visit, found: Answers) -> Mapping[str, object]:
    """With the values that differ, and all of the detail as it was noted."""
    finding = cast("Any", found["finding"])
    kind, detail = finding["kind"], finding["detail"]
    return {
        "step": FINDINGS[kind],
        "meaning": meanings(FindingShape, "kind")[kind],
        "fields": [
            {name: _said(value) for name, value in each.items()}
            for each in detail.get("fields", ())
        ],
        "detail": json.dumps(detail, ensure_ascii=False, indent=2) if detail else "",
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
