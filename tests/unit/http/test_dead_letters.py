"""Dead letters over HTTP: the operator's list and replay."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.services.ports.dead_letters import DeadLetter, LetterStatus, Sent
from shared.services.queues.messages import Delivery
from shared.storage.engine.memory import Request
from tests.cast.bodies import partner_document
from tests.cast.ids import AGENCY, AT, DIRECT, OTHER_DIRECT
from tests.cast.messages import encoded, event, profile
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin, enrol, user

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


async def test_one_letter_with_its_history(app, letter):
    place = f"{LIST}/{letter['id']}"
    answer = await app.call("GET", place, OPERATOR_CLAIMS)
    assert (answer.status, answer.body, answer.headers["ETag"]) == (200, letter, letter["etag"])
    pipeline = {"source": event("", {})["source"], "partnerIds": [], "types": ["customer-profile"]}
    await app.call("PUT", "/api/pipelines/one", OPERATOR_CLAIMS, pipeline)
    replayed = await app.call("POST", f"{place}/replay", OPERATOR_CLAIMS)
    assert (await app.call("GET", place, OPERATOR_CLAIMS)).body == replayed.body
    assert (await app.call("GET", f"{LIST}/{'0' * 64}", OPERATOR_CLAIMS)).status == 404
    assert (await app.call("GET", place, admin(AGENCY))).status == 403


async def test_a_letter_names_the_partners_that_it_is_about_and_from(app):
    await enrol(app, DIRECT, OTHER_DIRECT)
    await app.follow()
    sent = Sent("e-1", f"/partners/{DIRECT}", "customer-profile")
    about = replace(LETTER, tenant_id=OTHER_DIRECT, sent=sent)
    await app.memory.ports.dead_letters.add(about, "", [])
    (letter,) = (await app.call("GET", LIST, OPERATOR_CLAIMS)).body["value"]
    named = [(each["partnerId"], each["name"], each["mpnId"]) for each in letter["partners"]]
    documents = {each: partner_document(each) for each in sorted((DIRECT, OTHER_DIRECT))}
    assert named == [(one, said["name"], said["mpnId"]) for one, said in documents.items()]


LETTER = DeadLetter(
    id="0" * 64,
    queue="onboarding",
    reason="malformed",
    error={"type": "BadRequest", "message": ""},
    tenant_id=None,
    excerpt="",
    dequeue_count=1,
    dead_at=AT,
)


async def test_open_letters_come_without_a_look_at_two_thousand_closed_ones(app):
    """Each list is one request of storage; of all of them a page is one for each status."""
    store, asked = app.memory.ports.dead_letters, list[str]()
    for n in range(2_003):
        status = LetterStatus.CLOSED if n < 2_000 else LetterStatus.OPEN
        died = replace(LETTER, id=f"{n:064x}", status=status, dead_at=AT + timedelta(seconds=n % 7))
        await store.add(died, "", [])

    async def note(request: Request) -> None:
        asked.append(request.verb)

    app.memory.tables["operations"].before = note
    for query, there, requests in (
        ("?status=open", 3, ["range"]),
        ("?status=closed&maxpagesize=25", 25, ["range"]),
        ("?maxpagesize=25", 25, ["range"] * 3),
    ):
        found = (await app.call("GET", f"{LIST}{query}", OPERATOR_CLAIMS)).body["value"]
        assert (len(found), asked) == (there, requests)
        times = [each["deadAt"] for each in found]
        assert times == sorted(times, reverse=True)
        asked.clear()


async def test_a_closing(app, letter):
    place, given = f"{LIST}/{letter['id']}/close", {"reason": "Sent twice"}
    bare = await app.call("POST", place, OPERATOR_CLAIMS, {})
    assert (bare.code, bare.body["error"]["target"]) == ((400, "InvalidRequest"), "reason")
    for odd in ("", "x" * 501, "\u0007", 5):
        answer = await app.call("POST", place, OPERATOR_CLAIMS, {"reason": odd})
        assert answer.code == (400, "InvalidRequest")
    assert (await app.call("POST", place, admin(AGENCY), given)).status == 403
    gone = await app.call("POST", f"{LIST}/{'0' * 64}/close", OPERATOR_CLAIMS, given)
    assert gone.code == (404, "ResourceNotFound")
    stale = await app.call("POST", place, OPERATOR_CLAIMS, given, {"if-match": '"old"'})
    assert stale.code == (412, "ConditionNotMet")
    held = {"if-match": letter["etag"]}
    closed = await app.call("POST", place, OPERATOR_CLAIMS, given, held)
    assert (closed.status, closed.body["closings"][0]["reason"]) == (200, "Sent twice")
    again = await app.call("POST", place, OPERATOR_CLAIMS, {"reason": "Another"}, held)
    assert (again.status, again.body) == (200, closed.body)
    refused = await app.call("POST", f"{LIST}/{letter['id']}/replay", OPERATOR_CLAIMS)
    assert refused.code == (409, "DeadLetterNotReplayable")
    assert refused.body["error"]["target"] == "closed"


async def test_what_is_on_its_way_is_not_closed(app, letter):
    place = f"{LIST}/{letter['id']}"
    pipeline = {"source": event("", {})["source"], "partnerIds": [], "types": ["customer-profile"]}
    await app.call("PUT", "/api/pipelines/one", OPERATOR_CLAIMS, pipeline)
    assert (await app.call("POST", f"{place}/replay", OPERATOR_CLAIMS)).status == 200
    answer = await app.call("POST", f"{place}/close", OPERATOR_CLAIMS, {"reason": "Sent twice"})
    assert answer.code == (409, "DeadLetterUnderWay")
    assert answer.headers["Retry-After"] == "5"
