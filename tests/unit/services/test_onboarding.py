"""Onboarding messages: the commands of HTTP, one effect, a result or a dead letter for each."""

import asyncio

import pytest

from shared.model.models import RelationshipStatus, SubscriptionStatus
from shared.services.listing import Viewer
from shared.services.ports.operations import Outcome
from shared.storage.engine.memory import Request
from tests.cast.commands import accept, enrol, invite, register, related, remove
from tests.cast.ids import (
    AGENCY,
    BUREAU,
    DIRECT,
    OPERATOR,
    RESELLER,
    invitation_id,
    subscription_id,
)
from tests.cast.messages import (
    PIPELINE,
    SOURCE,
    enrolment,
    imported,
    invitation,
    profile,
    registration,
    registrations,
)


async def test_each_type_does_what_its_command_does(backend, sender):
    await sender.send("partner-enrolment", enrolment(), id="1")
    await sender.send("customer-profile", profile(), id="2")
    await sender.send("invitation-request", invitation(), id="3")
    await backend.do(accept())
    await sender.send("subscription-registration", registration(1), id="4")
    await sender.send("subscription-registration", registrations(2, 3), id="5")
    assert await sender.outcomes() == ["succeeded"] * 5
    found = {(result.message_id, result.resource) for result in await sender.results()}
    customer = f"/api/customers/{AGENCY}"
    assert found == {
        ("1", f"/api/partners/{DIRECT}"),
        ("2", customer),
        ("3", f"{customer}/invitations/{invitation_id()}"),
        ("4", f"{customer}/subscriptions/{subscription_id(1)}"),
        ("5", f"{customer}/subscriptions"),
    }
    tenant, _ = await backend.replay(AGENCY)
    sold = [tenant.subscription(subscription_id(number)).status for number in (1, 2, 3)]
    assert sold == [SubscriptionStatus.ACTIVE] * 3
    assert sender.letters() == []


async def test_who_the_ledger_says_it_was(backend, sender):
    await sender.send("partner-enrolment", enrolment(), id="1")
    await sender.send("invitation-request", invitation(), id="2")
    operator = (await backend.ports.tenants.entry(DIRECT, 1)).actor
    partner = (await backend.ports.tenants.entry(AGENCY, 1)).actor
    assert (operator.tenant_id, operator.object_id, operator.role) == (OPERATOR, PIPELINE.id, "OP")
    assert (partner.tenant_id, partner.object_id, partner.role) == (DIRECT, PIPELINE.id, "PL")


async def test_a_message_and_http_know_each_others_work(backend, sender):
    """The same content is the same result, whichever way it came first."""
    await backend.do(enrol(), invite())
    await sender.send("invitation-request", invitation(), id="1")
    await backend.do(accept())
    await sender.send("subscription-registration", registration(1), id="2")
    assert await sender.outcomes() == ["succeeded"] * 2
    assert (await backend.do(register(1))).events == ()
    tenant, _ = await backend.replay(AGENCY)
    assert tenant.head.sequence == 3


async def test_a_batch_is_all_or_nothing(backend, sender):
    await backend.do(*related(), register(2, quantity=7))
    await sender.send("subscription-registration", registrations(1, 2, 3))
    (result,) = await sender.results()
    assert result.outcome is Outcome.REFUSED
    assert [detail["target"] for detail in result.error["details"]] == ["subscriptions[1].id"]
    tenant, _ = await backend.replay(AGENCY)
    assert tenant.subscription(subscription_id(1)) is None


async def test_an_existing_estate_comes_in(backend, sender):
    """Partner, relationship with its agreement, subscriptions: the customer sees all of it."""
    agreed = imported(customerAgreementAcceptedAt="2020-02-01T00:00:00Z")
    await sender.send("partner-enrolment", enrolment(), id="1")
    await sender.send("customer-profile", profile(), id="1b")
    delivery = await sender.send("relationship-import", agreed, id="2")
    await sender.send("subscription-registration", registrations(1, 2), id="3")
    await sender.again(delivery)
    await sender.send("relationship-import", agreed, id="2b")
    assert sorted(await sender.outcomes()) == ["succeeded"] * 5
    services = backend.services
    listed = await services.customers.relationships(AGENCY, Viewer(), None, None, 10)
    (shown,) = listed.items
    assert (shown["origin"], shown["delegatedAdmin"]) == ("imported", "none")
    assert (shown["evidence"], shown["invitationId"]) == ("contract 4711", None)
    entry = await backend.ports.tenants.entry(AGENCY, 2)
    assert (entry.actor.role, entry.actor.object_id) == ("OP", PIPELINE.id)
    assert [each.type.value for each in entry.events()] == [
        "customer-agreement-accepted",
        "reseller-relationship-imported",
    ]
    assert (await backend.ports.tenants.head(AGENCY)).value.sequence == 3
    await backend.deliver()
    await backend.assert_followed()


async def test_an_import_does_not_bring_back_what_was_removed(backend, sender):
    """Nor does the very message that once brought it in: it took effect already."""
    await sender.send("partner-enrolment", enrolment(), id="1")
    await sender.send("customer-profile", profile(), id="2")
    first = await sender.send("relationship-import", imported(), id="3")
    await backend.do(remove())
    await sender.again(first)
    await sender.send("relationship-import", imported(), id="4")
    assert sorted(await sender.outcomes()) == ["refused"] + ["succeeded"] * 3
    tenant, _ = await backend.replay(AGENCY)
    assert tenant.head.of(DIRECT).relationship.status is RelationshipStatus.REMOVED
    (result,) = [each for each in await sender.results() if each.outcome is Outcome.REFUSED]
    assert result.error["innererror"] == {"rules": ["IMP-1"]}


# again


async def test_a_redelivered_success_has_no_second_effect_and_the_same_result(backend, sender):
    await backend.do(*related())
    delivery = await sender.send("customer-profile", profile(), source=SOURCE)
    await sender.again(delivery)
    await backend.do(register(1))
    delivery = await sender.send("subscription-registration", registration(2), id="2")
    await sender.send("subscription-registration", registration(2), id="2")
    await sender.again(delivery)
    tenant, _ = await backend.replay(AGENCY)
    assert tenant.head.sequence == 4
    outcomes = [(each.message_id, each.outcome.value) for each in await sender.results()]
    assert sorted(outcomes) == [("2", "succeeded"), ("e-1", "refused")]


async def test_a_success_is_one_success_though_the_state_moved_on(backend, sender):
    await sender.send("customer-profile", profile(name="First"), id="1")
    await sender.send("customer-profile", profile(name="Second"), id="2")
    await sender.send("customer-profile", profile(name="First"), id="1")
    assert (await backend.ports.tenants.head(AGENCY)).value.customer.name == "Second"
    assert await sender.outcomes() == ["succeeded"] * 2


async def test_a_refusal_is_written_once_and_decided_again_when_sent_again(backend, sender):
    await backend.do(enrol())
    delivery = await sender.send("subscription-registration", registration())
    await sender.again(delivery)
    assert await sender.outcomes() == ["refused"]
    await sender.send("subscription-registration", registration())
    await backend.do(invite(), accept())
    await sender.send("subscription-registration", registration())
    assert sorted(await sender.outcomes()) == ["refused", "refused", "succeeded"]
    assert {result.message_id for result in await sender.results()} == {"e-1"}


async def test_a_process_that_dies_before_the_result_is_written(backend, sender):
    await backend.do(*related())

    async def dies(request: Request) -> None:
        if request.table == "operations" and request.operations:
            raise RuntimeError("it died")

    backend.before = dies
    with pytest.raises(RuntimeError):
        await sender.send("subscription-registration", registration())
    backend.calm()
    assert await sender.outcomes() == []
    await sender.send("subscription-registration", registration())
    assert await sender.outcomes() == ["succeeded"]
    tenant, _ = await backend.replay(AGENCY)
    assert tenant.head.sequence == 3


async def test_the_same_message_twice_at_once(backend, sender):
    await backend.do(*related())
    message = ("subscription-registration", registration())
    await asyncio.gather(sender.send(*message), sender.send(*message))
    assert await sender.outcomes() == ["succeeded"]


async def test_an_id_that_two_tenants_use_is_two_effects_with_two_results(backend, sender):
    await sender.send("customer-profile", profile())
    await sender.send("customer-profile", profile(customerId=BUREAU))
    await sender.send("customer-profile", profile())
    found = {(each.message_id, each.resource) for each in await sender.results()}
    assert found == {("e-1", f"/api/customers/{one}") for one in (AGENCY, BUREAU)}
    assert len(await sender.results()) == 2


@pytest.mark.parametrize("other", [profile(name="Other"), profile(country="CA")])
async def test_an_id_that_another_message_took_is_told(backend, sender, other):
    """Ignoring it would lose it: what took effect is something else."""
    await sender.send("customer-profile", profile())
    await sender.send("customer-profile", other)
    assert sender.reasons() == ["message-id-reused"]
    assert sorted(await sender.outcomes()) == ["failed", "succeeded"]
    assert (await backend.ports.tenants.head(AGENCY)).value.customer.name == "Agency"
    await sender.send("customer-profile", profile(), time="2026-11-01T09:00:00Z")
    assert sorted(await sender.outcomes()) == ["failed", "succeeded"]


async def test_an_id_whose_message_was_refused_is_free_for_a_corrected_one(backend, sender):
    await backend.do(enrol())
    await sender.send("invitation-request", invitation(message="see https://x.example/a"))
    await sender.send("invitation-request", invitation())
    assert sorted(await sender.outcomes()) == ["refused", "succeeded"]
    assert sender.letters() == []


# refusals


@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("invitation-request", invitation(), "PolicyRefused"),
        ("invitation-request", invitation(1, message="Other"), "ResourceAlreadyExists"),
        ("invitation-request", invitation(actingPartnerId=RESELLER), "AuthorizationFailed"),
    ],
)
async def test_what_http_would_refuse(backend, sender, kind, data, code):
    await backend.do(enrol(affiliatedTenantIds=[AGENCY] if code == "PolicyRefused" else []))
    if code == "ResourceAlreadyExists":
        await backend.do(invite())
    await sender.send(kind, data)
    (result,) = await sender.results()
    assert (result.outcome, result.error["code"]) == (Outcome.REFUSED, code)
    assert sender.letters() == []


@pytest.mark.parametrize(
    ("locale", "word"), [("en", "relationship"), ("ko", "관계"), (None, "rel")]
)
async def test_a_refusal_is_explained_in_the_language_of_the_message(backend, sender, locale, word):
    await backend.do(enrol())
    await sender.send("subscription-registration", registration(), locale=locale)
    (result,) = await sender.results()
    (detail,) = result.error["details"]
    assert (result.error["code"], result.error["innererror"]) == (
        "PolicyRefused",
        {"rules": ["SUB-1"]},
    )
    assert detail["code"] == "SUB-1"
    assert word in detail["message"]
    assert {"retryable", "resolvableBy"} <= detail.keys()
