"""The API's description: valid, whole, up to date, and served."""

import json
import re

from openapi_spec_validator import OpenAPIV31SpecValidator

from functions.description import endpoints
from shared.http.openapi import document
from tests.unit.http.app import LocalApp
from tests.unit.http.test_routes import http_routes
from tools.openapi_document import PATH, text

DOCUMENT = json.loads(text())
OPERATIONS = [
    (path, method, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]


def test_it_is_valid():
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_the_committed_copy_is_up_to_date():
    assert PATH.read_text(encoding="utf-8") == text(), "run: python -m tools.openapi_document"


def test_it_describes_every_trigger_and_nothing_else():
    described = {(path, method.upper()) for path, method, _ in OPERATIONS}
    assert described == {
        (f"/{route}", method) for _, route, methods in http_routes() for method in methods
    }


def test_every_operation_says_who_may_and_what_can_happen():
    for path, method, operation in OPERATIONS:
        where = f"{method} {path}"
        assert operation["summary"], where
        assert re.search(r"(Roles: .+|Needs no token)\.$", operation["description"]), where
        assert {"400", "500", "503"} <= operation["responses"].keys(), where
        if operation["security"]:
            assert {"401", "403", "404", "429"} <= operation["responses"].keys(), where


def test_every_identifier_in_a_path_is_described():
    for path, _, operation in OPERATIONS:
        named = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
        assert named == set(re.findall(r"\{(\w+)\}", path))


def test_roles_and_address_are_the_deployments():
    described = document(endpoints(), "permissions-overview", "https://example.test")
    assert described["servers"] == [{"url": "https://example.test"}]
    assert described["paths"] != document(endpoints(), "seed", "https://example.test")["paths"]


async def test_it_is_served_without_a_token(local: LocalApp):
    answer = await local.call("GET", "/api/openapi.json")
    assert answer.status == 200
    assert answer.body["paths"].keys() == DOCUMENT["paths"].keys()
    assert answer.body["servers"] == [{"url": "https://csp.example"}]
