"""Appends and results that a proxy holds and lets land by hand, by the storage's own clock."""

import asyncio
from datetime import timedelta

import pytest

from shared.clock import SystemClock
from shared.services.followers.feeds import Feeds
from shared.services.onboarding.results import Results
from shared.services.ports.index import FeedMark, FeedRow
from shared.services.ports.operations import Outcome, Result
from shared.services.ports.values import WriteUnknown
from shared.storage.wiring import azure
from tests.cast.ids import guid

from .proxy import Held

PARTNER, CUSTOMER = guid(9), guid(7)
HOLD = timedelta(seconds=2)
LATE = 1.3
"""Seconds: more than half the hold."""
CLOCK = SystemClock()


@pytest.fixture
def ports(clients):
    return azure(clients)


async def lands_late(account, impatient, writing) -> None:
    """The client gives up; then what it sent takes effect."""
    held = Held()
    account.tables.on(held, path="batch")
    with impatient(), pytest.raises(WriteUnknown):
        await writing
    await asyncio.sleep(LATE)
    await held.release()
    account.tables.clear()


async def append(ports):
    at = CLOCK.now()
    rows = [FeedRow(n, at, {"id": f"e-{n}"}) for n in (1, 2)]
    mark = FeedMark(2, 1, written_at=at)
    return await ports.index.append_feed(PARTNER, CUSTOMER, mark, rows, None)


async def rows(ports) -> list[tuple[int, str]]:
    page = await ports.index.feed(PARTNER, None, 100, until=CLOCK.now() + timedelta(days=1))
    return [(row.n, row.event["id"]) for row in page.items]


async def test_an_append_that_was_held_is_published_again(ports, account, impatient):
    await lands_late(account, impatient, append(ports))
    feeds = Feeds(ports.index, CLOCK, HOLD)
    assert await feeds.append(CUSTOMER, PARTNER, ())
    assert await rows(ports) == [(1, "e-1"), (2, "e-2")] * 2
    before, after = (await ports.index.feed(PARTNER, None, 100, until=CLOCK.now())).items[1:3]
    assert after.written_at - before.written_at > timedelta(seconds=LATE)
    assert not await feeds.append(CUSTOMER, PARTNER, ())


async def test_an_append_in_time_is_not(ports):
    await append(ports)
    assert not await Feeds(ports.index, CLOCK, HOLD).append(CUSTOMER, PARTNER, ())
    assert len(await rows(ports)) == 2


async def test_an_answer_says_how_late_it_is(ports, account):
    held, begun = Held(), CLOCK.now()
    account.tables.on(held, path="batch")
    writing = asyncio.create_task(append(ports))
    await held.arrived.wait()
    await asyncio.sleep(LATE)
    await held.release()
    told = await writing
    assert told - begun > timedelta(seconds=LATE)
    mark = await ports.index.feed_mark(PARTNER, CUSTOMER)
    assert told >= mark.landed


async def test_a_result_that_was_held_is_told_again(ports, account, impatient):
    result = Result("k", "erp", "m", "/erp", "t", Outcome.SUCCEEDED, CLOCK.now())
    await lands_late(account, impatient, ports.operations.put_result(result, None))
    results = Results(ports.operations, CLOCK, HOLD)
    for _ in range(2):
        await results.tell(result)
    page = await ports.operations.results("erp", None, 10, until=CLOCK.now() + HOLD)
    first, second = page.items
    assert second.at - first.at > timedelta(seconds=LATE)
