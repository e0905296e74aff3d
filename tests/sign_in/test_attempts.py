"""Attempts that are not this browser's, or no longer: nobody is signed in, and no harm is done."""

import pytest

from shared.web.session import COOKIE
from shared.web.sign_in.notices import Kind
from tests.sign_in.world import AGENCY, OTHER, Browser, World, changed, fails, parameters


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
