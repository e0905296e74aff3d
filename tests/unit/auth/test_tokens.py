import base64
import hashlib
import hmac
import json
import logging
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from joserfc import jws

from shared.auth.issuers import trusted_issuer
from shared.auth.keys import COOLDOWN_SECONDS
from shared.auth.tokens import LEEWAY_SECONDS, MAX_HEADER_BYTES, Claims, token_verifier
from shared.errors import Unauthenticated, Unavailable
from tests.unit.auth.minting import CLIENT, TENANT, USER, Mint, jwk

STRANGER = "99999999-9999-4999-8999-999999999999"
BASE = "https://login.microsoftonline.us"


def encoded(value):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


async def refusal(verifier, authorization):
    with pytest.raises(Unauthenticated) as caught:
        await verifier.verify(authorization)
    error = caught.value
    assert (error.status, error.code) == (401, "InvalidAuthenticationToken")
    return error.message


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


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "", "rs256"])
@pytest.mark.parametrize("signature", ["", "AAAA"])
async def test_unsigned_tokens(verifier, mint, server, algorithm, signature):
    header = encoded({"typ": "JWT", "alg": algorithm, "kid": "k1"})
    token = f"Bearer {header}.{encoded(mint.claims())}.{signature}"

    assert "RS256" in await refusal(verifier, token)
    assert server.requests == []


@pytest.mark.parametrize("form", ["pem", "der", "modulus"])
async def test_hs256_with_the_public_key_as_secret(verifier, mint, rsa, form):
    secret = {
        "pem": rsa.as_pem(private=False),
        "der": rsa.as_der(private=False),
        "modulus": rsa.as_dict(private=False)["n"].encode(),
    }[form]
    signed = f"{encoded({'typ': 'JWT', 'alg': 'HS256', 'kid': 'k1'})}.{encoded(mint.claims())}"
    signature = hmac.new(secret, signed.encode(), hashlib.sha256).digest()

    assert "RS256" in await refusal(verifier, f"Bearer {signed}.{encoded(signature)}")


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
async def test_other_rsa_algorithms_with_the_right_key(verifier, mint, rsa, algorithm):
    header = {"typ": "JWT", "alg": algorithm, "kid": "k1"}
    token = jws.serialize_compact(header, json.dumps(mint.claims()), rsa, algorithms=[algorithm])

    assert "RS256" in await refusal(verifier, f"Bearer {token}")


@pytest.mark.parametrize("crit", [["b64"], ["exp"], [], None, "exp"])
async def test_critical_extensions(verifier, mint, crit):
    header = encoded({"typ": "JWT", "alg": "RS256", "kid": "k1", "crit": crit, "b64": True})
    token = f"Bearer {header}.{encoded(mint.claims())}.AAAA"

    assert "critical" in await refusal(verifier, token)


@pytest.mark.parametrize(
    "header",
    [
        {"typ": ...},
        {"typ": "logout+jwt"},
        {"typ": "JWE"},
        {"kid": ...},
        {"typ": 7},
        {"kid": 7},
        {"alg": 7},
        {"alg": None},
    ],
)
async def test_header_parameters_that_must_be_there(verifier, mint, header):
    full = {"typ": "JWT", "alg": "RS256", "kid": "k1"} | header
    full = {name: value for name, value in full.items() if value is not ...}
    token = f"Bearer {encoded(full)}.{encoded(mint.claims())}.AAAA"

    assert "header needs" in await refusal(verifier, token)


@pytest.mark.parametrize("typ", ["JWT", "jwt", "at+jwt"])
async def test_types_of_access_tokens(verifier, mint, typ):
    assert await verifier.verify(mint.sign(json.dumps(mint.claims()).encode(), typ=typ))


async def test_keys_that_the_token_brings_along_are_ignored(verifier, mint, other_rsa):
    brought = {"jku": "https://example.org/keys", "jwk": {"kty": "RSA", "kid": "k1"}, "x5c": []}
    payload = json.dumps(mint.claims()).encode()

    assert await verifier.verify(mint.sign(payload, **brought, nonce="unknown parameter"))
    forged = replace(mint, key=other_rsa).sign(payload, **brought)
    assert "signature" in await refusal(verifier, forged)


async def test_a_wrong_signature(verifier, mint, other_rsa):
    assert "signature" in await refusal(verifier, replace(mint, key=other_rsa).bearer())


@pytest.mark.parametrize("part", [0, 1, 2])
async def test_a_changed_byte(verifier, mint, part):
    good = json.dumps(mint.claims()).encode()
    parts = mint.sign(good).removeprefix("Bearer ").split(".")
    parts[part] = [
        encoded({"typ": "JWT", "alg": "RS256", "kid": "k1", "x": 1}),
        encoded(mint.claims(oid=STRANGER)),
        parts[2][:-4] + ("AAAA" if parts[2][-4:] != "AAAA" else "BBBB"),
    ][part]

    assert "signature" in await refusal(verifier, "Bearer " + ".".join(parts))


@pytest.mark.parametrize("signature", ["", "AAAA", "=", "AB"])
async def test_no_signature_at_all(verifier, mint, signature):
    unsigned = mint.bearer().rpartition(".")[0]
    assert await refusal(verifier, f"{unsigned}.{signature}")


async def test_a_header_parameter_of_the_wrong_type(verifier, mint):
    header = encoded({"typ": "JWT", "alg": "RS256", "kid": "k1", "x5c": 7})
    token = f"Bearer {header}.{encoded(mint.claims())}.AAAA"

    assert "signature" in await refusal(verifier, token)


async def test_an_unknown_key_costs_one_refresh_per_cooldown(verifier, mint, server, clock):
    await verifier.verify(mint.bearer())
    token = mint.sign(json.dumps(mint.claims()).encode(), kid="k2")

    for _ in range(3):
        assert "signing key" in await refusal(verifier, token)
    assert len(server.requests) == 2
    clock.advance(COOLDOWN_SECONDS)
    assert "signing key" in await refusal(verifier, token)
    assert len(server.requests) == 3
    assert await verifier.verify(mint.bearer())


async def test_a_key_of_another_issuer(verifier, mint, server, rsa):
    server.publish(jwk(rsa, issuer="https://login.microsoftonline.com/{tenantid}/v2.0"))
    assert "does not belong" in await refusal(verifier, mint.bearer())


async def test_a_key_bound_to_the_issuer(verifier, mint, server, rsa):
    server.publish(jwk(rsa, issuer=f"{BASE}/{{tenantid}}/v2.0"))
    assert await verifier.verify(mint.bearer(tid=TENANT.upper()))


async def test_no_keys_is_not_the_callers_fault(verifier, mint, server):
    server.body = None
    with pytest.raises(Unavailable):
        await verifier.verify(mint.bearer())


@pytest.mark.parametrize("payload", [b"nonsense", b"[]", b"7", b"null", b"\xff", b"[" * 9000])
async def test_a_payload_that_is_no_object(verifier, mint, payload):
    assert await refusal(verifier, mint.sign(payload)) == "The token's payload is malformed."


@pytest.mark.parametrize(
    ("claim", "values"),
    [
        ("ver", [..., None, 2, 2.0]),
        ("iss", [..., None, 7, [BASE]]),
        ("aud", [..., None, 7, [CLIENT], [CLIENT, STRANGER]]),
        (
            "tid",
            [..., None, 7, "", "common", TENANT + "\n", f"{{{TENANT}}}", TENANT.replace("-", "")],
        ),
        ("oid", [..., None, 7, "", "me", f" {USER}", f"urn:uuid:{USER}", [USER]]),
        (
            "exp",
            [..., None, "4000000000", True, 4e9 + 0.5, [], "Infinity", float("inf"), float("nan")],
        ),
        ("nbf", [..., None, "0", False, 0.5, float("-inf")]),
        ("scp", [None, 7, ["access_as_user"]]),
        ("idtyp", [None, 7, ["app"]]),
        ("roles", [None, "GlobalAdmin", [7], {"GlobalAdmin": True}]),
        ("wids", [None, STRANGER, [7], ["Global Administrator"]]),
        ("acct", [None, "0", False, 0.5]),
        ("idp", [None, 0, [TENANT]]),
    ],
)
async def test_missing_and_malformed_claims(verifier, mint, claim, values):
    for value in values:
        token = mint.bearer(**({"iss": f"{BASE}/{TENANT}/v2.0"} | {claim: value}))
        expected = f"The token's claim '{claim}' is missing or malformed."
        assert await refusal(verifier, token) == expected, value


@pytest.mark.parametrize("version", ["1.0", "2", "2.00", ""])
async def test_other_versions(verifier, mint, version):
    token = mint.bearer(ver=version, iss=f"https://sts.windows.net/{TENANT}/")
    assert "v2.0" in await refusal(verifier, token)


async def test_another_audience(verifier, mint):
    assert "audience" in await refusal(verifier, mint.bearer(aud=STRANGER))
    assert "audience" in await refusal(verifier, mint.bearer(aud=f"api://{CLIENT}"))


async def test_the_issuer_of_another_tenant(verifier, mint, server):
    message = await refusal(verifier, mint.bearer(iss=f"{BASE}/{STRANGER}/v2.0"))
    assert "issuer" in message
    assert server.requests == []


async def test_the_other_cloud(verifier, mint):
    token = mint.bearer(iss=f"https://login.microsoftonline.com/{TENANT}/v2.0")
    assert "Clouds never mix" in await refusal(verifier, token)


async def test_expiry_with_leeway(verifier, mint, clock):
    token = mint.bearer(exp=int(clock.now().timestamp()) + 10)

    clock.advance(10 + LEEWAY_SECONDS - 0.5)
    assert await verifier.verify(token)
    clock.advance(0.5)
    assert "expired" in await refusal(verifier, token)


async def test_not_before_with_leeway(verifier, mint, clock):
    token = mint.bearer(nbf=int(clock.now().timestamp()) + 10 + LEEWAY_SECONDS)

    clock.advance(9.5)
    assert "not valid yet" in await refusal(verifier, token)
    clock.advance(0.5)
    assert await verifier.verify(token)


async def test_absurd_times_are_only_far_away(verifier, mint):
    assert await verifier.verify(mint.bearer(exp=10**40))
    assert "expired" in await refusal(verifier, mint.bearer(exp=-(10**40)))


@pytest.mark.parametrize("scp", ["access_as_user", "User.Read access_as_user"])
@pytest.mark.parametrize("idtyp", [..., "user"])
async def test_user_tokens(verifier, mint, scp, idtyp):
    assert (await verifier.verify(mint.bearer(scp=scp, idtyp=idtyp))).is_user


@pytest.mark.parametrize("scp", ["", "User.Read", "access_as_user2", "ACCESS_AS_USER"])
async def test_a_user_token_for_other_scopes(verifier, mint, scp):
    assert "scope" in await refusal(verifier, mint.bearer(scp=scp))


@pytest.mark.parametrize(
    ("scp", "idtyp"),
    [
        (..., ...),
        (..., "user"),
        (..., "App"),
        (..., "device"),
        ("access_as_user", "app"),
        ("", "app"),
        ("access_as_user", "device"),
    ],
)
async def test_neither_user_nor_application_or_both(verifier, mint, scp, idtyp):
    assert "not both" in await refusal(verifier, mint.bearer(scp=scp, idtyp=idtyp))


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
