"""Tokens that are not those of this sign-in and of one person: nobody is signed in."""

import base64
from typing import Any

import pytest
from joserfc import jwt

from shared.web.sign_in.notices import Kind
from tests.sign_in.tokens import minted, tokens_of
from tests.sign_in.world import OTHER, Browser, World, fails, forged


async def test_a_token_of_another_sign_in(world: World, browser: Browser, outcomes):
    """Both tokens are good and of one person; the nonce is another attempt's."""
    other = world.browser()
    tokens = await tokens_of(world, other)
    back = await browser.at_issuer(await browser.start())
    forged(world, tokens)
    await fails(browser, back)
    assert outcomes() == [(Kind.NOT_VERIFIED.code, "WARNING")]


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
