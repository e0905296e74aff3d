from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet

from devhost.issuer import Issuer
from tests.entra.vectors import named

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

TENANT = "11111111-2222-4333-8444-555555555555"
OBJECT = "99999999-2222-4333-8444-555555555555"
URL = "http://127.0.0.1:7072"
MEMBER = named("user-without-directory-role").claims
"""Of a token that Entra ID made for somebody without any directory role."""


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer(URL, audience="the-app")


@pytest.fixture
async def client(issuer: Issuer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(issuer), base_url=URL) as client:
        yield client


def claims(issuer: Issuer, token: str) -> dict[str, Any]:
    keys = KeySet.import_key_set(issuer.jwks())
    return jwt.decode(token, keys, algorithms=["RS256"]).claims


def protected(token: str) -> dict[str, Any]:
    header = token.partition(".")[0]
    return json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))


async def fetch(client: httpx.AsyncClient, **request: Any) -> str:
    answer = await client.post("/token", json={"tenant": TENANT, **request})
    assert answer.status_code == 200
    return answer.json()["access_token"]


async def test_a_members_token(issuer: Issuer, client: httpx.AsyncClient):
    token = await fetch(client, objectId=OBJECT, roles=["GlobalAdmin"], wids=["w"])
    found = claims(issuer, token)
    assert found["ver"] == "2.0"
    assert found["iss"] == f"{URL}/{TENANT}/v2.0"
    assert found["aud"] == "the-app"
    assert (found["tid"], found["oid"]) == (TENANT, OBJECT)
    assert found["scp"] == MEMBER["scp"]
    assert (found["roles"], found["wids"], found["acct"]) == (
        ["GlobalAdmin"],
        ["w", *MEMBER["wids"]],
        0,
    )
    assert found["sub"] != OBJECT


async def test_an_applications_token_has_no_user_in_it(issuer: Issuer, client: httpx.AsyncClient):
    found = claims(issuer, await fetch(client, like="application", roles=["OnboardingPipeline"]))
    assert found["idtyp"] == "app"
    assert found["roles"] == ["OnboardingPipeline"]
    assert found["sub"] == found["oid"]
    assert not {"scp", "wids", "acct"} & found.keys()


async def test_a_partners_delegated_person_has_no_account(
    issuer: Issuer, client: httpx.AsyncClient
):
    found = claims(issuer, await fetch(client, like="gdap", objectId=OBJECT))
    assert found["aai"].endswith(f", object: {OBJECT}")
    assert "oid" not in found
    assert "oid" not in claims(issuer, await fetch(client, like="dap"))


async def test_what_is_not_assigned_is_left_out(issuer: Issuer, client: httpx.AsyncClient):
    found = claims(issuer, await fetch(client))
    assert "roles" not in found
    assert found["wids"] == MEMBER["wids"]
    again = claims(issuer, await fetch(client))
    assert again["oid"] == found["oid"]
    assert again["uti"] != found["uti"]


async def test_claims_add_override_and_remove(issuer: Issuer, client: httpx.AsyncClient):
    given = {"ver": "1.0", "idp": "elsewhere", "wids": None}
    found = claims(issuer, await fetch(client, claims=given))
    assert (found["ver"], found["idp"]) == ("1.0", "elsewhere")
    assert "wids" not in found


async def test_a_token_may_be_born_expired(issuer: Issuer, client: httpx.AsyncClient):
    fresh = claims(issuer, await fetch(client))
    found = claims(issuer, await fetch(client, expiresInSeconds=-600))
    assert found["iat"] < found["exp"] <= fresh["exp"] - 3600 - 598


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"", "body"),
        (b"{", "body"),
        (b"[]", "body"),
        (b"{}", "tenant"),
        (b'{"tenant": "x"}', "tenant"),
        (b'{"tenant": "%s", "roles": "GlobalAdmin"}' % TENANT.encode(), "roles"),
        (b'{"tenant": "%s", "like": "nobody"}' % TENANT.encode(), "like"),
        (b'{"tenant": "%s", "expiresInSeconds": "1"}' % TENANT.encode(), "expiresInSeconds"),
        (b'{"tenant": "%s", "unknown": 1}' % TENANT.encode(), "unknown"),
        (b'{"tenant": "%s", "object_id": null}' % TENANT.encode(), "object_id"),
    ],
)
async def test_a_bad_request_says_what_is_wrong(client: httpx.AsyncClient, body: bytes, named: str):
    answer = await client.post("/token", content=body)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["code"] == "BadTokenRequest"
    assert error["message"].startswith(f"{named}: ")


async def test_discovery_leads_to_the_keys(issuer: Issuer, client: httpx.AsyncClient):
    document = (await client.get(f"/{TENANT}/v2.0/.well-known/openid-configuration")).json()
    assert document["issuer"] == f"{URL}/{TENANT}/v2.0"
    keys = (await client.get(document["jwks_uri"])).json()["keys"]
    assert [key["kid"] for key in keys] == [issuer.key.kid]
    assert keys[0]["issuer"] == f"{URL}/{{tenantid}}/v2.0"
    assert not {"d", "p", "q", "dp", "dq", "qi"} & keys[0].keys()
    common = (await client.get("/common/v2.0/.well-known/openid-configuration")).json()
    assert common["issuer"] == f"{URL}/{{tenantid}}/v2.0"


@pytest.mark.parametrize(("method", "path"), [("GET", "/token"), ("GET", "/"), ("POST", "/x/y")])
async def test_nothing_else_is_served(client: httpx.AsyncClient, method: str, path: str):
    assert (await client.request(method, path)).status_code == 404


async def test_after_a_rollover_the_new_key_signs_and_the_old_one_stays(
    tmp_path: Path,
):
    path = tmp_path / "keys.json"
    issuer = Issuer(URL, keys=path)
    before = issuer.token(TENANT)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(issuer), base_url=URL) as client:
        answer = await client.post("/rollover")
        keys = (await client.get("/discovery/v2.0/keys")).json()["keys"]
    after = issuer.token(TENANT)

    assert [answer.json()["kid"], protected(before)["kid"]] == [key["kid"] for key in keys]
    assert protected(after)["kid"] == answer.json()["kid"]
    for token in (before, after):
        assert claims(Issuer(URL, keys=path), token)["tid"] == TENANT


def test_the_key_is_kept(tmp_path: Path):
    path = tmp_path / "deep" / "issuer.json"
    first = Issuer(URL, keys=path)
    second = Issuer(URL, keys=path)
    assert claims(second, first.token(TENANT))["tid"] == TENANT
    assert path.stat().st_mode & 0o077 == 0


def test_another_issuers_tokens_do_not_verify(issuer: Issuer):
    with pytest.raises(BadSignatureError):
        claims(issuer, Issuer(URL).sign({"tid": TENANT}, {"kid": issuer.key.kid}))
