"""What a `WebhookStore` promises, on both adapters; and what the queue of deliveries carries."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.services.ports.values import GuardFailed, Undecodable
from shared.services.ports.webhooks import (
    Progress,
    SealedSecret,
    Wake,
    Webhook,
    WebhookKey,
    WebhookStatus,
)
from shared.services.queues.internal_messages import wake_of, wake_text
from shared.storage.encoding.keys import webhooks as webhook_keys
from shared.storage.engine.table import Insert
from shared.storage.wiring import Memory
from tests.cast.ids import PRECISE_AT, guid

KEY = WebhookKey(guid(1), guid(7))
WEBHOOK = Webhook(
    key=KEY,
    url="https://hooks.partner.example/?ä=%20",
    types=("subscription-registered",),
    status=WebhookStatus.ACTIVE,
    secrets=(SealedSecret("k.xyz"), SealedSecret("k.old", PRECISE_AT)),
    slot=0,
    created_at=PRECISE_AT,
    updated_at=PRECISE_AT + timedelta(microseconds=1),
    progress=Progress(
        "2026-11-01|x|1",
        3,
        2,
        PRECISE_AT,
        PRECISE_AT,
        "timeout",
        None,
        PRECISE_AT,
        "turn",
        PRECISE_AT,
    ),
    rate=120,
)


@pytest.fixture
def webhooks(backend):
    return backend.ports.webhooks


def another(number: int, partner: int = 1, slot: int = 0) -> Webhook:
    return replace(WEBHOOK, key=WebhookKey(guid(partner), guid(number)), slot=slot)


async def test_a_webhook_comes_back_as_it_was(webhooks):
    assert await webhooks.get(KEY) is None
    await webhooks.add(WEBHOOK)
    stored = await webhooks.get(KEY)
    assert stored.value == WEBHOOK
    fresh = replace(WEBHOOK, status=WebhookStatus.DISABLED, reason="gone", rate=None, types=())
    await webhooks.replace(fresh, stored.etag)
    assert (await webhooks.get(KEY)).value == fresh
    with pytest.raises(GuardFailed):
        await webhooks.replace(WEBHOOK, stored.etag)


async def test_an_id_and_a_slot_are_taken_once(webhooks):
    await webhooks.add(WEBHOOK)
    with pytest.raises(GuardFailed):
        await webhooks.add(replace(WEBHOOK, slot=1))
    with pytest.raises(GuardFailed):
        await webhooks.add(another(8, slot=0))
    await webhooks.add(another(8, slot=1))
    await webhooks.add(another(7, partner=2))


async def test_of_two_at_once_one_gets_the_slot(webhooks):
    tries = await asyncio.gather(
        *(webhooks.add(another(n)) for n in range(5)), return_exceptions=True
    )
    assert [type(each) for each in tries].count(GuardFailed) == 4
    assert len((await webhooks.of(guid(1), None, 10)).items) == 1


async def test_what_goes_frees_its_slot(webhooks):
    await webhooks.add(WEBHOOK)
    stored = await webhooks.get(KEY)
    with pytest.raises(GuardFailed):
        await webhooks.remove(WEBHOOK, 'W/"other"')
    await webhooks.remove(stored.value, stored.etag)
    assert await webhooks.get(KEY) is None
    with pytest.raises(GuardFailed):
        await webhooks.remove(stored.value, stored.etag)
    await webhooks.add(another(8))


async def test_a_partners_and_everybodys_in_pages(webhooks):
    for partner in (1, 2):
        for number in range(3):
            await webhooks.add(another(number, partner, number))
    first = await webhooks.of(guid(2), None, 2)
    second = await webhooks.of(guid(2), first.after, 2)
    found = [each.value.key.webhook_id for each in (*first.items, *second.items)]
    assert (found, second.after) == ([guid(0), guid(1), guid(2)], None)
    assert (await webhooks.of(guid(3), None, 2)).items == ()
    everybody = await webhooks.all(None, 4)
    rest = await webhooks.all(everybody.after, 4)
    assert [each.value.key.partner_id for each in (*everybody.items, *rest.items)] == (
        [guid(1)] * 3 + [guid(2)] * 3
    )
    assert rest.after is None


async def test_what_is_no_webhook(backend, webhooks):
    broken = Insert(webhook_keys.webhook(KEY), {"v": 1, "body": '{"url": 1}'})
    await backend.table("operations").transact([broken])
    with pytest.raises(Undecodable):
        await webhooks.get(KEY)


@pytest.mark.parametrize("wake", [Wake(KEY), Wake(KEY, "2026|x|1", "c:1:1")])
async def test_a_wake_is_what_was_written(wake: Wake):
    memory = Memory()
    await memory.ports.waker.wake(wake, timedelta(seconds=1.2))
    (message,) = memory.queues.take("webhook-deliveries")
    assert (wake_of(message.text), message.delay) == (wake, 2)
    assert message.text == wake_text(wake)
