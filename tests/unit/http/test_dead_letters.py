"""Dead letters over HTTP: the operator's list and replay."""

import pytest

from shared.services.queues.messages import Delivery
from tests.cast.ids import AGENCY, DIRECT
from tests.cast.messages import encoded, event, profile
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin, user

LIST = "/api/dead-letters"


@pytest.fixture
def app(local: LocalApp) -> LocalApp:
    return local


@pytest.fixture
async def letter(app: LocalApp) -> dict:
    """One message of a source that nobody registered."""
    text = encoded(event("customer-profile", profile()))
    await app.services.inbox.take("onboarding", Delivery("q", text, 1))
    (letter,) = (await app.call("GET", LIST, OPERATOR_CLAIMS)).body["value"]
    return letter


async def test_what_the_operator_sees(letter):
    assert (letter["queue"], letter["reason"]) == ("onboarding", "source-not-authorised")
    assert (letter["tenantId"], letter["status"], letter["replays"]) == (AGENCY, "open", [])
    assert letter["text"] == encoded(event("customer-profile", profile()))
    assert letter["textExpiresAt"] == "2026-12-01T08:00:00.000000Z"


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("status=open", 1),
        ("status=closed", 0),
        ("queue=onboarding&reason=source-not-authorised", 1),
        (f"tenantId={AGENCY.upper()}", 1),
        (f"tenantId={DIRECT}", 0),
    ],
)
async def test_filters(app, letter, filters, found):
    answer = await app.call("GET", f"{LIST}?{filters}", OPERATOR_CLAIMS)
    assert len(answer.body["value"]) == found


@pytest.mark.parametrize("filters", ["status=dead", "queue=inbox", "reason=why", "tenantId=me"])
async def test_malformed_filters(app, filters):
    answer = await app.call("GET", f"{LIST}?{filters}", OPERATOR_CLAIMS)
    assert answer.code == (400, "InvalidRequest")


async def test_a_replay(app, letter):
    place = f"{LIST}/{letter['id']}/replay"
    answer = await app.call("POST", place, OPERATOR_CLAIMS)
    assert answer.code == (409, "DeadLetterNotReplayable")
    assert answer.body["error"]["target"] == "source-not-authorised"
    pipeline = {"source": event("", {})["source"], "partnerIds": [], "types": ["customer-profile"]}
    await app.call("PUT", "/api/pipelines/one", OPERATOR_CLAIMS, pipeline)
    stale = await app.call("POST", place, OPERATOR_CLAIMS, headers={"if-match": '"old"'})
    assert stale.code == (412, "ConditionNotMet")
    held = await app.call("POST", place, OPERATOR_CLAIMS, headers={"if-match": letter["etag"]})
    assert (held.status, held.body["status"]) == (200, "replayed")
    again = await app.call("POST", place, OPERATOR_CLAIMS, headers={"if-match": letter["etag"]})
    assert again.body == held.body
    (message,) = app.memory.queues.take("onboarding")
    await app.services.inbox.take("onboarding", Delivery("r", message.text, 1))
    (closed,) = (await app.call("GET", LIST, OPERATOR_CLAIMS)).body["value"]
    assert (closed["status"], closed["replays"][0]["outcome"]) == ("closed", "succeeded")


async def test_ids(app):
    answer = await app.call("POST", f"{LIST}/{'0' * 64}/replay", OPERATOR_CLAIMS)
    assert answer.code == (404, "ResourceNotFound")
    answer = await app.call("POST", f"{LIST}/me/replay", OPERATOR_CLAIMS)
    assert answer.code == (400, "InvalidRequest")


@pytest.mark.parametrize("caller", [user(DIRECT, "GlobalAdmin"), admin(AGENCY)])
async def test_nobody_else(app, letter, caller):
    assert (await app.call("GET", LIST, caller)).status == 403
    assert (await app.call("POST", f"{LIST}/{letter['id']}/replay", caller)).status == 403
