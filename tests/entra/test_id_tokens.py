"""The profile of ID tokens beside Microsoft's own: every recorded one, and every access token."""

from collections import Counter

import pytest

from shared.auth.id_tokens import IdClaims, IdTokenVerifier
from shared.auth.principal import principal
from shared.errors import Unauthenticated
from shared.web.session import Session, fresh
from tests.entra.id_vectors import BAD, GOOD, IDS, NONCE, IdVector
from tests.entra.vectors import (
    ACCEPTED,
    FrozenClock,
    Vector,
    named,
    settings,
    verifier,
)

BESIDE = "an.access.token"


async def claims(vector: IdVector | Vector, nonce: str = NONCE) -> IdClaims:
    ids = IdTokenVerifier(verifier(vector.cloud).signed)
    return await ids.verify(vector.token, nonce, BESIDE)


def test_all_of_them_are_here():
    assert len(IDS) == len({each.name for each in IDS}) == 33
    assert Counter(each.should for each in IDS) == {"accepted": 15, "refused": 18}


@pytest.mark.parametrize("vector", GOOD, ids=str)
async def test_who_signed_in_and_whether_that_was_just_now(vector: IdVector):
    found = await claims(vector)

    clock = FrozenClock()
    known = principal(await verifier("usGovernment").verify(admin()), settings(vector.cloud))
    session = Session(known, found.shown_name, found.hint, found.authenticated, clock.now())
    assert fresh(session, clock.now(), 600) is vector.fresh, vector.why
    assert found.shown_name == "Alex Rivers"
    assert (found.hint is None) is (vector.name in {"id-without-login-hint", "id-defaults-only"})


def admin() -> str:
    return f"Bearer {named('user-global-admin').token}"


@pytest.mark.parametrize("vector", BAD, ids=str)
async def test_refused_for_exactly_this_reason(vector: IdVector):
    with pytest.raises(Unauthenticated) as caught:
        await claims(vector)
    assert caught.value.target == vector.because, vector.why


@pytest.mark.parametrize("vector", GOOD, ids=str)
async def test_good_for_its_own_sign_in_alone(vector: IdVector):
    for other in ("", "another", NONCE + " "):
        with pytest.raises(Unauthenticated) as caught:
            await claims(vector, other)
        assert caught.value.target == "claim"


@pytest.mark.parametrize("vector", ACCEPTED, ids=str)
async def test_no_access_token_is_an_id_token(vector: Vector):
    with pytest.raises(Unauthenticated) as caught:
        await claims(vector)
    assert caught.value.target in {"kind", "claim"}


@pytest.mark.parametrize("vector", IDS, ids=str)
async def test_no_id_token_is_an_access_token(vector: IdVector):
    """But for the recorded ones that are access tokens, refused as ID tokens above."""
    if vector.name in {"id-access-token", "id-app-token"}:
        assert await verifier(vector.cloud).verify(f"Bearer {vector.token}")
        return
    with pytest.raises(Unauthenticated):
        await verifier(vector.cloud).verify(f"Bearer {vector.token}")
