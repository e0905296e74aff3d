"""Signing in for whoever is up to no good: nobody is signed in, and no harm is done."""

import base64
import json
import logging
from typing import Any

import pytest
from joserfc import jwt

from shared.web.session import COOKIE
from shared.web.sign_in.notices import Kind
from tests.sign_in.world import AGENCY, OTHER, Browser, World, changed, forged, parameters

CONSENT = "/organizations/v2.0/adminconsent"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def browser(world: World) -> Browser:
    return world.browser()


@pytest.fixture
def outcomes(caplog: pytest.LogCaptureFixture):
    """What the log says of the sign-ins so far: outcome and level."""
    caplog.set_level(logging.INFO, "shared")

    def told() -> list[tuple[str, str]]:
        return [
            (record.__dict__["outcome"], record.levelname)
            for record in caplog.records
            if record.message == "sign-in.failed"
        ]

    return told


async def fails(browser: Browser, back: str, status: int = 400) -> str:
    """The page with which the callback ends; nobody new is signed in, the attempt is over."""
    before = browser.cookies.get(COOKIE)
    answer = await browser.ask("GET", back)
    assert answer.status == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Location" not in answer.headers
    assert browser.cookies.get(COOKIE) == before
    state = parameters(back).get("state", "")
    assert f"__Host-signin-{state[:8]}" not in browser.cookies
    return answer.body.decode()


@pytest.mark.parametrize(
    "state", [None, "", "x", "x" * 43, "x" * 44, "ä" * 43, "../../../../etc", "a" * 10_000]
)
async def test_a_state_that_is_none_of_this_browsers(browser: Browser, outcomes, state):
    back = await browser.at_issuer(await browser.start())
    await fails(browser, changed(back, state=state))
    assert outcomes() == [(Kind.NOT_BEGUN.code, "INFO")]
    assert len(browser.attempts) == 1, "another attempt's cookie is left alone"


async def test_a_state_that_begins_like_this_browsers(browser: Browser, outcomes):
    """The cookie is found by eight characters; all of them have to be right."""
    back = await browser.at_issuer(await browser.start())
    state = parameters(back)["state"]
    await fails(browser, changed(back, state=state[:-1] + ("A" if state[-1] != "A" else "B")))
    assert outcomes() == [(Kind.NOT_BEGUN.code, "INFO")]


async def test_a_code_forced_upon_another_browser(world: World, browser: Browser, outcomes):
    """The attacker's own sign-in, sent to somebody else as a link."""
    back = await browser.at_issuer(await browser.start())
    victim = world.browser()
    await fails(victim, back)
    victims = await victim.at_issuer(await victim.start())
    await fails(victim, changed(back, state=parameters(victims)["state"]))
    # The second code is of another attempt: its verifier does not fit.
    assert [outcome for outcome, _ in outcomes()] == [Kind.NOT_BEGUN.code, Kind.REFUSED.code]


async def test_an_attempt_that_was_planted(world: World, browser: Browser):
    """Whoever plants cookies signs a victim in as themselves at most, never as the victim."""
    back = await browser.at_issuer(await browser.start())
    victim = world.browser()
    await victim.sign_in(tenant=OTHER)
    before = victim.session
    doubled = "; ".join(f"{name}={text}" for name, text in [*browser.cookies.items()] * 2)
    kept = f"{COOKIE}={victim.cookies[COOKIE]}; {doubled}"
    answer = await victim.ask("GET", back, cookie=kept)
    assert answer.status == 400
    assert victim.session == before


async def test_a_session_that_was_there_before_is_never_taken_over(browser: Browser):
    """Fixation: what a browser brings along does not become the signed-in session."""
    await browser.sign_in(tenant=OTHER)
    planted = browser.cookies[COOKIE]
    await browser.sign_in()
    assert browser.cookies[COOKIE] != planted
    assert browser.session
    assert browser.session.principal.tenant_id == AGENCY


async def test_a_code_is_taken_once(world: World, browser: Browser, outcomes):
    location = await browser.start()
    kept = dict(browser.cookies)
    back = await browser.at_issuer(location)
    assert (await browser.ask("GET", back)).status == 303
    again = world.browser()
    again.cookies = {**kept}
    await fails(again, back)
    await fails(browser, back)
    assert [outcome for outcome, _ in outcomes()] == [Kind.REFUSED.code, Kind.NOT_BEGUN.code]


async def test_an_attempt_lasts_ten_minutes(world: World, browser: Browser, outcomes):
    location = await browser.start()
    world.clock.pass_by(seconds=600)
    await fails(browser, await browser.at_issuer(location))
    assert outcomes() == [(Kind.NOT_BEGUN.code, "INFO")]


@pytest.mark.parametrize("how", ["tampered", "another use", "another key", "none"])
async def test_an_attempts_cookie_that_is_not_ours(world: World, browser: Browser, how: str):
    await browser.sign_in()
    session = browser.cookies[COOKIE]
    back = await browser.at_issuer(await browser.start())
    (name,) = browser.attempts
    text = browser.cookies[name]
    browser.cookies[name] = {
        "tampered": text[:-2] + ("AA" if text[-2:] != "AA" else "QQ"),
        "another use": session,
        "another key": text.replace(text.split(".")[0], "eyJhbGciOiJub25lIn0"),
        "none": "",
    }[how]
    await fails(browser, back)


async def test_an_attempt_is_no_session(browser: Browser):
    await browser.start()
    (name,) = browser.attempts
    browser.cookies[COOKIE] = browser.cookies[name]
    assert browser.session is None


async def test_a_token_of_another_sign_in(world: World, browser: Browser, outcomes):
    """Both tokens are good and of one person; the nonce is another attempt's."""
    other = world.browser()
    tokens = await tokens_of(world, other)
    back = await browser.at_issuer(await browser.start())
    forged(world, tokens)
    await fails(browser, back)
    assert outcomes() == [(Kind.NOT_VERIFIED.code, "WARNING")]


async def tokens_of(world: World, browser: Browser, **form: Any) -> dict[str, str]:
    """What the issuer gives for a sign-in."""
    given: dict[str, str] = {}
    post = world.sign_in.post

    async def seen(url: str, fields: Any) -> tuple[int, bytes]:
        status, body = await post(url, fields)
        given.update(json.loads(body))
        return status, body

    object.__setattr__(world.sign_in, "post", seen)
    await browser.sign_in(**form)
    object.__setattr__(world.sign_in, "post", post)
    return given


def minted(world: World, location: str, **changes: Any) -> dict[str, str]:
    """Both tokens for the attempt at `location`, with other claims: `id_` and `access_`."""
    issuer, nonce = world.issuer, parameters(location)["nonce"]
    oid = "10000000-0000-4000-8000-00000000000f"
    now = int(world.clock.now().timestamp())
    ident = {
        "ver": "2.0",
        "iss": issuer.url(AGENCY),
        "aud": issuer.audience,
        "tid": AGENCY,
        "oid": oid,
        "sub": "s",
        "iat": now,
        "nbf": now,
        "exp": now + 600,
        "nonce": nonce,
        "auth_time": now,
    }
    access = {name: ident[name] for name in ("ver", "iss", "aud", "tid", "oid", "nbf", "exp")}
    access |= {"scp": "access_as_user", "acct": 0, "wids": []}
    for name, value in changes.items():
        kind, _, claim = name.partition("_")
        (ident if kind == "id" else access)[claim] = value
    return {
        "id_token": issuer.sign({n: v for n, v in ident.items() if v is not None}),
        "access_token": issuer.sign({n: v for n, v in access.items() if v is not None}),
    }


async def test_minted_ones_are_good(world: World, browser: Browser):
    location = await browser.start()
    forged(world, minted(world, location))
    assert (await browser.ask("GET", await browser.at_issuer(location))).status == 303
    assert browser.session


@pytest.mark.parametrize(
    "changes",
    [
        {"id_nonce": "another"},
        {"id_nonce": None},
        {"id_aud": OTHER},
        {"id_exp": 1},
        {"id_oid": OTHER},
        {"id_scp": "access_as_user"},
        {"id_idtyp": "user"},
        {"id_at_hash": base64.urlsafe_b64encode(bytes(16)).decode().rstrip("=")},
        {"access_oid": OTHER},
        {"access_aud": OTHER},
        {"access_scp": "something_else"},
        {"access_scp": None, "access_idtyp": "app", "access_roles": ["OnboardingPipeline"]},
        {"access_nonce": "n"},
        {"access_oid": None, "access_aai": "x"},
        {"access_tid": OTHER},
    ],
    ids=str,
)
async def test_tokens_that_say_something_else(
    world: World, browser: Browser, outcomes, changes: dict[str, Any]
):
    location = await browser.start()
    forged(world, minted(world, location, **changes))
    page = await fails(browser, await browser.at_issuer(location))
    assert outcomes() == [(Kind.NOT_VERIFIED.code, "WARNING")]
    assert "eyJ" not in page


@pytest.mark.parametrize("tenant", [OTHER])
async def test_tokens_of_two_organizations(world: World, browser: Browser, outcomes, tenant: str):
    location = await browser.start()
    elsewhere = {"access_tid": tenant, "access_iss": world.issuer.url(tenant)}
    forged(world, minted(world, location, **elsewhere))
    await fails(browser, await browser.at_issuer(location))
    assert outcomes() == [(Kind.NOT_VERIFIED.code, "WARNING")]


@pytest.mark.parametrize("swapped", ["id_token", "access_token", "both"])
async def test_one_kind_of_token_is_not_the_other(
    world: World, browser: Browser, outcomes, swapped: str
):
    location = await browser.start()
    good = minted(world, location)
    one, other = good["id_token"], good["access_token"]
    forged(
        world,
        {
            "id_token": {"id_token": other, "access_token": one, "both": other}[swapped],
            "access_token": {"id_token": other, "access_token": one, "both": one}[swapped],
        },
    )
    await fails(browser, await browser.at_issuer(location))
    assert outcomes() == [(Kind.NOT_VERIFIED.code, "WARNING")]


async def test_a_token_that_nobody_signed(world: World, browser: Browser):
    location = await browser.start()
    good = minted(world, location)
    for name in good:
        header, payload, _ = good[name].split(".")
        plain = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
        for bad in (f"{plain}.{payload}.", f"{header}.{payload}.", "", "x.y.z"):
            fresh = world.browser()
            at = await fresh.start()
            forged(world, {**minted(world, at), name: bad})
            await fails(fresh, await fresh.at_issuer(at))


async def test_another_person_comes_back_from_stepping_up(world: World, browser: Browser, outcomes):
    await browser.sign_in(auth_age="3600")
    before = browser.session
    for form in ({"tenant": OTHER}, {"object_id": OTHER}):
        location = await browser.start("/relationships", anew=True)
        page = await fails(browser, await browser.at_issuer(location, **form))
        assert "prompt=login" in page
        assert OTHER not in page
    assert browser.session == before
    assert outcomes() == [(Kind.OTHER_PERSON.code, "INFO")] * 2


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/%5cevil.example",
        "/%2fevil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " /relationships",
        "/relationships ",
        "/relationships\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "/relationships#x",
        "/relationships/",
        "/relationships//",
        "/./relationships",
        "/../relationships",
        "/invitations/../relationships",
        "/invitations/a/..",
        "/api/partners",
        "/docs",
        "/signin",
        "/signin/callback",
        "/signout",
        "/unknown",
        "/relationships@evil.example",
        "/\uff52elationships",
        "/relationships?x=<script>",
        "/relationships?" + "x" * 2000,
        "relationships",
        "http:/relationships",
    ],
)
async def test_a_way_back_that_is_no_page_of_ours(browser: Browser, address: str):
    answer = await browser.sign_in(address)
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/relationships",
        "/Relationships",
        "/relationships?state=active&skiptoken=a%2Fb",
        f"/invitations/{AGENCY}/{OTHER}",
    ],
)
async def test_a_way_back_that_is_one(browser: Browser, address: str):
    assert (await browser.sign_in(address)).headers["Location"] == address


@pytest.mark.parametrize(
    ("given", "kind", "consent"),
    [
        ({"error": "access_denied", "error_subcode": "cancel"}, Kind.CANCELLED, False),
        ({"error": "consent_required"}, Kind.CONSENT_MISSING, True),
        ({"error": "unauthorized_client"}, Kind.CONSENT_MISSING, True),
        ({"error": "access_denied"}, Kind.REFUSED, False),
        ({"error": "interaction_required"}, Kind.REFUSED, False),
        ({"error": "server_error"}, Kind.REFUSED, False),
        ({"error": "<script>alert(1)</script>"}, Kind.REFUSED, False),
        ({"error": ""}, Kind.REFUSED, False),
        ({}, Kind.REFUSED, False),
    ],
)
async def test_refusals_of_the_issuer(
    browser: Browser, outcomes, caplog, given: dict[str, str], kind: Kind, consent: bool
):
    """By the error's name; a number is for the log, and the words are for nobody."""
    back = await browser.at_issuer(await browser.start())
    words = "AADSTS65004: <b>Somebody Secret</b> AADSTS50105 declined"
    page = await fails(browser, changed(back, code=None, error_description=words, **given))
    assert outcomes() == [(kind.code, "INFO")]
    assert (CONSENT in page) is consent
    assert "Secret" not in page
    assert "AADSTS" not in page
    assert "<script>" not in page
    if given:
        (record,) = (each for each in caplog.records if each.message == "sign-in.failed")
        assert record.codes == ["AADSTS65004", "AADSTS50105"]
        assert "<" not in str(record.__dict__["error"])


async def test_an_error_beats_a_code(browser: Browser):
    back = await browser.at_issuer(await browser.start())
    await fails(browser, changed(back, error="access_denied"))


@pytest.mark.parametrize(
    ("status", "answer", "kind", "level"),
    [
        (400, {"error": "invalid_grant"}, Kind.REFUSED, "INFO"),
        (400, {"error": "consent_required"}, Kind.CONSENT_MISSING, "INFO"),
        (400, {"error": "interaction_required"}, Kind.REFUSED, "INFO"),
        (401, {"error": "invalid_client"}, Kind.REFUSED, "WARNING"),
        (400, {"error": "unauthorized_client"}, Kind.CONSENT_MISSING, "WARNING"),
        (400, {}, Kind.ISSUER_DOWN, "WARNING"),
        (429, {"error": "temporarily_unavailable"}, Kind.ISSUER_DOWN, "WARNING"),
        (503, {}, Kind.ISSUER_DOWN, "WARNING"),
        (200, {}, Kind.ISSUER_DOWN, "WARNING"),
        (200, {"id_token": 1, "access_token": "x"}, Kind.ISSUER_DOWN, "WARNING"),
        (200, {"access_token": "x"}, Kind.ISSUER_DOWN, "WARNING"),
        (302, {}, Kind.ISSUER_DOWN, "WARNING"),
    ],
)
async def test_what_the_issuer_says_to_a_code(
    world: World, browser: Browser, outcomes, status: int, answer, kind: Kind, level: str
):
    back = await browser.at_issuer(await browser.start())
    forged(world, answer, status)
    await fails(browser, back)
    assert outcomes() == [(kind.code, level)]


async def test_a_signature_of_another_issuer(world: World, browser: Browser):
    stranger = World()
    stranger.issuer.roll_over()
    location = await browser.start()
    good = minted(world, location)
    theirs = {
        name: stranger.issuer.sign(
            jwt.decode(text, world.issuer.key, algorithms=["RS256"]).claims,
            {"kid": world.issuer.key.kid},
        )
        for name, text in good.items()
    }
    for name in good:
        browser = world.browser()
        at = await browser.start()
        forged(world, {**minted(world, at), name: theirs[name]})
        await fails(browser, await browser.at_issuer(at))
