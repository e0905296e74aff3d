"""The rules that hold by what is shown, by who the caller is, or because of other rules."""

import json
from copy import replace

import pytest
from pydantic import ValidationError

from shared.auth.claims import DELEGATED_PARTNER, Claims, VerifiedClaims
from shared.auth.issuers import trusted_issuer
from shared.auth.principal import GLOBAL_ADMINISTRATOR, GUEST, principal
from shared.errors import NotFound, PolicyRefused, Throttled, Unauthenticated
from shared.model.terms import ProductType
from shared.policy.callers import CallerRole
from shared.services.listing import Narrowing, Viewer
from shared.services.ports.budgets import Spending
from tests.cast.bodies import sale
from tests.cast.commands import accept, enrol, invite, linked, register, related, remove, set_status
from tests.cast.ids import (
    AGENCY,
    BUREAU,
    DIRECT,
    MPN,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    invitation_id,
    subscription_id,
)
from tests.running.app import SETTINGS, user
from tests.running.backend import Backend
from tests.unit.policy.verdicts import enforces

CUSTOMER = Viewer()


async def two_partners(backend: Backend) -> None:
    await backend.do(*related(), register(1), enrol(OTHER_DIRECT))
    await backend.do(invite(OTHER_DIRECT, 2), accept(2), register(2, partner_id=OTHER_DIRECT))


async def sold(backend: Backend, viewer: Viewer):
    """The ids of the agency's subscriptions that the viewer sees."""
    page = await backend.services.customers.subscriptions(AGENCY, viewer, Narrowing(), None, 100)
    return [each["id"] for each in page.items]


@enforces("explanation", "MUL-1")
async def test_another_partners_subscription_is_no_reason_to_refuse(backend):
    await two_partners(backend)
    assert await sold(backend, CUSTOMER) == [subscription_id(1), subscription_id(2)]


@enforces("explanation", "ELG-2")
async def test_a_partners_corporate_tenant_may_buy(backend):
    await backend.do(enrol(DIRECT, affiliatedTenantIds=[BUREAU]), enrol(OTHER_DIRECT))
    await backend.do(invite(OTHER_DIRECT, 1, BUREAU), accept(1, BUREAU))
    with pytest.raises(PolicyRefused, match="ELG-1"):
        await backend.do(invite(OTHER_DIRECT, 2, DIRECT))


@enforces("explanation", "INV-8")
async def test_the_partner_gets_the_link_that_its_e_mail_keeps(backend):
    await backend.do(enrol(), invite())
    customers = backend.services.customers
    found = await customers.invitation(AGENCY, invitation_id(1), Viewer(DIRECT))
    assert found["url"] == f"https://partners.example/invitations/{AGENCY}/{invitation_id(1)}"


@enforces("explanation", "SUB-5")
def test_products_and_billing_are_of_these_kinds():
    kinds = {"onlineService", "azurePlan", "azureReservation", "software"}
    assert {sale(productType=kind).product_type for kind in kinds} == set(ProductType) == kinds
    assert {sale(billingType=each).billing_type for each in ("license", "usage")}
    for field in ("productType", "billingType"):
        with pytest.raises(ValidationError):
            sale(**{field: "other"})


@enforces("explanation", "SUB-7")
@pytest.mark.parametrize("status", ["active", "suspended"])
async def test_only_reactivating_needs_what_registering_needs(backend, status):
    await backend.do(*related(), register(1), set_status("suspended"), remove())
    if status == "suspended":
        await backend.do(set_status("deleted"))
    else:
        with pytest.raises(PolicyRefused, match="SUB-1"):
            await backend.do(set_status("active"))


@enforces("visibility", "ACC-4")
async def test_the_customer_sees_every_partner_and_who_holds_privileges(backend):
    await two_partners(backend)
    seen = {}
    for viewer in (CUSTOMER, Viewer(DIRECT)):
        page = await backend.services.customers.relationships(AGENCY, viewer, None, None, 100)
        seen[viewer] = [(each["partnerId"], each["delegatedAdmin"]) for each in page.items]
    assert seen[CUSTOMER] == [(DIRECT, "granted"), (OTHER_DIRECT, "granted")]
    assert seen[Viewer(DIRECT)] == [(DIRECT, "granted")]


@enforces("visibility", "SUB-4")
async def test_partners_see_what_they_sell_the_customer_everything(backend):
    await two_partners(backend)
    await backend.do(*linked(), invite(PROVIDER, 3, indirectResellerId=RESELLER), accept(3))
    await backend.do(register(3, partner_id=PROVIDER, partnerOfRecord=MPN[RESELLER]))
    await backend.do(register(4, partner_id=PROVIDER))
    expected = {None: [1, 2, 3, 4], DIRECT: [1], OTHER_DIRECT: [2], PROVIDER: [3, 4], RESELLER: [3]}
    for partner_id, numbers in expected.items():
        assert await sold(backend, Viewer(partner_id)) == [*map(subscription_id, numbers)]
    with pytest.raises(NotFound):
        await backend.services.customers.subscription(AGENCY, subscription_id(2), Viewer(RESELLER))


@enforces("visibility", "ISO-1")
@pytest.mark.parametrize("others", [False, True])
async def test_a_list_goes_on_only_where_something_visible_follows(backend, others: bool):
    await (two_partners(backend) if others else backend.do(*related(), register(1)))
    page = await backend.services.customers.subscriptions(
        AGENCY, Viewer(DIRECT), Narrowing(), None, 1
    )
    assert [each["id"] for each in page.items] == [subscription_id(1)]
    assert page.after is None


@enforces("visibility", "ISO-2")
async def test_one_partners_flood_leaves_every_other_its_own_time(backend):
    budgets, costs = backend.services.budgets, [50] * 12
    waits = (await budgets.spend(DIRECT, Spending.MESSAGES, costs)).delays
    assert (waits[0], waits[-1]) == (0, 45)
    with pytest.raises(Throttled):
        await budgets.spend(DIRECT, Spending.MESSAGES, costs)
    assert (await budgets.spend(OTHER_DIRECT, Spending.MESSAGES, [1])).delays == (0,)


@enforces("token", "GOV-2")
def test_clouds_never_mix():
    foreign = trusted_issuer(replace(SETTINGS, cloud="public")).name(AGENCY)
    trusted_issuer(replace(SETTINGS, cloud="public")).check(foreign, AGENCY)
    with pytest.raises(Unauthenticated):
        trusted_issuer(replace(SETTINGS, cloud="usGovernment")).check(foreign, AGENCY)


@enforces("token", "ACC-1")
@pytest.mark.parametrize(
    ("changes", "accepts"),
    [
        ({}, True),
        ({"wids": [GLOBAL_ADMINISTRATOR, DELEGATED_PARTNER]}, False),
        ({"wids": [GLOBAL_ADMINISTRATOR, GUEST]}, False),
        ({"wids": []}, False),
        ({"wids": [], "roles": ["GlobalAdmin"]}, False),
        ({"scp": ..., "idtyp": "app"}, False),
    ],
)
def test_only_the_customers_own_global_admin_answers(changes, accepts):
    claims = {**user(AGENCY), "wids": [GLOBAL_ADMINISTRATOR], **changes}
    kept = json.dumps({name: value for name, value in claims.items() if value is not ...})
    caller = principal(VerifiedClaims(Claims.model_validate_json(kept)), SETTINGS)
    assert (CallerRole.CUSTOMER_GLOBAL_ADMIN in caller.customer_roles) is accepts
