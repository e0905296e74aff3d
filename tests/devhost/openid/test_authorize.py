"""The form on which somebody signs in, and the way back to the application."""

import re
from html import unescape
from urllib.parse import parse_qs, urlencode

import pytest

from devhost.issuer import DEVELOPMENT_CLIENT_ID, Issuer
from tests.devhost.openid.provider import ASKED, BACK, OBJECT, TENANT, Browser, Time, read


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
