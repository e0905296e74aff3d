"""What is answered where no function is: by the one that the host tries last."""

import json
from typing import Any

import pytest

from functions import routes
from shared.errors import NotFound
from shared.http.errors import body_of
from shared.http.messages import Outgoing
from shared.http.request_errors import MethodNotAllowed
from shared.http.unknown_addresses import Addresses
from tests.cast.ids import AGENCY
from tests.running.app import endpoints

ADDRESSES = Addresses((method, each.route) for each in routes.read() for method in each.methods)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")


def asked(path: str, method: str = "GET", **headers: str) -> Outgoing:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return ADDRESSES.answer(path, method, given)


@pytest.mark.parametrize("endpoint", endpoints().values(), ids=lambda each: each.name)
def test_every_other_method_of_every_address(endpoint: Any):
    path = endpoint.route.replace("{", "").replace("}", "")
    there = {
        method
        for each in endpoints().values()
        if each.route == endpoint.route
        for method in each.methods
    }
    for method in METHODS:
        answer = asked(path, method)
        if method in there:
            continue  # The host calls its own function.
        assert answer.status == 405
        assert set(answer.headers["Allow"].split(", ")) == there
        assert json.loads(answer.body) == body_of(MethodNotAllowed(), "en")
        assert answer.headers["x-ms-error-code"] == "MethodNotAllowed"
    for spelling in (path.upper(), f"{path}/"):
        assert asked(spelling, "PROPFIND").status == 405


@pytest.mark.parametrize(
    "path",
    [
        *("api", "api/", "API/Partnres", "api/partners//", "api/partners//x", "api/partners/x/y/z"),
        f"api/customers/{AGENCY}/invitations/x/accept/now",
        "api/openapi.json.bak",
        "api/\n",
        "api/customers/%2f/x",
    ],
)
def test_an_unknown_address_of_the_api(path: str):
    for method in METHODS:
        answer = asked(path, method, accept="text/html")
        assert (answer.status, answer.headers["x-ms-error-code"]) == (404, "ResourceNotFound")
        assert json.loads(answer.body) == body_of(NotFound(), "en")
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


def test_in_the_callers_language():
    answer = asked("api/x", accept_language="ko-KR,en;q=0.5")
    assert json.loads(answer.body) == body_of(NotFound(), "ko")
    page = asked("x", accept="text/html", accept_language="ko")
    assert 'lang="ko"' in page.body.decode()
    assert page.headers["Content-Language"] == "ko"


@pytest.mark.parametrize(
    "path", ["admin", "admin/", "Admin/x", "adminx", "runtime/webhooks/x", "RUNTIME"]
)
def test_beside_the_hosts_own_addresses_nothing_is_said(path: str):
    answer = asked(path, accept="text/html")
    assert (answer.status, answer.body) == (404, b"")


@pytest.mark.parametrize("path", ["", "favicon.ico", ".env", "docs/x", "apis", "wp-login.php"])
@pytest.mark.parametrize(
    ("accept", "page"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("TEXT/HTML;q=0.5", True),
        ("*/*", False),
        ("application/json", False),
        ("image/avif,image/webp,*/*", False),
        ("", False),
    ],
)
def test_a_page_only_for_whoever_asks_for_one(path: str, accept: str, page: bool):
    answer = asked(path, accept=accept)
    assert answer.status == 404
    assert answer.body.startswith(b"<!doctype html>") == page
    assert bool(answer.body) == page


def test_nothing_that_was_asked_for_is_repeated():
    for path in ("api/ada@agency.example", "ada@agency.example"):
        answer = asked(path, "ada", accept="text/html", accept_language="ada")
        assert "ada" not in f"{answer.headers} {answer.body.decode()}"
