"""The visibility table (`visibility.py`) holds, and what it hides looks like nothing."""

import asyncio
import copy
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import pytest

from shared.storage.engine.memory import Request as TableRequest
from shared.storage.wiring import Memory
from tests.running.app import SETTINGS, Answer, LocalApp
from tests.unit.http.matrix import ENDPOINTS, ROWS, Row
from tests.unit.http.visibility import NOTHING, TABLE
from tests.unit.http.visibility_story import CALLERS, ids_given, told

SIGNS: Final = {201: "*", 401: "?", 403: "-", 404: ".", 409: "!"}
UNIQUE: Final = {"x-ms-request-id", "traceparent"}


class Story(NamedTuple):
    """What is stored at its end, and the ids that the system gave."""

    memory: Memory
    ids: dict[str, str]


@pytest.fixture(scope="module")
def story() -> Story:
    async def tell() -> Story:
        local = await told()
        return Story(local.memory, await ids_given(local))

    return asyncio.run(tell())


class Worlds:
    """The story again and again: a new one once somebody has changed it."""

    def __init__(self, story: Story) -> None:
        self.writes: list[TableRequest] = []
        self._story = story.memory
        self._apps: dict[bool, LocalApp] = {}

    def of(self, who: str) -> LocalApp:
        """As it was told, with the settings under which this caller asks."""
        if self.writes:
            self._apps.clear()
            self.writes.clear()
        open_to_members = who == "M"
        if open_to_members not in self._apps:
            self._apps[open_to_members] = self._app(open_to_members)
        return self._apps[open_to_members]

    def _app(self, open_to_members: bool) -> LocalApp:
        settings = SETTINGS.model_copy(update={"member_access": open_to_members})
        local = LocalApp(settings, memory=copy.deepcopy(self._story))
        local.clock.pass_by(minutes=1)
        for table in local.memory.tables.values():
            table.before = self._note
        return local

    async def _note(self, request: TableRequest) -> None:
        if request.verb == "transact":
            self.writes.append(request)


def sign(answer: Answer) -> str:
    """The table's sign for an answer."""
    items = answer.body.get("value") if isinstance(answer.body, dict) else None
    if answer.status == 200 and items is not None and len(items) < 10:
        return str(len(items))
    return "+" if answer.status in {200, 202, 204} else SIGNS.get(answer.status, str(answer.status))


@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_every_caller_gets_what_the_table_says(row: Row, story: Story):
    worlds = Worlds(story)
    found: dict[str, str] = {}
    for who in asked(row):
        answer = await row.ask(worlds.of(who), who, story.ids)
        found[who] = sign(answer)
        assert answer.status < 300 or not worlds.writes, f"{who}: a refusal wrote"
        if answer.status == 404:
            nothing = await row.ask(worlds.of(who), who, NOTHING)
            assert nothing.body == answer.body, f"{who} can tell it from nothing"
            assert told_in(nothing) == told_in(answer)
    assert found == {who: row.cells[who] for who in asked(row)}


def asked(row: Row) -> Iterable[str]:
    """Everybody; but where nobody needs a token, no token is read, and who has none is enough."""
    return ["n"] if row.endpoint.public else CALLERS


def told_in(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in UNIQUE}


async def test_selling_to_a_foreign_customer_is_as_selling_to_nobody(story: Story):
    """The one command that is refused by a rule where others say 404: SUB-1, and nothing else."""
    (row,) = (row for row in ROWS if row.name == "subscriptions_put")
    local = Worlds(story).of("Y")
    there, nowhere = await row.ask(local, "Y"), await row.ask(local, "Y", NOTHING)
    assert there.body["error"]["innererror"]["rules"] == ["SUB-1"]
    assert (there.body, told_in(there)) == (nowhere.body, told_in(nowhere))


def test_every_endpoint_has_its_row():
    assert {row.name for row in ROWS} == set(ENDPOINTS)
    assert len({str(row) for row in ROWS}) == len(ROWS)
    assert all(set(row.cells.values()) == {"+"} for row in ROWS if row.endpoint.public)


def test_every_line_with_signs_is_a_row():
    lines = [line for line in TABLE.splitlines() if line.endswith((" ?", " +"))]
    assert len(lines) == len(ROWS)


READS: Final = [row for row in ROWS if row.endpoint.method == "GET" and "?" in row.cells.values()]
TOLD_ON_PURPOSE: Final = {"checkpoints_list", "checkpoints_get"}
"""Checkpoints stand for all ledgers: what only some were shown could not be compared by all."""


def untraced(body: Any) -> Any:
    """Without the ids of spans, which are made anew for each command; they tell nothing."""
    if isinstance(body, dict):
        return {name: untraced(value) for name, value in body.items() if name != "traceparent"}
    return [untraced(each) for each in body] if isinstance(body, list) else body


async def test_other_partners_leave_no_trace():
    """A world without them looks the same, to the byte, to the partner and to its reseller."""
    there, alone = await told(), await told(others=False)
    ids = await ids_given(there)
    seen = 0
    for row in READS:
        if row.about in {"X", "Z"} or row.name in TOLD_ON_PURPOSE:
            continue
        for who in "GR":
            one, other = await row.ask(there, who, ids), await row.ask(alone, who, ids)
            assert one.status == other.status, (row, who)
            assert untraced(one.body) == untraced(other.body), (row, who)
            assert told_in(one) == told_in(other), (row, who)
            seen += one.status == 200
    assert seen > 30
