"""ID tokens that Entra never sends, and what is tied to one."""

import base64
import hashlib
from typing import Any

import pytest

from shared.auth.id_tokens import IdTokenVerifier
from shared.auth.tokens import token_verifier
from shared.errors import Unauthenticated
from tests.unit.auth.minting import CLIENT, Mint

NONCE = "n-0S6_WzA2Mj"
BESIDE = "an.access.token"


def half_hash(token: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()[:16]).decode()[:-2]


def test_the_half_hash_is_the_specifications():
    """The value that OpenID Connect Core 1.0, appendix A.3, gives for its access token."""
    assert half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y") == "77QmUPtjPfzWtF2AnpK9RQ"


@pytest.fixture
def ids(clock, settings, server) -> IdTokenVerifier:
    return IdTokenVerifier(token_verifier(settings, clock, server.fetch).signed)


def minted(mint: Mint, **changes: Any) -> str:
    plain = {"scp": ..., "sub": "someone", "nonce": NONCE} | changes
    return mint.bearer(**plain).removeprefix("Bearer ")


async def test_a_hash_of_the_access_token_holds_them_together(ids, mint: Mint):
    bound = minted(mint, at_hash=half_hash(BESIDE))
    assert await ids.verify(bound, NONCE, BESIDE)
    with pytest.raises(Unauthenticated):
        await ids.verify(bound, NONCE, "another.access.token")


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"oid": ...}, "claim"),
        ({"nbf": ...}, "claim"),
        ({"sub": ""}, "claim"),
        ({"at_hash": None}, "claim"),
        ({"scp": None}, "kind"),
        ({"idtyp": "user"}, "kind"),
        ({"nonce": None}, "claim"),
        ({"aud": CLIENT.upper()}, "audience"),
    ],
)
async def test_what_entra_never_sends(ids, mint: Mint, changes: dict[str, Any], check: str):
    with pytest.raises(Unauthenticated) as caught:
        await ids.verify(minted(mint, **changes), NONCE, BESIDE)
    assert caught.value.target == check


@pytest.mark.parametrize("value", [None, True, 1.5, "1", [], 10**30, -(10**30)])
async def test_a_time_that_is_none_is_no_time(ids, mint: Mint, value: object):
    found = await ids.verify(minted(mint, auth_time=value), NONCE, BESIDE)
    assert found.authenticated is None


async def test_names_of_another_kind_are_no_names(ids, mint: Mint):
    found = await ids.verify(minted(mint, name=["Alex"], login_hint=7), NONCE, BESIDE)
    assert (found.shown_name, found.hint) == ("", None)
