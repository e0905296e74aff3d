"""Deliveries to a real receiver on this machine, with a clock that the tests move."""

from itertools import pairwise
from random import Random
from typing import Any

import pytest
from aiohttp import web
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from shared.services.ports.queues import Queue
from shared.services.ports.webhooks import Wake, WebhookKey, WebhookStatus
from shared.services.webhooks.deliveries import NotDelivered
from shared.wiring import wire
from tests.cast.ids import DIRECT
from tests.running.app import OPERATOR_CLAIMS
from tests.running.sweeps import run_sweep
from tests.unit.webhooks.hooked import HOOK, PATH, Hooked
from tests.unit.webhooks.receiver import status

KEY = WebhookKey(DIRECT, HOOK)


def ids(events: list[dict[str, Any]]) -> list[str]:
    return [event["id"] for event in events]


async def test_events_arrive_in_order_signed_and_once(hooked: Hooked):
    before = await hooked.feed()
    await hooked.register()
    assert hooked.receiver.asked[0]["WebHook-Request-Origin"] == "csp.example"
    assert (await hooked.shown())["status"] == "active"
    await hooked.sell(3)
    await hooked.drain()
    assert ids(hooked.receiver.events) == (await hooked.feed())[len(before) :]
    assert hooked.receiver.verified(hooked.secret) == 3
    for headers, body in hooked.receiver.posted:
        event = JSONFormat().read(CloudEvent, body)
        assert headers["webhook-id"] == event.get_id()
        assert headers["Content-Type"] == "application/cloudevents+json; charset=utf-8"
        assert headers["Origin"] == headers["WebHook-Request-Origin"] == "csp.example"
    shown = (await hooked.shown())["delivery"]
    assert shown["lastSuccessAt"]
    assert (shown["failingSince"], shown["attempts"], shown["lastError"]) == (None, 0, None)


async def test_deliveries_leave_the_etag_alone(hooked: Hooked):
    await hooked.register()
    etag = (await hooked.shown())["etag"]
    await hooked.sell()
    await hooked.drain()
    assert (await hooked.shown())["etag"] == etag


async def test_only_the_types_that_are_wanted(hooked: Hooked):
    await hooked.register(types=["subscription-suspended"])
    await hooked.sell(3)
    path = f"/api/partners/{DIRECT}/subscriptions"
    item = (await hooked.call("GET", path)).body["value"][0]
    suspend = f"/api/customers/{item['customerId']}/subscriptions/{item['id']}/suspend"
    assert (await hooked.call("POST", suspend)).status == 200
    await hooked.local.follow()
    hooked.local.clock.pass_by(seconds=16)
    await hooked.drain()
    assert [event["type"] for event in hooked.receiver.events] == ["subscription-suspended"]
    assert not await hooked.local.services.webhooks.deliveries.waiting(await hooked.webhook())


async def test_a_failure_is_tried_again_later(hooked: Hooked):
    await hooked.register()
    await hooked.sell(2)
    hooked.receiver.answers = [status(500), status(503), status(302, Location="/elsewhere")]
    errors, pauses = [], []
    for _ in range(3):
        before = hooked.local.clock.at
        await hooked.step()
        shown = (await hooked.shown())["delivery"]
        errors.append(shown["lastError"])
        pauses.append((hooked.local.clock.at - before).total_seconds())
    assert errors == ["status-500", "status-503", "redirect"]
    assert pauses[1] < pauses[2]
    await hooked.drain()
    first, second = (await hooked.feed())[-2:]
    assert ids(hooked.receiver.events) == [first] * 4 + [second]
    assert hooked.receiver.verified(hooked.secret) == 5
    assert (await hooked.shown())["delivery"]["failingSince"] is None


async def test_a_receiver_may_ask_for_more_time(hooked: Hooked):
    await hooked.register()
    await hooked.sell()
    hooked.receiver.answers = [status(429, **{"Retry-After": "900"})]
    await hooked.step()
    due = (await hooked.webhook()).progress.next_attempt_at
    assert due
    assert (due - hooked.local.clock.now()).total_seconds() == 900


async def test_a_refused_event_is_put_aside_and_can_be_put_back(hooked: Hooked):
    await hooked.register()
    await hooked.sell(2)
    bad, good = (await hooked.feed())[-2:]

    async def picky(_: web.Request) -> web.StreamResponse:
        refused = hooked.receiver.events[-1]["id"] == bad
        return web.Response(status=422 if refused else 200)

    hooked.receiver.always = picky
    await hooked.drain()
    assert ids(hooked.receiver.events) == [bad] * 10 + [good]
    (letter,) = await hooked.letters()
    assert (letter["queue"], letter["status"]) == (Queue.WEBHOOK_DELIVERIES, "open")
    assert "status-422" in letter["error"]["message"]

    replay = f"/api/dead-letters/{letter['id']}/replay"
    assert (await hooked.local.call("POST", replay, OPERATOR_CLAIMS)).status == 200
    (message,) = hooked.local.memory.queues.take(Queue.WEBHOOK_DELIVERIES)
    with pytest.raises(NotDelivered):
        await hooked.take(message.text)
    hooked.receiver.always = None
    await hooked.take(message.text)
    assert ids(hooked.receiver.events)[-1] == bad
    (letter,) = await hooked.letters()
    assert letter["status"] == "closed"


async def test_a_day_of_silence_disables_and_nothing_is_lost(
    hooked: Hooked, caplog: pytest.LogCaptureFixture
):
    await hooked.register()
    await hooked.sell(3)
    hooked.receiver.always = status(503)
    start = hooked.local.clock.at
    await hooked.drain()
    shown = await hooked.shown()
    assert (shown["status"], shown["reason"]) == ("disabled", "failing-for-24-hours")
    assert 24 * 3600 <= (hooked.local.clock.at - start).total_seconds() < 26 * 3600
    assert [record.msg for record in caplog.records].count("webhook.disabled") == 1
    assert set(ids(hooked.receiver.events)) == {(await hooked.feed())[-3]}
    assert await hooked.letters() == []

    tries = len(hooked.receiver.posted)
    await hooked.sell()
    assert await hooked.local.services.webhooks.upkeep.run() == 0
    await hooked.drain()
    assert len(hooked.receiver.posted) == tries

    hooked.receiver.always = None
    tested = (await hooked.call("POST", f"{PATH}/test")).body
    assert tested == {"delivered": True, "failure": None, "status": "active"}
    await hooked.drain()
    assert ids(hooked.receiver.events)[tries:] == (await hooked.feed())[-4:]


async def test_gone_is_the_end(hooked: Hooked):
    await hooked.register()
    await hooked.sell()
    hooked.receiver.always = status(410)
    await hooked.drain()
    shown = await hooked.shown()
    assert (shown["status"], shown["reason"], len(hooked.receiver.posted)) == (
        "disabled",
        "gone",
        1,
    )


async def test_a_disabled_one_is_a_finding_until_it_is_back(hooked: Hooked):
    async def told() -> list[tuple[str, str, str]]:
        listed = await hooked.local.call("GET", "/api/findings", OPERATOR_CLAIMS)
        return [(each["kind"], each["tenantId"], each["status"]) for each in listed.body["value"]]

    async def sweep() -> None:
        hooked.local.clock.pass_by(seconds=60)
        await run_sweep(hooked.local.services, hooked.local.memory.queues)

    await hooked.register()
    await hooked.sell()
    hooked.receiver.always = status(410)
    await hooked.drain()
    assert await told() == [("webhook-disabled", DIRECT, "open")]
    await sweep()
    assert await told() == [("webhook-disabled", DIRECT, "open")]
    hooked.receiver.always = None
    await hooked.call("POST", f"{PATH}/test")
    await sweep()
    assert await told() == [("webhook-disabled", DIRECT, "closed")]


async def test_nothing_before_the_handshake(hooked: Hooked):
    agreed, hooked.receiver.consent = hooked.receiver.consent, {}
    await hooked.register()
    await hooked.sell()
    await hooked.step()
    assert (await hooked.shown())["delivery"]["lastError"] == "no-consent"
    hooked.receiver.consent = agreed
    await hooked.drain()
    assert (await hooked.shown())["status"] == "active"
    assert len(hooked.receiver.events) == 1


async def test_a_target_that_never_consents(hooked: Hooked):
    hooked.receiver.consent = {"WebHook-Allowed-Origin": "elsewhere.example"}
    await hooked.register()
    await hooked.drain()
    assert (await hooked.shown())["status"] == "disabled"
    assert hooked.receiver.posted == []


async def test_a_new_target_is_asked_first(hooked: Hooked):
    await hooked.register()
    etag = (await hooked.shown())["etag"]
    hooked.receiver.consent = {}
    other = {"url": f"{hooked.receiver.url}?new"}
    assert (await hooked.call("PUT", body=other, if_match=etag)).body["status"] == "pending"
    await hooked.sell()
    await hooked.step()
    assert hooked.receiver.posted == []


async def test_the_rate_that_the_receiver_allows(hooked: Hooked):
    hooked.receiver.consent["WebHook-Allowed-Rate"] = "6"
    await hooked.register()
    await hooked.sell(3)
    times = []
    while await hooked.step():
        times += [hooked.local.clock.at] * (len(hooked.receiver.posted) - len(times))
    assert len(times) == 3
    assert all((b - a).total_seconds() >= 10 for a, b in pairwise(times))


async def test_a_suspended_partner_is_told_nothing(hooked: Hooked):
    await hooked.register()
    await hooked.sell(2)
    path = f"/api/partners/{DIRECT}"
    assert (await hooked.local.call("POST", f"{path}/suspend", OPERATOR_CLAIMS)).status == 200
    hooked.local.clock.pass_by(seconds=61)
    await hooked.drain()
    assert hooked.receiver.events == []
    assert (await hooked.local.call("POST", f"{path}/resume", OPERATOR_CLAIMS)).status == 200
    await hooked.local.services.webhooks.upkeep.run()
    await hooked.drain()
    assert len(hooked.receiver.events) == 2


async def test_the_old_secret_runs_out(hooked: Hooked):
    await hooked.register()
    new = (await hooked.call("POST", f"{PATH}/rotate-secret")).body["secret"]
    await hooked.sell()
    await hooked.drain()
    assert hooked.receiver.verified(new) == hooked.receiver.verified(hooked.secret) == 1
    hooked.receiver.posted.clear()
    hooked.local.clock.pass_by(hours=24)
    await hooked.sell()
    await hooked.drain()
    ((headers, _),) = hooked.receiver.posted
    assert len(headers["webhook-signature"].split(" ")) == 1
    await hooked.local.services.webhooks.upkeep.run()
    assert len((await hooked.webhook()).secrets) == 1


async def test_the_key_of_secrets_is_replaced(hooked: Hooked):
    await hooked.register()
    old = hooked.local.services.settings
    new_key, old_key = "bmV3" * 10 + "bmU=", "Zm9yIGEgZGV2ZWxvcGVyJ3MgbWFjaGluZSBhbG9uZS4="
    local, sealed = hooked.local, (await hooked.webhook()).secrets

    def process(keys: str) -> Any:
        settings = old.model_copy(update={"webhook_secret_key": keys})
        return wire(settings, local.memory.ports, local.clock, Random(3), {}).webhooks

    await hooked.sell()
    await process(new_key).deliveries.deliver(Wake(KEY))
    assert (await hooked.webhook()).progress.last_error == "secret-unreadable"
    assert hooked.receiver.posted == []
    await process(f"{new_key},{old_key}").upkeep.run()
    assert (await hooked.webhook()).secrets != sealed
    local.clock.pass_by(seconds=60)
    await process(new_key).deliveries.deliver(Wake(KEY))
    (event,) = hooked.receiver.events
    assert event["id"] == (await hooked.feed())[-1]
    # Signed with the same secret as ever; the library looks at the time, which has moved on here.
    assert (await hooked.webhook()).status is WebhookStatus.ACTIVE
