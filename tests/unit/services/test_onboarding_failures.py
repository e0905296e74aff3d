"""Onboarding messages that can never be processed, or only later."""

import json
from pathlib import Path

import pytest

from devhost.config import load_host_config
from shared.services.ports.operations import Outcome, Pipeline
from shared.services.ports.values import Undecodable
from shared.services.queues.letter_list import Filters
from shared.services.queues.messages import MAX_DEQUEUE_COUNT, Delivery
from shared.storage.engine.memory import Request
from tests.cast.ids import AGENCY, DIRECT, OTHER_DIRECT
from tests.cast.messages import (
    PIPELINE,
    SOURCE,
    encoded,
    enrolment,
    event,
    imported,
    invitation,
    profile,
    registration,
    registrations,
    sold,
)
from tests.running.backend import wrote
from tests.running.sender import Sender
from tests.running.worker_index import functions

from .burying import NARROW, allow

BAD_TEXTS = {
    "not base64 at all!": "undecodable",
    '[{"specversion": "1.0"}]': "undecodable",
    '{"specversion": "1.0"}': "undecodable",
    "": "malformed",
    "/////w==": "undecodable",
    "YQ": "undecodable",
    encoded("text"): "malformed",
    "eyJhIjoxLCJhIjoyfQ==": "malformed",
    encoded({}): "malformed",
    encoded(event("customer-profile", profile(), source="https://unknown.example")): (
        "source-not-authorised"
    ),
}


@pytest.mark.parametrize("text", BAD_TEXTS)
async def test_what_is_not_a_message_of_a_pipeline(backend, sender, text):
    await sender.text(text)
    (letter,) = sender.letters()
    assert letter["reason"] == BAD_TEXTS[text]
    assert (letter["queue"], letter["dequeueCount"]) == ("onboarding", 1)
    assert letter["text"] == text
    assert letter["deadAt"] == "2026-11-01T08:00:00.000000Z"
    named = "".join(word.capitalize() for word in letter["reason"].split("-"))
    assert letter["error"]["type"] == ("BadRequest" if named == "Malformed" else named)
    assert await sender.results() == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": "subscription-upgrade"}, "unknown-type"),
        ({"kind": "relationship-import"}, "malformed"),
        ({"kind": "relationship-import", "data": imported(evidence="")}, "malformed"),
        (
            {"kind": "relationship-import", "data": imported(partnerId=OTHER_DIRECT)},
            "source-not-authorised",
        ),
        ({"data": profile(extra=1)}, "malformed"),
        ({"data": profile(customerId="me")}, "malformed"),
        ({"data": {}}, "malformed"),
        ({"kind": "subscription-registration", "data": registrations()}, "malformed"),
        ({"kind": "subscription-registration", "data": registrations(*range(51))}, "malformed"),
        ({"kind": "subscription-registration", "data": registrations(1, 2, 1)}, "malformed"),
        (
            {"kind": "subscription-registration", "data": registration(subscriptions=[])},
            "malformed",
        ),
        (
            {"kind": "partner-enrolment", "data": enrolment(affiliatedTenantIds=[DIRECT])},
            "malformed",
        ),
        ({"kind": "partner-enrolment", "data": enrolment(OTHER_DIRECT)}, "source-not-authorised"),
        (
            {"kind": "invitation-request", "data": invitation(actingPartnerId=OTHER_DIRECT)},
            "source-not-authorised",
        ),
    ],
)
async def test_what_a_pipeline_sends_in_vain(backend, sender, changes, reason):
    """A dead letter, and result `failed` in the pipeline's feed; redelivered, still one of each."""
    kind = changes.get("kind", "customer-profile")
    delivery = await sender.send(kind, changes.get("data", profile()))
    await sender.again(delivery)
    assert sender.reasons() == [reason]
    (result,) = await sender.results()
    assert (result.outcome, result.type, result.message_id) == (Outcome.FAILED, kind, "e-1")
    assert result.error["code"]
    assert await backend.ports.tenants.head(AGENCY) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"data": None},
        {"data": [1]},
        {"data_base64": "e30="},
        {"id": ""},
        {"id": None},
        {"source": None},
        {"type": None},
        {"datacontenttype": "text/xml"},
        {"time": "yesterday"},
        {"Upper": "x"},
        {"nested": {"a": 1}},
        {"id": "\ud800"},
    ],
)
async def test_what_is_no_cloud_event(sender, changes):
    await sender.text(encoded(event("customer-profile", profile()) | changes))
    assert sender.reasons() == ["malformed"]


@pytest.mark.parametrize(
    "changes",
    [
        {"datacontenttype": "application/json; charset=utf-8"},
        {"time": "2026-11-01T08:00:00Z", "subject": "s", "dataschema": "https://s.example"},
        {"locale": 1},
        {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "n": 1},
    ],
)
async def test_what_is_a_cloud_event(sender, changes):
    await sender.send("customer-profile", profile(), **changes)
    assert await sender.outcomes() == ["succeeded"]


async def test_a_type_that_is_not_the_pipelines(backend):
    sender = Sender(backend)
    await sender.start(Pipeline(PIPELINE.id, SOURCE, (DIRECT,), ("partner-enrolment",)))
    await sender.send("customer-profile", profile())
    assert sender.reasons() == ["source-not-authorised"]
    assert await sender.outcomes() == ["failed"]


async def test_a_dead_letter_names_the_tenant_and_the_fields_but_no_values(backend, sender):
    await sender.send("customer-profile", profile(country="Narnia"))
    (letter,) = sender.letters()
    assert "country: " in letter["error"]["message"]
    assert "Narnia" not in letter["error"]["message"]
    assert letter["tenantId"] == AGENCY


async def test_a_dead_letter_says_which_message_it_is_where_there_is_one(backend, sender):
    await sender.send("subscription-wish", {}, id="w-1")
    await sender.text("no base64!")
    page = await backend.services.letters.page(Filters(), None, 10)
    found = {each["reason"]: each["message"] for each in page.items}
    assert found == {
        "unknown-type": {"id": "w-1", "source": SOURCE, "type": "subscription-wish"},
        "undecodable": None,
    }


async def test_what_is_malformed_is_told_in_the_language_of_the_message(sender):
    await sender.send("customer-profile", profile(country="Narnia"), locale="ko")
    (result,) = await sender.results()
    (detail,) = result.error["details"]
    assert detail["target"] == "country"
    assert "국가 코드" in detail["message"]
    (letter,) = sender.letters()
    assert f"country: {detail['message']}" in letter["error"]["message"]


async def broken(backend, error: Exception) -> None:
    async def fail(request: Request) -> None:
        if wrote(request, "entry|") or request.table == "projections":
            raise error

    backend.before = fail


@pytest.mark.parametrize("error", [Undecodable("a row"), RuntimeError("a defect")])
async def test_what_fails_is_tried_again_and_then_a_dead_letter(backend, sender, error):
    text = encoded(event("customer-profile", profile()))
    await broken(backend, error)
    for dequeue_count in range(1, MAX_DEQUEUE_COUNT):
        with pytest.raises(type(error)):
            await sender.text(text, dequeue_count)
    assert sender.letters() == await sender.results() == []
    await sender.text(text, MAX_DEQUEUE_COUNT)
    (letter,) = sender.letters()
    assert letter["error"] == {"type": type(error).__name__, "message": str(error)}
    assert (letter["reason"], letter["dequeueCount"]) == ("retries-exhausted", MAX_DEQUEUE_COUNT)
    assert letter["tenantId"] == AGENCY
    (result,) = await sender.results()
    assert (result.outcome, result.error["code"]) == (Outcome.FAILED, "InternalError")


async def test_poison_becomes_a_dead_letter_and_a_result(backend, sender):
    """The process died at every try: nobody knows more."""
    poison = Delivery("p-1", encoded(event("customer-profile", profile())), 1)
    await backend.services.inbox.poison("onboarding", poison)
    await backend.services.inbox.poison("onboarding", poison)
    (letter,) = sender.letters()
    assert (letter["reason"], letter["tenantId"]) == ("retries-exhausted", AGENCY)
    assert (letter["error"]["type"], letter["dequeueCount"]) == ("GaveUpError", MAX_DEQUEUE_COUNT)
    assert await sender.outcomes() == ["failed"]


def test_the_host_gives_up_when_the_app_thinks_so():
    host = json.loads(Path("host.json").read_text(encoding="utf-8"))
    queues = host["extensions"]["queues"]
    assert queues["maxDequeueCount"] == MAX_DEQUEUE_COUNT
    assert queues["messageEncoding"] == "none"


def test_the_devhost_takes_what_host_json_says():
    """Settings that only the real host knew would be tested nowhere."""
    options = load_host_config(Path(), {}).queues
    assert (options.batch_size, options.new_batch_threshold) == (16, 8)
    assert (options.max_dequeue_count, options.visibility_timeout) == (MAX_DEQUEUE_COUNT, 30)


def test_nothing_is_sent_by_a_queue_output():
    """The host makes several messages of a JSON array there: all that we send goes by the SDK."""
    kinds = {binding.type for each in functions() for binding in each.get_bindings()}
    assert "queueTrigger" in kinds
    assert "queue" not in kinds


async def test_an_enrolment_replaces_nothing(backend, sender):
    """One that was put off or replayed may come long after the partner changed."""
    await sender.send("partner-enrolment", enrolment(), id="1")
    await sender.send("partner-enrolment", enrolment(name="From long ago"), id="2")
    await sender.send("partner-enrolment", enrolment(), id="3")
    found = {each.message_id: each for each in await sender.results()}
    first, late, again = (found[number] for number in "123")
    assert [each.outcome.value for each in (first, again)] == ["succeeded"] * 2
    assert (late.outcome.value, late.error["code"]) == ("refused", "ResourceAlreadyExists")
    head = (await backend.ports.tenants.head(DIRECT)).value
    assert (head.sequence, head.partner.name) == (1, enrolment()["name"])


@pytest.mark.parametrize(
    ("kind", "data", "code", "helps"),
    [
        ("subscription-registration", registration(), "PolicyRefused", "afterChange"),
        ("subscription-status", sold(status="suspended"), "ResourceNotFound", "afterChange"),
        ("subscription-status", {"status": "paused"}, "InvalidRequest", "never"),
        ("partner-enrolment", enrolment(name="Other"), "ResourceAlreadyExists", "never"),
        ("subscription-wish", {}, "UnknownType", "never"),
    ],
)
async def test_a_result_says_whether_sending_again_may_help(sender, kind, data, code, helps):
    await sender.send("partner-enrolment", enrolment(), id="1")
    await sender.send(kind, data, id="2")
    found = {each.message_id: each for each in await sender.results()}
    done, other = found["1"], found["2"]
    assert (done.retryable, other.error["code"], other.retryable) == (None, code, helps)


async def test_a_source_without_the_right_may_get_it(backend, sender):
    await allow(backend, NARROW)
    await sender.send("customer-profile", profile())
    (result,) = await sender.results()
    assert (result.error["code"], result.retryable) == ("SourceNotAuthorised", "afterChange")


async def test_a_defect_may_be_gone_by_and_by(backend, sender):
    async def fail(request: Request) -> None:
        if request.table == "tenants":
            raise TypeError("a defect")

    backend.before = fail
    await sender.text(encoded(event("customer-profile", profile())), MAX_DEQUEUE_COUNT)
    (result,) = await sender.results()
    assert (result.outcome.value, result.retryable) == ("failed", "afterTime")
