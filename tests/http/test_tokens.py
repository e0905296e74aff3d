"""Who calls: tokens that do not verify, and callers that may not."""

import base64
import hashlib
import hmac
import json
from typing import Any
from uuid import uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.cast.bodies import sale_document
from tests.running.client import (
    GLOBAL_ADMINISTRATOR,
    GLOBAL_READER,
    OPERATOR_TENANT,
    Caller,
    World,
    code,
    ok,
    partner_body,
)
from tests.running.waiting import STILL_SECONDS

ROLES = ["PlatformOperator"]


def ask(world: World, authorization: str | None) -> httpx.Response:
    headers = {} if authorization is None else {"Authorization": authorization}
    return world.http.get("/api/partners?api-version=2026-11-01", headers=headers)


def refused(world: World, token: str) -> str:
    """The message with which a token is refused."""
    answer = ask(world, f"Bearer {token}")
    assert code(answer) == (401, "InvalidAuthenticationToken")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert token not in answer.text
    return answer.json()["error"]["message"]


def operator_token(world: World, **claims: Any) -> str:
    return world.system.token(OPERATOR_TENANT, roles=ROLES, claims=claims)


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    header, payload, signature = token.split(".")
    return _decoded(header), _decoded(payload), signature


def _decoded(part: str) -> dict[str, Any]:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def _encoded(part: dict[str, Any] | bytes) -> str:
    content = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def test_a_good_token_is_accepted(world: World):
    assert ask(world, f"Bearer {operator_token(world)}").status_code == 200


@pytest.mark.parametrize("authorization", [None, "", "Basic b3A6b3A=", "Bearer", "Bearer x.y", "x"])
def test_no_token(world: World, authorization: str | None):
    answer = ask(world, authorization)
    assert code(answer) == (401, "InvalidAuthenticationToken")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_payload_that_was_changed(world: World):
    header, payload, signature = parts(world.system.token(str(uuid4()), roles=["GlobalAdmin"]))
    forged = f"{_encoded(header)}.{_encoded({**payload, 'roles': ROLES})}.{signature}"
    assert "signature" in refused(world, forged)


def test_a_signature_by_another_key(world: World):
    header, payload, _ = parts(operator_token(world))
    other = RSAKey.generate_key(2048)
    assert "signature" in refused(world, jwt.encode(header, payload, other, algorithms=["RS256"]))


def test_a_key_that_nobody_published(world: World):
    header, payload, _ = parts(operator_token(world))
    other = RSAKey.generate_key(2048)
    forged = jwt.encode({**header, "kid": "unknown"}, payload, other, algorithms=["RS256"])
    assert "signing key" in refused(world, forged)
    assert "signing key" in refused(world, forged)
    test_a_good_token_is_accepted(world)


def test_no_signature_at_all(world: World):
    header, payload, _ = parts(operator_token(world))
    for algorithm in ("none", "None", "nOnE"):
        forged = f"{_encoded({**header, 'alg': algorithm})}.{_encoded(payload)}."
        assert "RS256" in refused(world, forged)


def test_the_public_key_as_a_shared_secret(world: World):
    header, payload, _ = parts(operator_token(world))
    published = httpx.get(
        f"{world.system.issuer_url}/discovery/v2.0/keys", timeout=STILL_SECONDS
    ).json()["keys"][0]
    key = RSAKey.import_key({name: published[name] for name in ("kty", "n", "e")})
    text = f"{_encoded({**header, 'alg': 'HS256'})}.{_encoded(payload)}"
    for secret in (key.as_pem(private=False), json.dumps(published).encode()):
        signature = hmac.new(secret, text.encode(), hashlib.sha256).digest()
        assert "RS256" in refused(world, f"{text}.{_encoded(signature)}")


def test_a_key_that_the_token_brings_along(world: World):
    header, payload, _ = parts(operator_token(world))
    own = RSAKey.generate_key(2048)
    for hint in ({"jwk": own.as_dict(private=False)}, {"jku": "http://127.0.0.1:1/keys"}):
        forged = jwt.encode({**header, **hint}, payload, own, algorithms=["RS256"])
        refused(world, forged)


@pytest.mark.parametrize(
    ("claims", "says"),
    [
        ({"aud": str(uuid4())}, "audience"),
        ({"aud": "api://csp"}, "audience"),
        ({"iss": "https://sts.windows.net/x/"}, "issuer"),
        ({"ver": "1.0"}, "v2.0"),
        ({"nbf": 4_000_000_000, "exp": 4_000_003_600}, "not valid yet"),
        ({"iss": "https://login.microsoftonline.com/x/v2.0"}, "cloud"),
        ({"tid": str(uuid4())}, "issuer"),
        ({"scp": "User.Read"}, "scope"),
        ({"scp": None}, "user's"),
        ({"idtyp": "app"}, "not both"),
        ({"tid": None}, "tid"),
        ({"oid": None}, "oid"),
        ({"exp": None}, "exp"),
        ({"nbf": None}, "nbf"),
        ({"ver": None}, "ver"),
        ({"iss": None}, "iss"),
        ({"aud": None}, "aud"),
        ({"exp": "tomorrow"}, "exp"),
        ({"roles": "PlatformOperator"}, "roles"),
    ],
)
def test_claims_that_do_not_count(world: World, claims: dict[str, Any], says: str):
    assert says in refused(world, operator_token(world, **claims))


def test_an_expired_token(world: World):
    token = world.system.token(OPERATOR_TENANT, roles=ROLES, expiresInSeconds=-120)
    assert "expired" in refused(world, token)


@pytest.fixture
def waiting(world: World) -> tuple[str, str]:
    """A customer's tenant, and the path of what it was invited to."""
    customer = world.customer()
    return customer.tenant, world.invited(world.partner(), customer)


@pytest.mark.parametrize(
    "token",
    [
        {"wids": [GLOBAL_ADMINISTRATOR], "like": "gdap"},
        {"wids": [GLOBAL_ADMINISTRATOR], "like": "dap"},
        {"wids": [GLOBAL_ADMINISTRATOR], "like": "guest"},
        {"wids": [GLOBAL_ADMINISTRATOR], "claims": {"acct": 1}},
        {
            "wids": [GLOBAL_ADMINISTRATOR],
            "claims": {"idp": f"https://sts.windows.net/{OPERATOR_TENANT}/"},
        },
        {"wids": [GLOBAL_READER]},
        {"roles": ["GlobalAdmin"]},
        {"roles": ["GlobalAdmin"], "like": "application"},
        {
            "like": "application",
            "roles": ["OnboardingPipeline"],
            "claims": {"wids": [GLOBAL_ADMINISTRATOR]},
        },
        {"roles": ["PlatformOperator"]},
    ],
    ids=[
        "gdap",
        "dap",
        "guest",
        "acct",
        "idp",
        "reader",
        "role",
        "app-role",
        "app-wids",
        "operator",
    ],
)
def test_who_is_no_global_admin_of_the_customer(
    world: World, waiting: tuple[str, str], token: dict[str, Any]
):
    tenant, path = waiting
    caller = world.caller(tenant, **token)
    for action in ("accept", "decline"):
        answer = caller.post(f"{path}/{action}")
        assert code(answer) == (403, "AuthorizationFailed")


def test_a_token_without_directory_roles_says_what_is_missing(
    world: World, waiting: tuple[str, str]
):
    tenant, path = waiting
    caller = world.caller(tenant, roles=["GlobalAdmin"], claims={"wids": None})
    assert code(caller.post(f"{path}/accept")) == (403, "DirectoryRolesNotInToken")
    assert code(caller.get(path)) == (403, "DirectoryRolesNotInToken")


def test_the_global_admin_of_another_tenant(world: World, waiting: tuple[str, str]):
    _, path = waiting
    stranger = world.customer()
    assert code(stranger.post(f"{path}/accept")) == (404, "ResourceNotFound")
    assert code(stranger.get(path)) == (404, "ResourceNotFound")


def test_operators_come_from_the_operators_tenant(world: World):
    foreign = world.caller(str(uuid4()), roles=["PlatformOperator"])
    answer = foreign.put(f"/partners/{uuid4()}", partner_body())
    assert code(answer) == (403, "AuthorizationFailed")


def test_partner_roles_in_a_tenant_that_is_no_partner(world: World):
    caller = world.caller(str(uuid4()), roles=["GlobalAdmin"])
    target = f"/customers/{world.customer().tenant}"
    answer = caller.put(f"{target}/invitations/{uuid4()}", {"delegatedAdmin": True})
    assert code(answer) == (403, "AuthorizationFailed")
    answer = caller.put(f"{target}/subscriptions/{uuid4()}", sale_document())
    assert code(answer) == (403, "AuthorizationFailed")
    assert code(caller.get(f"/partners/{caller.tenant}")) == (404, "ResourceNotFound")
    assert ok(caller.get("/partners")) == {"value": []}


@pytest.mark.parametrize(
    ("roles", "like", "may"),
    [
        (["GlobalAdmin"], "member", {"invite", "register", "read", "link"}),
        (["UserManagementAdmin"], "member", {"invite", "read"}),
        (["SalesAgent"], "member", {"invite", "register", "read"}),
        (["AdminAgent"], "member", {"invite", "register", "read", "link"}),
        (["HelpdeskAgent"], "member", {"read"}),
        (["OnboardingPipeline"], "application", {"register"}),
        ([], "member", set()),
        (["GlobalAdmin"], "application", set()),
        (["OnboardingPipeline"], "member", set()),
    ],
)
def test_the_role_table(world: World, roles: list[str], like: str, may: set[str]):
    partner, customer = world.partner(), world.customer()
    world.hired(partner, customer)
    caller = world.caller(partner.tenant, roles=roles, like=like)
    asked = {
        "invite": lambda: caller.put(
            f"/customers/{world.customer().tenant}/invitations/{uuid4()}", {"delegatedAdmin": True}
        ),
        "register": lambda: caller.put(
            f"/customers/{customer.tenant}/subscriptions/{uuid4()}", sale_document()
        ),
        "read": lambda: caller.get(f"/partners/{partner.tenant}"),
        "link": lambda: caller.put(f"/partners/{partner.tenant}/resellers/{uuid4()}"),
    }
    refused_as = (403, "AuthorizationFailed")
    allowed = set()
    for name, call in asked.items():
        answer = call()
        if answer.status_code == 403:
            assert code(answer) == refused_as
        else:
            allowed.add(name)
    assert allowed == may


def test_a_reader_reads_and_changes_nothing(world: World):
    customer = world.customer()
    path = world.hired(world.partner(), customer)
    reader: Caller = world.caller(customer.tenant, wids=[GLOBAL_READER])
    own = f"/customers/{customer.tenant}"
    for what in ("", "/relationships", "/invitations", "/subscriptions", "/ledger"):
        assert ok(reader.get(f"{own}{what}")) == ok(customer.get(f"{own}{what}"))
    assert ok(reader.get(path)) == ok(customer.get(path))
    assert ok(reader.get(f"{own}/ledger/verification"))["valid"]
    profile = {"name": "Agency", "domain": "agency.example", "country": "US"}
    assert code(reader.put(own, profile)) == (403, "AuthorizationFailed")
