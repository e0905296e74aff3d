"""Signing in and out through the running host: real cookies, real redirects, the real log."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlsplit
from uuid import uuid4

import httpx
import pytest

from tests.running.system import OwnSystem, System
from tests.sign_in.world import AGENCY, GLOBAL_ADMINISTRATOR, OTHER, changed

API = f"/api/customers/{AGENCY}/invitations?api-version=2026-11-01"
SET_COOKIE = re.compile(
    r"(?P<name>__Host-[\w-]+)=(?P<value>[\w.-]*); max-age=(?P<age>\d+); path=/; secure;"
    r" samesite=lax; httponly",
    re.ASCII,
)


class Browser:
    """Keeps cookies by name; httpx would keep none that is secure at an http address."""

    def __init__(self, system: System) -> None:
        self.cookies: dict[str, str] = {}
        self.http = httpx.Client(base_url=system.base_url, timeout=60)

    def ask(self, method: str, url: str, **options) -> httpx.Response:
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"accept": "text/html", "cookie": kept, **options.pop("headers", {})}
        answer = self.http.request(method, url, headers=headers, **options)
        for line in answer.headers.get_list("set-cookie"):
            found = SET_COOKIE.fullmatch(line)
            assert found, line
            self.cookies.pop(found["name"], None)
            if found["age"] != "0":
                self.cookies[found["name"]] = found["value"]
        return answer

    def sign_in(self, link: str = "/signin?return=/", **form: str) -> httpx.Response:
        """Follows the link to the issuer and back; the callback's answer."""
        return self.ask("GET", self.back(link, **form))

    def back(self, link: str = "/signin?return=/", **form: str) -> str:
        begun = self.ask("GET", link)
        assert begun.status_code == 303, begun.text
        person = {"tenant": AGENCY, "wids": GLOBAL_ADMINISTRATOR, "name": "Kim Ha-neul", **form}
        answer = httpx.post(begun.headers["location"], data=person, timeout=60)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]


@pytest.fixture
def browser(system: System) -> Iterator[Browser]:
    browser = Browser(system)
    yield browser
    browser.http.close()


def test_from_the_first_page_in_and_out_again(system: System, browser: Browser):
    first = browser.ask("GET", "/")
    assert first.status_code == 200
    (link,) = set(re.findall(r'href="(/signin\?return=[^"&]*)"', first.text))
    assert "Kim" not in first.text

    answer = browser.sign_in(link, tenant=str(uuid4()))  # A customer is led on from here.
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert browser.cookies.keys() == {"__Host-session"}
    home = browser.ask("GET", "/")
    assert "Kim Ha-neul" in home.text

    (token,) = re.findall(r'action="/signout">.*?name="form_token" value="([\w.-]+)"', home.text)
    out = browser.ask(
        "POST", "/signout", data={"form_token": token}, headers={"origin": system.base_url}
    )
    assert out.status_code == 200
    onward = out.headers["refresh"].removeprefix("0; url=")
    assert onward.startswith(f"{system.issuer_url}/organizations/oauth2/v2.0/logout?")
    assert httpx.get(onward, timeout=60).headers["location"] == f"{system.base_url}/"
    assert browser.cookies == {}
    assert "Kim Ha-neul" not in browser.ask("GET", "/").text


def test_a_cookie_never_counts_on_the_api(system: System, browser: Browser):
    browser.sign_in()
    answer = browser.ask("GET", API)
    assert answer.status_code == 401
    token = system.token(OTHER, wids=[GLOBAL_ADMINISTRATOR])
    both = browser.ask("GET", API, headers={"authorization": f"Bearer {token}"})
    assert both.status_code == 404, "the token's tenant counts, not the cookie's"
    assert "set-cookie" not in both.headers


def test_a_bearer_token_never_counts_on_a_page(system: System, browser: Browser):
    token = system.token(AGENCY, wids=[GLOBAL_ADMINISTRATOR])
    bearer = {"authorization": f"Bearer {token}"}
    plain, with_token = (browser.ask("GET", "/", headers=each) for each in ({}, bearer))
    assert with_token.status_code == plain.status_code == 200
    assert with_token.text == plain.text
    assert browser.cookies == {}


def test_a_cookie_of_a_neighbour_makes_none_of_ours(browser: Browser):
    """The host joins two headers by a comma, as a neighbour's cookie may have one in its value."""
    browser.sign_in(tenant=str(uuid4()))
    (session,) = browser.cookies.values()
    one = [("cookie", f"other=1; __Host-session={session}")]
    assert "Kim Ha-neul" in browser.http.get("/", headers=one).text
    planted = [("cookie", f"other=1, __Host-session={session}")]
    two = [("cookie", "other=1"), ("cookie", f"__Host-session={session}")]
    for headers in (planted, two):
        assert "Kim Ha-neul" not in browser.http.get("/", headers=headers).text


def test_a_code_is_redeemed_once(browser: Browser):
    back = browser.back()
    kept = dict(browser.cookies)
    assert browser.ask("GET", back).status_code == 303
    browser.cookies = kept
    again = browser.ask("GET", back)
    assert again.status_code == 400
    assert browser.cookies == {}


def test_another_browsers_way_back_signs_nobody_in(system: System, browser: Browser):
    victim = Browser(system)
    answer = victim.ask("GET", browser.back())
    assert (answer.status_code, victim.cookies) == (400, {})
    forged = changed(victim.back(), state="x" * 43)
    assert victim.ask("GET", forged).status_code == 400
    victim.http.close()


def test_cancelling_has_a_page(browser: Browser):
    answer = browser.sign_in(error="cancel")
    assert answer.status_code == 400
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"
    assert "cancelled" in answer.text
    assert browser.cookies == {}


def test_another_person_comes_back(browser: Browser):
    browser.sign_in()
    before = dict(browser.cookies)
    answer = browser.sign_in("/signin?prompt=login&return=/", tenant=OTHER)
    assert answer.status_code == 400
    assert browser.cookies == before


def test_a_foreign_way_back_leads_home(browser: Browser):
    answer = browser.sign_in("/signin?return=https%3A%2F%2Fevil.example%2F")
    assert answer.headers["location"] == "/"


def test_it_begins_on_the_public_host_alone(system: System, browser: Browser):
    port = urlsplit(system.base_url).port
    answer = browser.ask("GET", "/signin?return=/", headers={"host": f"localhost:{port}"})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{system.base_url}/signin?return=/"
    assert browser.cookies == {}


@pytest.mark.parametrize("path", ["/signout", "/signin/unknown"])
def test_what_is_no_page(browser: Browser, path: str):
    assert browser.ask("GET", path).status_code == 404


def test_who_only_looks_spends_no_code(browser: Browser):
    back = browser.back()
    assert browser.ask("HEAD", back).status_code == 404
    assert browser.ask("GET", back).status_code == 303


def test_whoever_was_named_signs_in_by_one_button(system: System, browser: Browser):
    system.token(OTHER, name="The demo's admin", wids=[GLOBAL_ADMINISTRATOR])
    location = browser.ask("GET", "/signin?return=/").headers["location"]
    form = httpx.get(location, timeout=60).text
    buttons = re.findall(r"<form method=\"post\">(<input.*?)<p>", form)
    (fields,) = (
        re.findall(r'name="(\w+)" value="([^"]*)"', each) for each in buttons if "demo" in each
    )
    data = parse_qs("&".join(f"{n}={v}" for n, v in fields), keep_blank_values=True)
    answer = httpx.post(location, data={name: each[0] for name, each in data.items()}, timeout=60)
    assert browser.ask("GET", answer.headers["location"]).status_code == 303
    assert OTHER in browser.ask("GET", "/").text


def test_nothing_of_a_query_is_in_what_is_printed(tmp_path: Path):
    """Not in the host's words either, and at no level of the log."""
    own = OwnSystem(tmp_path / "data")
    own.start()
    try:
        assert f"pages   {own.base_url}/\n" in own.output()
        browser = Browser(own)
        back = browser.back()
        secrets = list(dict(parse_qsl(urlsplit(back).query)).values())
        assert browser.ask("GET", back).status_code == 303
        assert browser.ask("GET", back).status_code == 400
        assert browser.ask("GET", changed(back, code=None, error="server_error")).status_code == 400
        secrets += browser.cookies.values()
        browser.http.close()
    finally:
        own.stop()
    printed = own.output()
    assert secrets
    assert not [each for each in secrets if each in printed]
    assert "Kim Ha-neul" not in printed
