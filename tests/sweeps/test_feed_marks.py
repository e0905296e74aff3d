"""How far partners' feeds have come, held against the ledgers: events keep their numbers."""

from datetime import timedelta

import pytest

from shared.services.ports.index import FeedMark
from shared.services.ports.scanning import Partitions
from shared.storage.encoding.codec.index import encode_feed_mark
from shared.storage.encoding.keys import index as keys
from tests.cast.commands import register, update
from tests.cast.ids import AGENCY, DIRECT, STRANGER
from tests.running.sweeps import findings, limited, run_sweep, swept
from tests.sweeps.mutations import put

MARK = keys.feed_mark(DIRECT, AGENCY)
PLACE = f"feed|{DIRECT}|mark|{AGENCY}"
FOUND = ("counter-wrong", AGENCY, PLACE)


async def mark(backend) -> FeedMark:
    return (await backend.ports.index.feed_mark(DIRECT, AGENCY)).value


def place(was: FeedMark) -> tuple:
    """All of a mark but the time."""
    return was.n, was.sequence, was.position, was.active


async def test_a_lost_mark_is_made_again_and_the_next_event_has_the_next_number(backend):
    was = await mark(backend)
    put(backend.tables["index"], MARK, None)
    assert await swept(backend) == {FOUND: True}
    assert place(await mark(backend)) == place(was)
    backend.clock.pass_by(timedelta(minutes=6))
    assert await swept(backend) == {}
    await backend.do(register(70))
    await backend.deliver()
    await backend.assert_followed()


@pytest.mark.parametrize(
    ("field", "value"), [("n", 1), ("n", 99), ("sequence", 1), ("position", 7), ("active", 0)]
)
async def test_an_altered_mark(backend, field, value):
    was = await mark(backend)
    assert getattr(was, field) != value
    stored = backend.rows("index", MARK.partition)[MARK.row]
    put(backend.tables["index"], MARK, {**stored.properties, field: value})
    assert await swept(backend) == {FOUND: True}
    (finding,) = await findings(backend.services)
    expected, found = getattr(was, field), bool(value) if field == "active" else value
    assert finding.detail["fields"] == [{"field": field, "expected": expected, "stored": found}]
    assert place(await mark(backend)) == place(was)


async def test_a_mark_of_a_customer_that_has_no_event_for_the_partner(backend):
    """It stays: nobody knows what came of it."""
    alien = keys.feed_mark(DIRECT, STRANGER)
    put(backend.tables["index"], alien, encode_feed_mark(FeedMark(3, 3, 1)))
    stray = ("counter-wrong", STRANGER, f"feed|{DIRECT}|mark|{STRANGER}")
    assert await swept(backend) == {stray: False}


async def test_one_that_does_not_decode(backend):
    put(backend.tables["index"], MARK, {"v": 1})
    assert await swept(backend) == {("undecodable-row", "", "|".join(MARK)): False}


async def test_behind_more_events_than_a_page(backend):
    """Its feed is leapt over, its mark is not."""
    put(backend.tables["index"], MARK, None)
    machine = limited(backend.services, page=3)
    await run_sweep(backend.services, backend.queues, with_machine=machine)
    (finding,) = await findings(backend.services)
    assert (finding.key, finding.repaired) == (PLACE, True)
    events = [row for row in backend.rows("index", MARK.partition) if not keys.is_mark(row)]
    assert len(events) > 3


async def test_while_followers_are_on_their_way_nothing_is_said(backend):
    put(backend.tables["index"], MARK, None)
    backend.clock.pass_by(timedelta(seconds=1))
    await backend.do(register(71))
    assert await swept(backend) == {}
    await backend.deliver()
    assert FOUND in await swept(backend)


async def test_a_follower_that_comes_in_between_is_no_finding(backend):
    """Events and sweep at the same time, between any two messages."""
    numbers = iter(range(100, 200))

    async def beside() -> None:
        await backend.do(register(next(numbers)), update(1, quantity=next(numbers)))
        await backend.deliver()

    await run_sweep(backend.services, backend.queues, beside=beside)
    assert await findings(backend.services) == []


async def test_a_sweep_of_one_customer(backend):
    put(backend.tables["index"], MARK, None)
    sweep = await run_sweep(backend.services, backend.queues, AGENCY)
    assert sweep.tally.problems == {"counter-wrong": 1}
    every = [row async for page in backend.ports.scanner.index(Partitions(), 9) for row in page]
    assert any(row.row == MARK.row and row.partition == MARK.partition for row in every)
