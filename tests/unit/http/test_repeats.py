"""Repeating: a request that is sent again changes nothing more, unless its record says so."""

import asyncio
import copy
from http import HTTPStatus
from typing import Final

import pytest

from shared.storage.wiring import Memory
from tests.running.app import LocalApp
from tests.unit.http.matrix import ROWS, Row
from tests.unit.http.visibility_story import ids_given, told

WRITES: Final = [
    (row, next(who for who, cell in row.cells.items() if cell in {"+", "*"}))
    for row in ROWS
    if row.endpoint.method != "GET" and {"+", "*"} & set(row.cells.values())
]


@pytest.fixture(scope="module")
def story() -> tuple[Memory, dict[str, str]]:
    async def tell() -> tuple[Memory, dict[str, str]]:
        local = await told()
        return local.memory, await ids_given(local)

    return asyncio.run(tell())


@pytest.mark.parametrize(("row", "who"), WRITES, ids=str)
async def test_the_same_again_is_where_the_first_led(
    story: tuple[Memory, dict[str, str]], row: Row, who: str
):
    memory, ids = story
    local = LocalApp(memory=copy.deepcopy(memory))
    local.clock.pass_by(minutes=1)
    first = await row.ask(local, who, ids)
    assert first.status in {200, 201, 202, 204}
    local.clock.pass_by(seconds=1)
    again = await row.ask(local, who, ids)
    if first.status == HTTPStatus.CREATED and first.body:
        first.body.pop("secret", None)  # A webhook's first one is shown by this answer alone.
    same = again.status in {first.status, HTTPStatus.OK} and again.body == first.body
    assert same is not row.endpoint.anew
