"""The development issuer beside recorded tokens: same claims, same types, same spellings.

So that it cannot drift towards what our own code likes.
"""

import base64
import json
import re
from datetime import datetime
from hashlib import sha1, sha256
from typing import Any

import httpx
import pytest
from cryptography import x509
from joserfc.jwk import RSAKey

from devhost.clock import SystemClock
from devhost.issuer import CLOUD_INSTANCES, Issuer
from devhost.openid import DEVELOPMENT_SECRET
from shared.auth.keys import COOLDOWN_SECONDS
from shared.auth.principal import principal
from shared.auth.tokens import token_verifier
from shared.errors import Forbidden
from tests.entra.id_vectors import id_named
from tests.entra.vectors import CUSTOMER, KEYS, FrozenClock, decoded, named, settings
from tests.unit.auth.minting import FakeClock

URL = "http://127.0.0.1:7072"
AUTHORITY = "https://login.microsoftonline.us"
MINUTE = 60

RECORDED = {
    "member": ["user-global-admin", "user-global-reader", "user-without-directory-role"],
    "guest": ["user-guest-organization"],
    "gdap": ["user-delegated-partner-gdap-as-reported"],
    "dap": ["user-delegated-partner-dap-as-reported"],
    "application": ["app-pipeline", "app-operator"],
}
PAIRS = [(like, name) for like, names in RECORDED.items() for name in names]
IMPLICIT = {
    "b79fbf4d-3ef9-4689-8143-76b194e85509",
    "13bd1c72-6f4a-4dcf-985f-18d3b80f208a",
    "08372b87-7d02-482a-9e02-fb03ea5fe193",
}
"""What Entra adds to `wids` by itself."""

OPAQUE = {"aio", "rh", "uti", "sub", "xms_ftd", "name", "home_puid"}
"""Texts that say something to Entra alone, or to people."""


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer(URL, audience=named("user-global-admin").claims["aud"])


def minted(issuer: Issuer, like: Any, recorded: dict[str, Any]) -> dict[str, Any]:
    """The claims of a token asked for whoever the recorded one is of."""
    token = issuer.token(
        recorded["tid"],
        like=like,
        object_id=recorded.get("oid"),
        roles=recorded.get("roles", []),
        wids=[each for each in recorded.get("wids", []) if each not in IMPLICIT],
    )
    return json.loads(decoded(token.split(".")[1]))


def spelling(name: str, value: Any) -> Any:
    """How a claim is written, without what differs from token to token."""
    if name in OPAQUE and not re.fullmatch(r"[0-9a-f-]{36}", str(value)):
        return type(value)
    if isinstance(value, str):
        value = value.replace(URL, AUTHORITY)
        value = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "GUID", value)
        return re.sub(r"\w+(?=[@.]\S+\.example)|(?<=@)\w+", "word", value)
    return type(value) if isinstance(value, int) and name != "acct" else value


@pytest.mark.parametrize(("like", "name"), PAIRS)
def test_the_same_claims_types_and_spellings(issuer: Issuer, like: str, name: str):
    recorded = named(name).claims
    found = minted(issuer, like, recorded)

    assert found.keys() == recorded.keys()
    for claim, value in recorded.items():
        assert spelling(claim, found[claim]) == spelling(claim, value), claim
    for claim in ("tid", "oid", "aud", "roles", "wids", "ver", "scp", "idtyp", "azpacr", "acct"):
        assert found.get(claim) == recorded.get(claim), claim


async def signed_in(recorded: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The claims of both tokens of a sign-in of whoever the recorded one is of, by their names."""
    verifier, client = "v" * 43, recorded["aud"]
    issuer = Issuer(URL, audience=client, clock=Standstill())
    asked = {
        "client_id": client,
        "response_type": "code",
        "redirect_uri": "http://localhost/signin/callback",
        "scope": f"openid profile {client}/access_as_user",
        "nonce": recorded.get("nonce", "n"),
        "code_challenge": urlsafe(sha256(verifier.encode()).digest()),
        "code_challenge_method": "S256",
    }
    form = {
        "tenant": recorded["tid"],
        "object_id": recorded["oid"],
        "roles": recorded.get("roles", []),
        "wids": [each for each in recorded.get("wids", []) if each not in IMPLICIT],
        "auth_age": "20",
    }
    at = "/organizations/oauth2/v2.0"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(issuer), base_url=URL) as http:
        back = await http.post(f"{at}/authorize", params=asked, data=form)
        given = {
            "client_id": client,
            "client_secret": DEVELOPMENT_SECRET,
            "grant_type": "authorization_code",
            "code": back.headers["location"].partition("code=")[2].partition("&")[0],
            "redirect_uri": asked["redirect_uri"],
            "code_verifier": verifier,
        }
        tokens = (await http.post(f"{at}/token", data=given)).json()
    return {
        name: json.loads(decoded(tokens[name].split(".")[1]))
        for name in ("id_token", "access_token")
    }


class Standstill(SystemClock):
    """The moment for which the vectors were made."""

    def now(self) -> datetime:
        return FrozenClock().now()


def urlsafe(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


async def test_an_id_token_has_entras_claims():
    """As the registration asks for them; directory roles, which nobody documents, stay out."""
    recorded = id_named("id-without-wids").claims
    found = (await signed_in(recorded))["id_token"]

    assert found.keys() == recorded.keys()
    for claim, value in recorded.items():
        # A hint is opaque, and begins as Entra's do.
        spelled = claim if claim != "login_hint" else "name"
        assert spelling(spelled, found[claim]) == spelling(spelled, value), claim
    for claim in ("tid", "oid", "aud", "ver", "acct", "nonce"):
        assert found[claim] == recorded[claim], claim
    assert found["login_hint"][:2] == recorded["login_hint"][:2] == "O."
    assert found["auth_time"] - found["iat"] == recorded["auth_time"] - recorded["iat"]
    roles = id_named("id-roles").claims
    assert (await signed_in(roles))["id_token"]["roles"] == roles["roles"]


async def test_the_access_token_beside_it_has_entras_claims():
    """Asked for by the application itself, which proves itself by a secret."""
    recorded = named("user-global-admin").claims
    found = (await signed_in(recorded))["access_token"]

    own = {"azp": recorded["aud"], "azpacr": "1"}
    assert found | own == found
    assert found.keys() == recorded.keys()
    for claim, value in (recorded | own).items():
        assert spelling(claim, found[claim]) == spelling(claim, value), claim


@pytest.mark.parametrize("like", RECORDED)
def test_times_are_entras(issuer: Issuer, like: str):
    """Five minutes back, and 60 to 90 minutes ahead."""
    now = SystemClock().now().timestamp()
    for claims in (named(RECORDED[like][0]).claims, minted(issuer, like, {"tid": CUSTOMER})):
        assert claims["iat"] == claims["nbf"]
        assert 60 * MINUTE <= claims["exp"] - claims["iat"] <= 95 * MINUTE
    assert claims["iat"] == pytest.approx(now - 5 * MINUTE, abs=5)


def test_the_header_is_entras(issuer: Issuer):
    (ours, _, _), (entras, _, _) = (
        token.split(".") for token in (issuer.token(CUSTOMER), named("user-global-admin").token)
    )
    header, recorded = json.loads(decoded(ours)), json.loads(decoded(entras))
    assert header | {"kid": recorded["kid"]} == recorded


@pytest.mark.parametrize("cloud", CLOUD_INSTANCES)
def test_the_key_document_is_entras(cloud: str):
    issuer = Issuer(URL, cloud_instance=CLOUD_INSTANCES[cloud])
    (key,), recorded = issuer.jwks()["keys"], KEYS[cloud]["keys"][0]

    assert key.keys() == recorded.keys()
    for member in ("kty", "use", "e", "cloud_instance_name"):
        assert key[member] == recorded[member]
    for each, base in ((key, URL), (recorded, f"https://login.{recorded['cloud_instance_name']}")):
        assert each["issuer"] == f"{base}/{{tenantid}}/v2.0"
        certificate = base64.b64decode(each["x5c"][0])
        thumbprint = sha1(certificate, usedforsecurity=False).digest()
        assert each["kid"] == each["x5t"]
        assert decoded(each["x5t"]) == thumbprint
        numbers = x509.load_der_x509_certificate(certificate).public_key().public_numbers()
        assert numbers == RSAKey.import_key(each).public_key.public_numbers()


async def test_what_the_app_makes_of_each(issuer: Issuer):
    clock = FakeClock(SystemClock().now())
    local = settings("usGovernment").model_copy(
        update={"development_issuer": URL, "azure_functions_environment": "Development"}
    )

    async def fetch(_: str) -> bytes:
        return json.dumps(issuer.jwks()).encode()

    verifier = token_verifier(local, clock, fetch)
    admin = "62e90394-69f5-4237-9190-012177145e10"

    async def roles(like: Any, *granted: str) -> set[str]:
        token = issuer.token(CUSTOMER, like=like, roles=granted, wids=[admin])
        known = principal(await verifier.verify(f"Bearer {token}"), local)
        return {*known.customer_roles, *known.partner_roles}

    assert await roles("member") == {"CG", "CR"}
    assert await roles("guest") == set()
    assert await roles("application", "OnboardingPipeline") == {"PL"}
    for like in ("gdap", "dap"):
        with pytest.raises(Forbidden):
            await roles(like)

    before = issuer.token(CUSTOMER)
    issuer.roll_over()
    clock.advance(COOLDOWN_SECONDS)
    for token in (issuer.token(CUSTOMER), before):
        assert await verifier.verify(f"Bearer {token}")
