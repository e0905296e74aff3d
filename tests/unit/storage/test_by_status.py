"""A record that changes its status between the queries of a list of several."""

import asyncio
from dataclasses import replace

import pytest

from shared.services.ports.findings import Finding, FindingStatus
from shared.storage.engine.memory import Request
from shared.storage.wiring import Memory
from tests.cast.ids import PRECISE_AT

OPEN, CLOSED = FindingStatus.OPEN, FindingStatus.CLOSED


@pytest.mark.parametrize(("first", "then"), [(OPEN, CLOSED), (CLOSED, OPEN)])
async def test_it_is_there_once_at_most(first: FindingStatus, then: FindingStatus):
    memory, moved = Memory(), asyncio.Event()
    findings = memory.ports.findings
    one = Finding(
        "1" * 64, "index-stale", "warning", "t", "k", {}, False, PRECISE_AT, PRECISE_AT, first
    )
    await findings.put(one, None)
    queries: list[Request] = []

    async def second_waits(request: Request) -> None:
        if request.verb == "range":
            queries.append(request)
            if len(queries) == 2:
                await moved.wait()

    async def first_is_followed_by_a_change(request: Request) -> None:
        if request.verb == "range" and request is queries[0]:
            await findings.put(replace(one, status=then), await findings.get(one.id))
            moved.set()

    for table in memory.tables.values():
        table.before, table.after = second_waits, first_is_followed_by_a_change
    page = await findings.list(None, 10)
    assert len(queries) == 2
    assert len(page.items) <= 1
