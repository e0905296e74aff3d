from datetime import timedelta

import pytest

from shared.deciding.ending import RevokeDelegatedAdmin
from shared.errors import NotFound
from shared.services.listing import Viewer
from shared.services.queries import explaining
from shared.services.queries.explaining import Explanations
from tests.cast.commands import accept, enrol, invite, linked, register, related
from tests.cast.ids import (
    AGENCY,
    BUREAU,
    DIRECT,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    actor,
    invitation_id,
    subscription_id,
)

ADMIN = {"group": "AdminAgents", "role": "Global administrator"}
HELPDESK = {"group": "HelpdeskAgents", "role": "Helpdesk administrator"}
HELD = [{**ADMIN, "because": ["EFF-1"]}, {**HELPDESK, "because": ["EFF-1"]}]


@pytest.fixture
def explanations(backend):
    return Explanations(backend.ports.tenants, backend.services.views, backend.clock)


async def listed(backend):
    """Every subscription and relationship of the customer, as their lists show them."""
    customers = backend.services.customers
    sold = await customers.subscriptions(AGENCY, Viewer(), None, None, 100)
    partners = await customers.relationships(AGENCY, Viewer(), None, 100)
    return list(sold.items), list(partners.items)


async def two_partners(backend):
    """One sold Office 365, the other an Azure plan."""
    await backend.do(*related(), register(1))
    await backend.do(
        enrol(OTHER_DIRECT),
        invite(OTHER_DIRECT, 2),
        accept(2),
        register(2, partner_id=OTHER_DIRECT, productType="azurePlan", billingType="usage"),
    )


async def test_access_of_every_partner_on_every_subscription(backend, explanations):
    await two_partners(backend)
    assert await explanations.access(AGENCY, None) == {
        "customerId": AGENCY,
        "enforcement": "recorded",
        "partners": [
            {
                "partnerId": DIRECT,
                "tenant": HELD,
                "subscriptions": [
                    {"id": subscription_id(1), "role": "none", "because": ["EFF-4"]},
                    {"id": subscription_id(2), "role": "none", "because": ["EFF-3"]},
                ],
            },
            {
                "partnerId": OTHER_DIRECT,
                "tenant": HELD,
                "subscriptions": [
                    {"id": subscription_id(1), "role": "none", "because": ["EFF-3"]},
                    {"id": subscription_id(2), "role": "owner", "because": ["EFF-4"]},
                ],
            },
        ],
    }


async def test_access_of_one_partner(backend, explanations):
    await two_partners(backend)
    everyone = await explanations.access(AGENCY, None)
    only = await explanations.access(AGENCY, OTHER_DIRECT)
    assert only == {**everyone, "partners": everyone["partners"][1:]}


async def test_what_remains_after_the_privileges(backend, explanations):
    await two_partners(backend)
    customer = actor(AGENCY, "CG")
    await backend.do(RevokeDelegatedAdmin(customer, AGENCY, OTHER_DIRECT))
    (partner,) = (await explanations.access(AGENCY, OTHER_DIRECT))["partners"]
    assert partner["tenant"] == []
    others, own = partner["subscriptions"]
    assert "remove" not in others
    assert own["because"] == ["EFF-4", "EFF-5"]
    assert own["remove"].startswith("az role assignment delete ")
    assert own["remove"].endswith(f"/subscriptions/{subscription_id(2)}")


async def test_privileges_end_in_the_explanation_when_they_end(backend, explanations):
    await backend.do(enrol(), invite(), accept(delegatedAdminUntil="2026-11-02T08:00:00Z"))
    (before,) = (await explanations.access(AGENCY, None))["partners"]
    backend.clock.pass_by(timedelta(days=1))
    (after,) = (await explanations.access(AGENCY, None))["partners"]
    assert (before["tenant"], after["tenant"]) == (HELD, [])


async def test_every_subscription_is_explained_however_many(backend, explanations, monkeypatch):
    monkeypatch.setattr(explaining, "_PAGE", 2)
    await backend.do(*related(), register(1, 2, 3, 4, 5))
    (partner,) = (await explanations.access(AGENCY, None))["partners"]
    expected = [subscription_id(number) for number in range(1, 6)]
    assert [each["id"] for each in partner["subscriptions"]] == expected


async def test_nobody_has_access_to_a_tenant_without_partners(backend, explanations):
    await backend.do(enrol(), invite())
    for customer_id in (AGENCY, BUREAU):
        assert (await explanations.access(customer_id, None))["partners"] == []


@pytest.mark.parametrize("partner_id", [DIRECT, OTHER_DIRECT])
async def test_a_partner_without_relationship_has_no_access_to_explain(
    backend, explanations, partner_id
):
    await backend.do(enrol(), invite())
    with pytest.raises(NotFound):
        await explanations.access(AGENCY, partner_id)


async def test_what_accepting_would_and_would_not_change(backend, explanations):
    await two_partners(backend)
    await backend.do(*linked(), invite(PROVIDER, 3, indirectResellerId=RESELLER))
    subscriptions, relationships = await listed(backend)
    impact = await explanations.impact(AGENCY, invitation_id(3))
    assert impact == {
        "adds": [
            {"partnerId": partner_id, "delegatedAdmin": True, "groups": [ADMIN, HELPDESK]}
            for partner_id in (PROVIDER, RESELLER)
        ],
        "unchanged": {
            "count": 2,
            "subscriptions": subscriptions,
            "relationships": relationships,
        },
        "promises": ["NIF-1", "NIF-2", "NIF-3", "NIF-4"],
    }


async def test_it_comes_as_the_impact_says(backend, explanations):
    await two_partners(backend)
    await backend.do(*linked(), invite(PROVIDER, 3, indirectResellerId=RESELLER))
    impact = await explanations.impact(AGENCY, invitation_id(3))
    await backend.do(accept(3))
    subscriptions, relationships = await listed(backend)
    sides = {addition["partnerId"] for addition in impact["adds"]}
    assert impact["unchanged"]["subscriptions"] == subscriptions
    assert impact["unchanged"]["relationships"] == [
        each for each in relationships if each["partnerId"] not in sides
    ]
    access = (await explanations.access(AGENCY, None))["partners"]
    for addition in impact["adds"]:
        (gained,) = [each for each in access if each["partnerId"] == addition["partnerId"]]
        groups = [{"group": each["group"], "role": each["role"]} for each in gained["tenant"]]
        assert groups == addition["groups"]


async def test_restored_privileges_are_an_addition_to_what_stands(backend, explanations):
    await two_partners(backend)
    customer = actor(AGENCY, "CG")
    await backend.do(RevokeDelegatedAdmin(customer, AGENCY, DIRECT), invite(DIRECT, 3))
    impact = await explanations.impact(AGENCY, invitation_id(3))
    assert [addition["partnerId"] for addition in impact["adds"]] == [DIRECT]
    assert impact["unchanged"]["count"] == 2
    kept = [each["partnerId"] for each in impact["unchanged"]["relationships"]]
    assert kept == [OTHER_DIRECT]


async def test_what_is_called_unchanged_is_the_same_even_where_nothing_is_added(
    backend, explanations
):
    await two_partners(backend)
    await backend.do(invite(DIRECT, 3))
    impact = await explanations.impact(AGENCY, invitation_id(3))
    assert impact["adds"] == []
    await backend.do(accept(3))
    subscriptions, relationships = await listed(backend)
    assert impact["unchanged"]["subscriptions"] == subscriptions
    assert impact["unchanged"]["relationships"]
    assert all(each in relationships for each in impact["unchanged"]["relationships"])


async def test_a_closed_invitation_changes_nothing_any_more(backend, explanations):
    await backend.do(enrol(), invite(), accept(), enrol(OTHER_DIRECT), invite(OTHER_DIRECT, 2))
    backend.clock.pass_by(timedelta(days=90))
    for number in (1, 2):
        impact = await explanations.impact(AGENCY, invitation_id(number))
        assert impact["adds"] == []
        kept = [each["partnerId"] for each in impact["unchanged"]["relationships"]]
        assert kept == [DIRECT]


@pytest.mark.parametrize(("customer_id", "number"), [(AGENCY, 2), (BUREAU, 1)])
async def test_without_invitation_no_impact(backend, explanations, customer_id, number):
    await backend.do(enrol(), invite())
    with pytest.raises(NotFound):
        await explanations.impact(customer_id, invitation_id(number))


async def test_an_explanation_writes_nothing(backend, explanations):
    await two_partners(backend)
    backend.requests.clear()
    await explanations.access(AGENCY, None)
    await explanations.impact(AGENCY, invitation_id(1))
    assert backend.requests
    assert not any("EGT" in request or "queue" in request for request in backend.requests)
