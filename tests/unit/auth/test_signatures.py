import hashlib
import hmac
import json
from dataclasses import replace

import pytest
from joserfc import jws

from shared.auth.keys import COOLDOWN_SECONDS
from shared.errors import Unavailable
from tests.unit.auth.minting import STRANGER, TENANT, encoded, jwk, refusal


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
    server.publish(jwk(rsa, issuer="https://login.microsoftonline.us/{tenantid}/v2.0"))
    assert await verifier.verify(mint.bearer(tid=TENANT.upper()))


@pytest.mark.parametrize("name", ["microsoftonline.com", "login.microsoftonline.com", "", "us"])
async def test_a_key_of_another_cloud(verifier, mint, server, rsa, caplog, name):
    issuer = "https://login.microsoftonline.us/{tenantid}/v2.0"
    server.publish(jwk(rsa, issuer=issuer, cloud_instance_name=name))

    assert "another cloud" in await refusal(verifier, mint.bearer(), "key")
    assert [
        (each.message, each.__dict__["kid"], each.__dict__["cloud_instance"])
        for each in caplog.records
    ] == [("auth.key.other-cloud", "k1", name)]


async def test_who_has_no_key_of_another_cloud_writes_no_log(
    verifier, mint, server, rsa, other_rsa, caplog
):
    server.publish(jwk(rsa, cloud_instance_name="microsoftonline.com"))

    assert "signature" in await refusal(verifier, replace(mint, key=other_rsa).bearer(), "key")
    assert caplog.records == []


@pytest.mark.parametrize("name", ["microsoftonline.us", "login.microsoftonline.us", ...])
async def test_a_key_of_this_cloud(verifier, mint, server, rsa, name):
    server.publish(jwk(rsa, cloud_instance_name=name))
    assert await verifier.verify(mint.bearer())


async def test_no_keys_is_not_the_callers_fault(verifier, mint, server):
    server.body = None
    with pytest.raises(Unavailable):
        await verifier.verify(mint.bearer())
