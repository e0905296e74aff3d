"""How tests wait for another process: as long as something changes, and no longer."""

from collections.abc import Iterator
from itertools import count
from types import SimpleNamespace

import pytest

from tests.running import waiting
from tests.running.waiting import STILL_SECONDS, eventually


@pytest.fixture(autouse=True)
def seconds(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A slow machine: between two looks goes half of the time in which nothing may change."""
    looks = count(0, int(STILL_SECONDS / 2))
    slow = SimpleNamespace(monotonic=lambda: next(looks), sleep=lambda _: None)
    monkeypatch.setattr(waiting, "time", slow)
    return looks


def test_what_changes_is_waited_for_however_long_it_takes():
    found = count()
    assert eventually(lambda: next(found), lambda number: number == 100) == 100


def test_what_changes_no_more_fails_and_is_shown():
    found = iter([1, 2, *[3] * 9])
    with pytest.raises(AssertionError, match="nothing changes any more: 3"):
        eventually(lambda: next(found), lambda number: number == 4)
    assert len(list(found)) == 6
