"""A webhook on the running system: its feed arrives at a receiver on this machine."""

from uuid import uuid4

from standardwebhooks.webhooks import Webhook as StandardWebhook

from tests.running.client import World, ok, targets
from tests.running.receiver import Server
from tests.running.waiting import eventually


def test_a_feed_arrives(world: World, server: Server):
    partner, customer = world.partner(), world.customer()
    world.hired(partner, customer)
    path = f"/partners/{partner.tenant}/webhooks/{uuid4()}"
    assert targets(partner.put(path, {"url": "http://10.0.0.1/"})) == ["url"]

    made = partner.put(path, {"url": server.url, "types": ["subscription-registered"]})
    assert (made.status_code, made.json()["status"]) == (201, "pending")
    eventually(lambda: ok(partner.get(path)), lambda webhook: webhook["status"] == "active")
    server.refuse = 1
    for _ in range(2):
        world.sold(partner, customer)
    eventually(server.events, lambda events: len(events) >= 3)

    feed = ok(partner.get(f"/partners/{partner.tenant}/events"))["value"]
    expected = [event for event in feed if event["type"] == "subscription-registered"]
    first, second = expected
    assert server.events() == [first, first, second]
    checker = StandardWebhook(made.json()["secret"])
    for headers, body in server.posted:
        assert checker.verify(body, headers)["customerid"] == customer.tenant
    webhook = eventually(
        lambda: ok(partner.get(path)), lambda shown: shown["delivery"]["lastSuccessAt"]
    )
    assert webhook["delivery"]["lastError"] is None

    assert ok(partner.post(f"{path}/test"))["delivered"]
    assert server.events()[-1]["type"] == "webhook-test"
    assert partner.delete(path).status_code == 204
