"""What accepting would come to: what it adds and needs, what refuses it, and what stays."""

from datetime import timedelta

import pytest

from shared.deciding.ending import RevokeDelegatedAdmin
from shared.deciding.linking import EndResellerLink
from shared.errors import NotFound, PolicyRefused
from shared.services.listing import Narrowing, Viewer
from tests.cast.commands import (
    accept,
    cancel,
    enrol,
    invite,
    linked,
    profile,
    register,
    related,
    set_status,
    suspend,
)
from tests.cast.ids import (
    AGENCY,
    BUREAU,
    DIRECT,
    MPN,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    actor,
    invitation_id,
    subscription_id,
)

ADMIN = {"group": "AdminAgents", "role": "Global administrator"}
HELPDESK = {"group": "HelpdeskAgents", "role": "Helpdesk administrator"}


@pytest.fixture
def impacts(backend):
    return backend.services.impacts


async def of(impacts, number=1, customer_id=AGENCY, after=None, limit=1000):
    reader = actor(customer_id, "CR")
    return await impacts.of_invitation(reader, customer_id, invitation_id(number), after, limit)


async def shown(impacts, invitation, customer_id=AGENCY):
    reader = actor(customer_id, "CR")
    return (await impacts.of_invitation(reader, customer_id, invitation, None, 1000)).shown


def sold(partner_id, count):
    return {
        "partnerId": partner_id,
        "partnerName": f"Partner {MPN[partner_id]}",
        "partnerMpnId": MPN[partner_id],
        "subscriptions": count,
    }


async def listed(backend):
    """Every subscription and relationship of the customer, as their lists show them."""
    customers = backend.services.customers
    sold = await customers.subscriptions(AGENCY, Viewer(), Narrowing(), None, 100)
    partners = await customers.relationships(AGENCY, Viewer(), None, None, 100)
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


async def test_what_accepting_would_and_would_not_change(backend, impacts):
    await two_partners(backend)
    await backend.do(*linked(), invite(PROVIDER, 3, indirectResellerId=RESELLER))
    subscriptions, relationships = await listed(backend)
    impact = await shown(impacts, invitation_id(3))
    assert impact == {
        "adds": [
            {
                "partnerId": partner_id,
                "partnerName": f"Partner {MPN[partner_id]}",
                "partnerMpnId": MPN[partner_id],
                "delegatedAdmin": True,
                "groups": [ADMIN, HELPDESK],
            }
            for partner_id in (PROVIDER, RESELLER)
        ],
        "requires": [],
        "unchanged": {
            "count": 2,
            "byPartner": [sold(DIRECT, 1), sold(OTHER_DIRECT, 1)],
            "subscriptions": subscriptions,
            "relationships": relationships,
        },
        "promises": ["NIF-1", "NIF-2", "NIF-3", "NIF-4"],
    }


async def test_it_comes_as_the_impact_says(backend, impacts):
    await two_partners(backend)
    await backend.do(*linked(), invite(PROVIDER, 3, indirectResellerId=RESELLER))
    impact = await shown(impacts, invitation_id(3))
    await backend.do(accept(3))
    subscriptions, relationships = await listed(backend)
    sides = {addition["partnerId"] for addition in impact["adds"]}
    assert impact["unchanged"]["subscriptions"] == subscriptions
    assert impact["unchanged"]["relationships"] == [
        each for each in relationships if each["partnerId"] not in sides
    ]
    access = (await backend.services.explanations.access(AGENCY, None, None, 100)).items
    for addition in impact["adds"]:
        (gained,) = [each for each in access if each["partnerId"] == addition["partnerId"]]
        groups = [{"group": each["group"], "role": each["role"]} for each in gained["tenant"]]
        assert groups == addition["groups"]


async def test_restored_privileges_are_an_addition_to_what_stands(backend, impacts):
    await two_partners(backend)
    customer = actor(AGENCY, "CG")
    await backend.do(RevokeDelegatedAdmin(customer, AGENCY, DIRECT), invite(DIRECT, 3))
    impact = await shown(impacts, invitation_id(3))
    assert [addition["partnerId"] for addition in impact["adds"]] == [DIRECT]
    assert impact["unchanged"]["count"] == 2
    kept = [each["partnerId"] for each in impact["unchanged"]["relationships"]]
    assert kept == [OTHER_DIRECT]


async def test_what_is_called_unchanged_is_the_same_even_where_nothing_is_added(backend, impacts):
    await two_partners(backend)
    await backend.do(invite(DIRECT, 3))
    impact = await shown(impacts, invitation_id(3))
    assert impact["adds"] == []
    await backend.do(accept(3))
    subscriptions, relationships = await listed(backend)
    assert impact["unchanged"]["subscriptions"] == subscriptions
    assert impact["unchanged"]["relationships"]
    assert all(each in relationships for each in impact["unchanged"]["relationships"])


async def test_a_closed_invitation_changes_nothing_any_more(backend, impacts):
    await backend.do(enrol(), invite(), accept(), enrol(OTHER_DIRECT), invite(OTHER_DIRECT, 2))
    backend.clock.pass_by(timedelta(days=90))
    for number in (1, 2):
        impact = await shown(impacts, invitation_id(number))
        assert impact["adds"] == []
        kept = [each["partnerId"] for each in impact["unchanged"]["relationships"]]
        assert kept == [DIRECT]


@pytest.mark.parametrize(("customer_id", "number"), [(AGENCY, 2), (BUREAU, 1)])
async def test_without_invitation_no_impact(backend, impacts, customer_id, number):
    await backend.do(enrol(), invite())
    with pytest.raises(NotFound):
        await shown(impacts, invitation_id(number), customer_id)


async def test_subscriptions_come_page_by_page_and_counts_at_once(backend, impacts):
    await two_partners(backend)
    await backend.do(
        register(3, 4, 5),
        set_status("deleted", 4),
        enrol(PROVIDER),
        *linked(),
        invite(PROVIDER, 3, indirectResellerId=RESELLER),
    )
    found, after = [], None
    for size in (2, 2, 1):
        page = await of(impacts, 3, after=after, limit=2)
        unchanged = page.shown["unchanged"]
        assert unchanged["count"] == 5
        assert unchanged["byPartner"] == [sold(DIRECT, 4), sold(OTHER_DIRECT, 1)]
        assert len(unchanged["subscriptions"]) == size
        found += [each["id"] for each in unchanged["subscriptions"]]
        after = page.after
    assert after is None
    assert found == [subscription_id(number) for number in range(1, 6)]


async def test_what_a_first_acceptance_has_to_bring(backend, impacts):
    await backend.do(enrol(), invite())
    first = await of(impacts)
    assert (first.shown["requires"], first.refusals) == (["customerAgreement", "country"], ())
    await backend.do(profile())
    assert (await of(impacts)).shown["requires"] == ["customerAgreement"]
    await backend.do(accept(), enrol(OTHER_DIRECT), invite(OTHER_DIRECT, 2))
    second = await of(impacts, 2)
    assert (second.shown["requires"], second.refusals) == ([], ())


async def refused(backend, command):
    """What the acceptance itself is refused with."""
    with pytest.raises(PolicyRefused) as caught:
        await backend.do(command)
    return caught.value.refusals


async def suspended(backend):
    await backend.do(enrol(), invite(), suspend())


async def unlinked(backend):
    await backend.do(*linked(), invite(PROVIDER, indirectResellerId=RESELLER))
    await backend.do(EndResellerLink(actor(PROVIDER), PROVIDER, RESELLER), suspend(PROVIDER))


async def unsigned(backend):
    await backend.do(enrol(), invite(), enrol(partnerAgreementSignedAt=None))


async def moved(backend):
    await backend.do(enrol(), invite(), profile(country="DE"))


async def expired(backend):
    await backend.do(enrol(), invite())
    backend.clock.pass_by(timedelta(days=90))


async def canceled(backend):
    await backend.do(enrol(), invite(), cancel())


@pytest.mark.parametrize("story", [suspended, unlinked, unsigned, moved, expired, canceled])
async def test_what_would_refuse_it_is_what_refuses_it(backend, impacts, story):
    await story(backend)
    impact = await of(impacts)
    assert impact.refusals
    country = None if story is moved else "US"  # What it said of itself is what counts.
    assert impact.refusals == await refused(backend, accept(country=country))


async def test_an_accepted_one_needs_nothing_and_is_refused_by_nothing(backend, impacts):
    await backend.do(*related(), suspend())
    impact = await of(impacts)
    assert (impact.shown["requires"], impact.refusals) == ([], ())


async def test_it_writes_nothing(backend, impacts):
    await two_partners(backend)
    backend.requests.clear()
    await of(impacts)
    assert backend.requests
    assert not any("EGT" in request or "queue" in request for request in backend.requests)
