"""Sweeps: one is started, followed to its end, and looked back at."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast

from functions.pages.area import Area
from functions.sweeps import sweep_findings_list, sweeps_get, sweeps_list, sweeps_start
from shared import bootstrap
from shared.canonical import JsonObject
from shared.web import plots
from shared.web.engine.page import Answers, Page, Question, Visit
from shared.web.forms.form import Field, Form
from shared.web.texts import text

area: Final = Area(bootstrap.app)

_ROUTE: Final = "operations/sweeps"
_SHOWN: Final = 30


def _view(sweep: JsonObject) -> Mapping[str, object]:
    """A sweep; `met`: how many findings, `seconds`: how long it took, None while it runs."""
    finished = sweep["finishedAt"]
    began = datetime.fromisoformat(str(sweep["startedAt"]))
    took = datetime.fromisoformat(str(finished)) - began if finished else None
    return {
        "sweep": sweep,
        "met": sum(cast("Any", sweep)["findings"]["byKind"].values()),
        "seconds": None if took is None else int(took.total_seconds()),
    }


def _running(sweep: JsonObject) -> bool:
    return sweep["status"] == "running"


def _all(found: Answers) -> list[JsonObject]:
    return cast("list[JsonObject]", (found["sweeps"] or {})["value"])


def _scope(found: Answers) -> str:
    """Of the one that runs, which is called again by starting the same."""
    running = filter(_running, _all(found))
    return next((str(each["customerId"] or "") for each in running), "")


def _listed(_: Visit, found: Answers) -> Mapping[str, object]:
    views = [_view(each) for each in _all(found)]
    oldest_first = [cast("int", each["met"]) for each in reversed(views)]
    return {
        "views": views,
        "running": next((_view(each) for each in _all(found) if _running(each)), None),
        "bars": plots.bars(oldest_first, _SHOWN)[::-1],
        "most": max(oldest_first, default=0),
        "plot": plots,
    }


area.add(
    Page(
        name="page_sweeps",
        route=_ROUTE,
        title=text("Sweeps"),
        template="sweeps/list.html",
        asks={
            "sweeps": Question(
                sweeps_list, query={"maxpagesize": str(_SHOWN)}, passes=("skiptoken",)
            )
        },
        shows=_listed,
        refreshes=lambda found: any(map(_running, _all(found))),
        form=Form(
            endpoint=sweeps_start,
            button=text("Start a sweep"),
            after=f"/{_ROUTE}",
            fields=(
                Field(
                    name="customerId",
                    label=text("Of one organization only, by its id"),
                    filled=_scope,
                ),
            ),
        ),
    )
)

area.add(
    Page(
        name="page_sweep",
        route=f"{_ROUTE}/{{sweepId}}",
        title=text("Sweep"),
        template="sweeps/sweep.html",
        asks={
            "sweep": Question(sweeps_get),
            "findings": Question(
                sweep_findings_list, query={"maxpagesize": "25"}, passes=("skiptoken",)
            ),
        },
        shows=lambda _, found: {"view": _view(found["sweep"] or {})},
        refreshes=lambda found: _running(found["sweep"] or {}),
    )
)
