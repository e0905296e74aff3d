"""Requests that end before a handler, in the order in which they are looked at."""

from copy import replace
from typing import Any

import azure.functions as func
import pytest

from shared.http.host import incoming, response
from shared.http.messages import Outgoing
from tests.cast.ids import AGENCY, BUREAU, DIRECT, PROVIDER, RESELLER, invitation_id
from tests.running.app import OPERATOR_CLAIMS, SETTINGS, LocalApp, admin, enrol, user

INVITATION = f"/api/customers/{AGENCY}/invitations/{invitation_id()}"


@pytest.mark.parametrize(
    ("method", "url", "caller", "status"),
    [
        # Everything is wrong: what is looked at first is said.
        ("PUT", "/api/partners/x?api-version=1&odd=1", None, 400),
        ("PUT", "/api/partners/x?odd=1", None, 401),
        ("PUT", "/api/partners/x?odd=1", user(DIRECT, "GlobalAdmin"), 403),
        ("GET", f"/api/partners/{PROVIDER}?odd=1", user(DIRECT, "GlobalAdmin"), 404),
        ("POST", f"{INVITATION}/accept?odd=1", admin(BUREAU), 404),
    ],
)
async def test_the_order_of_checks(
    local: LocalApp, method: str, url: str, caller: dict[str, Any] | None, status: int
):
    answer = await local.call(method, url, caller, {"wrong": 1}, {"if-match": "wrong"})
    assert answer.status == status


async def test_malformed_ids_are_all_named(local: LocalApp):
    answer = await local.call("PUT", "/api/partners/x/resellers/y", user(DIRECT, "GlobalAdmin"))
    details = answer.body["error"]["details"]
    assert [detail["target"] for detail in details] == ["partnerId", "resellerId"]
    answer = await local.call("GET", "/api/pipelines/a b", OPERATOR_CLAIMS)
    assert answer.body["error"]["details"][0]["message"] == "This is not an identifier."


@pytest.mark.parametrize(
    ("caller", "action", "status"),
    [
        (user(PROVIDER, "GlobalAdmin"), "", 403),  # it is not enrolled, as the command finds out
        (user(RESELLER, "GlobalAdmin"), "", 404),
        (user(PROVIDER, "GlobalAdmin"), "/accept", 404),
        (user(RESELLER, "GlobalAdmin"), "/accept", 403),
        (user(DIRECT, "GlobalAdmin"), "/accept", 404),
        (user(PROVIDER, "SalesAgent"), "", 403),
    ],
)
async def test_each_side_of_a_link(
    local: LocalApp, caller: dict[str, Any], action: str, status: int
):
    method = "POST" if action else "PUT"
    url = f"/api/partners/{PROVIDER}/resellers/{RESELLER}{action}"
    assert (await local.call(method, url, caller)).status == status


async def test_a_person_with_both_kinds_of_roles_reads_its_own_tenant_whole(local: LocalApp):
    both = {**admin(AGENCY), "roles": ["SalesAgent"]}
    assert (await local.call("GET", f"/api/customers/{AGENCY}/invitations", both)).status == 200
    assert (await local.call("GET", f"/api/customers/{BUREAU}/invitations", both)).status == 404


async def test_the_preset_decides_who_may():
    clerk = user(DIRECT, "UserManagementAdmin")
    seed, other = LocalApp(), LocalApp(replace(SETTINGS, role_preset="permissions-overview"))
    for local in (seed, other):
        await enrol(local, DIRECT)
    assert (await seed.call("GET", f"/api/partners/{DIRECT}", clerk)).status == 200
    assert (await other.call("GET", f"/api/partners/{DIRECT}", clerk)).status == 403


async def test_an_operator_with_partner_roles_still_sees_all_partners(local: LocalApp):
    await enrol(local, DIRECT)
    await local.follow()
    both = {**OPERATOR_CLAIMS, "roles": ["PlatformOperator", "GlobalAdmin"]}
    listed = await local.call("GET", "/api/partners", both)
    assert [item["id"] for item in listed.body["value"]] == [DIRECT]


async def test_missing_directory_roles_matter_where_a_customers_role_is_needed(local: LocalApp):
    unknown = user(AGENCY, "SalesAgent", wids=None)
    del unknown["wids"]
    missing = (403, "DirectoryRolesNotInToken")
    assert (await local.call("POST", f"{INVITATION}/accept", unknown)).code == missing
    assert (await local.call("GET", INVITATION, unknown)).code == missing
    foreign = f"/api/customers/{BUREAU}/invitations"
    assert (await local.call("GET", foreign, unknown)).code == (404, "ResourceNotFound")
    listing = await local.call("GET", "/api/pipelines", unknown)
    assert listing.code == (403, "AuthorizationFailed")


@pytest.mark.parametrize("length", ["65537", "1048576", "9" * 400])
async def test_a_length_that_is_too_large_is_refused_before_the_token_is_looked_at(
    local: LocalApp, length: str
):
    sent = {"content-length": length}
    refused = await local.call("PUT", f"/api/partners/{DIRECT}", None, {}, sent)
    assert refused.code == (413, "RequestBodyTooLarge")
    for said in ("65536", "", "-1", "x"):
        unknown = await local.call(
            "PUT", f"/api/partners/{DIRECT}", None, {}, {"content-length": said}
        )
        assert unknown.code == (401, "InvalidAuthenticationToken")


async def test_a_body_that_is_too_large_or_of_another_kind(local: LocalApp):
    path = f"/api/partners/{DIRECT}"
    large = {"name": "x" * 70_000}
    assert (await local.call("PUT", path, OPERATOR_CLAIMS, large)).status == 413
    xml = {"content-type": "application/xml"}
    assert (await local.call("PUT", path, OPERATOR_CLAIMS, {}, xml)).status == 415


async def test_query_parameters_are_checked(local: LocalApp):
    for query, target in {
        "maxpagesize=0": "maxpagesize",
        "MAXPAGESIZE=x": "maxpagesize",
        "colour=red": "colour",
    }.items():
        answer = await local.call("GET", f"/api/pipelines?{query}", OPERATOR_CLAIMS)
        assert answer.status == 400
        assert answer.body["error"]["target"] == target


def test_the_hosts_request_and_answer():
    request = func.HttpRequest(
        "PUT",
        "http://host/api/x?a=1",
        headers={"X-Name": "value"},
        params={"a": "1"},
        route_params={"partnerId": "p"},
        body=b"{}",
    )
    found = incoming(request)
    assert (found.headers["x-name"], found.query, found.path, found.body) == (
        "value",
        {"a": "1"},
        {"partnerId": "p"},
        b"{}",
    )
    answer = response(Outgoing(201, {"ETag": '"1"'}, b"[]"))
    assert (answer.status_code, answer.headers["ETag"], answer.get_body()) == (201, '"1"', b"[]")
