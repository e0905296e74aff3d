"""A browser and an application at the development issuer's OpenID provider."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet

from devhost.issuer import DEVELOPMENT_CLIENT_ID, Issuer
from devhost.openid import DEVELOPMENT_SECRET

URL = "http://127.0.0.1:7072"
BACK = "http://127.0.0.1:7071/signin/callback"
TENANT = "11111111-2222-4333-8444-555555555555"
OBJECT = "99999999-2222-4333-8444-555555555555"
SCOPE = f"openid profile {DEVELOPMENT_CLIENT_ID}/access_as_user"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode()[:-1]
ASKED = {
    "client_id": DEVELOPMENT_CLIENT_ID,
    "response_type": "code",
    "response_mode": "query",
    "redirect_uri": BACK,
    "scope": SCOPE,
    "state": "s",
    "nonce": "n",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
    "prompt": "select_account",
}


class Time:
    def __init__(self) -> None:
        self.at = datetime(2026, 11, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        raise NotImplementedError


class Browser:
    """Asks the provider, and reads what comes back."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    def address(self, **changes: str | None) -> str:
        asked = {name: text for name, text in (ASKED | changes).items() if text is not None}
        return f"/organizations/oauth2/v2.0/authorize?{urlencode(asked)}"

    async def back(self, form: Any = None, **changes: str | None) -> dict[str, str]:
        """The parameters with which the application is sent back to."""
        form = form or {"tenant": TENANT}
        answer = await self.http.post(self.address(**changes), data=form)
        assert answer.status_code == 303, answer.text
        target = urlsplit(answer.headers["location"])
        assert target._replace(query="").geturl() == BACK
        return dict(parse_qsl(target.query))

    async def redeem(self, good: str, at: str = "organizations", **changes: str) -> httpx.Response:
        given = {
            "client_id": DEVELOPMENT_CLIENT_ID,
            "client_secret": DEVELOPMENT_SECRET,
            "grant_type": "authorization_code",
            "code": good,
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
            "scope": SCOPE,
        }
        return await self.http.post(f"/{at}/oauth2/v2.0/token", data=given | changes)


def read(issuer: Issuer, token: str) -> dict[str, Any]:
    return jwt.decode(token, KeySet.import_key_set(issuer.jwks()), algorithms=["RS256"]).claims
