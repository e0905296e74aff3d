"""One thing said in many spellings, over HTTP and by message, is the same thing said again."""

import json
from typing import Any

import pytest

from shared.services.queues.messages import Delivery
from tests.cast.bodies import sale_document
from tests.cast.ids import AGENCY, DIRECT, MPN, PROVIDER, RESELLER, subscription_id
from tests.cast.messages import (
    PIPELINE,
    encoded,
    enrolment,
    event,
    invitation,
    profile,
    submission,
)
from tests.running.app import (
    OPERATOR_CLAIMS,
    LocalApp,
    admin,
    application,
    enrol,
    hire,
    user,
)

PROFILE = {"name": "Zürich Authority", "domain": "xn--mnchen-3ya.example", "country": "US"}
SPELT = {
    "name": " Zu\u0308rich Authority",
    "domain": "MÜNCHEN.example.",
    "country": "us ",
}
HEX = AGENCY.replace("-", "").upper()


@pytest.fixture
async def local() -> LocalApp:
    local = LocalApp()
    await local.memory.ports.operations.put_pipeline(PIPELINE, None)
    return local


async def send(local: LocalApp, kind: str, data: Any, **changes: Any) -> None:
    text = encoded(event(kind, data, **changes))
    await local.services.inbox.take("onboarding", Delivery(f"q-{id(text)}", text, 1))


async def outcomes(local: LocalApp) -> list[tuple[str, str]]:
    end = local.clock.now().replace(year=2099)
    page = await local.memory.ports.operations.results(PIPELINE.id, None, 100, until=end)
    return sorted((each.message_id, each.outcome.value) for each in page.items)


async def test_a_profile_said_again_otherwise_changes_nothing(local: LocalApp):
    await send(local, "customer-profile", {"customerId": f"{{{AGENCY}}}", **SPELT})
    assert await outcomes(local) == [("e-1", "succeeded")]
    first = await local.call("PUT", f"/api/customers/{AGENCY}", admin(AGENCY), PROFILE)
    assert {name: first.body[name] for name in PROFILE} == PROFILE
    for spelt in (f"/api/customers/{HEX}", f"/api/customers/({AGENCY})"):
        again = await local.call("PUT", spelt, admin(AGENCY), SPELT)
        assert (again.status, again.body["etag"]) == (200, first.body["etag"])


async def test_a_message_said_again_otherwise_is_the_same_message(local: LocalApp):
    await send(local, "customer-profile", profile())
    await send(local, "customer-profile", {**profile(name=" Agency"), "customerId": HEX})
    assert await outcomes(local) == [("e-1", "succeeded")]
    await enrol(local, DIRECT)
    await send(local, "invitation-request", invitation(), id="2")
    nulls = dict.fromkeys(("message", "country", "contact"))
    await send(local, "invitation-request", invitation(expiresInDays=90.0, **nulls), id="2")
    await send(local, "invitation-request", invitation(expiresInDays=91), id="2")
    assert await outcomes(local) == [("2", "failed"), ("2", "succeeded"), ("e-1", "succeeded")]


async def test_a_leading_zero_makes_no_second_account(local: LocalApp):
    await enrol(local, DIRECT)
    zeros = {name: value for name, value in enrolment(PROVIDER).items() if name != "partnerId"}
    zeros["mpnId"] = f"000{enrolment(DIRECT)['mpnId']}"
    other = await local.call("PUT", f"/api/partners/{PROVIDER}", OPERATOR_CLAIMS, zeros)
    assert other.body["error"]["innererror"]["rules"] == ["ELG-8"]


async def test_a_leading_zero_hides_no_partner_of_record(local: LocalApp):
    """POR-1 and POR-2 compare numbers, however a sale or its partner of record spells them."""
    await enrol(local, PROVIDER, RESELLER)
    link, reselling = (
        f"/api/partners/{PROVIDER}/resellers/{RESELLER}",
        user(RESELLER, "GlobalAdmin"),
    )
    providing = user(PROVIDER, "GlobalAdmin")
    assert (await local.call("PUT", link, providing)).status == 201
    assert (await local.call("POST", f"{link}/accept", reselling)).status == 200
    await hire(local, PROVIDER, 1, indirectResellerId=RESELLER)
    path = f"/api/customers/{AGENCY}/subscriptions/{subscription_id(1)}"
    record = f"{path}/set-partner-of-record"
    own = sale_document(partnerOfRecord=f"0{MPN[PROVIDER]}")
    refused = await local.call("PUT", path, providing, own)
    assert refused.body["error"]["innererror"]["rules"] == ["POR-1"]
    assert (await local.call("PUT", path, providing, sale_document())).status == 201
    own = {"partnerOfRecord": f"000{MPN[PROVIDER]}"}
    refused = await local.call("POST", record, providing, own)
    assert refused.body["error"]["innererror"]["rules"] == ["POR-1"]
    for zeros in ("0", "000"):
        right = {"partnerOfRecord": f"{zeros}{MPN[RESELLER]}"}
        found = await local.call("POST", record, providing, right)
        assert (found.status, found.body["partnerOfRecord"]) == (200, MPN[RESELLER])


async def test_a_sale_with_blanks_is_the_same_sale(local: LocalApp):
    await enrol(local, DIRECT)
    await hire(local, DIRECT, 1)
    path = f"/api/customers/{AGENCY}/subscriptions/{subscription_id(1)}"
    sale, selling = sale_document(), user(DIRECT, "GlobalAdmin")
    made = await local.call("PUT", path, selling, sale)
    assert made.status == 201
    texts = {name: f" {value} " for name, value in sale.items() if isinstance(value, str)}
    assert len(texts) >= 5
    again = await local.call("PUT", path, selling, sale | texts)
    assert (again.status, again.body) == (200, made.body)


async def test_a_batch_is_read_behind_a_mark_and_with_nulls(local: LocalApp):
    """One event of 25 has attributes that are null: an SDK's way to write that they are absent."""
    await enrol(local, DIRECT)
    await hire(local, DIRECT, 1)
    nulls = dict.fromkeys(("subject", "datacontenttype", "traceparent", "locale", "myext"))
    events = [submission(id=str(number)) for number in range(24)]
    events.append({**submission(id="24"), **nulls, "data_base64": None})
    answer = await local.call(
        "POST",
        "/api/onboarding",
        application(),
        b"\xef\xbb\xbf" + json.dumps(events).encode(),
    )
    assert answer.status == 202
    assert [each["messageId"] for each in answer.body["value"]] == [
        str(number) for number in range(25)
    ]
