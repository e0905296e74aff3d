"""Results are told once, and once more where they landed late."""

from datetime import timedelta

import pytest

from shared.services.onboarding.results import ERROR_UNITS, Results, kept
from shared.services.ports.operations import Outcome, Result
from shared.services.ports.values import WriteUnknown
from tests.cast.ids import AT
from tests.late.histories import HOLD, Clock
from tests.late.storage import EFFECTS, Died, Fate, Storage

SECOND = timedelta(seconds=1)
RESULT = Result("k", "erp", "m", "/erp", "t", Outcome.REFUSED, AT, error={"code": "PolicyRefused"})


class Scene:
    """A pipeline's results, their writer and a reader."""

    def __init__(self, apart: timedelta = timedelta()) -> None:
        self.storage = Storage()
        self.operations = self.storage.ports.operations
        self.results = Results(self.operations, Clock(self.storage, apart), HOLD)
        self.cursor: str | None = None
        self.seen: list[Result] = []

    async def read_for(self, seconds: int) -> None:
        for _ in range(seconds):
            await self.storage.pass_by(SECOND)
            until = self.storage.time - HOLD
            page = await self.operations.results("erp", self.cursor, 1000, until=until)
            self.cursor = page.after
            self.seen += page.items


@pytest.mark.parametrize("after", EFFECTS)
async def test_a_result_that_lands_behind_every_cursor_is_told_again(after: int):
    scene = Scene()
    scene.storage.fates = lambda *_: Fate(timedelta(seconds=after), dies=True)
    with pytest.raises(Died):
        await scene.results.tell(RESULT)
    scene.storage.fates = lambda *_: None
    other = Result("other", "erp", "n", "/erp", "t", Outcome.SUCCEEDED, AT)
    await scene.storage.pass_by(2 * SECOND)
    await scene.results.tell(other)
    await scene.read_for(60)
    for _ in range(3):  # The message comes again, and again.
        await scene.results.tell(RESULT)
    await scene.read_for(60)
    assert sorted(result.message_id for result in scene.seen) == ["m", "n"]


async def test_each_try_has_a_time_of_its_own_and_one_takes_effect():
    scene = Scene()
    fates = [Fate(timedelta(seconds=20)), Fate(None), None]
    scene.storage.fates = lambda *_: fates.pop(0)
    await scene.results.tell(RESULT)
    await scene.storage.settle()
    await scene.read_for(60)
    assert [result.at for result in scene.seen] == [AT + timedelta(seconds=10)]


async def test_what_never_succeeds_is_raised():
    scene = Scene()
    scene.storage.fates = lambda *_: Fate(None)
    with pytest.raises(WriteUnknown):
        await scene.results.tell(RESULT)


@pytest.mark.parametrize(("apart", "times"), [(-8, 2), (-7, 1), (8, 1)])
async def test_a_slow_clock_tells_twice_and_no_more(apart: int, times: int):
    scene = Scene(apart * SECOND)
    for _ in range(3):
        await scene.results.tell(RESULT)
    await scene.read_for(60)
    assert len(scene.seen) == times


def test_an_error_keeps_the_details_that_there_is_room_for():
    few = {"code": "PolicyRefused", "details": [{"code": "SUB-1", "message": "x" * 100}] * 3}
    assert kept(few) == few
    assert kept({"code": "NotFound"}) == {"code": "NotFound"}
    many = {**few, "details": [{"code": f"SUB-{n}", "message": "가" * 400} for n in range(300)]}
    some = kept(many)
    assert some["code"] == "PolicyRefused"
    assert some["details"] == many["details"][: len(some["details"])]
    assert 50 < len(some["details"]) < 300
    assert ERROR_UNITS - 1000 < len(str(some)) < ERROR_UNITS + 2000


async def test_the_longest_error_fits_into_a_result():
    scene = Scene()
    details = [{"code": "POR-2", "message": "\U0001f600" * 300} for _ in range(104)]
    error = {"code": "PolicyRefused", "message": "No.", "details": details}
    longest = Result("k" * 64, "erp", "m" * 256, "/" * 256, "t", Outcome.REFUSED, AT, error=error)
    await scene.results.tell(longest)
    await scene.read_for(60)
    assert len(scene.seen) == 1
