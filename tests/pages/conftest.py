"""A customer with an invitation that waits, one that is served too, a link, and who visits."""

import pytest

from tests.cast.bodies import ACCEPTANCE, sale_document
from tests.cast.ids import (
    AGENCY,
    DIRECT,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    STRANGER,
    invitation_id,
    link_id,
    subscription_id,
)
from tests.running.app import LocalApp, admin, enrol, hire, user
from tests.running.visitors import SET_UP


@pytest.fixture
async def local() -> LocalApp:
    made = LocalApp(SET_UP)
    await enrol(made, DIRECT, RESELLER)
    path = f"/api/customers/{AGENCY}/invitations/{invitation_id(1)}"
    body = {"delegatedAdmin": True, "message": "Hello <b>you</b>"}
    answer = await made.call("PUT", path, user(DIRECT, "GlobalAdmin"), body)
    assert answer.status == 201
    path = f"/api/partners/{RESELLER}/invitation-links/{link_id(1)}"
    answer = await made.call("PUT", path, user(RESELLER, "GlobalAdmin"), {"delegatedAdmin": True})
    assert answer.status == 201
    return made


@pytest.fixture
async def served(local: LocalApp) -> LocalApp:
    """With a partner that holds privileges and sold an Azure plan, and another that is blocked.

    A provider asks the reseller, whose link it is, to link.
    """
    await enrol(local, OTHER_DIRECT, PROVIDER)
    linked = f"/api/partners/{PROVIDER}/resellers/{RESELLER}"
    assert (await local.call("PUT", linked, user(PROVIDER, "GlobalAdmin"))).status == 201
    await hire(local, OTHER_DIRECT, 2, delegatedAdmin=True)
    plan = {"productType": "azurePlan", "billingType": "usage", "friendlyName": "Cloud <of> ours"}
    seller = user(OTHER_DIRECT, "SalesAgent")
    customer = f"/api/customers/{AGENCY}"
    sold = f"{customer}/subscriptions/{subscription_id(1)}"
    assert (await local.call("PUT", sold, seller, sale_document(**plan))).status == 201
    blocked = f"{customer}/blocked-partners/{STRANGER}"
    assert (await local.call("PUT", blocked, admin(AGENCY))).status == 201
    return local


@pytest.fixture
async def recorded(local: LocalApp) -> LocalApp:
    """Entries 1, 4 and 5 are about DIRECT, 2 and 3 about RESELLER."""
    path = f"/api/customers/{AGENCY}/blocked-partners/{RESELLER}"
    assert (await local.call("PUT", path, admin(AGENCY), {})).status == 201
    assert (await local.call("DELETE", path, admin(AGENCY))).status == 204
    path = f"/api/customers/{AGENCY}/invitations/{invitation_id(1)}/accept"
    assert (await local.call("POST", path, admin(AGENCY), ACCEPTANCE)).status == 200
    path = f"/api/customers/{AGENCY}/subscriptions/{subscription_id(1)}"
    sold = await local.call("PUT", path, user(DIRECT, "SalesAgent"), sale_document())
    assert sold.status == 201
    return local
