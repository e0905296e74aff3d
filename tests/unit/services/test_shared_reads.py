"""Reads that many ask for at once: few requests, and nobody gets what is older than asked."""

import asyncio

import pytest

from shared.services.shared_reads import SharedReads


class Storage:
    """Answers with the number of the read, when it is let."""

    def __init__(self) -> None:
        self.reads = 0
        self.answering = asyncio.Semaphore(0)

    async def read(self, key: str) -> str:
        self.reads += 1
        said = f"{key} {self.reads}"
        await self.answering.acquire()
        return said

    async def sent(self, reads: int) -> None:
        """Waits until so many were sent."""
        while self.reads < reads:
            await asyncio.sleep(0)


@pytest.fixture
def storage() -> Storage:
    return Storage()


async def test_who_asks_while_one_is_read_shares_the_next(storage):
    shared = SharedReads(storage.read)
    first = asyncio.create_task(shared.get("a"))
    await storage.sent(1)
    late = [asyncio.create_task(shared.get("a")) for _ in range(5)]
    for _ in range(9):
        await asyncio.sleep(0)
    assert storage.reads == 1
    storage.answering.release()
    await storage.sent(2)
    later = asyncio.create_task(shared.get("a"))
    storage.answering.release()
    assert [await first, *await asyncio.gather(*late)] == ["a 1"] + ["a 2"] * 5
    storage.answering.release()
    assert await later == "a 3"


async def test_nothing_is_kept(storage):
    shared = SharedReads(storage.read)
    for number in range(1, 4):
        storage.answering.release()
        assert await shared.get("a") == f"a {number}"


async def test_keys_do_not_wait_for_each_other(storage):
    shared = SharedReads(storage.read)
    both = asyncio.gather(shared.get("a"), shared.get("b"))
    await storage.sent(2)
    storage.answering.release()
    storage.answering.release()
    assert await both == ["a 1", "b 2"]


async def test_who_gives_up_takes_nothing_from_the_others(storage):
    shared = SharedReads(storage.read)
    gone, stays = (asyncio.create_task(shared.get("a")) for _ in range(2))
    await storage.sent(1)
    gone.cancel()
    storage.answering.release()
    assert await stays == "a 1"


async def test_a_failure_is_told_to_all_who_share_it_and_no_further(storage):
    async def failing(key: str) -> str:
        if not storage.reads:
            storage.reads += 1
            raise ConnectionError
        return key

    shared = SharedReads(failing)
    told = await asyncio.gather(shared.get("a"), shared.get("a"), return_exceptions=True)
    assert [type(each) for each in told] == [ConnectionError] * 2
    assert await shared.get("a") == "a"
