"""Pipelines that are deleted."""

import base64
import json

from shared.services.queues.messages import Delivery
from tests.cast.ids import DIRECT
from tests.cast.messages import event, profile
from tests.running.app import OPERATOR_CLAIMS, LocalApp

PIPELINE = {
    "source": "https://erp.example/in",
    "partnerIds": [DIRECT],
    "types": ["customer-profile"],
}
ONE = "/api/pipelines/one"


async def deliver(local: LocalApp, message_id: str) -> None:
    sent = event("customer-profile", profile(), id=message_id, source=PIPELINE["source"])
    text = base64.b64encode(json.dumps(sent).encode()).decode()
    await local.services.inbox.take("onboarding", Delivery(f"q-{message_id}", text, 1))


async def test_a_deleted_pipeline(local):
    """Its messages die, its results remain, nobody else gets its source; it can come back."""
    made = await local.call("PUT", ONE, OPERATOR_CLAIMS, PIPELINE)
    await deliver(local, "1")
    stale = await local.call("DELETE", ONE, OPERATOR_CLAIMS, headers={"if-match": '"old"'})
    assert stale.code == (412, "ConditionNotMet")
    etag = {"if-match": made.body["etag"]}
    for headers in (etag, etag, None):
        assert (await local.call("DELETE", ONE, OPERATOR_CLAIMS, headers=headers)).status == 204
    assert (await local.call("GET", ONE, OPERATOR_CLAIMS)).status == 404
    assert (await local.call("GET", "/api/pipelines", OPERATOR_CLAIMS)).body["value"] == []
    await deliver(local, "2")
    (letter,) = (await local.call("GET", "/api/dead-letters", OPERATOR_CLAIMS)).body["value"]
    assert letter["reason"] == "source-not-authorised"
    local.clock.pass_by(seconds=16)
    kept = (await local.call("GET", f"{ONE}/results", OPERATOR_CLAIMS)).body["value"]
    assert [each["messageId"] for each in kept] == ["1"]
    taken = await local.call("PUT", "/api/pipelines/two", OPERATOR_CLAIMS, PIPELINE)
    assert taken.code == (409, "ResourceAlreadyExists")
    assert (await local.call("PUT", ONE, OPERATOR_CLAIMS, PIPELINE)).status == 201
    assert (await local.call("GET", ONE, OPERATOR_CLAIMS)).body == made.body
    replayed = await local.call("POST", f"/api/dead-letters/{letter['id']}/replay", OPERATOR_CLAIMS)
    assert replayed.body["status"] == "replayed"


async def test_a_pipeline_that_never_was(local):
    assert (await local.call("DELETE", ONE, OPERATOR_CLAIMS)).code == (404, "ResourceNotFound")
