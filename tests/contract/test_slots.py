"""What a `SlotStore` promises, on both adapters."""

import asyncio

import pytest

from shared.services.ports.claims import SlotKey
from shared.services.ports.values import GuardFailed, Undecodable
from shared.storage.encoding.keys import claims as keys
from shared.storage.engine.table import Insert
from tests.cast.ids import guid

LINK = (guid(1), guid(2))
KEY = SlotKey(*LINK, guid(3))
OTHER = SlotKey(*LINK, guid(4))


@pytest.fixture
def slots(backend):
    return backend.ports.slots


async def reserved(slots) -> int:
    counter = await slots.reserved(*LINK)
    return counter.value if counter else 0


async def reserve(slots, *wanted: SlotKey) -> None:
    for key in wanted:
        await slots.reserve(key, await slots.reserved(*LINK))


async def test_nothing_is_reserved_at_first(slots):
    assert await slots.reserved(*LINK) is None
    assert await slots.held(KEY) is None


async def test_a_reservation_counts(slots):
    await reserve(slots, KEY)
    assert await reserved(slots) == 1
    assert await slots.held(KEY)
    assert await slots.held(OTHER) is None
    await reserve(slots, OTHER)
    assert await reserved(slots) == 2


async def test_a_counter_that_moved_on_refuses_and_leaves_no_slot(slots):
    await reserve(slots, KEY)
    old = await slots.reserved(*LINK)
    await reserve(slots, OTHER)
    third = SlotKey(*LINK, guid(5))
    for counter in (None, old):
        with pytest.raises(GuardFailed):
            await slots.reserve(third, counter)
    assert await slots.held(third) is None
    assert await reserved(slots) == 2


async def test_a_customer_has_one_slot_and_a_second_moves_no_counter(slots):
    await reserve(slots, KEY)
    with pytest.raises(GuardFailed):
        await reserve(slots, KEY)
    assert await reserved(slots) == 1


async def test_links_and_partners_do_not_share_a_counter(slots):
    await reserve(slots, KEY)
    assert await slots.reserved(guid(1), guid(9)) is None
    assert await slots.reserved(guid(9), guid(2)) is None
    assert await slots.held(SlotKey(guid(1), guid(9), KEY.customer_id)) is None


async def test_of_two_at_once_one_moves_the_counter(slots):
    await reserve(slots, KEY)
    counter = await slots.reserved(*LINK)
    asking = [SlotKey(*LINK, guid(n)) for n in range(10, 26)]
    told = await asyncio.gather(
        *(slots.reserve(key, counter) for key in asking), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in told) == ["GuardFailed"] * 15 + ["NoneType"]
    assert await reserved(slots) == 2
    there = [key for key in asking if await slots.held(key)]
    assert there == [asking[told.index(None)]]


async def test_a_release_gives_the_place_back(slots):
    await reserve(slots, KEY, OTHER)
    await slots.release(KEY, await slots.held(KEY), await slots.reserved(*LINK))
    assert await reserved(slots) == 1
    assert await slots.held(KEY) is None
    assert await slots.held(OTHER)
    await reserve(slots, KEY)
    assert await reserved(slots) == 2


async def test_a_slot_that_was_kept_in_between_is_not_released(slots):
    await reserve(slots, KEY)
    counter, seen = await slots.reserved(*LINK), await slots.held(KEY)
    await slots.keep(KEY, seen)
    with pytest.raises(GuardFailed):
        await slots.release(KEY, seen, counter)
    assert await reserved(slots) == 1
    kept = await slots.held(KEY)
    assert kept not in {None, seen}
    await slots.release(KEY, kept, counter)
    assert await reserved(slots) == 0


async def test_a_slot_is_released_once(slots):
    await reserve(slots, KEY, OTHER)
    counter, seen = await slots.reserved(*LINK), await slots.held(KEY)
    told = await asyncio.gather(
        *(slots.release(KEY, seen, counter) for _ in range(4)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in told) == ["GuardFailed"] * 3 + ["NoneType"]
    assert await reserved(slots) == 1


async def test_a_counter_that_moved_on_stops_a_release(slots):
    await reserve(slots, KEY)
    counter, seen = await slots.reserved(*LINK), await slots.held(KEY)
    await reserve(slots, OTHER)
    with pytest.raises(GuardFailed):
        await slots.release(KEY, seen, counter)
    assert await reserved(slots) == 2
    assert await slots.held(KEY) == seen


async def test_what_is_gone_cannot_be_kept(slots):
    await reserve(slots, KEY)
    seen = await slots.held(KEY)
    await slots.release(KEY, seen, await slots.reserved(*LINK))
    with pytest.raises(GuardFailed):
        await slots.keep(KEY, seen)


async def test_an_undecodable_counter(slots, backend):
    await backend.table("claims").transact([Insert(keys.slot_counter(*LINK), {"v": 1, "n": "x"})])
    with pytest.raises(Undecodable, match=LINK[1]):
        await slots.reserved(*LINK)
