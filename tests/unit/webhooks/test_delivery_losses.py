"""Deliveries when messages, answers, processes and turns are lost."""

import asyncio
from random import Random
from typing import Any, Never

import pytest
from aiohttp import web

from shared.services.ports.queues import Queue
from shared.services.ports.values import StorageDown, WriteUnknown
from shared.services.ports.webhooks import Wake, WebhookKey
from shared.services.queues.internal_messages import wake_of, wake_text
from shared.services.queues.messages import Delivery
from shared.storage.engine.memory import Request
from shared.wiring import wire
from tests.cast.bodies import sale_document
from tests.cast.ids import AGENCY, DIRECT, subscription_id
from tests.running.app import OPERATOR_CLAIMS
from tests.unit.webhooks.hooked import HOOK, SELLER, Hooked

KEY = WebhookKey(DIRECT, HOOK)


def ids(events: list[dict[str, Any]]) -> list[str]:
    return [event["id"] for event in events]


async def test_a_lost_message_is_made_up_for(hooked: Hooked):
    await hooked.register()
    await hooked.sell(2)
    hooked.local.memory.queues.take(Queue.WEBHOOK_DELIVERIES)
    assert await hooked.local.services.webhooks.upkeep.run() == 1
    await hooked.drain()
    assert len(hooked.receiver.events) == 2
    assert await hooked.local.services.webhooks.upkeep.run() == 0


async def test_a_follower_in_another_process_learns_of_a_webhook(hooked: Hooked):
    """It had looked for this partner's webhooks shortly before, and found none."""
    await hooked.sell()
    await hooked.register()
    await hooked.sell()
    await hooked.drain()
    assert ids(hooked.receiver.events) == (await hooked.feed())[-1:]


async def test_what_grows_while_a_follower_does_not_look_is_delivered(hooked: Hooked):
    """It looks for a partner's webhooks once in a while; the new one is woken again after that."""
    local = hooked.local
    await hooked.sell()
    wakes = local.consumer(Queue.PROJECTIONS).webhooks.wakes
    local.clock.pass_by(seconds=60)
    await wakes.feed_grew(DIRECT)
    assert (await hooked.call("PUT", body={"url": hooked.receiver.url})).status == 201
    local.clock.pass_by(seconds=1)
    path = f"/api/customers/{AGENCY}/subscriptions/{subscription_id(99)}"
    assert (await local.call("PUT", path, SELLER, sale_document())).status == 201
    await local.follow()
    passed = 0
    waiting = local.memory.queues.take(Queue.WEBHOOK_DELIVERIES)
    for message in sorted(waiting, key=lambda each: each.delay):
        local.clock.pass_by(seconds=message.delay - passed)
        passed = message.delay
        await hooked.take(message.text)
    assert len(hooked.receiver.events) == 1


async def test_a_message_too_many_does_nothing(hooked: Hooked):
    await hooked.register()
    await hooked.sell(2)
    await hooked.drain()
    for _ in range(3):
        await hooked.local.memory.ports.waker.wake(
            Wake(KEY), hooked.local.services.webhooks.deliveries.hold
        )
    await hooked.drain()
    assert len(hooked.receiver.events) == 2


async def test_two_processes_deliver_once(hooked: Hooked):
    await hooked.register()
    await hooked.sell(5)
    local = hooked.local
    settings, ports = local.services.settings, local.memory.ports
    others = [wire(settings, ports, local.clock, Random(n), {}) for n in range(4)]
    await asyncio.gather(*(each.webhooks.deliveries.deliver(Wake(KEY)) for each in others))
    assert ids(hooked.receiver.events) == (await hooked.feed())[-5:]


async def test_who_dies_after_sending_is_made_up_for(hooked: Hooked):
    """At least once: the answer came, the cursor did not move; another sends it again."""
    await hooked.register()
    await hooked.sell(2)
    table = hooked.local.memory.tables["operations"]

    async def dies(_: Request) -> Never:
        raise StorageDown("gone")

    async def later(_: web.Request) -> web.StreamResponse:
        table.before = dies
        return web.Response()

    calm = table.before
    hooked.receiver.answers = [later]
    (message, *_) = hooked.local.memory.queues.take(Queue.WEBHOOK_DELIVERIES)
    deliveries = hooked.local.services.webhooks.deliveries
    with pytest.raises(StorageDown):
        await deliveries.deliver(wake_of(message.text))
    table.before = calm
    # Its turn is still fresh, so whoever comes now does nothing.
    await deliveries.deliver(wake_of(message.text))
    assert len(hooked.receiver.events) == 1
    hooked.local.clock.pass_by(seconds=61)
    assert await hooked.local.services.webhooks.upkeep.run() == 1
    await hooked.drain()
    first, second = (await hooked.feed())[-2:]
    assert ids(hooked.receiver.events) == [first, first, second]


async def test_who_lost_its_turn_changes_nothing(hooked: Hooked):
    """A process that slept through its turn must not move the cursor when it wakes up."""
    await hooked.register()
    await hooked.sell(2)
    first, second = (await hooked.feed())[-2:]
    deliveries = hooked.local.services.webhooks.deliveries

    async def sleeps(_: web.Request) -> web.StreamResponse:
        hooked.local.clock.pass_by(seconds=61)
        await deliveries.deliver(Wake(KEY))
        return web.Response()

    hooked.receiver.answers = [sleeps]
    await deliveries.deliver(Wake(KEY))
    assert ids(hooked.receiver.events) == [first, first, second]
    progress = (await hooked.webhook()).progress
    assert (progress.turn, progress.attempts) == (None, 0)
    assert not await deliveries.waiting(await hooked.webhook())


async def test_lost_answers_of_storage(hooked: Hooked):
    """Every write of the webhook takes effect without saying so."""
    await hooked.register()
    await hooked.sell(3)

    async def lose(request: Request) -> None:
        if request.operations:
            raise WriteUnknown("lost")

    table = hooked.local.memory.tables["operations"]
    calm, table.after = table.after, lose
    await hooked.drain()
    table.after = calm
    assert ids(hooked.receiver.events) == (await hooked.feed())[-3:]
    assert (await hooked.webhook()).progress.turn is None


async def test_followers_do_not_wait_for_webhooks(hooked: Hooked):
    await hooked.register()

    async def down(_: Request) -> Never:
        raise StorageDown("down")

    table = hooked.local.memory.tables["operations"]
    calm, table.before = table.before, down
    hooked.local.clock.pass_by(seconds=120)
    known = len(await hooked.feed())
    await hooked.sell(2)
    assert len(await hooked.feed()) == known + 2
    table.before = calm
    assert await hooked.local.services.webhooks.upkeep.run() == 1
    await hooked.drain()
    assert len(hooked.receiver.events) == 2


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_the_receiver_answers_nothing_is_left_out(hooked: Hooked, seed: int):
    """Every event is taken or a dead letter, and is sent first in the feed's order."""
    chance = Random(seed)
    await hooked.register()
    await hooked.sell(6)
    await hooked.local.memory.ports.waker.wake(
        Wake(KEY), hooked.local.services.webhooks.deliveries.hold
    )
    taken: list[str] = []

    async def moody(_: web.Request) -> web.StreamResponse:
        code = chance.choice([200, 400, 500, 503])
        if code == 200:
            taken.append(hooked.receiver.events[-1]["id"])
        return web.Response(status=code)

    hooked.receiver.always = moody
    await hooked.drain()
    expected = (await hooked.feed())[-6:]
    assert list(dict.fromkeys(ids(hooked.receiver.events))) == expected
    assert len(taken) == len(set(taken))
    assert len(taken) + len(await hooked.letters()) == 6


async def test_a_message_that_is_none(hooked: Hooked):
    await hooked.take('{"partnerId": 1}')
    (letter,) = await hooked.letters()
    assert (letter["reason"], letter["tenantId"]) == ("malformed", None)


async def test_a_webhook_whose_messages_die_is_one_letter(hooked: Hooked):
    """The timer wakes it again; the letter says which it is."""
    await hooked.register()
    for number in range(3):
        text = wake_text(Wake(KEY))
        await hooked.local.services.inbox.poison(
            Queue.WEBHOOK_DELIVERIES, Delivery(f"m{number}", text, 5)
        )
    (letter,) = await hooked.letters()
    assert (letter["reason"], letter["tenantId"]) == ("retries-exhausted", DIRECT)
    replay = f"/api/dead-letters/{letter['id']}/replay"
    assert (await hooked.local.call("POST", replay, OPERATOR_CLAIMS)).status == 200
    await hooked.drain()
    (letter,) = await hooked.letters()
    assert letter["status"] == "closed"
