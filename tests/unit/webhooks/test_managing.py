"""Webhooks over HTTP, as a partner's people manage them."""

from typing import Any

import pytest

from shared.services.ports.values import WriteUnknown
from shared.storage.engine.memory import Request
from shared.storage.engine.table import Insert
from tests.cast.ids import BUREAU, DIRECT, OTHER_DIRECT
from tests.running.app import OPERATOR_CLAIMS, enrol, user
from tests.unit.webhooks.hooked import HOOK, PATH, SELLER, Hooked

LIST = f"/api/partners/{DIRECT}/webhooks"
BODY = {"url": "https://hooks.partner.example/csp", "types": ["subscription-registered"]}


def path(number: int) -> str:
    return f"{LIST}/7c000000-0000-4000-8000-{number:012d}"


async def test_a_webhook_is_made_once_and_shows_its_secret_once(hooked: Hooked):
    made = await hooked.call("PUT", body=BODY)
    assert made.status == 201
    secret = made.body.pop("secret")
    assert secret.startswith("whsec_")
    assert (made.body["status"], made.body["types"]) == ("pending", BODY["types"])
    again = await hooked.call("PUT", body=BODY)
    assert (again.status, again.body) == (200, made.body)
    assert await hooked.shown() == made.body
    assert (await hooked.call("GET", LIST)).body == {"value": [made.body]}
    stored = hooked.local.memory.tables["operations"]._partitions["webhook"]
    assert secret.removeprefix("whsec_") not in str(stored)


async def test_replacing_needs_a_condition(hooked: Hooked):
    made = (await hooked.call("PUT", body=BODY)).body
    other = {**made, "url": "https://hooks.partner.example/other"}
    assert (await hooked.call("PUT", body=other)).code == (428, "PreconditionRequired")
    assert (await hooked.call("PUT", body=other, if_match='"x"')).status == 412
    changed = await hooked.call("PUT", body=other, if_match=made["etag"])
    assert (changed.status, changed.body["url"]) == (200, other["url"])
    assert "secret" not in changed.body
    assert (await hooked.call("PUT", body=other, if_match=made["etag"])).status == 200
    assert (await hooked.call("DELETE", if_match=made["etag"])).status == 412
    assert (await hooked.call("DELETE", if_match=changed.body["etag"])).status == 204
    assert (await hooked.call("GET")).status == 404
    assert (await hooked.call("DELETE")).status == 204


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ({"url": "http://hooks.partner.example/"}, "url"),
        ({"url": "https://10.0.0.1/"}, "url"),
        ({"url": "https://csp.example/api"}, "url"),
        ({"url": ""}, "url"),
        ({"types": []}, "url"),
        ({"url": BODY["url"], "types": ["lunch"]}, "types[0]"),
        ({"url": BODY["url"], "rate": 3}, "rate"),
    ],
)
async def test_what_is_no_webhook(hooked: Hooked, body: dict[str, Any], target: str):
    refused = await hooked.call("PUT", body=body)
    assert (refused.status, refused.body["error"]["details"][0]["target"]) == (400, target)
    assert (await hooked.call("GET")).status == 404


async def test_who_may(hooked: Hooked):
    local = hooked.local
    await enrol(local, OTHER_DIRECT)
    assert (await local.call("PUT", PATH, user(DIRECT, "AdminAgent"), BODY)).status == 201
    for role in ("SalesAgent", "HelpdeskAgent", "UserManagementAdmin", "OnboardingPipeline"):
        assert (await local.call("GET", PATH, user(DIRECT, role))).status == 403
    assert (await local.call("GET", PATH, OPERATOR_CLAIMS)).status == 403
    for method in ("GET", "PUT", "DELETE"):
        body = BODY if method == "PUT" else None
        stranger = await local.call(method, PATH, user(OTHER_DIRECT, "GlobalAdmin"), body)
        assert stranger.status == 404, method
    nobody = PATH.replace(DIRECT, BUREAU)
    assert (await local.call("PUT", nobody, user(BUREAU, "GlobalAdmin"), BODY)).status == 403
    for action in ("test", "rotate-secret"):
        unknown = f"{PATH.replace(HOOK, BUREAU)}/{action}"
        assert (await local.call("POST", unknown, SELLER)).status == 404


async def test_a_partner_has_a_few(hooked: Hooked):
    for number in range(10):
        assert (await hooked.call("PUT", path(number), BODY)).status == 201
    assert (await hooked.call("PUT", path(10), BODY)).code == (409, "LimitReached")
    first = (await hooked.call("GET", f"{LIST}?maxpagesize=6")).body
    assert (len(first["value"]), "nextLink" in first) == (6, True)
    await hooked.call("DELETE", path(3))
    assert (await hooked.call("PUT", path(10), BODY)).status == 201


async def test_a_suspended_partner(hooked: Hooked):
    await hooked.call("PUT", body=BODY)
    suspend = f"/api/partners/{DIRECT}/suspend"
    assert (await hooked.local.call("POST", suspend, OPERATOR_CLAIMS)).status == 200
    hooked.local.clock.pass_by(seconds=61)
    for method, address in (
        ("PUT", PATH),
        ("POST", f"{PATH}/test"),
        ("POST", f"{PATH}/rotate-secret"),
    ):
        refused = await hooked.call(method, address, BODY if method == "PUT" else None)
        assert refused.body["error"]["innererror"] == {"rules": ["PRT-1"]}
    assert (await hooked.call("GET")).status == 404


async def test_a_lost_answer_shows_the_right_secret(hooked: Hooked):
    """The write took effect, its answer did not come: the secret is that of the stored webhook."""
    table = hooked.local.memory.tables["operations"]
    lost: list[str] = []

    async def lose(request: Request) -> None:
        if not lost and any(isinstance(each, Insert) for each in request.operations):
            lost.append(request.table)
            raise WriteUnknown("lost")

    table.after = lose
    made = await hooked.call("PUT", body={"url": hooked.receiver.url})
    assert (made.status, lost) == (201, ["operations"])
    assert (await hooked.call("POST", f"{PATH}/test")).body["delivered"]
    assert hooked.receiver.verified(made.body["secret"]) == 1


async def test_a_write_whose_outcome_stays_unknown_is_told_so(hooked: Hooked):
    """Not as a lost race, which would say that it was not done."""
    await hooked.register()

    async def lose(request: Request) -> None:
        if any(not isinstance(each, Insert) for each in request.operations):
            raise WriteUnknown("lost")

    hooked.local.memory.tables["operations"].before = lose
    answer = await hooked.call("POST", f"{PATH}/rotate-secret")
    assert answer.code == (503, "OutcomeUnknown")


async def test_a_new_secret_and_the_one_before(hooked: Hooked):
    await hooked.register()
    old, stale = hooked.secret, (await hooked.shown())["etag"]
    made = (await hooked.call("POST", f"{PATH}/rotate-secret")).body
    assert made["secret"] != old
    assert made["formerSecretUntil"]
    assert (await hooked.call("POST", f"{PATH}/rotate-secret", if_match=stale)).status == 412
    await hooked.call("POST", f"{PATH}/test")
    assert hooked.receiver.verified(old) == hooked.receiver.verified(made["secret"]) == 1
    newest = (await hooked.call("POST", f"{PATH}/rotate-secret")).body["secret"]
    hooked.receiver.posted.clear()
    await hooked.call("POST", f"{PATH}/test")
    assert hooked.receiver.verified(made["secret"]) == hooked.receiver.verified(newest) == 1
    with pytest.raises(Exception, match="No matching signature"):
        hooked.receiver.verified(old)


async def test_the_test_event(hooked: Hooked):
    await hooked.call("PUT", body={"url": hooked.receiver.url})
    tested = (await hooked.call("POST", f"{PATH}/test")).body
    assert tested == {"delivered": True, "failure": None, "status": "active"}
    assert hooked.receiver.asked[0]["WebHook-Request-Origin"] == "csp.example"
    ((headers, _),) = hooked.receiver.posted
    assert headers["Content-Type"].startswith("application/cloudevents+json")
    hooked.receiver.consent = {}
    hooked.receiver.always = None
    assert (await hooked.call("POST", f"{PATH}/test")).body["delivered"]  # asked once only
    assert len(hooked.receiver.asked) == 1


async def test_nothing_is_sent_without_consent(hooked: Hooked):
    hooked.receiver.consent = {"WebHook-Allowed-Origin": "other.example"}
    await hooked.call("PUT", body={"url": hooked.receiver.url})
    tested = (await hooked.call("POST", f"{PATH}/test")).body
    assert tested == {"delivered": False, "failure": "no-consent", "status": "pending"}
    assert hooked.receiver.posted == []
