from datetime import timedelta

import pytest

from shared.deciding.ending import RevokeDelegatedAdmin
from shared.errors import NotFound
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


async def roles(explanations, partner_id=None, limit=100, *, every=False) -> list[list[dict]]:
    """The partners of every page."""
    pages, after = [], None
    of = explanations.every_access if every else explanations.access
    while True:
        page = await of(AGENCY, partner_id, after, limit)
        pages.append(list(page.items))
        if (after := page.after) is None:
            return pages


def shown(partner_id: str, *subscriptions: dict) -> dict:
    return {
        "partnerId": partner_id,
        "partnerName": f"Partner {MPN[partner_id]}",
        "partnerMpnId": MPN[partner_id],
        "tenant": HELD,
        "subscriptions": list(subscriptions),
    }


def role(number: int, name: str, because: str) -> dict:
    return {"id": subscription_id(number), "role": name, "because": [because]}


async def test_every_partner_and_the_roles_that_it_has(backend, explanations):
    await two_partners(backend)
    owner = role(2, "owner", "EFF-4")
    assert await roles(explanations) == [[shown(DIRECT), shown(OTHER_DIRECT, owner)]]


async def test_every_partner_on_every_subscription(backend, explanations):
    await two_partners(backend)
    others = role(1, "none", "EFF-4"), role(2, "none", "EFF-3")
    own = role(1, "none", "EFF-3"), role(2, "owner", "EFF-4")
    assert await roles(explanations, every=True) == [
        [shown(DIRECT, *others), shown(OTHER_DIRECT, *own)]
    ]


@pytest.mark.parametrize("every", [False, True])
async def test_access_of_one_partner(backend, explanations, every):
    await two_partners(backend)
    (everyone,) = await roles(explanations, every=every)
    assert await roles(explanations, OTHER_DIRECT, every=every) == [everyone[1:]]


async def test_what_remains_after_the_privileges(backend, explanations):
    await two_partners(backend)
    customer = actor(AGENCY, "CG")
    await backend.do(RevokeDelegatedAdmin(customer, AGENCY, OTHER_DIRECT))
    ((partner,),) = await roles(explanations, OTHER_DIRECT, every=True)
    assert partner["tenant"] == []
    others, own = partner["subscriptions"]
    assert "remove" not in others
    assert own["because"] == ["EFF-4", "EFF-5"]
    assert own["remove"].startswith("az role assignment delete ")
    assert own["remove"].endswith(f"/subscriptions/{subscription_id(2)}")


async def test_privileges_end_in_the_explanation_when_they_end(backend, explanations):
    await backend.do(enrol(), invite(), accept(delegatedAdminUntil="2026-11-02T08:00:00Z"))
    ((before,),) = await roles(explanations)
    backend.clock.pass_by(timedelta(days=1))
    ((after,),) = await roles(explanations)
    assert (before["tenant"], after["tenant"]) == (HELD, [])


async def many(backend) -> None:
    """Two partners sell twelve Azure plans and other things in turn."""
    await two_partners(backend)
    plan = {"productType": "azurePlan", "billingType": "usage"}
    for number in range(3, 27):
        seller = DIRECT if number % 4 < 2 else OTHER_DIRECT
        await backend.do(register(number, partner_id=seller, **(plan if number % 2 else {})))


@pytest.mark.parametrize("partner_id", [None, DIRECT])
@pytest.mark.parametrize("limit", [1, 2, 5, 1000])
async def test_pages_together_hold_each_role_once_and_name_every_partner(
    backend, explanations, partner_id, limit
):
    await many(backend)
    for every in (False, True):
        (whole,) = await roles(explanations, partner_id, 1000, every=every)
        pages = await roles(explanations, partner_id, limit, every=every)
        for page in pages:
            assert [each["partnerId"] for each in page] == [each["partnerId"] for each in whole]
            found = sum(len(each["subscriptions"]) for each in page)
            assert found <= max(limit, len(page) if every else 1)
        for n, partner in enumerate(whole):
            joined = [role for page in pages for role in page[n]["subscriptions"]]
            assert joined == partner["subscriptions"]


async def test_a_page_goes_on_only_where_a_role_follows(backend, explanations):
    await many(backend)
    ((partner,), *_) = pages = await roles(explanations, DIRECT, 1)
    assert len(partner["subscriptions"]) == 1
    assert all(page[0]["subscriptions"] for page in pages)


async def test_nobody_has_access_to_a_tenant_without_partners(backend, explanations):
    await backend.do(enrol(), invite())
    for customer_id in (AGENCY, BUREAU):
        for of in (explanations.access, explanations.every_access):
            assert (await of(customer_id, None, None, 100)).items == ()


@pytest.mark.parametrize("partner_id", [DIRECT, OTHER_DIRECT])
async def test_a_partner_without_relationship_has_no_access_to_explain(
    backend, explanations, partner_id
):
    await backend.do(enrol(), invite())
    for of in (explanations.access, explanations.every_access):
        with pytest.raises(NotFound):
            await of(AGENCY, partner_id, None, 100)


async def test_an_explanation_writes_nothing(backend, explanations):
    await two_partners(backend)
    backend.requests.clear()
    await roles(explanations)
    await roles(explanations, every=True)
    assert backend.requests
    assert not any("EGT" in request or "queue" in request for request in backend.requests)
