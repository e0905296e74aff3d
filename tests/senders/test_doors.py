"""One thing said in many spellings, over HTTP and by message, is the same thing said again."""

from typing import Any

import pytest

from shared.services.queues.messages import Delivery
from tests.cast.ids import AGENCY, DIRECT, PROVIDER
from tests.cast.messages import PIPELINE, encoded, enrolment, event, invitation, profile
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin, enrol

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
