"""What the host sees of the endpoints."""

import json
from importlib import import_module

from devhost.routes import RouteTable, parse
from functions.openapi import APIS
from functions.pages.area import Area
from functions.routes import PATH
from shared.policy.roles import Operation
from tests.running.app import endpoints
from tests.running.system import ROOT
from tests.running.visitors import pages
from tests.running.worker_index import LAST, api_routes, functions, http_routes
from tools import routes_document

DOCS = {"docs", "docs/{version}/{name}"}
STYLE = {"style/{version}/{name}"}
SIGN_IN = {"signin", "signin/callback", "signin/consented", "signout"}


def test_every_endpoint_is_registered_once():
    names = [name for name, _, _ in api_routes()]
    assert sorted(names) == sorted(endpoints())
    assert len(set(names)) == len(names)


def test_the_routes_that_the_host_sees_are_those_of_the_records():
    assert PATH.read_text("utf-8") == routes_document.text(), "python -m tools.routes_document"
    names = [name for api in APIS for name in api.endpoints]
    assert len(names) == len(endpoints())


def test_no_route_shadows_another():
    routes = [parse(name, "", route, methods) for name, route, methods in http_routes()]
    assert RouteTable([*routes, parse(LAST, "", "{*rest}", None)]).warnings == []


def test_the_last_function_is_the_last_that_the_host_tries():
    """In the order of names, without regard to case: `_` comes behind letters, `-` before."""
    names = [each.get_function_name() for each in functions()]
    assert max(names, key=str.upper) == LAST
    assert [name for name in names if name.upper().startswith("ZZ")] == [LAST]
    (last,) = (each for each in functions() if each.get_function_name() == LAST)
    (trigger,) = (
        each for each in last.get_dict_repr()["bindings"] if each["type"] == "httpTrigger"
    )
    assert trigger["route"] == "{*rest}"
    assert not trigger.get("methods")  # none declared is every method
    assert str(trigger["authLevel"]).endswith("ANONYMOUS")


def test_people_and_probes_may_look_before_they_read():
    looked_at = {route for _, route, methods in http_routes() if "HEAD" in methods}
    assert looked_at == {
        *("api/health/live", "api/health/ready", "api/openapi.json"),
        *(DOCS | STYLE | SIGN_IN - {"signin/callback", "signout"}),
        *(page.route for page in pages().values()),
    }


def test_the_prefix_of_routes_is_spelt_out():
    host = json.loads((ROOT / "host.json").read_text(encoding="utf-8"))
    assert host["extensions"]["http"]["routePrefix"] == ""
    others = {route for _, route, _ in http_routes()} - {route for _, route, _ in api_routes()}
    assert others == DOCS | STYLE | SIGN_IN | {page.route for page in pages().values()}


def test_every_page_is_registered_once_and_takes_what_it_can():
    found = {name: (route, methods) for name, route, methods in http_routes() if name in pages()}
    assert found == {name: (page.route, list(page.methods)) for name, page in pages().items()}
    areas = [each for each in routes_document.areas().values() if isinstance(each, Area)]
    assert len(pages()) == sum(len(area.pages) for area in areas)
    forms = {name for name, (_, methods) in found.items() if "POST" in methods}
    assert forms == {name for name, page in pages().items() if page.form}


def test_what_needs_no_token_is_health_only():
    free = {name for name, endpoint in endpoints().items() if endpoint.public}
    assert free == {"health_live", "health_ready", "openapi_get"}
    roleless = {name for name, endpoint in endpoints().items() if not endpoint.operations}
    assert roleless == {
        *free,
        "me_get",
        "policy_rules_list",
        "policy_evaluate",
        "checkpoints_list",
        "checkpoints_get",
    }
    unversioned = {name for name, endpoint in endpoints().items() if not endpoint.versioned}
    assert unversioned == free


def test_partner_paths_are_the_partners_own():
    for endpoint in endpoints().values():
        partners = set(endpoint.operations) & {Operation.PARTNER_READ, Operation.PARTNER_MANAGE}
        if (
            partners
            and "{partnerId}" in endpoint.route
            and endpoint.route.startswith("api/partners/")
        ):
            assert endpoint.partner_is, endpoint.name


def test_what_changes_something_has_a_body_and_reads_have_none():
    for endpoint in endpoints().values():
        changes = endpoint.method in {"PUT", "POST", "PATCH"}
        assert (endpoint.body is not None) == changes, endpoint.name
        if endpoint.method == "PUT":
            assert endpoint.represents
            assert set(endpoint.answers) == {200, 201}


def test_every_part_is_registered():
    files = (ROOT / "functions").glob("*.py")
    modules = [import_module(f"functions.{file.stem}") for file in files]
    assert {id(each.api) for each in modules if hasattr(each, "api")} == set(map(id, APIS))
