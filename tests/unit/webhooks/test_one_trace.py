"""One trace id from the caller's request to the receiver of the webhook, and to the log."""

import base64
import json
import logging
from typing import Any

from shared.model.ledger import Entry
from shared.services.ports.queues import queue_of
from shared.services.queues.messages import Delivery
from shared.tracing import Trace, current, read
from tests.cast.bodies import sale_document
from tests.cast.ids import AGENCY, DIRECT, subscription_id
from tests.cast.messages import submission
from tests.running.app import application
from tests.unit.webhooks.hooked import SELLER, Hooked

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = f"00-{TRACE}-00f067aa0ba902b7-01"
SALE = f"/api/customers/{AGENCY}/subscriptions/{subscription_id(1)}"


class Heard(logging.Handler):
    """What was logged, and in which span."""

    def __init__(self) -> None:
        super().__init__()
        self.spans: dict[str, Trace | None] = {}

    def emit(self, record: logging.LogRecord) -> None:
        self.spans[record.getMessage()] = current()


async def follow(hooked: Hooked) -> list[dict[str, Any]]:
    """Hands over what announces, as the host does; what it said of that trace."""
    messages = hooked.local.memory.queues.take("projections")
    for message in messages:
        await hooked.local.services.inbox.take("projections", Delivery("m", message.text, 1))
    hooked.local.clock.pass_by(seconds=16)
    said = [json.loads(message.text) for message in messages]
    return [each for each in said if TRACE in each.get("traceparent", "")]


async def last_entry(hooked: Hooked) -> Entry:
    tenants = hooked.local.memory.ports.tenants
    head = await tenants.head(AGENCY)
    assert head
    entry = await tenants.entry(AGENCY, head.value.sequence)
    assert entry
    return entry


async def test_from_the_caller_to_the_webhook(hooked: Hooked):
    await hooked.register()
    hooked.local.memory.queues.take("projections")  # looks again of what was before
    heard, logger = Heard(), logging.getLogger("shared")
    logger.addHandler(heard)
    logger.setLevel(logging.INFO)
    try:
        made = await hooked.local.call(
            "PUT", SALE, SELLER, sale_document(), {"traceparent": CALLER}
        )
        announced = await follow(hooked)
        await hooked.step()
    finally:
        logger.removeHandler(heard)
        logger.setLevel(logging.NOTSET)
    answered, entry = read(made.headers["traceparent"]), await last_entry(hooked)
    (message,), (event,) = announced, hooked.receiver.events
    posted = read(hooked.receiver.posted[-1][0]["traceparent"])
    command = read(entry.document["traceparent"])
    assert {span.trace_id for span in (answered, command, posted)} == {TRACE}
    assert len({span.span_id for span in (answered, command, posted)}) == 3
    assert message["traceparent"] == entry.document["traceparent"] == event["traceparent"]
    spans = {name: heard.spans[name] for name in ("projection.served", "webhook.attempt")}
    assert {span.parent_id for span in spans.values()} == {command.span_id}
    assert {span.trace_id for span in heard.spans.values() if span} == {TRACE}
    assert heard.spans["command.committed"].parent_id == answered.span_id


async def test_a_look_again_stays_in_the_trace(hooked: Hooked):
    hooked.local.memory.queues.take("projections")
    text = json.dumps({"tenantId": AGENCY, "commandId": "0" * 32, "look": 1, "traceparent": CALLER})
    await hooked.local.services.inbox.take("projections", Delivery("m", text, 1))
    (again,) = [
        json.loads(message.text) for message in hooked.local.memory.queues.take("projections")
    ]
    assert (again["look"], again["traceparent"]) == (2, CALLER)


async def test_a_message_that_was_handed_in_goes_back_to_its_request(hooked: Hooked):
    sent = await hooked.local.call(
        "POST", "/api/onboarding", application(), [submission()], {"traceparent": CALLER}
    )
    assert sent.status == 202
    (message,) = hooked.local.memory.queues.take(queue_of(DIRECT))
    event = json.loads(base64.b64decode(message.text))
    assert read(event["traceparent"]).trace_id == TRACE
    await hooked.local.services.inbox.take(queue_of(DIRECT), Delivery("m", message.text, 1))
    assert read((await last_entry(hooked)).document["traceparent"]).trace_id == TRACE


async def test_a_pipelines_own_trace_goes_on(hooked: Hooked):
    own = f"00-{'ab' * 16}-{'cd' * 8}-01"
    body = [submission(traceparent=own)]
    await hooked.local.call("POST", "/api/onboarding", application(), body, {"traceparent": CALLER})
    (message,) = hooked.local.memory.queues.take(queue_of(DIRECT))
    assert json.loads(base64.b64decode(message.text))["traceparent"] == own
