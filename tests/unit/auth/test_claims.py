import pytest

from shared.auth.tokens import LEEWAY_SECONDS
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
    assert "not both" in await refusal(verifier, mint.bearer(scp=scp, idtyp=idtyp))
