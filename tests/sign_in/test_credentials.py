"""How the application proves itself: by its managed identity for one audience, or a secret."""

import threading
from collections.abc import Iterator

import pytest

from shared.web.sign_in.attempts import new_attempt
from shared.web.sign_in.credentials import AUDIENCES, CredentialFailed, credential
from shared.web.sign_in.redemption import IssuerDown, redeemed
from tests.running.app import SETTINGS
from tests.running.identity import HEADER, IDENTITY, Endpoint
from tests.sign_in.world import World

EXACTLY = {
    "usGovernment": "api://AzureADTokenExchangeUSGov",
    "public": "api://AzureADTokenExchange",
}
"""Microsoft Entra, "Configure an application to trust a managed identity": audiences by cloud."""


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    endpoint = Endpoint("unused")
    thread = threading.Thread(target=endpoint.serve_forever)
    thread.start()
    host, port = endpoint.server_address[:2]
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"http://{host!s}:{port}/token")
    monkeypatch.setenv("IDENTITY_HEADER", HEADER)
    yield endpoint
    endpoint.shutdown()
    thread.join()
    endpoint.server_close()


def test_the_audiences_are_microsofts():
    assert AUDIENCES == EXACTLY


@pytest.mark.parametrize("cloud", EXACTLY)
async def test_the_identity_asserts_who_asks(platform: Endpoint, cloud: str):
    asks = credential(SETTINGS.model_copy(update={"sign_in_identity": IDENTITY, "cloud": cloud}))
    assert asks
    first = await asks()
    (asked,) = platform.asked
    assert asked["resource"] == [EXACTLY[cloud]]
    assert asked["client_id"] == [IDENTITY]
    assert first["client_assertion_type"] == (
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    )
    assert first["client_assertion"].count(".") == 2
    assert first.keys() == {"client_assertion_type", "client_assertion"}


async def test_an_identity_that_gets_no_token(platform: Endpoint, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("IDENTITY_HEADER", "wrong")
    asks = credential(SETTINGS.model_copy(update={"sign_in_identity": IDENTITY}))
    assert asks
    with pytest.raises(CredentialFailed):
        await asks()
    world = World()
    attempt = new_attempt(world.sign_in.random, 0, "/", None)
    with pytest.raises(IssuerDown):
        await redeemed("code", attempt, world.sign_in.addresses, asks, world.post)
    assert world.sent == []


async def test_a_secret_is_sent_as_it_is():
    asks = credential(SETTINGS.model_copy(update={"sign_in_secret": "a secret"}))
    assert asks
    assert await asks() == {"client_secret": "a secret"}


def test_nothing_is_configured():
    assert credential(SETTINGS) is None
