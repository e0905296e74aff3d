"""Microsoft's own client signs in at the development issuer, over TLS."""

import json
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
import requests
import uvicorn
from msal import ConfidentialClientApplication

from devhost.issuer import DEVELOPMENT_CLIENT_ID, Issuer
from devhost.openid import DEVELOPMENT_SECRET
from devhost.server import Server
from shared.auth.principal import principal
from shared.auth.tokens import token_verifier
from shared.clock import SystemClock
from tests.running.app import SETTINGS
from tests.running.identity import certified
from tests.running.system import five_free_ports
from tests.sign_in.world import AGENCY, GLOBAL_ADMINISTRATOR

SCOPE = f"{DEVELOPMENT_CLIENT_ID}/access_as_user"
BACK = "http://localhost/signin/callback"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certified(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def issuer(certificate: tuple[Path, Path]) -> Iterator[Issuer]:
    port = five_free_ports()
    issuer = Issuer(f"https://127.0.0.1:{port}")
    cert, key = certificate
    served = Server(
        uvicorn.Config(
            issuer,
            port=port,
            lifespan="off",
            ws="none",
            log_config=None,
            ssl_certfile=cert,
            ssl_keyfile=key,
        )
    )
    thread = threading.Thread(target=served.run)
    thread.start()
    while not served.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield issuer
    served.should_exit = True
    thread.join()


@pytest.fixture
def session(certificate: tuple[Path, Path]) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False  # whose certificates would win over this one
        session.verify = str(certificate[0])
        yield session


@pytest.fixture
def client(issuer: Issuer, session: requests.Session) -> ConfidentialClientApplication:
    return msal(issuer, session, DEVELOPMENT_SECRET)


def msal(issuer: Issuer, session: requests.Session, secret: str) -> ConfidentialClientApplication:
    return ConfidentialClientApplication(
        DEVELOPMENT_CLIENT_ID,
        client_credential=secret,
        authority=f"{issuer.base_url}/organizations",
        instance_discovery=False,
        http_client=session,
    )


def begun(client: ConfidentialClientApplication) -> dict[str, Any]:
    """A sign-in as ours. It would rather have a form post, which needs cookies of other sites."""
    with pytest.warns(UserWarning, match="form_post"):
        return client.initiate_auth_code_flow(
            [SCOPE], redirect_uri=BACK, response_mode="query", prompt="select_account"
        )


def signed_in(flow: dict[str, Any], certificate: tuple[Path, Path], **form: str) -> dict[str, str]:
    """What the browser comes back with."""
    person = {"tenant": AGENCY, "wids": GLOBAL_ADMINISTRATOR, **form}
    trust = ssl.create_default_context(cafile=certificate[0])
    answer = httpx.post(flow["auth_uri"], data=person, verify=trust)
    assert answer.status_code == 303, answer.text
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


async def test_it_gets_tokens_that_the_app_takes(
    issuer: Issuer, client: ConfidentialClientApplication, certificate
):
    flow = begun(client)
    asked = dict(parse_qsl(urlsplit(flow["auth_uri"]).query))
    assert (asked["code_challenge_method"], asked["response_type"]) == ("S256", "code")
    result = client.acquire_token_by_auth_code_flow(flow, signed_in(flow, certificate, name="김"))

    assert "error" not in result, result
    claims = result["id_token_claims"]
    assert (claims["tid"], claims["name"]) == (AGENCY, "김")
    (account,) = client.get_accounts()
    assert account["username"] == claims["preferred_username"]

    async def fetch(_: str) -> bytes:
        return json.dumps(issuer.jwks()).encode()

    local = SETTINGS.model_copy(
        update={
            "azure_functions_environment": "Development",
            "development_issuer": issuer.base_url,
        }
    )
    verifier = token_verifier(local, SystemClock(), fetch)
    known = principal(await verifier.verify(f"Bearer {result['access_token']}"), local)
    assert (known.tenant_id, known.object_id) == (AGENCY, claims["oid"])
    assert {str(role) for role in known.customer_roles} == {"CG", "CR"}


def test_it_understands_each_refusal(issuer: Issuer, client, session, certificate):
    flow = begun(client)
    back = signed_in(flow, certificate)
    wrong = msal(issuer, session, "wrong")
    assert wrong.acquire_token_by_auth_code_flow(flow, back)["error"] == "invalid_client"
    assert "access_token" in client.acquire_token_by_auth_code_flow(flow, back)
    assert client.acquire_token_by_auth_code_flow(flow, back)["error"] == "invalid_grant"
    cancelled = begun(client)
    answer = signed_in(cancelled, certificate, error="cancel")
    assert client.acquire_token_by_auth_code_flow(cancelled, answer)["error"] == "access_denied"


def test_another_verifier_gets_nothing(client: ConfidentialClientApplication, certificate):
    flow = begun(client)
    back = signed_in(flow, certificate)
    other = {**flow, "code_verifier": "v" * 43}
    assert client.acquire_token_by_auth_code_flow(other, back)["error"] == "invalid_grant"
