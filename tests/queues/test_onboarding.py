"""Pipelines over the real queue, worker and storage: what they send, and what became of it."""

from uuid import uuid4

import pytest

from tests.cast.bodies import SIGNER, sale_document
from tests.queues.pipelines import encoded
from tests.running.client import ok, partner_body
from tests.running.waiting import eventually


def registration(partner: str, customer: str, **changes: object) -> dict[str, object]:
    ids = {"actingPartnerId": partner, "customerId": customer, "subscriptionId": str(uuid4())}
    return {**ids, **sale_document(), **changes}


def verified(caller, customer: str) -> int:
    """The number of entries of a ledger without a break."""
    found = ok(caller.get(f"/customers/{customer}/ledger/verification"))
    assert found["valid"], found
    return found["verifiedThrough"]


@pytest.fixture
def hired(world):
    """A partner, and a customer that has accepted it."""
    partner, customer = world.partner(), world.customer()
    world.hired(partner, customer)
    return partner, customer


def test_the_main_job_by_queue(world, pipeline):
    """Everything but the customer's own decision comes through the queue."""
    partner_id, customer, invitation_id = str(uuid4()), world.customer(), str(uuid4())
    ours = pipeline(partner_id)
    sent = ours.send("partner-enrolment", {**partner_body(), "partnerId": partner_id})
    assert ours.result(sent)["outcome"] == "succeeded"
    profile = {"name": "Agency", "domain": "agency.example", "country": "US"}
    ours.send("customer-profile", {"customerId": customer.tenant, **profile})
    sent = ours.send(
        "invitation-request",
        {
            "actingPartnerId": partner_id,
            "customerId": customer.tenant,
            "invitationId": invitation_id,
            "delegatedAdmin": True,
        },
    )
    path = f"/customers/{customer.tenant}/invitations/{invitation_id}"
    assert ours.result(sent)["resource"] == f"/api{path}"
    ok(customer.post(f"{path}/accept", {"country": "US", "customerAgreement": SIGNER}))
    sent = ours.send("subscription-registration", registration(partner_id, customer.tenant))
    assert ours.result(sent)["outcome"] == "succeeded"
    (sold,) = ok(customer.get(f"/customers/{customer.tenant}/subscriptions"))["value"]
    assert (sold["partnerId"], sold["status"]) == (partner_id, "active")
    seller = world.caller(partner_id, roles=["GlobalAdmin"])
    rows = eventually(
        lambda: ok(seller.get(f"/partners/{partner_id}/customers"))["value"],
        lambda rows: [row["status"] for row in rows] == ["active"],
    )
    assert rows[0]["customerId"] == customer.tenant
    assert verified(customer, customer.tenant) >= 3


def test_a_batch_is_one_step(hired, pipeline):
    partner, customer = hired
    ours = pipeline(partner.tenant)
    sold = [{"subscriptionId": str(uuid4()), **sale_document()} for _ in range(50)]
    batch = {"actingPartnerId": partner.tenant, "customerId": customer.tenant}
    before = verified(customer, customer.tenant)
    sent = ours.send("subscription-registration", {**batch, "subscriptions": sold})
    assert ours.result(sent)["outcome"] == "succeeded"
    assert verified(customer, customer.tenant) == before + 1
    assert len(ok(customer.get(f"/customers/{customer.tenant}/subscriptions"))["value"]) == 50


def test_sixteen_messages_for_one_customer(hired, pipeline):
    partner, customer = hired
    ours = pipeline(partner.tenant)
    before = verified(customer, customer.tenant)
    sent = {
        ours.send("subscription-registration", registration(partner.tenant, customer.tenant))
        for _ in range(16)
    }
    assert ours.outcomes(16) == dict.fromkeys(sent, "succeeded")
    assert verified(customer, customer.tenant) == before + 16


def test_the_same_event_many_times(hired, pipeline):
    """Its second, third, … delivery has no effect and no result of its own."""
    partner, customer = hired
    ours = pipeline(partner.tenant)
    event = ours.event("subscription-registration", registration(partner.tenant, customer.tenant))
    before = verified(customer, customer.tenant)
    for _ in range(5):
        ours.storage.put("onboarding", encoded(event))
    assert ours.result(event["id"])["outcome"] == "succeeded"
    last = ours.send("subscription-registration", registration(partner.tenant, customer.tenant))
    ours.result(last)
    assert ours.outcomes(2) == {event["id"]: "succeeded", last: "succeeded"}
    assert verified(customer, customer.tenant) == before + 2


@pytest.mark.parametrize(("locale", "word"), [("en", "relationship"), ("ko", "관계")])
def test_a_refusal_is_explained(world, pipeline, locale, word):
    partner, stranger = world.partner(), str(uuid4())
    ours = pipeline(partner.tenant)
    sent = ours.send(
        "subscription-registration", registration(partner.tenant, stranger), locale=locale
    )
    found = ours.result(sent)
    assert found["outcome"] == "refused"
    assert found["error"]["innererror"] == {"rules": ["SUB-1"]}
    assert word in found["error"]["details"][0]["message"]


def test_a_refused_event_sent_again_is_decided_again(world, pipeline):
    partner, customer = world.partner(), world.customer()
    ours = pipeline(partner.tenant)
    event = ours.event("subscription-registration", registration(partner.tenant, customer.tenant))
    ours.storage.put("onboarding", encoded(event))
    assert ours.result(event["id"])["outcome"] == "refused"
    world.hired(partner, customer)
    ours.storage.put("onboarding", encoded(event))
    found = eventually(ours.results, lambda results: len(results) == 2)
    assert [each["outcome"] for each in found] == ["refused", "succeeded"]


def test_what_a_partners_application_hands_in(hired, world):
    """Over HTTP into the queue, through the worker, and back in the partner's feed of results."""
    partner, customer = hired
    application = world.caller(partner.tenant, roles=["OnboardingPipeline"], like="application")
    events = [
        {
            "specversion": "1.0",
            "id": str(number),
            "source": "https://erp.example",
            "type": "subscription-registration",
            "data": registration(partner.tenant, customer.tenant),
        }
        for number in range(20)
    ]
    for _ in range(2):
        answer = application.post("/onboarding", events)
        assert answer.status_code == 202, answer.text
    place = f"/partners/{partner.tenant}/onboarding-results"
    found = eventually(lambda: ok(application.get(place))["value"], lambda all_: len(all_) >= 20)
    assert {each["messageId"]: each["outcome"] for each in found} == {
        str(number): "succeeded" for number in range(20)
    }
    assert len(found) == 20
    assert len(ok(customer.get(f"/customers/{customer.tenant}/subscriptions"))["value"]) == 20
