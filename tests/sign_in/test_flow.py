"""Signing in and out, as it is meant."""

import json
import logging
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from shared.policy.callers import CallerRole
from shared.web.session import COOKIE, fresh
from shared.web.sign_in.attempts import MOST
from tests.sign_in.world import (
    AGENCY,
    ISSUER,
    PUBLIC,
    Browser,
    World,
    changed,
    parameters,
)

INVITATION = f"/invitations/{AGENCY}/3b9e7c18-6d2a-4c55-8f10-9a7be4d0c316"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def browser(world: World) -> Browser:
    return world.browser()


async def test_what_the_issuer_is_asked(world: World, browser: Browser):
    location = await browser.start(INVITATION)
    client = world.local.services.settings.client_id
    assert location.startswith(f"{ISSUER}/organizations/oauth2/v2.0/authorize?")
    asked = parameters(location)
    texts = [asked.pop(name) for name in ("state", "nonce", "code_challenge")]
    assert asked == {
        "client_id": client,
        "response_type": "code",
        "response_mode": "query",
        "redirect_uri": f"{PUBLIC}/signin/callback",
        "scope": f"openid profile {client}/access_as_user",
        "code_challenge_method": "S256",
        "prompt": "select_account",
    }
    assert all(re.fullmatch(r"[\w-]{43}", text) for text in texts)
    assert len(set(texts)) == 3
    (cookie,) = browser.set_last
    assert cookie.name == f"__Host-signin-{texts[0][:8]}"
    assert cookie.max_age == 600
    assert not [text for text in texts if text in cookie.value]


async def test_somebody_signs_in(world: World, browser: Browser):
    answer = await browser.sign_in(INVITATION, name="김하늘", roles="SalesAgent")

    assert (answer.status, answer.headers["Location"]) == (303, INVITATION)
    assert answer.headers["Cache-Control"] == "no-store"
    assert browser.attempts == []
    session = browser.session
    assert session
    assert session.principal.tenant_id == AGENCY
    assert session.principal.customer_roles >= {CallerRole.CUSTOMER_GLOBAL_ADMIN}
    assert session.principal.partner_roles == {CallerRole.SALES_AGENT}
    assert session.principal.untold is None
    assert session.name == "김하늘"
    assert session.login_hint
    assert session.login_hint.startswith("O.")
    assert session.auth_time == world.clock.now().replace(microsecond=0)
    assert not session.unrenewed
    (cookie,) = (each for each in browser.set_last if each.name == COOKIE)
    assert cookie.max_age == 1800


async def test_what_the_issuer_is_sent_for_a_code(world: World, browser: Browser):
    back = await browser.at_issuer(await browser.start())
    await browser.ask("GET", back)
    ((url, fields),) = world.sent
    assert url == f"{ISSUER}/organizations/oauth2/v2.0/token"
    assert fields["code"] == parameters(back)["code"]
    assert fields["redirect_uri"] == f"{PUBLIC}/signin/callback"
    assert fields.keys() == {
        *("client_id", "client_secret", "code", "code_verifier", "grant_type"),
        *("redirect_uri", "scope"),
    }


async def test_roles_come_from_the_access_token_alone(browser: Browser):
    """No directory roles in it: signed in, and the reason is known, never a guess."""
    await browser.sign_in(omit_wids="true")
    assert browser.session
    assert browser.session.principal.customer_roles == frozenset()
    assert browser.session.principal.untold
    assert "(wids)" in browser.session.principal.untold.en


async def test_unknown_parameters_are_tolerated(browser: Browser):
    back = await browser.at_issuer(await browser.start())
    assert "session_state" in parameters(back)
    more = {"client_info": "x", "cloud_instance_name": "microsoftonline.us", "iss": "x"}
    assert (await browser.ask("GET", changed(back, **more))).status == 303
    assert browser.session


async def test_stepping_up(world: World, browser: Browser):
    await browser.sign_in(auth_age="3600")
    before = browser.session
    assert before
    assert not fresh(before, world.clock.now(), 600)

    asked = parameters(location := await browser.start(INVITATION, anew=True))
    assert (asked["prompt"], asked["login_hint"]) == ("login", before.login_hint)
    answer = await browser.ask("GET", await browser.at_issuer(location))
    assert answer.headers["Location"] == INVITATION
    after = browser.session
    assert after
    assert fresh(after, world.clock.now(), 600)
    assert not after.unrenewed
    assert after.principal == before.principal


async def test_stepping_up_that_proves_nothing_anew_is_noted(world: World, browser: Browser):
    """A federated domain decides itself what `prompt=login` means."""
    await browser.sign_in(auth_age="3600")
    await browser.sign_in(anew=True, auth_age="3600")
    assert browser.session
    assert browser.session.unrenewed
    await browser.sign_in(anew=True, auth_age="600")
    assert browser.session
    assert not browser.session.unrenewed


async def test_stepping_up_of_nobody_is_signing_in(browser: Browser):
    asked = parameters(await browser.start(anew=True))
    assert asked["prompt"] == "select_account"
    assert "login_hint" not in asked


async def test_two_tabs_do_not_meet(browser: Browser):
    first, second = await browser.start("/relationships"), await browser.start(INVITATION)
    backs = [await browser.at_issuer(each) for each in (second, first)]
    found = [(await browser.ask("GET", each)).headers["Location"] for each in backs]
    assert found == [INVITATION, "/relationships"]


async def test_three_attempts_at_most_the_oldest_goes(world: World, browser: Browser):
    locations: list[str] = []
    for _ in range(MOST + 2):
        locations.append(await browser.start())
        world.clock.pass_by(seconds=1)
    assert len(browser.attempts) == MOST
    states = [parameters(each)["state"] for each in locations]
    assert {name[-8:] for name in browser.attempts} == {state[:8] for state in states[-MOST:]}


async def test_attempts_that_are_none_go_first(browser: Browser):
    browser.cookies |= {f"__Host-signin-{letter * 8}": "foreign" for letter in "abc"}
    await browser.start()
    assert len(browser.attempts) == 1


async def test_it_begins_on_the_public_host_only(world: World, browser: Browser):
    answer = await browser.ask(
        "GET", f"/signin?return={INVITATION}&prompt=login", host="app.azurewebsites.us"
    )
    wanted = f"{PUBLIC}/signin?return={INVITATION}&prompt=login"
    assert (answer.status, answer.headers["Location"]) == (303, wanted)
    assert answer.cookies == ()


@pytest.mark.parametrize(
    ("public", "host", "here"),
    [
        ("https://csp.example", "csp.example", True),
        ("https://csp.example", "CSP.example:443", True),
        ("https://csp.example:8443", "csp.example:8443", True),
        ("https://csp.example", "csp.example:80", False),
        ("https://csp.example", "csp.example.evil.example", False),
        ("https://csp.example", "", False),
        ("http://127.0.0.1:7071", "localhost:7071", False),
    ],
)
def test_whose_host_it_is(world: World, public: str, host: str, here: bool):
    own = world.sign_in.addresses
    assert type(own)(own.issuer, public, own.client_id).is_here(host) is here


async def test_signing_in_anew_replaces_whoever_was_there(browser: Browser):
    await browser.sign_in()
    await browser.sign_in(tenant="11111111-2222-4333-8444-555555555555")
    assert browser.session
    assert browser.session.principal.tenant_id.startswith("11111111")


async def test_the_log_names_ids_and_nobody(browser: Browser, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    back = await browser.at_issuer(await browser.start(), name="Somebody Secret")
    await browser.ask("GET", back)
    ours = [record for record in caplog.records if record.name.startswith("shared")]
    told = json.dumps([record.__dict__ for record in ours], default=str)
    assert AGENCY in told
    secrets = [*parameters(back).values(), "Somebody Secret", browser.cookies[COOKIE]]
    assert not [each for each in secrets if each in told]
    assert {record.message for record in ours} == {"sign-in.done", "page.served"}


async def test_an_admin_comes_back_from_consenting(browser: Browser):
    good = await browser.ask("GET", f"/signin/consented?admin_consent=True&tenant={AGENCY}")
    assert good.status == 200
    assert b"/signin?return=/" in good.body
    assert AGENCY.encode() not in good.body
    bad = await browser.ask("GET", "/signin/consented?error=access_denied&error_description=<b>x")
    assert bad.status == 400
    assert b"<b>x" not in bad.body
    assert b"adminconsent" in bad.body


async def test_where_an_admin_consents(world: World):
    url = world.sign_in.addresses.consent
    client = world.local.services.settings.client_id
    assert urlsplit(url).path == "/organizations/v2.0/adminconsent"
    assert parameters(url) == {
        "client_id": client,
        "scope": f"{client}/.default",
        "redirect_uri": f"{PUBLIC}/signin/consented",
    }


async def test_pages_say_it_in_korean_too(browser: Browser):
    answer = await browser.ask("GET", "/signin/consented", **{"accept-language": "ko"})
    assert answer.headers["Content-Language"] == "ko"


async def test_a_language_is_chosen_on_a_notice(browser: Browser):
    answer = await browser.ask("GET", "/signin/consented?language=ko")
    assert answer.headers["Location"] == "/signin/consented"
    assert browser.cookies["__Host-language"] == "ko"


async def test_a_session_is_read_for_its_time(world: World, browser: Browser):
    await browser.sign_in()
    world.clock.pass_by(seconds=1799)
    assert browser.session
    world.clock.at += timedelta(seconds=1)
    assert browser.session is None
