"""Messages about subscriptions that are registered: their updates and states."""

from datetime import timedelta

import pytest

from shared.services.ports.operations import Outcome, Pipeline
from tests.cast.commands import (
    accept,
    enrol,
    invite,
    register,
    related,
    remove,
    set_status,
    suspend,
    update,
)
from tests.cast.ids import AGENCY, DIRECT, OTHER_DIRECT, RESELLER, subscription_id
from tests.cast.messages import PIPELINE, SOURCE, sold
from tests.running.sender import Sender

SECOND = timedelta(seconds=1)
UPDATE, STATUS = "subscription-update", "subscription-status"


@pytest.fixture
async def sender(backend) -> Sender:
    sender = Sender(backend)
    await sender.start()
    await backend.do(*related(), register(1, friendlyName="Mail"))
    return sender


async def subscription(backend, number: int = 1):
    tenant, _ = await backend.replay(AGENCY)
    return tenant.subscription(subscription_id(number))


async def entries(backend) -> int:
    return (await backend.ports.tenants.head(AGENCY)).value.sequence


@pytest.mark.parametrize(
    ("body", "changed"),
    [
        ({"quantity": 7}, {"quantity": 7}),
        ({"friendlyName": "Post"}, {"friendly_name": "Post"}),
        ({"friendlyName": None}, {"friendly_name": None}),
        ({"autoRenew": False, "quantity": 2}, {"auto_renew": False, "quantity": 2}),
    ],
)
async def test_an_update_changes_what_it_names_and_leaves_the_rest(backend, sender, body, changed):
    before = await subscription(backend)
    await sender.send(UPDATE, sold(**body))
    (result,) = await sender.results()
    place = f"/api/customers/{AGENCY}/subscriptions/{subscription_id(1)}"
    assert (result.outcome, result.resource) == (Outcome.SUCCEEDED, place)
    assert await subscription(backend) == before.but(**changed)


async def test_a_term_ends_later(backend, sender):
    await sender.send(UPDATE, sold(term={"endsAt": "2028-11-01T00:00:00Z"}))
    assert (await subscription(backend)).term.ends_at.year == 2028
    backend.clock.pass_by(SECOND)
    await sender.send(UPDATE, sold(term={"endsAt": "2027-11-01T00:00:00Z"}), id="2")
    assert await sender.outcomes() == ["succeeded", "refused"]
    assert (await sender.results())[1].error["innererror"] == {"rules": ["SUB-8"]}


@pytest.mark.parametrize("statuses", [("suspended", "active"), ("suspended", "deleted")])
async def test_states(backend, sender, statuses):
    for number, status in enumerate(statuses):
        await sender.send(STATUS, sold(status=status), id=str(number))
        assert (await subscription(backend)).status.value == status
    assert await sender.outcomes() == ["succeeded"] * 2


async def test_who_the_ledger_says_it_was(backend, sender):
    await sender.send(STATUS, sold(status="suspended"))
    entry = await backend.ports.tenants.entry(AGENCY, await entries(backend))
    actor = entry.actor
    assert (actor.tenant_id, actor.object_id, actor.role) == (DIRECT, PIPELINE.id, "PL")
    assert entry.events()[0].type.value == "subscription-suspended"


async def test_a_message_and_http_know_each_others_work(backend, sender):
    await backend.do(set_status("suspended"), update(quantity=9))
    before = await entries(backend)
    await sender.send(STATUS, sold(status="suspended"), id="1")
    await sender.send(UPDATE, sold(quantity=9), id="2")
    await sender.send(UPDATE, sold(), id="3")
    assert await sender.outcomes() == ["succeeded"] * 3
    assert await entries(backend) == before


async def test_the_same_message_has_one_effect_though_the_state_moved_on(backend, sender):
    await sender.send(STATUS, sold(status="suspended"), id="1")
    await sender.send(STATUS, sold(status="active"), id="2")
    await sender.send(STATUS, sold(status="suspended"), id="1")
    assert (await subscription(backend)).status.value == "active"
    assert await sender.outcomes() == ["succeeded"] * 2


@pytest.mark.parametrize(
    ("given", "kind", "data", "code"),
    [
        ((set_status("deleted"),), STATUS, sold(status="active"), "SUB-3"),
        ((set_status("deleted"),), UPDATE, sold(quantity=1), "SUB-3"),
        ((set_status("suspended"), remove()), STATUS, sold(status="active"), "SUB-1"),
        ((suspend(),), STATUS, sold(status="suspended"), "PRT-1"),
        ((), STATUS, sold(2, status="suspended"), "ResourceNotFound"),
        ((), UPDATE, sold(2, quantity=1), "ResourceNotFound"),
        ((), UPDATE, sold(actingPartnerId=RESELLER, quantity=1), "AuthorizationFailed"),
    ],
)
async def test_what_http_would_refuse(backend, sender, given, kind, data, code):
    for command in given:
        await backend.do(command)
    before = await entries(backend)
    await sender.send(kind, data)
    (result,) = await sender.results()
    assert result.outcome is Outcome.REFUSED
    rules = result.error.get("innererror", {}).get("rules", [])
    assert code in {result.error["code"], *rules}
    assert await entries(backend) == before
    assert sender.letters() == []


async def test_a_refusal_is_decided_again_when_it_is_sent_again(backend, sender):
    await backend.do(set_status("suspended"), remove())
    await sender.send(STATUS, sold(status="active"))
    await backend.do(invite(number=2), accept(2))
    backend.clock.pass_by(SECOND)
    await sender.send(STATUS, sold(status="active"))
    assert await sender.outcomes() == ["refused", "succeeded"]


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (STATUS, sold(status="annulled")),
        (STATUS, sold(status="Active")),
        (STATUS, sold()),
        (STATUS, sold(status="active", quantity=1)),
        (UPDATE, sold(status="active")),
        (UPDATE, sold(quantity=None)),
        (UPDATE, sold(quantity=0)),
        (UPDATE, sold(offerId="other")),
        (UPDATE, sold(term={"endsAt": "2028-11-01T00:00:00Z", "duration": "P3Y"})),
        (UPDATE, sold(subscriptionId="one", quantity=1)),
        (UPDATE, {"quantity": 1}),
    ],
)
async def test_what_is_malformed(backend, sender, kind, data):
    before = await entries(backend)
    await sender.send(kind, data)
    assert sender.reasons() == ["malformed"]
    assert await sender.outcomes() == ["failed"]
    assert await entries(backend) == before


@pytest.mark.parametrize("data", [sold(actingPartnerId=OTHER_DIRECT, status="deleted")])
async def test_a_partner_that_is_not_the_pipelines(backend, sender, data):
    await backend.do(enrol(OTHER_DIRECT))
    await sender.send(STATUS, data)
    assert sender.reasons() == ["source-not-authorised"]


async def test_a_type_that_is_not_the_pipelines(backend):
    sender = Sender(backend)
    await sender.start(Pipeline(PIPELINE.id, SOURCE, (DIRECT,), (UPDATE,)))
    await sender.send(STATUS, sold(status="deleted"))
    assert sender.reasons() == ["source-not-authorised"]
