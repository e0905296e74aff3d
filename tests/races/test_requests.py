"""What each command asks of storage, exactly: `COMMANDS` of tests/requests_table.py, counted.

The cases are one story, asked in this order in one instance; each row is one command in it.
"""

from datetime import timedelta
from typing import get_args
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from shared.deciding.commands import Command
from shared.storage.engine.clients import Clients
from tests.cast.commands import enrol
from tests.cast.ids import DIRECT
from tests.races.story import STORY
from tests.requests_table import COMMANDS, Cost
from tests.running.clock import Clock
from tests.running.counting import Call, counting
from tests.running.instances import Storage, instance, outcome
from tests.running.sending import intercepted


def in_order(calls: list[Call]) -> bool:
    """Announced before anything is written; claims before the commit; nothing follows it."""
    steps = [call.kind for call in calls if call.kind in {"queue-put", "insert", "batch"}]
    return steps == sorted(steps, key=["queue-put", "insert", "batch"].index)


@pytest.fixture
async def clients(whole_pages: str):
    clients = Clients(whole_pages, f"t{uuid4().hex[:12]}")
    await clients.create_all()
    yield clients
    await clients.close()


async def test_every_command_sends_these_requests_and_no_more(clients):
    time = Clock()
    executor = instance(Storage.of(clients).ports, time)
    costs, replies = {}, {}
    async with counting(clients) as calls:
        for case in STORY:
            time.pass_by(timedelta(days=case.days))
            calls.clear()
            told = await outcome(executor.execute(case.command, message=case.message))
            costs[case.name], replies[case.name] = Cost.of(calls), told[0]
            assert in_order(calls), case.name
    assert replies == {case.name: case.reply for case in STORY}
    assert costs == {name: row.cost for name, row in COMMANDS.items()}


def test_there_is_no_other_command():
    assert {type(case.command) for case in STORY} == set(get_args(Command.__value__))


async def test_the_announcement_is_acknowledged_before_the_commit_is_sent(clients):
    executor = instance(Storage.of(clients).ports, Clock())
    order: list[str] = []

    async def noting(request, send, options):
        place = urlsplit(request.url).path.rpartition("/")[2]
        order.append(f"{place} sent")
        answer = await send(request, **options)
        order.append(f"{place} answered")
        return answer

    with intercepted(clients, noting):
        await executor.execute(enrol(DIRECT))
    assert order.index("messages answered") < order.index("$batch sent")
