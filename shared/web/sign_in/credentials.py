"""How the application proves to the issuer that it is itself, when it redeems a code."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from shared.settings import Settings

type Credential = Callable[[], Awaitable[Mapping[str, str]]]
"""The fields of a token request that say who asks. Raises CredentialFailed."""

AUDIENCES: Final = {
    "usGovernment": "api://AzureADTokenExchangeUSGov",
    "public": "api://AzureADTokenExchange",
}
"""For whom the identity's token must be, by cloud, to the letter.

Source: Microsoft Entra, workload identity federation with a managed identity.
"""

_JWT: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class CredentialFailed(Exception):
    """The managed identity gave no token; the text says why and holds nothing secret."""


def credential(settings: Settings) -> Credential | None:
    """What the settings name: the managed identity, else the secret, else nothing."""
    if settings.sign_in_identity:
        return _Federated(settings.sign_in_identity, AUDIENCES[settings.cloud])
    if settings.sign_in_secret:
        return _Secret(settings.sign_in_secret)
    return None


class _Secret:
    def __init__(self, secret: str) -> None:
        self._secret = secret

    async def __call__(self) -> Mapping[str, str]:
        return {"client_secret": self._secret}


class _Federated:
    """The identity's own token as the application's assertion; the platform keeps it a while."""

    def __init__(self, client_id: str, audience: str) -> None:
        self._client_id = client_id
        self._audience = audience

    async def __call__(self) -> Mapping[str, str]:
        # A third of a second to import, and needed only where an identity is configured.
        from azure.core.exceptions import AzureError  # noqa: PLC0415 - see above
        from azure.identity.aio import ManagedIdentityCredential  # noqa: PLC0415 - see above

        try:
            async with ManagedIdentityCredential(client_id=self._client_id) as identity:
                token = await identity.get_token(f"{self._audience}/.default")
        except AzureError as error:
            raise CredentialFailed(type(error).__name__) from error
        return {"client_assertion_type": _JWT, "client_assertion": token.token}
