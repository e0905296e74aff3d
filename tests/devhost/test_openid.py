"""The development issuer as an OpenID provider: what it asks, gives, and refuses."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from devhost.issuer import DEVELOPMENT_CLIENT_ID, Issuer
from devhost.openid import DEVELOPMENT_SECRET

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

URL = "http://127.0.0.1:7072"
BACK = "http://127.0.0.1:7071/signin/callback"
TENANT = "11111111-2222-4333-8444-555555555555"
OBJECT = "99999999-2222-4333-8444-555555555555"
SCOPE = f"openid profile {DEVELOPMENT_CLIENT_ID}/access_as_user"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode()[:-1]
ASKED = {
    "client_id": DEVELOPMENT_CLIENT_ID,
    "response_type": "code",
    "response_mode": "query",
    "redirect_uri": BACK,
    "scope": SCOPE,
    "state": "s",
    "nonce": "n",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
    "prompt": "select_account",
}


class Time:
    def __init__(self) -> None:
        self.at = datetime(2026, 11, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        raise NotImplementedError


class Browser:
    """Asks the provider, and reads what comes back."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    def address(self, **changes: str | None) -> str:
        asked = {name: text for name, text in (ASKED | changes).items() if text is not None}
        return f"/organizations/oauth2/v2.0/authorize?{urlencode(asked)}"

    async def back(self, form: Any = None, **changes: str | None) -> dict[str, str]:
        """The parameters with which the application is sent back to."""
        form = form or {"tenant": TENANT}
        answer = await self.http.post(self.address(**changes), data=form)
        assert answer.status_code == 303, answer.text
        target = urlsplit(answer.headers["location"])
        assert target._replace(query="").geturl() == BACK
        return dict(parse_qsl(target.query))

    async def redeem(self, good: str, at: str = "organizations", **changes: str) -> httpx.Response:
        given = {
            "client_id": DEVELOPMENT_CLIENT_ID,
            "client_secret": DEVELOPMENT_SECRET,
            "grant_type": "authorization_code",
            "code": good,
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
            "scope": SCOPE,
        }
        return await self.http.post(f"/{at}/oauth2/v2.0/token", data=given | changes)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture(scope="module")
def keys() -> Issuer:
    return Issuer(URL)


@pytest.fixture
def issuer(time: Time, keys: Issuer) -> Issuer:
    issuer = Issuer(URL, clock=time)
    issuer._keys = keys._keys
    return issuer


@pytest.fixture
async def browser(issuer: Issuer) -> AsyncIterator[Browser]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(issuer), base_url=URL) as http:
        yield Browser(http)


def read(issuer: Issuer, token: str) -> dict[str, Any]:
    return jwt.decode(token, KeySet.import_key_set(issuer.jwks()), algorithms=["RS256"]).claims


async def test_the_form_asks_who_signs_in(browser: Browser):
    answer = await browser.http.get(browser.address())
    assert answer.status_code == 200
    names = set(re.findall(r'<(?:input|textarea|button)[^>]* name="(\w+)"', answer.text))
    fields = {"tenant", "object_id", "name", "roles", "wids", "auth_age", "omit_wids"}
    assert names == fields | {"error"}


async def test_somebody_signs_in(browser: Browser, issuer: Issuer, time: Time):
    form = {
        "tenant": TENANT,
        "object_id": OBJECT,
        "name": "김하늘",
        "roles": "SalesAgent GlobalAdmin",
        "wids": ["w1", "w2"],
        "auth_age": "90",
    }
    back = await browser.back(form)
    assert back["state"] == "s"
    answer = await browser.redeem(back["code"])
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    given = answer.json()
    access, ident = read(issuer, given["access_token"]), read(issuer, given["id_token"])
    for claims in (access, ident):
        assert (claims["tid"], claims["oid"], claims["name"]) == (TENANT, OBJECT, "김하늘")
        assert claims["aud"] == DEVELOPMENT_CLIENT_ID
        assert claims["roles"] == ["SalesAgent", "GlobalAdmin"]
    assert access["wids"][:2] == ["w1", "w2"]
    assert access["scp"] == "access_as_user"
    assert (access["azp"], access["azpacr"]) == (DEVELOPMENT_CLIENT_ID, "1")
    assert ident["nonce"] == "n"
    assert ident["auth_time"] == int(time.at.timestamp()) - 90
    assert access["sub"] == ident["sub"]
    assert not {"nonce", "auth_time"} & access.keys()
    assert not {"scp", "wids", "idtyp"} & ident.keys()


async def test_wids_can_be_left_out(browser: Browser, issuer: Issuer):
    back = await browser.back({"tenant": TENANT, "wids": "w1", "omit_wids": "true"})
    given = (await browser.redeem(back["code"])).json()
    assert "wids" not in read(issuer, given["access_token"])


async def test_everybody_on_the_form_signs_in_by_one_button(browser: Browser, issuer: Issuer):
    """The README's people, and whoever got a token under a name, who come first."""
    named = {"tenant": TENANT, "name": "Demo's <admin>", "wids": ["w"], "objectId": OBJECT}
    await browser.http.post("/token", json=named)
    page = (await browser.http.get(browser.address())).text
    buttons = re.findall(r"<form method=\"post\">(<input.*?)<p>", page)
    assert len(buttons) == 5
    for button in buttons:
        fields = [
            (name, unescape(value))
            for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', button)
        ]
        back = await browser.back(_grouped(fields))
        given = (await browser.redeem(back["code"])).json()
        assert read(issuer, given["id_token"])["name"] == dict(fields)["name"]
    assert "Demo's <admin>" in unescape(buttons[0])


def _grouped(fields: list[tuple[str, str]]) -> dict[str, list[str]]:
    return parse_qs(urlencode(fields), keep_blank_values=True)


async def test_who_is_hinted_at_comes_first(browser: Browser, issuer: Issuer):
    back = await browser.back({"tenant": TENANT, "name": "Somebody in particular"})
    given = (await browser.redeem(back["code"])).json()
    hint = read(issuer, given["id_token"])["login_hint"]
    for name in ("Another", "And another"):
        await browser.back({"tenant": OBJECT, "name": name})
    page = (await browser.http.get(browser.address(prompt="login", login_hint=hint))).text
    assert page.index("Somebody in particular") < page.index("And another")
    plain = (await browser.http.get(browser.address())).text
    assert plain.index("And another") < plain.index("Somebody in particular")


async def test_cancelling(browser: Browser):
    back = await browser.back({"error": "cancel"})
    assert back.pop("error_description").startswith("AADSTS")
    assert back == {"error": "access_denied", "error_subcode": "cancel", "state": "s"}


async def test_a_code_is_good_once(browser: Browser):
    code = (await browser.back())["code"]
    assert (await browser.redeem(code)).status_code == 200
    again = await browser.redeem(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


async def test_a_code_is_good_for_a_minute(browser: Browser, time: Time):
    first, second = [(await browser.back())["code"] for _ in range(2)]
    time.at += timedelta(seconds=59)
    assert (await browser.redeem(first)).status_code == 200
    time.at += timedelta(seconds=1)
    assert (await browser.redeem(second)).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": TENANT}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"code": "made-up"}, "invalid_grant"),
        ({"redirect_uri": "http://localhost:7071/signin/callback"}, "invalid_grant"),
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_grant"),
        ({"scope": "openid https://graph.microsoft.us/.default"}, "invalid_scope"),
        ({"at": "common"}, "invalid_grant"),
    ],
)
async def test_what_gets_no_tokens(browser: Browser, changes: dict[str, str], error: str):
    answer = await browser.redeem((await browser.back())["code"], **changes)
    assert answer.status_code == (401 if error == "invalid_client" else 400)
    assert answer.json()["error"] == error
    assert "token" not in answer.json()


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": TENANT},
        {"redirect_uri": None},
        {"redirect_uri": "https://elsewhere.example/signin/callback"},
        {"redirect_uri": "http://127.0.0.1:7071/elsewhere"},
        {"redirect_uri": f"{BACK}?more=1"},
        {"redirect_uri": "http://user@127.0.0.1/signin/callback"},
    ],
)
async def test_nobody_is_sent_where_nothing_is_registered(browser: Browser, changes):
    for answer in (
        await browser.http.get(browser.address(**changes)),
        await browser.http.post(browser.address(**changes), data={"tenant": TENANT}),
    ):
        assert answer.status_code == 400
        assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "invalid_request"),
        ({"response_mode": "form_post"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"scope": "profile"}, "invalid_request"),
        ({"scope": "openid api://other/.default"}, "invalid_scope"),
        ({"prompt": "none"}, "invalid_request"),
        ({"login_hint": "O.hint"}, "invalid_request"),
    ],
)
async def test_what_is_asked_wrongly_goes_back_by_name(browser: Browser, changes, error: str):
    back = await browser.back(**changes)
    assert (back["error"], back["state"]) == (error, "s")
    assert "code" not in back


@pytest.mark.parametrize(
    "form",
    [
        {"tenant": ""},
        {"tenant": "x"},
        {"tenant": TENANT, "object_id": "x"},
        {"tenant": TENANT, "auth_age": "soon"},
    ],
)
async def test_a_form_that_says_nothing(browser: Browser, form: dict[str, str]):
    assert (await browser.back(form))["error"] == "invalid_request"


async def test_without_the_own_scope_the_token_is_for_somebody_else(
    browser: Browser, issuer: Issuer
):
    code = (await browser.back(scope="openid profile"))["code"]
    given = (await browser.redeem(code, scope="openid profile")).json()
    assert read(issuer, given["access_token"])["aud"] != DEVELOPMENT_CLIENT_ID


async def test_signing_out(browser: Browser):
    for back, status in (("http://127.0.0.1:7071/", 303), ("https://elsewhere.example/", 200)):
        query = urlencode({"post_logout_redirect_uri": back, "logout_hint": "O.x"})
        answer = await browser.http.get(f"/organizations/oauth2/v2.0/logout?{query}")
        assert (answer.status_code, answer.headers.get("location")) == (
            status,
            back if status == 303 else None,
        )


async def test_discovery_names_all_of_it(browser: Browser, issuer: Issuer):
    document = issuer.discovery("organizations")
    answer = await browser.http.get(document["authorization_endpoint"], params=ASKED)
    assert answer.status_code == 200
    assert (await browser.http.post(document["token_endpoint"])).status_code == 401
    assert (await browser.http.get(document["end_session_endpoint"])).status_code == 200
