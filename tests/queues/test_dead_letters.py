"""Messages that cannot be processed, over the real queues: each is kept, none comes again."""

import base64
import json
from uuid import uuid4

import pytest

from tests.http.client import eventually
from tests.system import OwnSystem

from .conftest import Storage, encoded


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


def test_what_fails_at_every_try_ends_as_poison(tmp_path):
    """No announcement: the function raises five times, the host moves it, it is recorded.

    On a host of its own that makes a failed message visible at once, not after ten seconds.
    """
    impatient = {"AzureFunctionsJobHost__extensions__queues__visibilityTimeout": "00:00:00"}
    system = OwnSystem(tmp_path / "data", environ=impatient)
    system.start()
    try:
        Storage(system).put("projections", "no announcement")
        found = Storage(system).letter("no announcement")
    finally:
        system.stop()
    assert (found["queue"], found["reason"]) == ("projections", "malformed")
    assert found["dequeueCount"] == 5


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
    found = eventually(storage.letters, lambda all_: any(event[:4096] == a["text"] for a in all_))
    assert [each["reason"] for each in found if each["text"] == event[:4096]] == ["unknown-version"]
