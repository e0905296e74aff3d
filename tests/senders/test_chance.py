"""Whatever is sent: no 5xx, a result or a dead letter, and no letter for what the standard allows.

`FUZZ` says how many; without it as many as a run of all tests has time for.
"""

import json
import os
from random import Random
from typing import Any

import pytest

from shared.canonical import digest
from shared.http.messages import Incoming
from shared.http.pipeline import serve
from shared.services.queues.messages import Delivery
from tests.cast.bodies import ACCEPTANCE, customer_document, partner_document, sale_document
from tests.cast.ids import AGENCY, DIRECT, PATH_IDS
from tests.cast.messages import PIPELINE, event, registration
from tests.running.app import (
    API_VERSION,
    OPERATOR_CLAIMS,
    LocalApp,
    admin,
    application,
    enrol,
    user,
)
from tests.running.backend import Backend
from tests.running.sender import Sender
from tests.senders.chance import allowed, any_message, spoilt, spoilt_bytes

NUMBER = int(os.environ.get("FUZZ", "600"))
ROUND = 50
"""Messages to one backend: then a new one, so that looking what became of one stays cheap."""
MEMBERS = {"customerId": AGENCY, "subscriptionId": AGENCY}
BODIES: list[tuple[str, dict[str, Any], Any]] = [
    ("partners_put", OPERATOR_CLAIMS, partner_document()),
    ("customers_put", admin(AGENCY), customer_document()),
    ("invitations_put", user(DIRECT, "GlobalAdmin"), {"delegatedAdmin": True, "message": "Hello"}),
    ("invitations_accept", admin(AGENCY), ACCEPTANCE),
    ("invitations_decline", admin(AGENCY), {"reason": "No", "block": True}),
    ("subscriptions_put", user(DIRECT, "GlobalAdmin"), sale_document()),
    (
        "subscriptions_patch",
        user(DIRECT, "GlobalAdmin"),
        {"term": {"endsAt": "2028-01-01T00:00:00Z"}},
    ),
    ("pipelines_put", OPERATOR_CLAIMS, {"source": "/x", "partnerIds": [DIRECT], "types": []}),
    ("onboarding_submit", application(), [event("subscription-registration", registration())]),
    (
        "policy_evaluate",
        user(DIRECT, "GlobalAdmin"),
        {"command": "register", **MEMBERS, "body": sale_document()},
    ),
]
KINDS = ["application/json", "text/json; charset=utf-8", "application/merge-patch+json", ""]


async def became(sender: Sender, text: str) -> tuple[int, bool]:
    """How many results more there are, and whether there is a dead letter."""
    before = len(await sender.results())
    delivery = await sender.text(text)
    letter = digest(["onboarding", delivery.id])
    dead = any(each["id"] == letter for each in sender.letters())
    return len(await sender.results()) - before, dead


@pytest.mark.timeout(0)
async def test_what_the_standard_allows_is_no_dead_letter():
    sender = Sender(Backend())
    for number in range(NUMBER // 3):
        if number % ROUND == 0:
            sender = Sender(Backend())
            await sender.start()
        text = allowed(Random(number), number)
        assert await became(sender, text) == (1, False), (number, text)


@pytest.mark.timeout(0)
async def test_no_message_is_without_a_result_or_a_dead_letter():
    sender = Sender(Backend())
    for number in range(NUMBER // 3):
        if number % ROUND == 0:
            sender = Sender(Backend())
            await sender.start()
        text = any_message(Random(number), number)
        results, dead = await became(sender, text)
        assert results or dead, (number, text)


@pytest.mark.timeout(0)
async def test_no_body_is_answered_by_a_5xx():
    local = LocalApp()
    for number in range(NUMBER - 2 * (NUMBER // 3)):
        if number % (ROUND * 10) == 0:
            local = LocalApp()
            await enrol(local, DIRECT)
            await local.memory.ports.operations.put_pipeline(PIPELINE, None)
        random = Random(number)
        name, caller, body = random.choice(BODIES)
        document = spoilt(random, body) if random.random() < 0.9 else body
        content = spoilt_bytes(random, json.dumps(document).encode())
        endpoint = local.endpoints[name]
        incoming = Incoming(
            headers={
                "authorization": json.dumps(caller),
                "content-type": random.choice(KINDS),
                "content-length": str(len(content)),
                "if-match": random.choice(['"1"', "*"]),
            },
            path={each: PATH_IDS.get(each, AGENCY) for each in endpoint.parameters},
            query={"api-version": API_VERSION},
            body=content,
        )
        answer = await serve(endpoint, incoming, lambda app=local.app: app)
        assert answer.status < 500, (number, name, content)


def test_deliveries_of_one_text_are_told_apart():
    """What `became` rests on."""
    one, two = (Delivery(each, "text", 1) for each in ("q-1", "q-2"))
    assert digest(["onboarding", one.id]) != digest(["onboarding", two.id])
