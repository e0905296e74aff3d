"""Bearer tokens: renewed ahead of their end, by one request at a time.

```
issued ──────────────── AHEAD_SECONDS left ······ expires_on
        used as it is   one renews it; others go on with it until it ends
```
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Final, Protocol

from azure.core.credentials import AccessToken
from azure.core.exceptions import AzureError

from shared.clock import Clock
from shared.storage.engine.protocol.messages import Request, dated

SCOPE: Final = "https://storage.azure.com/.default"
"""The same in every cloud."""

AHEAD_SECONDS: Final = 300
"""Before its end a token is renewed, so that no request travels with one that ends on its way."""
_PAUSE_SECONDS: Final = 30
"""After a renewal that failed, while the token is still good."""

log = logging.getLogger(__name__)


class Credential(Protocol):
    """Gives tokens; azure-identity's own."""

    async def get_token(self, *scopes: str) -> AccessToken:
        """Raises AzureError."""
        ...


class BearerTokens:
    """Authorises requests with the tokens of one credential."""

    def __init__(self, credential: Credential, clock: Clock) -> None:
        """No token is asked for yet."""
        self._credential = credential
        self._clock = clock
        self._token: AccessToken | None = None
        self._wait_until = 0.0
        self._renewing = asyncio.Lock()

    async def headers(self, request: Request) -> Mapping[str, str]:
        """The headers that the request is sent with, all of them. Raises AzureError."""
        token = self._token
        if token is None or self._due(token):
            token = await self._renewed(token)
        return {**dated(request.headers), "Authorization": f"Bearer {token.token}"}

    def renews(self, refused: Mapping[str, str]) -> bool:
        """Forgets the token that was refused, so that the next one is asked for.

        A request that is refused for its token did nothing: it may be sent again, once.
        """
        token = self._token
        if token is not None and refused.get("Authorization") == f"Bearer {token.token}":
            self._token = None
        return True

    @property
    def _now(self) -> float:
        """In seconds since 1970, as a token's end is."""
        return self._clock.now().timestamp()

    def _due(self, token: AccessToken) -> bool:
        left = token.expires_on - self._now
        return left <= 0 or (left < AHEAD_SECONDS and self._now >= self._wait_until)

    async def _renewed(self, old: AccessToken | None) -> AccessToken:
        good = old if old is not None and old.expires_on > self._now else None
        if good is not None and self._renewing.locked():
            return good
        async with self._renewing:
            if self._token is not None and self._token is not old:
                return self._token  # of whoever held the lock before
            try:
                self._token = await self._credential.get_token(SCOPE)
            except AzureError as error:
                if good is None:
                    raise
                log.warning("storage.token-kept", extra={"error": type(error).__name__})
                self._wait_until = self._now + _PAUSE_SECONDS
                return good
            return self._token
