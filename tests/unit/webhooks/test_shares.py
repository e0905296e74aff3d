"""What one partner's receivers may hold of a process, and what of it counts against whom."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

import pytest

from shared.clock import SystemClock
from shared.services.ports.queues import Queue
from shared.services.ports.webhooks import Answered, Courier, Unsent, Wake, WebhookKey
from shared.services.webhooks.shares import AT_ONCE, Shares
from tests.cast.ids import DIRECT, OTHER_DIRECT
from tests.running.app import SETTINGS, Answer, LocalApp, enrol, user
from tests.unit.webhooks.hooked import PATH, Hooked
from tests.unit.webhooks.receiver import status

WEBHOOKS = 10


def hook(number: int) -> str:
    return f"7c000000-0000-4000-8000-{number:012x}"


def beside(hooked: Hooked, courier: Courier) -> LocalApp:
    """Another process over the same storage, at the same time, which sends by `courier`."""
    local = LocalApp(hooked.local.services.settings, courier, hooked.local.memory)
    local.clock = hooked.local.clock
    local.services = local._process(local.random)
    return local


class Gated:
    """Receivers that consent; those of `slow` hosts answer once the gate opens."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.under_way, self.most, self.taken = 0, 0, 0

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> Answered:
        if "slow" in url:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            await self.gate.wait()
            self.under_way -= 1
        self.taken += 1
        return Answered(200, {"webhook-allowed-origin": "*"})


async def registered(local: LocalApp, partner_id: str, number: int, host: str) -> Wake:
    path = f"/api/partners/{partner_id}/webhooks/{hook(number)}"
    body = {"url": f"https://{host}.example/{number}"}
    assert (await local.call("PUT", path, user(partner_id, "GlobalAdmin"), body)).status == 201
    return Wake(WebhookKey(partner_id, hook(number)))


async def test_slow_receivers_of_one_partner_leave_room_for_every_other():
    receivers = Gated()
    local = LocalApp(SETTINGS, receivers)
    await enrol(local, DIRECT, OTHER_DIRECT)
    slow = [await registered(local, DIRECT, number, "slow") for number in range(WEBHOOKS)]
    quick = await registered(local, OTHER_DIRECT, 1, "quick")
    local.memory.queues.take(Queue.WEBHOOK_DELIVERIES)
    deliveries = local.services.webhooks.deliveries
    held = [asyncio.create_task(deliveries.deliver(wake)) for wake in slow]
    await deliveries.deliver(quick)
    assert receivers.taken == 1
    while sum(each.done() for each in held) < WEBHOOKS - AT_ONCE:
        await asyncio.sleep(0)
    assert receivers.most == AT_ONCE
    later = local.memory.queues.take(Queue.WEBHOOK_DELIVERIES)
    assert len(later) == WEBHOOKS - AT_ONCE
    assert min(message.delay for message in later) >= 1
    receivers.gate.set()
    await asyncio.gather(*held)
    assert receivers.taken == 1 + AT_ONCE
    # What was put off comes again, and its partner has room once more.
    await deliveries.deliver(slow[-1])
    assert receivers.taken == 1 + AT_ONCE + 1


async def test_of_many_wakes_of_a_slow_webhook_one_goes_round():
    """A feed that grows makes ever more of them while its receiver is slow."""
    receivers = Gated()
    local = LocalApp(SETTINGS, receivers)
    await enrol(local, DIRECT)
    wakes = [await registered(local, DIRECT, number, "slow") for number in range(AT_ONCE + 2)]
    local.memory.queues.take(Queue.WEBHOOK_DELIVERIES)
    deliveries = local.services.webhooks.deliveries
    held = [asyncio.create_task(deliveries.deliver(wake)) for wake in wakes[:AT_ONCE]]
    while receivers.under_way < AT_ONCE:
        await asyncio.sleep(0)

    async def woken() -> int:
        for wake in wakes[AT_ONCE:] * 5:
            await deliveries.deliver(wake)
        return len(local.memory.queues.take(Queue.WEBHOOK_DELIVERIES))

    assert await woken() == 2
    assert await woken() == 0  # those are under way
    local.clock.pass_by(seconds=4)
    assert await woken() == 2  # they came, and found no room again
    local.clock.pass_by(seconds=4)
    receivers.gate.set()
    await asyncio.gather(*held)
    for wake in wakes:
        await deliveries.deliver(wake)
    assert receivers.taken == len(wakes)


async def test_a_share_comes_back_whatever_happened():
    shares = Shares(1)
    with suppress(ValueError), shares.taken("a") as room:
        raise ValueError(room)
    with shares.taken("a") as first, shares.taken("a") as second, shares.taken("b") as other:
        assert (first, second, other) == (True, False, True)
    with shares.taken("a") as again:
        assert again


class Lingering:
    """Takes everything, and so many seconds for it."""

    def __init__(self, seconds: float) -> None:
        self.local: LocalApp | None = None
        self.seconds = seconds
        self.sent = 0

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> Answered:
        assert self.local
        self.local.clock.pass_by(seconds=self.seconds)
        self.sent += method == "POST"
        return Answered(200, {"webhook-allowed-origin": "*"})


@pytest.mark.parametrize(("seconds", "at_once"), [(9.0, 1), (2.5, 1), (1.5, 5)])
async def test_a_round_ends_early_when_an_attempt_was_slow(
    hooked: Hooked, seconds: float, at_once: int
):
    courier = Lingering(seconds)
    local = courier.local = beside(hooked, courier)
    await hooked.register()
    await hooked.sell(5)
    local.memory.queues.take(Queue.WEBHOOK_DELIVERIES)
    deliveries = local.services.webhooks.deliveries
    rounds = [courier.sent]
    await deliveries.deliver(Wake((await hooked.webhook()).key))
    assert courier.sent == at_once
    while messages := local.memory.queues.take(Queue.WEBHOOK_DELIVERIES):
        assert {message.delay for message in messages} == {0}
        await deliveries.deliver(Wake((await hooked.webhook()).key))
        rounds.append(courier.sent)
    assert courier.sent == 5  # each once, and in as many rounds as it takes
    assert len(rounds) == 5 // at_once


class Unplugged:
    """This machine has no network."""

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> Answered:
        raise Unsent("not-sent")


async def test_days_without_a_network_of_ours_disable_nobodys_webhook(hooked: Hooked):
    await hooked.register()
    await hooked.sell(2)
    local = beside(hooked, Unplugged())
    before, tries = local.clock.at, 0
    while local.clock.at - before < timedelta(days=3):
        local.memory.queues.take(Queue.WEBHOOK_DELIVERIES)
        await local.services.webhooks.deliveries.deliver(Wake((await hooked.webhook()).key))
        local.clock.pass_by(minutes=75)
        tries += 1
    shown = await hooked.shown()
    assert shown["status"] == "active"
    told = shown["delivery"]
    assert (told["failingSince"], told["lastError"], told["attempts"]) == (None, "not-sent", tries)
    # With a network again it goes on where it was, the receiver's own failures counted from now.
    hooked.receiver.answers = [status(503)]
    await hooked.local.services.webhooks.upkeep.run()
    await hooked.drain()
    assert len(hooked.receiver.events) == 3
    assert (await hooked.shown())["delivery"]["failingSince"] is None


async def test_a_test_comes_once_in_thirty_seconds(hooked: Hooked):
    await hooked.register()

    async def tested() -> Answer:
        return await hooked.call("POST", f"{PATH}/test")

    assert (await tested()).status == 200
    hooked.local.clock.pass_by(seconds=12)
    refused = await tested()
    assert refused.code == (429, "TooManyRequests")
    assert refused.body["error"]["target"] == "webhook-test"
    assert refused.headers["Retry-After"] == "18"
    # Neither another target nor another process makes it sooner.
    etag = (await hooked.shown())["etag"]
    changed = {"url": f"{hooked.receiver.url}?other"}
    assert (await hooked.call("PUT", body=changed, if_match=etag)).status == 200
    assert (await tested()).status == 429
    hooked.local.clock.pass_by(seconds=18)
    assert (await tested()).status == 200
    assert hooked.local.clock.at < SystemClock().now() + timedelta(hours=1)


async def test_tests_wait_for_their_partners_share():
    receivers = Gated()
    local = LocalApp(SETTINGS, receivers)
    await enrol(local, DIRECT)
    wakes = [await registered(local, DIRECT, number, "slow") for number in range(AT_ONCE + 1)]
    managing = local.services.webhooks.managing
    held = [asyncio.create_task(managing.test(wake.key)) for wake in wakes[:AT_ONCE]]
    while receivers.under_way < AT_ONCE:
        await asyncio.sleep(0)
    path = f"/api/partners/{DIRECT}/webhooks/{wakes[-1].key.webhook_id}/test"
    refused = await local.call("POST", path, user(DIRECT, "GlobalAdmin"))
    assert (refused.code, receivers.most) == ((429, "TooManyRequests"), AT_ONCE)
    receivers.gate.set()
    await asyncio.gather(*held)
    assert (await local.call("POST", path, user(DIRECT, "GlobalAdmin"))).status == 200
