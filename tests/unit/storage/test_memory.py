"""What only the in-memory adapter has: hooks that force an order, and a queue to look into."""

import asyncio

import pytest

from shared.services.ports.queues import Announcement
from shared.services.ports.values import GuardFailed, WriteUnknown
from shared.storage.encoding.keys.places import Key, Span
from shared.storage.engine.memory import MemoryTable, Message, Request
from shared.storage.engine.table import Insert, Touch
from shared.storage.wiring import Memory
from tests.cast.ids import AGENCY

KEY = Key("p", "r")


async def test_before_sees_every_request():
    seen: list[Request] = []

    async def note(request: Request) -> None:
        seen.append(request)

    table = MemoryTable("tenants", before=note)
    insert = Insert(KEY, {"v": 1})
    await table.transact([insert])
    await table.get(KEY)
    await table.range("p", Span("a", "z"), 1)
    assert [entity.key async for entity in table.scan("r")] == [KEY]
    assert seen == [
        Request("tenants", "transact", (KEY,), (insert,)),
        Request("tenants", "get", (KEY,)),
        Request("tenants", "range", (Key("p", "a"),)),
        Request("tenants", "scan"),
    ]


async def test_before_can_let_another_writer_go_first():
    table = MemoryTable()
    await table.transact([Insert(KEY, {"v": 1})])
    entity = await table.get(KEY)
    assert entity
    intruded = False

    async def intrude(request: Request) -> None:
        nonlocal intruded
        if request.verb == "transact" and not intruded:
            intruded = True
            await table.transact([Touch(KEY, entity.etag)])

    table.before = intrude
    with pytest.raises(GuardFailed):
        await table.transact([Touch(KEY, entity.etag)])


async def test_after_can_lose_the_answer():
    async def lose(request: Request) -> None:
        raise WriteUnknown("lost")

    table = MemoryTable(after=lose)
    with pytest.raises(WriteUnknown):
        await table.transact([Insert(KEY, {"v": 1})])
    table.after = MemoryTable().after
    assert await table.get(KEY)


async def test_a_stored_entity_does_not_change_with_what_was_passed_in():
    properties: dict[str, str | int | bytes] = {"v": 1}
    table = MemoryTable()
    await table.transact([Insert(KEY, properties)])
    properties["v"] = 2
    entity = await table.get(KEY)
    assert entity
    assert entity.properties == {"v": 1}


async def test_requests_interleave():
    table = MemoryTable()
    order: list[str] = []

    async def reads(name: str) -> None:
        for _ in range(2):
            await table.get(KEY)
            order.append(name)

    await asyncio.gather(reads("a"), reads("b"))
    assert order == ["a", "b", "a", "b"]


async def test_messages_keep_their_delay_and_are_taken_once():
    memory = Memory()
    receipt = await memory.ports.announcer.announce(Announcement(AGENCY, "c", look=2))
    await memory.queues.put("onboarding", "x")
    (message,) = memory.queues.messages["projections"]
    assert (message.id, message.delay) == (receipt.message_id, 5)
    assert memory.queues.take("onboarding") == (Message("2", "x", 0),)
    assert memory.queues.take("onboarding") == ()
    await memory.ports.announcer.withdraw(receipt)
    assert memory.queues.take("projections") == ()
