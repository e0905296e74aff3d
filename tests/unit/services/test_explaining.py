from datetime import timedelta

import pytest

from shared.deciding.ending import RevokeDelegatedAdmin
from shared.errors import NotFound
from shared.services.queries import explaining
from shared.services.queries.explaining import Explanations
from tests.cast.commands import accept, enrol, invite, register, related
from tests.cast.ids import AGENCY, BUREAU, DIRECT, MPN, OTHER_DIRECT, actor, subscription_id

ADMIN = {"group": "AdminAgents", "role": "Global administrator"}
HELPDESK = {"group": "HelpdeskAgents", "role": "Helpdesk administrator"}
HELD = [{**ADMIN, "because": ["EFF-1"]}, {**HELPDESK, "because": ["EFF-1"]}]


@pytest.fixture
def explanations(backend):
    return Explanations(backend.ports.tenants, backend.clock)


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
                "partnerName": f"Partner {MPN[DIRECT]}",
                "partnerMpnId": MPN[DIRECT],
                "tenant": HELD,
                "subscriptions": [
                    {"id": subscription_id(1), "role": "none", "because": ["EFF-4"]},
                    {"id": subscription_id(2), "role": "none", "because": ["EFF-3"]},
                ],
            },
            {
                "partnerId": OTHER_DIRECT,
                "partnerName": f"Partner {MPN[OTHER_DIRECT]}",
                "partnerMpnId": MPN[OTHER_DIRECT],
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


async def test_an_explanation_writes_nothing(backend, explanations):
    await two_partners(backend)
    backend.requests.clear()
    await explanations.access(AGENCY, None)
    assert backend.requests
    assert not any("EGT" in request or "queue" in request for request in backend.requests)
