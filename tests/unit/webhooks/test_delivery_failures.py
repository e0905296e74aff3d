"""Deliveries that fail: what counts against an event, against a webhook, and what is their cure."""

from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from shared.outbound.courier import HttpCourier
from shared.services.application import WebhookServices
from shared.services.ports.queues import Queue
from shared.services.ports.webhooks import Wake, WebhookKey
from shared.services.webhooks.deliveries import NotDelivered
from shared.services.webhooks.managing import WebhookBody
from shared.wiring import wire
from tests.cast.bodies import sale_document
from tests.cast.ids import AGENCY, DIRECT, subscription_id
from tests.running.app import OPERATOR_CLAIMS
from tests.unit.webhooks.hooked import HOOK, PATH, SELLER, Hooked
from tests.unit.webhooks.receiver import status

KEY = WebhookKey(DIRECT, HOOK)
NEW_KEY = "bmV3" * 10 + "bmU="


def process(hooked: Hooked, **settings: Any) -> WebhookServices:
    """Another process, with other settings."""
    local = hooked.local
    changed = local.services.settings.model_copy(update=settings)
    courier = HttpCourier(loopback=True)
    return wire(changed, local.memory.ports, local.clock, Random(3), {}, courier).webhooks


async def standing(hooked: Hooked, action: str) -> None:
    """The operator suspends or resumes the partner."""
    path = f"/api/partners/{DIRECT}/{action}"
    assert (await hooked.local.call("POST", path, OPERATOR_CLAIMS)).status == 200
    hooked.local.clock.pass_by(seconds=61)


async def replayed(hooked: Hooked) -> str:
    """The message by which the only dead letter comes back."""
    (letter,) = await hooked.letters()
    path = f"/api/dead-letters/{letter['id']}/replay"
    assert (await hooked.local.call("POST", path, OPERATOR_CLAIMS)).status == 200
    (message,) = hooked.local.memory.queues.take(Queue.WEBHOOK_DELIVERIES)
    return message.text


async def test_a_receiver_that_was_down_has_refused_nothing(hooked: Hooked):
    await hooked.register()
    await hooked.sell(2)
    hooked.receiver.answers = [status(503)] * 9 + [status(500)]
    await hooked.drain()
    assert await hooked.letters() == []
    numbers = [event["feedsequence"] for event in hooked.receiver.events]
    assert len(numbers) == 12
    assert numbers == sorted(numbers)


async def test_other_types_count_for_another_event(hooked: Hooked):
    await hooked.register()
    await hooked.sell()
    hooked.receiver.answers = [status(400)] * 9
    for _ in range(9):
        await hooked.step()
    shown = await hooked.shown()
    assert shown["delivery"]["attempts"] == 9
    body = {"url": hooked.receiver.url, "types": ["subscription-deleted"]}
    changed = await hooked.call("PUT", body=body, if_match=shown["etag"])
    assert (changed.body["delivery"]["attempts"], changed.body["status"]) == (0, "active")
    path = f"/api/customers/{AGENCY}/subscriptions/{subscription_id(1)}"
    deleted = await hooked.local.call("POST", f"{path}/delete", SELLER)
    assert deleted.status == 200, deleted
    await hooked.local.follow()
    hooked.local.clock.pass_by(hours=1)
    hooked.receiver.answers = [status(400)]
    await hooked.local.services.webhooks.upkeep.run()
    await hooked.drain()
    assert await hooked.letters() == []
    assert hooked.receiver.events[-1]["type"] == "subscription-deleted"


async def test_what_failed_long_ago_does_not_count(hooked: Hooked):
    await hooked.register()
    await hooked.sell()
    hooked.receiver.answers = [status(400)] * 10
    await hooked.drain()
    assert len(await hooked.letters()) == 1
    hooked.local.clock.pass_by(hours=48)
    await hooked.sell()
    hooked.receiver.answers = [status(503)]
    await hooked.local.services.webhooks.upkeep.run()
    await hooked.drain()
    assert (await hooked.shown())["status"] == "active"
    assert len(hooked.receiver.posted) == 12


async def test_time_in_suspension_does_not_count(hooked: Hooked):
    await hooked.register()
    await hooked.sell()
    hooked.receiver.answers = [status(503), status(503)]
    await hooked.step()
    await standing(hooked, "suspend")
    hooked.local.clock.pass_by(hours=48)
    await hooked.drain()
    await standing(hooked, "resume")
    await hooked.local.services.webhooks.upkeep.run()
    await hooked.drain()
    assert (await hooked.shown())["status"] == "active"
    assert len(hooked.receiver.posted) == 3


async def test_a_receiver_that_refuses_everything_is_left_alone_after_a_day(hooked: Hooked):
    await hooked.register()
    await hooked.sell(20)
    hooked.receiver.always = status(400)
    start = hooked.local.clock.at
    await hooked.drain()
    assert (await hooked.shown())["reason"] == "failing-for-24-hours"
    assert hooked.local.clock.at - start < timedelta(hours=26)
    assert 2 <= len(await hooked.letters()) < 20


async def test_tries_keep_to_the_allowed_rate_too(hooked: Hooked):
    hooked.receiver.consent["WebHook-Allowed-Rate"] = "1"
    await hooked.register()
    await hooked.sell(2)
    hooked.receiver.answers = [status(500)] * 10
    times = []
    while await hooked.step():
        times += [hooked.local.clock.at] * (len(hooked.receiver.posted) - len(times))
    assert len(times) == 11
    assert min(later - earlier for earlier, later in pairwise(times)) >= timedelta(minutes=1)


async def test_a_date_to_wait_for_and_a_handshake_that_asks_to_wait(hooked: Hooked):
    await hooked.register()
    await hooked.sell()
    until = (hooked.local.clock.at + timedelta(minutes=40)).replace(microsecond=0)
    said = f"{until:%a, %d %b %Y %H:%M:%S} GMT"
    hooked.receiver.answers = [status(503, **{"Retry-After": said})]
    await hooked.step()
    due = (await hooked.webhook()).progress.next_attempt_at
    assert due is not None
    assert abs(due - until) < timedelta(seconds=1)

    etag = (await hooked.shown())["etag"]
    hooked.receiver.greeting, hooked.receiver.consent = 503, {"Retry-After": "1800"}
    await hooked.call("PUT", body={"url": f"{hooked.receiver.url}?new"}, if_match=etag)
    await hooked.step()
    progress = (await hooked.webhook()).progress
    assert (progress.last_error, progress.failed_at) == ("no-consent", hooked.local.clock.at)
    assert progress.next_attempt_at == hooked.local.clock.at + timedelta(minutes=30)


async def test_an_event_that_comes_back_waits_for_its_partner(hooked: Hooked):
    await hooked.register()
    await hooked.sell()
    hooked.receiver.answers = [status(400)] * 10
    await hooked.drain()
    await standing(hooked, "suspend")
    text = await replayed(hooked)
    with pytest.raises(NotDelivered):
        await hooked.take(text)
    assert len(hooked.receiver.posted) == 10
    await standing(hooked, "resume")
    await hooked.take(text)
    assert len(hooked.receiver.posted) == 11
    assert [letter["status"] for letter in await hooked.letters()] == ["closed"]


async def test_gone_is_the_end_whatever_was_sent(hooked: Hooked):
    await hooked.register()
    await hooked.sell()
    hooked.receiver.answers = [status(400)] * 10
    await hooked.drain()
    hooked.receiver.always = status(410)
    with pytest.raises(NotDelivered):
        await hooked.take(await replayed(hooked))
    assert (await hooked.shown())["reason"] == "gone"

    hooked.receiver.always = None
    assert (await hooked.call("POST", f"{PATH}/test")).body["status"] == "active"
    hooked.receiver.always = status(410)
    tested = (await hooked.call("POST", f"{PATH}/test")).body
    assert tested == {"delivered": False, "failure": "status-410", "status": "disabled"}


async def test_a_lost_key_stops_nobody_else_and_rotating_is_the_cure(hooked: Hooked):
    await hooked.register()
    await hooked.sell()
    lost = process(hooked, webhook_secret_key=NEW_KEY)
    other = WebhookKey(DIRECT, HOOK[:-1] + "2")
    body = WebhookBody(url=f"{hooked.receiver.url}?other")
    await lost.managing.put(other, body, lambda _: None)
    await lost.deliveries.deliver(Wake(other))
    await hooked.sell()
    hooked.local.memory.queues.take(Queue.WEBHOOK_DELIVERIES)  # every message got lost
    assert await lost.upkeep.run() == 2
    await lost.deliveries.deliver(Wake(KEY))
    assert (await hooked.webhook()).progress.last_error == "secret-unreadable"
    assert hooked.receiver.posted == []

    hooked.secret = (await lost.managing.rotate(KEY, lambda _: None)).secret or ""
    assert (await lost.managing.test(KEY)).error is None
    await lost.deliveries.deliver(Wake(KEY))
    assert len(hooked.receiver.events) == 2
    assert hooked.receiver.verified(hooked.secret) == 3


async def test_what_the_feed_does_not_show_yet_is_delivered(hooked: Hooked):
    path = f"/api/customers/{AGENCY}/subscriptions/{subscription_id(1)}"
    assert (await hooked.local.call("PUT", path, SELLER, sale_document())).status == 201
    await hooked.local.follow()
    before = await hooked.feed()
    hooked.local.clock.pass_by(seconds=1)
    await hooked.register()
    hooked.local.clock.pass_by(seconds=16)
    await hooked.local.services.webhooks.upkeep.run()
    await hooked.drain()
    delivered = [event["id"] for event in hooked.receiver.events]
    assert len(delivered) == 1
    assert before + delivered == await hooked.feed()


async def test_the_order_holds_though_clocks_differ(hooked: Hooked):
    await hooked.register()
    for ahead in (3, 0):
        hooked.sold += 1
        path = f"/api/customers/{AGENCY}/subscriptions/{subscription_id(hooked.sold)}"
        assert (await hooked.local.call("PUT", path, SELLER, sale_document())).status == 201
        hooked.local.clock.pass_by(seconds=ahead)
        await hooked.local.follow()
        hooked.local.clock.pass_by(seconds=1 - ahead)
    hooked.local.clock.pass_by(seconds=30)
    await hooked.drain()
    first, second = (event["feedsequence"] for event in hooked.receiver.events)
    assert second == first + 1


async def test_what_became_our_own_address_is_sent_nothing(hooked: Hooked):
    body = {"url": "https://moved.example/hook"}
    assert (await hooked.call("PUT", body=body)).status == 201
    moved = process(hooked, website_hostname="MOVED.example")
    await moved.deliveries.deliver(Wake(KEY))
    assert (await hooked.webhook()).progress.last_error == "address-refused"
