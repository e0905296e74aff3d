import json

import pytest

from shared.auth.claims import DELEGATED_PARTNER
from shared.auth.signatures import LEEWAY_SECONDS
from shared.errors import Forbidden, Unauthenticated
from tests.unit.auth.minting import CLIENT, STRANGER, TENANT, USER, refusal

BASE = "https://login.microsoftonline.us"


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
    token = mint.bearer(scp=scp, idtyp=idtyp, roles=["GlobalAdmin"])
    assert "not both" in await refusal(verifier, token, "kind")


@pytest.mark.parametrize("roles", [..., []])
async def test_an_application_that_nobody_granted_anything(verifier, mint, roles):
    assert "no roles" in await refusal(verifier, mint.application(roles=roles), "kind")
    assert await verifier.verify(mint.application(roles=["Another"]))
    assert await verifier.verify(mint.bearer(roles=roles))


@pytest.mark.parametrize("value", ["n-1", "", None, 7, {}])
@pytest.mark.parametrize(("claim", "says"), [("nonce", "ID token"), ("cnf", "bound to its sender")])
async def test_tokens_for_another_use(verifier, mint, claim, says, value):
    for token in (mint.bearer(**{claim: value}), mint.application(**{claim: value})):
        assert says in await refusal(verifier, token, "kind")


SIGNS = {
    "granular": {"aai": "tenant: x, object: y"},
    "older": {"altsecid": "5::10032000A1B2C3D4"},
    "marked": {"wids": [DELEGATED_PARTNER]},
    "marked in upper case": {"wids": [DELEGATED_PARTNER.upper()]},
    "of another shape": {"aai": None},
}


@pytest.mark.parametrize("sign", SIGNS.values(), ids=SIGNS)
async def test_a_partners_delegated_person_is_told_what_they_are(verifier, mint, sign):
    with pytest.raises(Forbidden, match="delegated admin privileges") as caught:
        await verifier.verify(mint.bearer(oid=..., **sign))
    assert (caught.value.status, caught.value.code) == (403, "AuthorizationFailed")
    assert await verifier.verify(mint.bearer(**sign))


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"aud": STRANGER}, "audience"),
        ({"exp": 0}, "time"),
        ({"nbf": 4_000_000_000}, "time"),
        ({"iss": f"{BASE}/{STRANGER}/v2.0"}, "issuer"),
        ({"ver": "1.0"}, "kind"),
        ({"scp": "User.Read"}, "kind"),
        ({"cnf": {}}, "kind"),
        ({"oid": None}, "claim"),
        ({"oid": "me"}, "claim"),
        ({"acct": "0"}, "claim"),
        ({"aai": ...}, "claim"),
    ],
)
async def test_until_the_token_holds_a_delegated_person_is_anybody(verifier, mint, changes, check):
    claims = {"oid": ..., "aai": "tenant: x, object: y", "iss": f"{BASE}/{TENANT}/v2.0"}
    await refusal(verifier, mint.bearer(**(claims | changes)), check)


async def test_a_delegated_person_with_a_wrong_signature(verifier, mint):
    signed = mint.bearer(oid=..., aai="tenant: x, object: y")
    await refusal(verifier, f"{signed[:-4]}AAAA", "key")


@pytest.mark.parametrize(
    "payload", [{"oid": ...}, {"oid": ..., "groups": []}, {"oid": ..., "wids": [STRANGER]}]
)
async def test_nobody_at_all(verifier, mint, payload):
    with pytest.raises(Unauthenticated, match="'oid'"):
        await verifier.verify(mint.sign(json.dumps(mint.claims(**payload)).encode()))
