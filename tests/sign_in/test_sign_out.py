"""Signing out: by the button on a page alone, here and then at the issuer."""

from dataclasses import replace
from urllib.parse import urlencode

import pytest

from shared.web.engine.page import Visit
from shared.web.engine.posting import sign_out_token
from shared.web.engine.preferences import Preferences
from shared.web.forms.tokens import FormTokens
from shared.web.session import COOKIE, Session
from tests.sign_in.world import ISSUER, OTHER, PUBLIC, Browser, World, parameters

SENT = {
    "origin": PUBLIC,
    "sec-fetch-site": "same-origin",
    "content-type": "application/x-www-form-urlencoded",
}


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def browser(world: World) -> Browser:
    browser = world.browser()
    await browser.sign_in()
    return browser


def button(world: World, session: Session | None) -> str:
    """What the button on a page of this person's sends."""
    assert session
    visit = Visit(session, {}, {}, Preferences("en", "UTC"))
    return sign_out_token(visit, FormTokens(world.sealer, world.clock.now()))


async def press(browser: Browser, token: str, **headers: str | None):
    body = urlencode({"form_token": token}).encode()
    changes = {name.replace("_", "-"): text for name, text in headers.items()}
    sent = {**SENT, "content-length": str(len(body)), **changes}
    kept = {name: text for name, text in sent.items() if text is not None}
    return await browser.ask("POST", "/signout", body, **kept)


async def test_the_session_ends_here_and_at_the_issuer(world: World, browser: Browser):
    await browser.start()
    session = browser.session
    answer = await press(browser, button(world, session))

    assert answer.status == 200
    assert browser.cookies == {}
    seconds, _, url = answer.headers["Refresh"].partition("; url=")
    assert seconds == "0"
    assert url.startswith(f"{ISSUER}/organizations/oauth2/v2.0/logout?")
    assert session
    hint = session.login_hint
    assert parameters(url) == {"post_logout_redirect_uri": f"{PUBLIC}/", "logout_hint": hint}
    assert url.replace("&", "&amp;").encode() in answer.body
    assert "Location" not in answer.headers
    assert (await world.http.get(url)).headers["location"] == f"{PUBLIC}/"


async def test_without_a_hint_the_issuer_asks_which_account(world: World, browser: Browser):
    session = browser.session
    assert session
    plain = replace(session, login_hint=None)
    assert "logout_hint" not in world.sign_in.addresses.sign_out(plain.login_hint)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": None},
        {"origin": "null"},
        {"origin": "https://evil.example"},
        {"origin": f"{PUBLIC}.evil.example"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "none"},
    ],
    ids=str,
)
async def test_nobody_else_signs_somebody_out(world: World, browser: Browser, headers):
    session = browser.session
    answer = await press(browser, button(world, session), **headers)
    assert answer.status == 403
    assert browser.session == session
    assert "Refresh" not in answer.headers


async def test_a_token_of_anything_else(world: World, browser: Browser):
    session = browser.session
    assert session
    stranger = replace(session, principal=replace(session.principal, object_id=OTHER))
    tokens = FormTokens(world.sealer, world.clock.now())
    of_a_page = tokens.read(button(world, session))
    assert of_a_page
    of_a_page = of_a_page.model_copy(update={"action": "page_home"})
    for token in (
        "",
        "made-up",
        button(world, stranger),
        tokens.text(of_a_page),
        browser.cookies[COOKIE],
        button(world, session)[:-2] + "AA",
    ):
        answer = await press(browser, token)
        assert answer.status == 403, token
        assert browser.session == session


async def test_nothing_that_arrived(world: World, browser: Browser):
    answer = await browser.ask("POST", "/signout", b"", **SENT)
    assert answer.status == 411
    assert browser.session


async def test_after_the_sessions_end_the_button_still_works(world: World, browser: Browser):
    token = button(world, browser.session)
    world.clock.pass_by(seconds=1800)
    assert browser.session is None
    answer = await press(browser, token)
    assert answer.status == 200
    assert browser.cookies == {}
