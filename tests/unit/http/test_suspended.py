"""PRT-1: a suspended partner reads itself, and everything that it asks for is refused."""

from typing import Any, Final

import pytest

from shared.http.endpoint import Endpoint
from shared.policy.callers import PARTNER_ROLES, CallerRole
from shared.policy.roles import allowed
from tests.cast.ids import AGENCY, DIRECT, invitation_id
from tests.running.app import (
    OPERATOR_CLAIMS,
    SETTINGS,
    LocalApp,
    admin,
    application,
    endpoints,
    enrol,
    hire,
    user,
)
from tests.unit.http.visibility import PARTNERS
from tests.unit.http.visibility_story import BODIES, CONDITIONAL

CUSTOMER = f"/api/customers/{AGENCY}"
RELATIONSHIP = f"{CUSTOMER}/relationships/{DIRECT}"
PARTNER = f"/api/partners/{DIRECT}"
SELLER = user(DIRECT, "GlobalAdmin")


def _roles(endpoint: Endpoint[Any, Any]) -> frozenset[CallerRole]:
    preset = SETTINGS.role_preset
    granted = {role for each in endpoint.operations for role in allowed(preset, each)}
    return PARTNER_ROLES & granted


OWN: Final = {name: each for name, each in endpoints().items() if _roles(each)}
"""What a partner may use while it is active."""


@pytest.fixture
async def suspended(local: LocalApp) -> LocalApp:
    await enrol(local, DIRECT)
    await hire(local, DIRECT, 1)
    await local.follow()
    assert (await local.call("POST", f"{PARTNER}/suspend", OPERATOR_CLAIMS)).status == 200
    return local


@pytest.mark.parametrize("name", OWN)
async def test_it_reads_itself_and_is_refused_all_else(suspended: LocalApp, name: str):
    """Whatever is there already, and whatever version it names."""
    endpoint = OWN[name]
    path = endpoint.address({**PARTNERS, **dict.fromkeys(endpoint.partner_is, DIRECT)})
    people = CallerRole.GLOBAL_ADMIN in _roles(endpoint)
    caller = SELLER if people else application(DIRECT)
    conditions = ({}, {"if-match": '"old"'}) if name not in CONDITIONAL else ({"if-match": "*"},)
    for headers in conditions:
        answer = await suspended.call(endpoint.method, path, caller, BODIES.get(name), headers)
        if endpoint.method == "GET":
            assert answer.status in ({200, 412} if endpoint.while_suspended else {404})
        else:
            told = answer.body["error"]
            assert (answer.status, told["innererror"]) == (409, {"rules": ["PRT-1"]})


def test_what_it_reads():
    """Its own profile; what needs no role is no matter of the partner."""
    read = {name for name, each in OWN.items() if each.while_suspended}
    assert read == {"partners_get", "partners_list"}


async def test_a_suspended_partner_sees_itself_only(local: LocalApp):
    await enrol(local, DIRECT)
    await hire(local, DIRECT, 1)
    await local.follow()
    seen = (RELATIONSHIP, f"{CUSTOMER}/invitations", f"{PARTNER}/customers", CUSTOMER)
    stale = {"if-match": '"old"'}
    assert (
        await local.call("POST", f"{PARTNER}/suspend", OPERATOR_CLAIMS, None, stale)
    ).status == 412
    suspended = await local.call("POST", f"{PARTNER}/suspend", OPERATOR_CLAIMS)
    assert (suspended.status, suspended.body["status"]) == (200, "suspended")
    again = await local.call("POST", f"{PARTNER}/suspend", OPERATOR_CLAIMS)
    assert (again.status, again.body) == (200, suspended.body)
    for path in seen:
        assert (await local.call("GET", path, SELLER)).code == (404, "ResourceNotFound"), path
    assert (await local.call("GET", PARTNER, SELLER)).body == suspended.body
    assert (await local.call("GET", "/api/partners", SELLER)).body["value"] == [suspended.body]
    refused = await local.call(
        "PUT", f"{CUSTOMER}/invitations/{invitation_id(2)}", SELLER, {"delegatedAdmin": True}
    )
    assert "PRT-1" in refused.body["error"]["innererror"]["rules"]
    assert (await local.call("GET", RELATIONSHIP, admin(AGENCY))).status == 200
    resumed = await local.call("POST", f"{PARTNER}/resume", OPERATOR_CLAIMS)
    assert resumed.body["status"] == "active"
    for path in seen:
        assert (await local.call("GET", path, SELLER)).status == 200, path
