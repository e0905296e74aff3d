"""The same issuer, settings and clock for every test of tokens."""

import pytest
from joserfc.jwk import RSAKey

from shared.auth.issuers import trusted_issuer
from shared.auth.tokens import TokenVerifier, token_verifier
from shared.settings import Settings
from tests.unit.auth.minting import CLIENT, OPERATOR_TENANT, FakeClock, KeyServer, Mint, jwk


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def rsa() -> RSAKey:
    return RSAKey.generate_key(2048)


@pytest.fixture(scope="session")
def other_rsa() -> RSAKey:
    return RSAKey.generate_key(2048)


@pytest.fixture
def settings() -> Settings:
    return Settings(
        client_id=CLIENT,
        operator_tenant_id=OPERATOR_TENANT,
        public_base_url="https://partners.example.gov",
        storage_connection="unused",
        sweep_schedule="0 7 3 * * *",
    )


@pytest.fixture
def development(settings: Settings) -> Settings:
    return settings.model_copy(
        update={
            "azure_functions_environment": "Development",
            "development_issuer": "http://127.0.0.1:7072",
        }
    )


@pytest.fixture
def server(rsa: RSAKey) -> KeyServer:
    server = KeyServer(None)
    server.publish(jwk(rsa))
    return server


@pytest.fixture
def mint(clock: FakeClock, rsa: RSAKey, settings: Settings) -> Mint:
    return Mint(clock, rsa, trusted_issuer(settings).name)


@pytest.fixture
def verifier(settings: Settings, clock: FakeClock, server: KeyServer) -> TokenVerifier:
    return token_verifier(settings, clock, server.fetch)
