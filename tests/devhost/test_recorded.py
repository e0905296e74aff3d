"""Every vector recorded from the real host: here it is the same, or it is refused in words.

`data/outcomes.json` keeps what becomes of them; docs/devhost.md shows it.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from devhost.refusals import Choice, Refusal
from tests.devhost.recorded import admin, http, lifecycle, queues, router, running, starts, timers
from tests.devhost.recorded.outcomes import Outcomes
from tools import devhost_document

RECORDED: dict[str, Callable[..., Awaitable[Outcomes]]] = {
    "admin": admin.admin,
    "http-requests": http.requests,
    "http-responses": http.responses,
    "http-routes": http.routes,
    "lifecycle": lifecycle.lifecycle,
    "queues": queues.queues,
    "router": router.router,
    "schedules": timers.schedules,
    "start-errors": starts.starts,
    "timer": timers.timers,
}
ON_STORAGE = {"admin", "queues"}
KEPT: dict[str, dict[str, int]] = running.vectors("outcomes")


@pytest.mark.timeout(300)  # some wait for leases and time-outs, beside whatever else runs
@pytest.mark.parametrize("name", RECORDED)
async def test_what_is_recorded_is_done_or_refused(name: str, tmp_path: Path, azurite: str):
    given: Any = [azurite] if name in ON_STORAGE else []
    outcomes = await RECORDED[name](tmp_path, *given)
    assert not outcomes.different, "\n".join(outcomes.different)
    assert dict(sorted(outcomes.counts.items())) == KEPT[name]


def test_nothing_is_left_out():
    files = {file.stem for file in running.DATA.glob("*.json")}
    # `product` is what our own app answers; tests/smoke asks.
    assert files - {"http-route-sets", "outcomes", "product"} == set(RECORDED) == set(KEPT)
    for name in RECORDED:
        given = running.vectors(name)
        if name == "router":
            count = sum(len(given[key]) for key in ("sets", "requests", "urls", "request_headers"))
        else:
            count = len(given["vectors"] if name == "schedules" else given)
        assert sum(KEPT[name].values()) == count, name


def test_what_an_app_of_ours_needs_is_never_refused():
    assert set(KEPT["http-requests"]) == {"same"}
    sets = running.vectors("http-route-sets")
    exotic = {each["set"] for each in sets} - {"overlap"}
    assert {"app", "app-homepage-off", "pages", "catchall-last"} <= exotic
    overlap = [each for each in running.vectors("http-routes") if each["set"] == "overlap"]
    assert KEPT["http-routes"].get("refused: TEMPLATE") == len(overlap)
    assert {name for name in KEPT["admin"] if name.startswith("refused")} == {"refused: ADMIN"}
    timed = {name for name in KEPT["timer"] if name.startswith("refused")}
    assert timed == {"refused: SCHEDULE"}


def test_the_table_has_what_is_refused_and_nothing_else():
    kinds = {kind.partition(": ")[2] for counts in KEPT.values() for kind in counts}
    assert {each.name for each in Refusal} <= kinds
    assert devhost_document.PATH.read_text("utf-8") == devhost_document.document(), "make docs"
    for each in (*Refusal, *Choice):
        assert each.words in devhost_document.document()


def test_the_outcomes_are_sorted():
    text = (running.DATA / "outcomes.json").read_text("utf-8")
    assert text == json.dumps(KEPT, indent=2, sort_keys=True) + "\n"
