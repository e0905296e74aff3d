import json
import logging

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from shared.auth.claims import Claims
from shared.auth.issuers import trusted_issuer
from shared.auth.tokens import MAX_HEADER_BYTES, token_verifier
from shared.errors import Unauthenticated
from tests.unit.auth.minting import CLIENT, STRANGER, TENANT, USER, Mint, encoded, refusal

BASE = "https://login.microsoftonline.us"


async def test_a_user_token_verifies(verifier, mint):
    claims = await verifier.verify(mint.bearer(roles=["SalesAgent"], wids=[STRANGER]))

    assert (claims.tid, claims.oid, claims.is_user) == (TENANT, USER, True)
    assert claims.roles == {"SalesAgent"}
    assert claims.wids == {STRANGER}


async def test_an_application_token_verifies(verifier, mint):
    claims = await verifier.verify(mint.application())

    assert (claims.tid, claims.oid, claims.is_user) == (TENANT, USER, False)


async def test_a_token_of_the_development_issuer_verifies(
    development, clock, server, rsa, settings
):
    verifier = token_verifier(development, clock, server.fetch)
    mint = Mint(clock, rsa, trusted_issuer(development).name)

    assert (await verifier.verify(mint.bearer())).tid == TENANT
    assert server.requests == ["http://127.0.0.1:7072/discovery/v2.0/keys"]
    entra = Mint(clock, rsa, trusted_issuer(settings).name)
    assert "issuer" in await refusal(verifier, entra.bearer())


async def test_ids_come_out_in_lower_case(verifier, mint):
    claims = await verifier.verify(
        mint.bearer(tid=TENANT.upper(), oid=USER.upper(), wids=[STRANGER.upper()])
    )

    assert (claims.tid, claims.oid, claims.wids) == (TENANT, USER, {STRANGER})


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER   "])
async def test_the_scheme_is_read_in_any_case(verifier, mint, scheme):
    token = mint.bearer().removeprefix("Bearer ")
    assert await verifier.verify(f"{scheme}{token} ")


@pytest.mark.parametrize("value", [None, ""])
async def test_no_header(verifier, value):
    assert "no Authorization header" in await refusal(verifier, value)


@pytest.mark.parametrize(
    "value",
    [
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "a.b.c",
        "Bearer a.b",
        "Bearer a.b.c.d.e",
        "Bearer a.b.c,Bearer a.b.c",
        "Bearer a.b.c d",
        "Bearer ..",
        "Bearer é.é.é",
        "Bearer\ta.b.c\ud800",
    ],
)
async def test_anything_but_one_bearer_jwt(verifier, value):
    assert "'Bearer' and one signed JWT" in await refusal(verifier, value)


async def test_the_header_has_a_size_limit(verifier, mint):
    spare = MAX_HEADER_BYTES - len(mint.bearer(pad=""))
    fits = mint.bearer(pad="x" * (spare * 3 // 4 - 3))
    assert len(fits) <= MAX_HEADER_BYTES
    assert await verifier.verify(fits)

    exact = fits + " " * (MAX_HEADER_BYTES - len(fits))
    assert await verifier.verify(exact)
    assert "larger than 16 KiB" in await refusal(verifier, exact + " ")


@pytest.mark.parametrize(
    "header",
    [
        b"nonsense",
        b"\xff",
        b"7",
        b"null",
        b'"alg"',
        b'"alg b64"',
        b'["alg"]',
        b'["alg", "b64"]',
        b"{}",
    ],
)
async def test_a_header_that_is_no_jose_header(verifier, header):
    message = await refusal(verifier, f"Bearer {encoded(header)}.{encoded({})}.AAAA")
    assert "well-formed" in message or "header needs" in message


@pytest.mark.parametrize("segment", ["A", "AB", "-"])
async def test_broken_base64(verifier, segment):
    header = encoded({"alg": "RS256", "typ": "JWT", "kid": "k1"})
    assert "well-formed" in await refusal(verifier, f"Bearer {header}.{segment}.AAAA")


async def test_no_refusal_or_log_line_repeats_the_token(verifier, mint, server, caplog):
    marked = {
        "kid": mint.sign(json.dumps(mint.claims()).encode(), kid="MARKED"),
        "alg": f"Bearer {encoded({'alg': 'MARKED', 'kid': 'k1', 'typ': 'JWT'})}.e30.",
        "typ": mint.sign(b"{}", typ="MARKED"),
        "payload": mint.sign(b"MARKED"),
        **{
            name: mint.bearer(**{name: "MARKED"})
            for name in ("ver", "iss", "aud", "tid", "oid", "exp", "scp", "idtyp", "wids", "acct")
        },
    }
    with caplog.at_level(logging.DEBUG):
        for place, token in marked.items():
            message = await refusal(verifier, token)
            assert "MARKED" not in message, place
            assert token.removeprefix("Bearer ") not in message
    assert "MARKED" not in caplog.text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
NAMES = [*Claims.model_fields, "iat", "groups"]
JUNK = st.dictionaries(st.sampled_from(NAMES), JSON | st.just(...), max_size=4)
shared_fixtures = examples(suppress_health_check=[HealthCheck.function_scoped_fixture])


async def outcome(verifier, token):
    """What came of a token: claims that name a caller, or None for a refusal."""
    try:
        claims = await verifier.verify(token)
    except Unauthenticated:
        return None
    assert isinstance(claims, Claims)
    assert claims.is_user != (claims.idtyp == "app")
    assert (claims.iss, claims.aud) == (f"{BASE}/{claims.tid}/v2.0", CLIENT)
    return claims


@shared_fixtures
@given(JUNK)
async def test_signed_junk_is_verified_claims_or_unauthenticated(verifier, mint, junk):
    await outcome(verifier, mint.bearer(**({"iss": f"{BASE}/{TENANT}/v2.0"} | junk)))


@shared_fixtures
@given(st.text() | st.binary().map(encoded).map("Bearer {0}.{0}.{0}".format))
async def test_arbitrary_headers_are_unauthenticated(verifier, text):
    assert await outcome(verifier, text) is None


@shared_fixtures
@given(
    JSON | st.fixed_dictionaries({"alg": st.just("RS256") | JSON, "kid": JSON, "typ": JSON}), JSON
)
async def test_unsigned_json_is_unauthenticated(verifier, header, payload):
    assert await outcome(verifier, f"Bearer {encoded(header)}.{encoded(payload)}.AAAA") is None
