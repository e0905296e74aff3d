"""`POST /api/onboarding`: all or none of a batch, stamped with the caller, once in effect."""

import base64
import json
from typing import Any

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from shared.services.ports.queues import Receipt, queue_of
from shared.services.ports.values import StorageBusy
from shared.services.queues.messages import Delivery
from shared.storage.engine.memory import MemoryQueues, Message
from tests.cast.ids import AGENCY, DIRECT, OTHER_DIRECT
from tests.cast.messages import invitation, profile, registration, sold, submission
from tests.running.app import (
    OPERATOR_CLAIMS,
    LocalApp,
    admin,
    application,
    enrol,
    hire,
    submit,
    user,
)

PLACE = "/api/onboarding"
QUEUE = queue_of(DIRECT)
BATCH = {"content-type": "application/cloudevents-batch+json"}
RESULTS = f"/api/partners/{DIRECT}/onboarding-results"

APPLICATION = application()


def queued(local: LocalApp) -> tuple[Message, ...]:
    return local.memory.queues.take(QUEUE)


async def work(local: LocalApp) -> None:
    """The worker takes what is queued."""
    for message in queued(local):
        await local.services.inbox.take(QUEUE, Delivery(message.id, message.text, 1))


async def results(local: LocalApp) -> list[dict]:
    local.clock.pass_by(seconds=16)
    return (await local.call("GET", RESULTS, APPLICATION)).body["value"]


@pytest.fixture
async def hired(local: LocalApp) -> LocalApp:
    await enrol(local, DIRECT)
    await hire(local, DIRECT, 1)
    return local


@pytest.mark.parametrize("headers", [BATCH, None])
async def test_what_is_handed_in_takes_effect_once(hired, headers):
    answer = await submit(hired, submission(), headers=headers)
    assert answer.status == 202
    (taken,) = answer.body["value"]
    source = f"/partners/{DIRECT}"
    assert taken == {
        "messageId": "m-1",
        "source": source,
        "type": "subscription-registration",
        "status": "queued",
    }
    assert answer.body["results"] == f"https://csp.example{RESULTS}?api-version=2026-11-01"
    await work(hired)
    await submit(hired, submission())
    await work(hired)
    (result,) = await results(hired)
    assert (result["outcome"], result["messageId"], result["source"]) == (
        "succeeded",
        "m-1",
        source,
    )
    assert result["partnerId"] == DIRECT
    assert "pipelineId" not in result
    head = (await hired.memory.ports.tenants.head(AGENCY)).value
    entry = await hired.memory.ports.tenants.entry(AGENCY, head.sequence)
    assert (entry.actor.tenant_id, entry.actor.role) == (DIRECT, "PL")
    assert entry.actor.object_id == APPLICATION["oid"]


async def test_what_it_says_of_itself_is_not_believed(hired):
    claims = {"source": f"/partners/{OTHER_DIRECT}", "caller": "root", "stamp": "0" * 64}
    answer = await submit(hired, submission(**claims))
    assert answer.body["value"][0]["source"] == f"/partners/{DIRECT}"
    (message,) = queued(hired)
    carried = json.loads(base64.b64decode(message.text))
    assert carried["caller"] == APPLICATION["oid"]
    assert carried["stamp"] != claims["stamp"]


@pytest.mark.parametrize(
    "changes",
    [
        {"stamp": "0" * 64},
        {"stamp": None},
        {"caller": "somebody"},
        {"id": "m-2"},
        {"source": f"/partners/{OTHER_DIRECT}"},
        {"type": "subscription-update"},
        {"data": registration(2)},
    ],
)
async def test_a_message_that_was_changed_in_the_queue_is_nobodys(hired, changes):
    """Also one made up by a pipeline, which can write to the same queue."""
    await submit(hired, submission())
    (message,) = queued(hired)
    forged = {**json.loads(base64.b64decode(message.text)), **changes}
    forged = {name: value for name, value in forged.items() if value is not None}
    text = base64.b64encode(json.dumps(forged).encode()).decode()
    await hired.services.inbox.take(QUEUE, Delivery("q", text, 1))
    letters = (await hired.call("GET", "/api/dead-letters", OPERATOR_CLAIMS)).body["value"]
    assert [each["reason"] for each in letters] == ["source-not-authorised"]
    assert await results(hired) == []


async def test_the_sdk_writes_what_is_taken(hired):
    attributes = {"id": "sdk", "source": "https://erp.example", "locale": "ko"}
    kind = {"type": "subscription-registration", "datacontenttype": "application/json"}
    sent = JSONFormat().write(CloudEvent({**attributes, **kind}, registration()))
    answer = await submit(hired, json.loads(sent), headers=BATCH)
    assert answer.status == 202
    await work(hired)
    assert [each["outcome"] for each in await results(hired)] == ["succeeded"]


@pytest.mark.parametrize(
    ("wrong", "target"),
    [
        (submission("partner-upgrade"), "[1].type"),
        (submission("partner-enrolment"), "[1].type"),
        (submission("customer-profile", profile()), "[1].type"),
        (submission("relationship-import", {}), "[1].type"),
        (submission(data=registration(quantity=0)), "[1].data.quantity"),
        (submission(data=registration(extra=1)), "[1].data.extra"),
        (submission(data=registration(actingPartnerId=OTHER_DIRECT)), "[1].data.actingPartnerId"),
        (submission(id="m-0"), "[1].id"),
        (submission(id=""), "[1].id"),
        (submission(source=None), "[1].source"),
        (submission(specversion="0.3"), "[1].specversion"),
        (submission(data=[1]), "[1].data"),
        (submission(time="now"), "[1].time"),
        (submission(pad="x" * 49_000), "[1]"),
        (1, "[1]"),
    ],
)
async def test_none_is_queued_when_one_is_malformed(hired, wrong, target):
    answer = await submit(hired, submission(id="m-0"), wrong)
    assert answer.code == (400, "InvalidRequest")
    assert target in [each["target"] for each in answer.body["error"]["details"]]
    assert queued(hired) == ()


@pytest.mark.parametrize(
    ("body", "status"), [([], 400), ([submission(id=str(n)) for n in range(51)], 400), ({}, 400)]
)
async def test_a_batch_has_one_to_fifty(hired, body, status):
    answer = await hired.call("POST", PLACE, APPLICATION, body)
    assert answer.status == status
    assert answer.body["error"]["target"] == "body"
    assert [each["target"] for each in answer.body["error"]["details"]] == ["body"]


async def test_fifty(hired):
    small = [submission("subscription-status", sold(status="active"), id=str(n)) for n in range(50)]
    assert len((await submit(hired, *small)).body["value"]) == 50
    assert len(queued(hired)) == 50


@pytest.mark.parametrize("media_type", ["text/plain", "application/merge-patch+json"])
async def test_other_media_types(hired, media_type):
    answer = await submit(hired, submission(), headers={"content-type": media_type})
    assert answer.code == (415, "UnsupportedMediaType")


async def test_a_queue_that_fails_in_between(hired):
    """What was queued stays, what was not comes when all is sent again; each takes effect once."""
    put, left = hired.memory.queues.put, 1

    async def full(self: MemoryQueues, queue: str, text: str, delay: int = 0) -> Receipt:
        nonlocal left
        if queue == QUEUE:
            left -= 1
            if left < 0:
                raise StorageBusy("429")
        return await put(queue, text, delay)

    events = [submission(data=registration(number), id=str(number)) for number in (1, 2)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(MemoryQueues, "put", full)
        answer = await submit(hired, *events)
    assert answer.code == (503, "PartlyQueued")
    assert answer.headers["Retry-After"]
    await work(hired)
    assert (await submit(hired, *events)).status == 202
    await work(hired)
    found = sorted((each["messageId"], each["outcome"]) for each in await results(hired))
    assert found == [("1", "succeeded"), ("2", "succeeded")]


@pytest.mark.parametrize(
    ("kind", "data", "outcome"),
    [
        ("invitation-request", invitation(9), "refused"),
        ("subscription-status", sold(status="suspended"), "refused"),
        ("subscription-status", sold(status="active"), "succeeded"),
        ("subscription-update", sold(quantity=9), "succeeded"),
    ],
)
async def test_the_role_table_binds_an_application(hired, kind, data, outcome):
    """What HTTP would answer with 403 is refused; an operator's pipeline has its registration."""
    await submit(hired, submission())
    await work(hired)
    await submit(hired, submission(kind, data, id="m-2"))
    await work(hired)
    last = next(each for each in await results(hired) if each["messageId"] == "m-2")
    assert last["outcome"] == outcome
    if outcome == "refused":
        assert last["error"]["code"] == "AuthorizationFailed"


@pytest.mark.parametrize(("locale", "word"), [("en", "relationship"), ("ko", "관계")])
async def test_results_speak_the_language_of_the_message(local, locale, word):
    await enrol(local, DIRECT)
    await submit(local, submission(locale=locale))
    await work(local)
    (result,) = await results(local)
    assert result["outcome"] == "refused"
    assert word in result["error"]["details"][0]["message"]


async def test_a_tenant_that_is_no_partner(local):
    assert (await submit(local, submission())).code == (403, "AuthorizationFailed")


async def test_a_suspended_partner(hired):
    await hired.call("POST", f"/api/partners/{DIRECT}/suspend", OPERATOR_CLAIMS)
    answer = await submit(hired, submission())
    assert answer.code == (409, "PolicyRefused")
    assert answer.body["error"]["innererror"]["rules"] == ["PRT-1"]
    assert queued(hired) == ()


@pytest.mark.parametrize("caller", [user(DIRECT, "GlobalAdmin"), OPERATOR_CLAIMS, admin(AGENCY)])
async def test_people_hand_in_nothing(hired, caller):
    assert (await submit(hired, submission(), caller=caller)).status == 403


async def test_whose_results(hired):
    await enrol(hired, OTHER_DIRECT)
    assert (await hired.call("GET", RESULTS, user(DIRECT, "SalesAgent"))).status == 200
    assert (await hired.call("GET", RESULTS, application(OTHER_DIRECT))).status == 404
    assert (await hired.call("GET", RESULTS, admin(AGENCY))).status == 403


async def test_data_that_are_nested_deeply_are_malformed_and_no_defect(hired):
    nested: Any = "x"
    for _ in range(260):
        nested = [nested]
    answer = await submit(
        hired, submission(), submission("subscription-update", {"a": nested}, id="m-2")
    )
    assert answer.code == (400, "InvalidRequest")
    targets = {detail["target"] for detail in answer.body["error"]["details"]}
    assert "[1].data.a" in targets
    assert queued(hired) == ()


async def test_of_events_that_are_all_wrong_each_is_told_and_nothing_else(hired):
    answer = await submit(hired, submission(time="now"), submission(id=None))
    targets = [detail["target"] for detail in answer.body["error"]["details"]]
    assert targets == ["[0].time", "[1].id"]
