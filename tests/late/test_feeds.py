"""What landed late is published again, once: whoever wrote it, and whatever its clock says."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from shared.durations import tolerated_skew
from shared.services.followers.feeds import Feeds
from shared.services.lateness import fresh, late
from shared.services.ports.index import FeedMark, FeedRow
from shared.storage.engine.memory import MemoryTable
from shared.storage.engine.table import Operation
from tests.cast.ids import AGENCY, AT, BUREAU, DIRECT
from tests.late.histories import HOLD, Clock
from tests.late.storage import EFFECTS, Died, Fate, LateTable, Storage

SECOND = timedelta(seconds=1)
FIRST = FeedMark(2, 1, active=True)


@pytest.mark.parametrize(
    ("landed", "expected"),
    [
        (None, False),
        (timedelta(days=-1), False),
        (tolerated_skew(HOLD), False),
        (tolerated_skew(HOLD) + timedelta(microseconds=1), True),
    ],
)
def test_late_is_later_than_half_the_hold(landed, expected):
    assert late(AT, None if landed is None else AT + landed, HOLD) is expected
    assert not late(None, AT, HOLD)


def test_a_new_time_is_no_earlier_than_any_that_is_known():
    assert fresh(AT) == fresh(AT, None) == fresh(AT, AT - SECOND) == AT
    assert fresh(AT, None, AT + SECOND, AT - SECOND) == AT + SECOND


class Scene:
    """A feed, two writers of which the first is off by `apart`, and a reader."""

    def __init__(self, apart: timedelta = timedelta()) -> None:
        self.storage = Storage()
        self.index = self.storage.ports.index
        self.first, self.second = (
            Feeds(self.index, Clock(self.storage, off), HOLD) for off in (apart, timedelta())
        )
        self.apart = apart
        self.seen: list[str] = []
        self.cursor: str | None = None

    async def write(self, customer_id: str, *numbers: int, mark: FeedMark = FIRST) -> None:
        """As a process does it that then dies, or whose answer is lost."""
        at = self.storage.time + self.apart
        rows = [FeedRow(n, at, {"id": f"{customer_id} {n}"}) for n in numbers]
        stored = await self.index.feed_mark(DIRECT, customer_id)
        moved = FeedMark(numbers[-1], mark.sequence, written_at=at)
        await self.index.append_feed(
            DIRECT, customer_id, moved, rows, stored.etag if stored else None
        )

    async def read(self) -> None:
        until = self.storage.time - HOLD
        page = await self.index.feed(DIRECT, self.cursor, 1000, until=until)
        self.cursor = page.after
        self.seen += [str(row.event["id"]) for row in page.items]

    async def rows(self) -> list[int]:
        """The numbers of the customer's rows, in the order of the feed."""
        end = self.storage.time + timedelta(days=1)
        page = await self.index.feed(DIRECT, None, 1000, until=end)
        return [row.n for row in page.items if AGENCY in str(row.event["id"])]


@pytest.mark.parametrize("after", EFFECTS)
async def test_an_event_that_lands_behind_every_cursor_is_published_again(after: int):
    scene = Scene()
    scene.storage.fates = lambda *_: Fate(timedelta(seconds=after), dies=True)
    with pytest.raises(Died):
        await scene.write(AGENCY, 1, 2)
    scene.storage.fates = lambda *_: None
    await scene.storage.pass_by(2 * SECOND)
    await scene.write(BUREAU, 1, 2)
    for _ in range(60):
        await scene.storage.pass_by(SECOND)
        await scene.read()
    before = list(scene.seen)
    grew = await scene.second.append(AGENCY, DIRECT, ())
    for _ in range(60):
        await scene.storage.pass_by(SECOND)
        await scene.read()
    assert {*scene.seen} == {f"{customer} {n}" for customer in (AGENCY, BUREAU) for n in (1, 2)}
    # A second after it gave up, 6 after it was written, is in time.
    was_late = after > EFFECTS[0]
    assert (grew, f"{AGENCY} 1" in before) == (was_late, not was_late)
    assert await scene.rows() == ([1, 2, 1, 2] if was_late else [1, 2])
    assert not await scene.second.append(AGENCY, DIRECT, ()), "and no third time"


async def test_a_slow_clock_publishes_twice_and_no_more():
    scene = Scene(apart=-8 * SECOND)
    await scene.write(AGENCY, 1, 2)
    assert await scene.first.append(AGENCY, DIRECT, ())
    assert await scene.rows() == [1, 2, 1, 2]
    assert not await scene.first.append(AGENCY, DIRECT, ())
    mark = await scene.index.feed_mark(DIRECT, AGENCY)
    assert mark.value == FeedMark(2, 1, written_at=scene.storage.time)


async def test_a_fast_clock_is_never_late():
    scene = Scene(apart=8 * SECOND)
    await scene.write(AGENCY, 1, 2)
    assert not await scene.second.append(AGENCY, DIRECT, ())


async def test_who_gets_an_answer_late_looks_and_publishes_again(monkeypatch):
    """The storage takes ten seconds and then says so."""
    scene = Scene(apart=-8 * SECOND)
    await scene.write(AGENCY, 1, 2)
    requests: list[str] = []
    transact, get = LateTable.transact, MemoryTable.get

    async def slow(self: LateTable, operations: Sequence[Operation]):
        requests.append("write")
        if len(requests) == 2:
            await self._storage.pass_by(10 * SECOND)
        return await transact(self, operations)

    async def read(self, key):
        requests.append("read")
        return await get(self, key)

    monkeypatch.setattr(LateTable, "transact", slow)
    monkeypatch.setattr(LateTable, "get", read)
    assert await scene.second.append(AGENCY, DIRECT, ())
    # The one of the slow clock; again, ten seconds late; once more; and a look at the end.
    assert requests == ["read", "write", "read", "write", "read"]
    assert await scene.rows() == [1, 2] * 3


async def test_as_many_go_again_as_one_transaction_takes():
    """A clock that stands still gives two appends one time: the last one goes again whole."""
    scene = Scene(apart=-8 * SECOND)
    await scene.write(AGENCY, *range(1, 61))
    await scene.write(AGENCY, *range(61, 121))
    assert await scene.second.append(AGENCY, DIRECT, ())
    assert (await scene.rows())[120:] == [*range(22, 121)]


async def test_what_waits_goes_behind_what_is_published_again():
    scene = Scene(apart=-8 * SECOND)
    await scene.write(AGENCY, 1, 2)
    await scene.second.append(AGENCY, DIRECT, ())
    await scene.storage.pass_by(SECOND)
    scene.apart = timedelta()
    await scene.write(AGENCY, 3, mark=FeedMark(2, 2))
    assert await scene.rows() == [1, 2, 1, 2, 3]
