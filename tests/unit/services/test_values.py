"""How every service walks a list, and changes a row under its ETag."""

import pytest

from shared.services.ports.values import (
    GuardFailed,
    Page,
    StorageBusy,
    WriteUnknown,
    changed,
    items,
)


class Pages:
    """The numbers below five, and the places behind which they were read."""

    def __init__(self) -> None:
        self.asked: list[str | None] = []

    async def read(self, after: str | None, limit: int) -> Page[int]:
        self.asked.append(after)
        first = int(after or 0)
        last = first + limit
        return Page(tuple(range(first, min(last, 5))), str(last) if last < 5 else None)


async def test_a_list_is_read_to_its_end_a_page_at_a_time() -> None:
    pages = Pages()
    assert [each async for each in items(pages.read, 2)] == [0, 1, 2, 3, 4]
    assert pages.asked == [None, "2", "4"]


async def test_a_page_is_read_only_when_something_of_it_is_asked_for() -> None:
    pages = Pages()
    walk = items(pages.read, 2)
    assert [await anext(walk), await anext(walk)] == [0, 1]
    assert pages.asked == [None]
    await walk.aclose()


class Attempts:
    """An attempt that fails so and so many times."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = failures
        self.made = 0

    async def __call__(self) -> str:
        self.made += 1
        if self.made <= len(self.failures):
            raise self.failures[self.made - 1]
        return "done"


async def test_whoever_was_slower_tries_again() -> None:
    attempt = Attempts(GuardFailed("1"), WriteUnknown("2"), GuardFailed("3"), GuardFailed("4"))
    assert await changed(attempt, GuardFailed, WriteUnknown) == "done"
    assert attempt.made == 5


async def test_the_last_attempt_says_why_it_was_in_vain() -> None:
    attempt = Attempts(*(GuardFailed(str(n)) for n in range(1, 9)))
    with pytest.raises(GuardFailed, match=r"^3$"):
        await changed(attempt, GuardFailed, tries=3)
    assert attempt.made == 3


@pytest.mark.parametrize("failure", [WriteUnknown, StorageBusy, ValueError])
async def test_what_nobody_faster_has_caused_is_raised_at_once(failure) -> None:
    attempt = Attempts(failure("first"))
    with pytest.raises(failure, match=r"^first$"):
        await changed(attempt, GuardFailed)
    assert attempt.made == 1
