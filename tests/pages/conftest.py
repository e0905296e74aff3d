"""A customer with an invitation that waits, one that is served too, a link, and who visits."""

from dataclasses import replace

import pytest

from shared.services.ports.sweeps import Sweep, SweepStatus
from shared.services.ports.values import Stored
from tests.cast.bodies import ACCEPTANCE, sale_document
from tests.cast.ids import (
    AGENCY,
    AT,
    BUREAU,
    DIRECT,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    STRANGER,
    invitation_id,
    link_id,
    subscription_id,
)
from tests.cast.messages import SOURCE
from tests.pages.addresses import LETTER, PIPELINE, SUSPENDED, SWEEP
from tests.pages.troubles import DIVERGED, bury
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin, enrol, hire, user
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
async def operated(served: LocalApp) -> LocalApp:
    """With what the operator looks after, one of each; a partner is suspended."""
    await enrol(served, SUSPENDED)
    suspended = f"/api/partners/{SUSPENDED}/suspend"
    assert (await served.call("POST", suspended, OPERATOR_CLAIMS)).status == 200
    body = {"source": SOURCE, "partnerIds": [DIRECT], "types": ["customer-profile"]}
    registered = await served.call("PUT", f"/api/pipelines/{PIPELINE}", OPERATOR_CLAIMS, body)
    assert registered.status == 201
    await disputed(served)
    await served.follow()
    await swept(served)
    await served.services.ports.findings.put(DIVERGED, None)
    await bury(served, LETTER)
    return served


async def disputed(local: LocalApp) -> None:
    """Another customer disputes what a partner sold to it."""
    customer, seller = f"/api/customers/{BUREAU}", user(OTHER_DIRECT, "GlobalAdmin")
    path = f"{customer}/invitations/{invitation_id(6)}"
    assert (await local.call("PUT", path, seller, {"delegatedAdmin": True})).status == 201
    assert (await local.call("POST", f"{path}/accept", admin(BUREAU), ACCEPTANCE)).status == 200
    sold = f"{customer}/subscriptions/{subscription_id(2)}"
    sale = sale_document(friendlyName="Mail <of> ours")
    assert (await local.call("PUT", sold, seller, sale)).status == 201
    said = {"reason": "Nobody <b>here</b> ordered it"}
    assert (await local.call("POST", f"{sold}/dispute", admin(BUREAU), said)).status == 200


async def swept(local: LocalApp) -> None:
    """A sweep that failed."""
    sweeps = local.memory.ports.sweeps
    sweep = Sweep(SWEEP, None, SweepStatus.FAILED, AT, shards=5, finished_at=AT)
    await sweeps.start(replace(sweep, status=SweepStatus.RUNNING), Stored("", ""), ())
    started, running = await sweeps.get(SWEEP), await sweeps.running()
    assert started
    await sweeps.finish(sweep, started.etag, running)


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
