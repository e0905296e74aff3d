"""The process dies between any two steps of a command: the messages that wait make it right."""

import asyncio

import pytest

from shared.errors import ConcurrencyConflict
from shared.services.commands.reserving import Slots
from shared.services.ports.claims import SlotKey
from shared.services.ports.queues import Announcement
from shared.services.queues.internal_messages import announcement
from shared.storage.engine.memory import Request
from tests.cast.commands import (
    accept_link,
    enrol,
    issue,
    register,
    related,
)
from tests.cast.ids import (
    AGENCY,
    BUREAU,
    DIRECT,
    link_id,
    subscription_id,
)
from tests.cast.interrupted import COMMANDS, expected
from tests.running.backend import wrote


async def dies(backend, when: str, requests: int, command) -> bool:
    """Whether a process is killed at its request behind so many; else the command ends."""
    left = requests

    async def kill(_: Request) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            process.cancel()
            raise asyncio.CancelledError

    setattr(backend, when, kill)
    process = asyncio.create_task(backend.instance(requests).executor.execute(command))
    await asyncio.wait([process])
    backend.calm()
    return process.cancelled()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("name", COMMANDS)
async def test_a_process_dies_around_any_request(backend, new_backend, name, when):
    """Nothing half is left; followers catch up; asking again ends in the same state."""
    given, command = COMMANDS[name]
    deaths = 0
    while True:
        backend = new_backend()
        await backend.do(*given)
        await backend.deliver()
        if not await dies(backend, when, deaths, command):
            break
        deaths += 1
        await backend.deliver()
        await backend.assert_followed(command.tenant_id)
        await backend.instance(99).executor.execute(command)
        await backend.deliver()
        await backend.assert_followed(command.tenant_id)
        tenant, _ = await backend.replay(command.tenant_id)
        assert tenant.head.sequence == expected(given, command)
    assert deaths >= 3


async def test_a_transaction_that_lands_after_its_process_and_two_looks(backend):
    """The process is dead, the server has the transaction and takes its time."""
    await backend.do(*related())
    await backend.deliver()
    late: list[Request] = []

    async def kill(request: Request) -> None:
        if wrote(request, "entry|"):
            late.append(request)
            raise asyncio.CancelledError

    backend.before = kill
    process = asyncio.create_task(backend.do(register(1)))
    await asyncio.wait([process])
    backend.calm()
    for look in (1, 2):
        (message,) = backend.queues.take("projections")
        assert announcement(message.text).look == look
        await backend.services.projection.follow(announcement(message.text))
    await backend.tables["tenants"].transact(late[0].operations)
    await backend.deliver()
    await backend.assert_followed()
    tenant, _ = await backend.replay(AGENCY)
    assert tenant.subscription(subscription_id(1))


async def test_a_claim_that_a_dead_process_left_serves_its_customer_only(backend):
    """Until the sweep looks: the id is not free for others, and not lost for its owner."""
    await backend.do(*related(), *related(customer_id=BUREAU)[1:])
    await backend.deliver()
    deaths = 0
    while f"subscription|{subscription_id(1)}" not in await backend.claim_holders():
        assert await dies(backend, "before", deaths, register(1))
        deaths += 1
    await backend.deliver()
    backend.clock.tick = 1
    with pytest.raises(ConcurrencyConflict):
        await backend.do(register(1, customer_id=BUREAU))
    backend.clock.tick = 0
    assert (await backend.do(register(1))).events


async def test_a_link_that_a_dead_process_accepted_by_is_never_used_more_often(backend):
    """Its place serves its customer only, until the sweep frees it: then exactly as many fit."""
    await backend.do(enrol(), issue(maxAcceptances=1))
    deaths = 0
    while not await backend.slots(DIRECT, link_id()):
        assert await dies(backend, "before", deaths, accept_link())
        deaths += 1
    with pytest.raises(Exception, match="INV-5"):
        await backend.do(accept_link(BUREAU))
    slots = Slots(backend.ports.slots, backend.ports.tenants, backend.clock)
    assert await slots.release_one(SlotKey(DIRECT, link_id(), AGENCY))
    assert (await backend.do(accept_link(BUREAU))).events
    with pytest.raises(Exception, match="INV-5"):
        await backend.do(accept_link())


async def test_followers_die_while_they_are_served(backend):
    """The message becomes visible again, here in another process."""
    await backend.do(*related(), register(1))
    deaths = 0
    while waiting := backend.queues.take("projections"):
        said = announcement(waiting[-1].text)
        if await follower_dies(backend, deaths, said):
            deaths += 1
            backend.queues.messages["projections"] = list(waiting)
    assert deaths >= 2
    await backend.assert_followed()
    assert backend.feed(DIRECT, AGENCY)


async def follower_dies(backend, writes: int, said: Announcement) -> bool:
    left = writes

    async def kill(request: Request) -> None:
        nonlocal left
        left -= bool(request.operations)
        if left < 0:
            follower.cancel()
            raise asyncio.CancelledError

    backend.after = kill
    follower = asyncio.create_task(backend.instance().projection.follow(said))
    await asyncio.wait([follower])
    backend.calm()
    return follower.cancelled()
