"""Every endpoint answers in the shape that its record declares."""

from datetime import timedelta
from typing import Any

from shared.clock import rfc3339
from shared.services.ports.operations import Outcome, Result
from shared.services.readiness import REMEMBERED
from tests.cast.bodies import SIGNER, sale_document
from tests.cast.ids import (
    AGENCY,
    AT,
    BUREAU,
    DIRECT,
    MPN,
    PROVIDER,
    RESELLER,
    invitation_id,
    subscription_id,
)
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin, enrol, hire, user


async def test_every_get_of_a_story(local: LocalApp):
    await enrol(local, DIRECT, PROVIDER, RESELLER)
    link = f"/api/partners/{PROVIDER}/resellers/{RESELLER}"
    provider, reseller = user(PROVIDER, "GlobalAdmin"), user(RESELLER, "GlobalAdmin")
    assert (await local.call("PUT", link, provider)).status == 201
    assert (await local.call("POST", f"{link}/accept", reseller)).status == 200
    await hire(local, DIRECT, 1, message="Hello.", contact={"email": "a@b.example"})
    await hire(local, PROVIDER, 2, indirectResellerId=RESELLER)
    sale = f"/api/customers/{AGENCY}/subscriptions/{subscription_id()}"
    body = sale_document(partnerOfRecord=MPN[RESELLER])
    assert (await local.call("PUT", sale, provider, body)).status == 201
    await local.follow()

    for path, count in {
        f"/api/customers/{AGENCY}/invitations": 2,
        f"/api/customers/{AGENCY}/relationships": 3,
        f"/api/customers/{AGENCY}/subscriptions": 1,
        f"/api/customers/{AGENCY}/ledger": 5,
    }.items():
        assert len((await local.call("GET", path, admin(AGENCY))).body["value"]) == count, path
    for path in (
        f"/api/customers/{AGENCY}",
        f"/api/customers/{AGENCY}/invitations/{invitation_id(1)}",
        f"/api/customers/{AGENCY}/relationships/{RESELLER}",
        sale,
        f"/api/customers/{AGENCY}/ledger/verification",
    ):
        assert (await local.call("GET", path, admin(AGENCY))).status == 200, path
    for claims in (provider, reseller):
        own = f"/api/partners/{claims['tid']}"
        for path in ("/customers", "/invitations", "/resellers"):
            listed = await local.call("GET", own + path, claims)
            assert len(listed.body["value"]) == 1, path
    listed = await local.call("GET", "/api/partners", OPERATOR_CLAIMS)
    assert [item["id"] for item in listed.body["value"]] == sorted([DIRECT, PROVIDER, RESELLER])
    assert (await local.call("DELETE", link, provider)).status == 204


async def test_pipelines_and_their_results(local: LocalApp):
    path = "/api/pipelines/erp"
    body = {"source": "/erp", "partnerIds": [DIRECT, DIRECT], "types": ["partner-enrolment"]}
    made = await local.call("PUT", path, OPERATOR_CLAIMS, body)
    assert (made.status, made.body["partnerIds"]) == (201, [DIRECT])
    operations = local.memory.ports.operations
    for number in range(3):
        result = Result(
            key=f"key {number}",
            feed_id="erp",
            message_id=str(number),
            source="/erp",
            type="partner-enrolment",
            outcome=Outcome.REFUSED if number else Outcome.SUCCEEDED,
            at=local.clock.now() + timedelta(seconds=number),
            error={"code": "PolicyRefused", "message": "No."} if number else None,
        )
        await operations.put_result(result, None)
    feed = await local.call("GET", f"{path}/results", OPERATOR_CLAIMS)
    assert feed.body["value"] == []
    local.clock.pass_by(seconds=60)
    first = await local.call("GET", f"{path}/results?maxpagesize=2", OPERATOR_CLAIMS)
    assert [item["messageId"] for item in first.body["value"]] == ["0", "1"]
    assert "error" not in first.body["value"][0]
    rest = await local.call(
        "GET", first.body["nextLink"].removeprefix("https://csp.example"), OPERATOR_CLAIMS
    )
    assert [item["messageId"] for item in rest.body["value"]] == ["2"]
    cursor = feed.body["cursor"]
    again = await local.call("GET", f"{path}/results?after={cursor}", OPERATOR_CLAIMS)
    assert len(again.body["value"]) == 3
    bad = await local.call("GET", f"{path}/results?after=x", OPERATOR_CLAIMS)
    assert (bad.status, bad.body["error"]["target"]) == (400, "after")
    missing = await local.call("GET", "/api/pipelines/none/results", OPERATOR_CLAIMS)
    assert missing.code == (404, "ResourceNotFound")
    assert (await local.call("GET", "/api/pipelines/none", OPERATOR_CLAIMS)).status == 404
    reserved = {**body, "source": f"/partners/{DIRECT}"}
    refused = await local.call("PUT", "/api/pipelines/p", OPERATOR_CLAIMS, reserved)
    assert refused.body["error"]["target"] == "source"


async def test_what_lapses_by_itself_shows_so_in_the_index(local: LocalApp):
    await enrol(local, DIRECT)
    seller = user(DIRECT, "SalesAgent")
    path = f"/api/customers/{AGENCY}/invitations/{invitation_id(1)}"
    await local.call("PUT", path, seller, {"delegatedAdmin": True})
    until = rfc3339(AT + timedelta(days=30))
    accept = {"country": "US", "customerAgreement": SIGNER, "delegatedAdminUntil": until}
    assert (await local.call("POST", f"{path}/accept", admin(AGENCY), accept)).status == 200
    other = f"/api/customers/{BUREAU}/invitations/{invitation_id(2)}"
    await local.call("PUT", other, seller, {"delegatedAdmin": True, "expiresInDays": 20})
    await local.follow()
    own = f"/api/partners/{DIRECT}"

    async def states() -> tuple[list[Any], list[Any]]:
        customers = (await local.call("GET", f"{own}/customers?status=active", seller)).body
        waiting = (await local.call("GET", f"{own}/invitations?status=pending", seller)).body
        return (
            [item["delegatedAdmin"] for item in customers["value"]],
            [item["id"] for item in waiting["value"]],
        )

    assert await states() == (["granted"], [invitation_id(2)])
    local.clock.pass_by(days=31)
    assert await states() == (["expired"], [])
    shown = await local.call("GET", f"{own}/invitations?status=expired", seller)
    assert shown.body["value"][0]["closedAt"] == rfc3339(AT + timedelta(days=20))


async def test_ready_names_what_does_not_answer(local: LocalApp):
    assert (await local.call("GET", "/api/health/live")).status == 200
    assert (await local.call("GET", "/api/health/ready")).status == 200

    async def broken(*_: object) -> None:
        raise OSError("a secret address")

    local.probes["queue projections"] = broken
    local.clock.pass_by(seconds=REMEMBERED)
    answer = await local.call("GET", "/api/health/ready")
    assert answer.code == (503, "ServiceUnavailable")
    assert [detail["target"] for detail in answer.body["error"]["details"]] == ["queue projections"]
    assert answer.headers["Retry-After"] == "5"
    assert "secret" not in str(answer.body)
