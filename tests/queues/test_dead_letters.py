"""Messages that cannot be processed, over the real queues: each is kept, none comes again."""

import base64
import json
from uuid import uuid4

import pytest

from shared.storage.encoding.keys import tenants as keys
from shared.storage.engine.clients import Clients
from shared.storage.engine.table import Insert
from tests.queues.pipelines import Storage, encoded
from tests.running.client import ok
from tests.running.system import OwnSystem
from tests.running.waiting import eventually


def unique() -> str:
    return str(uuid4())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (lambda: f"plain text {unique()}", "undecodable"),
        (lambda: json.dumps([{"id": unique()}, {"id": unique()}]), "undecodable"),
        (lambda: json.dumps({"specversion": "1.0", "id": unique()}), "undecodable"),
        (lambda: base64.b64encode(b"\xff\xfe" + unique().encode()).decode(), "undecodable"),
        (lambda: encoded([unique(), unique()]), "malformed"),
        (
            lambda: base64.b64encode(b'{"id":"a","id":"%s"}' % unique().encode()).decode(),
            "malformed",
        ),
        (lambda: encoded({"specversion": "2.0", "id": unique()}), "unknown-version"),
    ],
)
def test_what_is_no_message_at_all(storage, text, reason):
    """A dead letter at once: nothing is tried again."""
    sent = text()
    storage.put("onboarding", sent)
    found = storage.letter(sent)
    assert (found["queue"], found["reason"], found["dequeueCount"]) == ("onboarding", reason, 1)


def test_no_text_says_of_itself_which_message_it_is(storage):
    """Two messages that name one id, and a count and times that are none: two letters."""
    claimed = {
        "specversion": "1.0",
        "id": unique(),
        "popReceipt": "x",
        "dequeueCount": "x",
        "insertionTime": "x",
        "ExpirationTime": "x",
        "timeNextVisible": "x",
    }
    sent = [json.dumps({**claimed, "type": kind}) for kind in ("one", "another")]
    for text in sent:
        storage.put("onboarding", text)
    for text in sent:
        found = storage.letter(text)
        assert (found["reason"], found["dequeueCount"]) == ("undecodable", 1)


def test_a_note_that_nobody_sealed_is_part_of_the_text(storage):
    """As this system writes one on a message that a busy storage put off, but for the seal."""
    sent = f"{encoded({'specversion': '2.0', 'id': unique()})}#again=3,{unique()}"
    storage.put("onboarding", sent)
    assert storage.letter(sent)["reason"] == "undecodable"


@pytest.mark.parametrize(
    ("kind", "data", "reason"),
    [
        ("subscription-upgrade", {}, "unknown-type"),
        ("customer-profile", {"customerId": "me"}, "malformed"),
        (
            "invitation-request",
            {
                "actingPartnerId": "d1000000-0000-4000-8000-00000000dead",
                "customerId": "d1000000-0000-4000-8000-00000000beef",
                "invitationId": "d1000000-0000-4000-8000-00000000cafe",
                "delegatedAdmin": True,
            },
            "source-not-authorised",
        ),
    ],
)
def test_what_a_pipeline_sends_in_vain(storage, pipeline, kind, data, reason):
    ours = pipeline(unique())
    event = ours.event(kind, data)
    storage.put("onboarding", encoded(event))
    found = ours.result(event["id"])
    assert (found["outcome"], found["type"]) == ("failed", kind)
    assert storage.letter(encoded(event))["reason"] == reason


def test_a_source_that_nobody_registered(storage):
    event = {
        "specversion": "1.0",
        "id": unique(),
        "source": f"https://unknown.example/{unique()}",
        "type": "customer-profile",
        "data": {},
    }
    storage.put("onboarding", encoded(event))
    assert storage.letter(encoded(event))["reason"] == "source-not-authorised"


@pytest.mark.parametrize(
    "queue", ["onboarding-poison", "sweep-shards-poison", "webhook-deliveries-poison"]
)
def test_poison(storage, queue):
    """What the host gave up on, as it puts it there."""
    sent = f"gave up on {unique()}"
    storage.put(queue, sent)
    found = storage.letter(sent)
    assert found["queue"] == queue.removesuffix("-poison")
    assert (found["reason"], found["dequeueCount"]) == ("retries-exhausted", 5)


def test_what_fails_at_every_try_is_a_dead_letter_with_its_cause(tmp_path):
    """A tenant whose head does not decode: the function raises at each of the host's five tries.

    On a host of its own that makes a failed message visible at once, not after half a minute.
    """
    impatient = {"AzureFunctionsJobHost__extensions__queues__visibilityTimeout": "00:00:00"}
    system = OwnSystem(tmp_path / "data", environ=impatient)
    system.start()
    tenant_id = unique()
    said = json.dumps({"tenantId": tenant_id, "commandId": unique(), "look": 1})

    async def spoil(clients: Clients) -> None:
        await clients.table("tenants").transact([Insert(keys.head(tenant_id), {"v": 0})])

    try:
        storage = Storage(system)
        storage.run(spoil)
        storage.put("projections", said)
        found = storage.letter(said)
    finally:
        system.stop()
    assert (found["queue"], found["reason"]) == ("projections", "retries-exhausted")
    assert (found["dequeueCount"], found["tenantId"]) == (5, tenant_id)
    assert found["error"] == {"type": "Undecodable", "message": f"{tenant_id} head: ValueError"}


def test_poison_of_projections_is_announced_again(storage):
    tenant_id = unique()
    said = json.dumps({"tenantId": tenant_id, "commandId": unique(), "look": 1})
    storage.put("projections-poison", said)
    assert storage.letter(said)["tenantId"] == tenant_id


def test_an_oversized_message_does_not_fit_into_a_queue(storage):
    """48 KiB of text are all that 64 KiB of base64 hold, and all that an event may have."""
    event = encoded({"specversion": "0.1", "id": unique(), "data": "x" * 49_000})
    assert 64 * 1024 - 200 < len(event) <= 64 * 1024
    storage.put("onboarding", event)
    assert storage.letter(event)["reason"] == "unknown-version"


def test_a_letter_is_listed_and_replayed(world, storage, pipeline):
    """Its pipeline was not allowed to send it; the operator allows it and puts it back."""
    ours = pipeline(unique())
    customer_id = unique()
    profile = {"name": "Agency", "domain": "agency.example", "country": "US"}
    event = ours.event("customer-profile", {"customerId": customer_id, **profile})
    event["source"] += "/later"
    storage.put("onboarding", encoded(event))
    letter_id = storage.letter(encoded(event))["id"]

    def listed(status: str) -> list[dict]:
        wanted = {"status": status, "tenantId": customer_id}
        return ok(world.operator.get("/dead-letters", params=wanted))["value"]

    (found,) = listed("open")
    assert (found["id"], found["reason"]) == (letter_id, "source-not-authorised")
    refused = world.operator.post(f"/dead-letters/{letter_id}/replay")
    assert refused.json()["error"]["code"] == "DeadLetterNotReplayable"
    body = {"source": event["source"], "partnerIds": [], "types": ["customer-profile"]}
    assert world.operator.put(f"/pipelines/{unique()}", body).status_code == 201
    assert ok(world.operator.post(f"/dead-letters/{letter_id}/replay"))["status"] == "replayed"
    (closed,) = eventually(lambda: listed("closed"), bool)
    assert [each["outcome"] for each in closed["replays"]] == ["succeeded"]
    assert (
        ok(world.operator.get(f"/customers/{customer_id}/ledger/verification"))["verifiedThrough"]
        == 1
    )
