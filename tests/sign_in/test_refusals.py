"""What the issuer refuses, and what is said of it, to the person and to the log."""

import pytest

from shared.web.sign_in.notices import Kind
from tests.sign_in.world import Browser, World, changed, fails, forged

CONSENT = "/organizations/v2.0/adminconsent"


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
