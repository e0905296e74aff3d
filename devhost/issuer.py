"""A development token issuer: tokens as Entra ID v2.0 makes them, with our own keys.

The app knows it only as an issuer named in its settings, with a discovery document and a key
set over HTTP, as it knows Entra ID.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from devhost import files
from devhost.clock import SystemClock
from devhost.token_claims import Holder, Like, claims_of
from devhost.token_keys import new_key, published

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from pathlib import Path

DEVELOPMENT_CLIENT_ID = "00000000-0000-4000-8000-0000000000aa"
CLOUD_INSTANCES = {"usGovernment": "microsoftonline.us", "public": "microsoftonline.com"}
"""What a cloud's keys call it."""

_LIFETIME_SECONDS = 3600
_BACKDATED_SECONDS = 300
"""Entra ID issues tokens five minutes before it does, for clocks that are behind."""
_MULTI_TENANT = {"common", "organizations"}
_BODY_LIMIT = 65536


class TokenRequest(BaseModel):
    """Body of `POST /token`."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, strict=True)

    tenant: uuid.UUID = Field(strict=False)
    like: Like = "member"
    object_id: uuid.UUID | None = Field(default=None, strict=False)
    roles: list[str] = []
    wids: list[str] = []
    expires_in_seconds: int = _LIFETIME_SECONDS
    claims: dict[str, Any] = {}


class Issuer:
    """Signs tokens and serves what verifies them. `__call__` is a raw ASGI application."""

    def __init__(
        self,
        base_url: str,
        *,
        audience: str = DEVELOPMENT_CLIENT_ID,
        cloud_instance: str = CLOUD_INSTANCES["usGovernment"],
        keys: Path | None = None,
    ) -> None:
        """`base_url` is where it is served; `keys` a file for them: tokens survive a restart."""
        self.base_url = base_url
        self.audience = audience
        self.cloud_instance = cloud_instance
        self._file = keys
        if keys and keys.is_file():
            kept = json.loads(keys.read_text(encoding="utf-8"))["keys"]
            self._keys = [RSAKey.import_key(key) for key in kept]
        else:
            self._keys = list[RSAKey]()
            self.roll_over()

    @property
    def key(self) -> RSAKey:
        """The one that signs: the newest."""
        return self._keys[0]

    def roll_over(self) -> None:
        """Sign with a new key from now on. The older ones stay published."""
        self._keys.insert(0, new_key())
        if self._file:
            kept = [key.as_dict(private=True) for key in self._keys]
            files.write_json(self._file, {"keys": kept})

    def url(self, tenant: str) -> str:
        """The `iss` of a tenant's tokens."""
        return f"{self.base_url}/{tenant}/v2.0"

    def token(
        self,
        tenant: str,
        *,
        like: Like = "member",
        object_id: str | None = None,
        roles: Sequence[str] = (),
        wids: Sequence[str] = (),
        expires_in_seconds: int = _LIFETIME_SECONDS,
        claims: Mapping[str, Any] | None = None,
    ) -> str:
        """A signed token of somebody, or of an application.

        `claims` adds and overrides; a value of None removes the claim.
        """
        holder = Holder(tenant, self.audience, like, object_id, roles, wids)
        body = {"iss": self.url(tenant), **_times(expires_in_seconds), **claims_of(holder)}
        body |= claims or {}
        return self.sign({name: value for name, value in body.items() if value is not None})

    def sign(self, claims: Mapping[str, Any], header: Mapping[str, Any] | None = None) -> str:
        """Sign any claims with this issuer's key."""
        full = {"typ": "JWT", "alg": "RS256", "kid": self.key.kid, **(header or {})}
        return jwt.encode(full, dict(claims), self.key, algorithms=["RS256"])

    def jwks(self) -> dict[str, Any]:
        """The public key set."""
        return published(self._keys, self.url("{tenantid}"), self.cloud_instance)

    def discovery(self, tenant: str) -> dict[str, Any]:
        """A tenant's OpenID Connect discovery document."""
        return {
            "issuer": self.url("{tenantid}" if tenant in _MULTI_TENANT else tenant),
            "jwks_uri": f"{self.base_url}/discovery/v2.0/keys",
            "token_endpoint": f"{self.base_url}/token",
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["token"],
            "subject_types_supported": ["pairwise"],
            "cloud_instance_name": self.cloud_instance,
        }

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        """Serve the discovery documents, the key set, `POST /token` and `POST /rollover`."""
        if scope["type"] != "http":
            return
        status, document = 404, _error("NotFound", "no such address")
        match scope["method"], scope["path"].strip("/").split("/"):
            case "GET", ["discovery", "v2.0", "keys"]:
                status, document = 200, self.jwks()
            case "GET", [tenant, "v2.0", ".well-known", "openid-configuration"]:
                status, document = 200, self.discovery(tenant.lower())
            case "POST", ["token"]:
                status, document = self._issue(await _body(receive))
            case "POST", ["rollover"]:
                self.roll_over()
                status, document = 200, {"kid": self.key.kid}
        body = json.dumps(document).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _issue(self, body: bytes) -> tuple[int, dict[str, Any]]:
        try:
            request = TokenRequest.model_validate_json(body)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"])) or "body"
            return 400, _error("BadTokenRequest", f"{where}: {first['msg']}")
        token = self.token(
            str(request.tenant),
            like=request.like,
            object_id=str(request.object_id) if request.object_id else None,
            roles=request.roles,
            wids=request.wids,
            expires_in_seconds=request.expires_in_seconds,
            claims=request.claims,
        )
        return 200, {"access_token": token}


async def _body(receive: Callable[[], Awaitable[dict[str, Any]]]) -> bytes:
    body, more = b"", True
    while more and len(body) <= _BODY_LIMIT:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _error(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


def _times(expires_in_seconds: int) -> dict[str, int]:
    """An expired token was issued before it expired."""
    now = int(SystemClock().now().timestamp())
    expires = now + expires_in_seconds
    issued = (now if expires_in_seconds > 0 else expires - _LIFETIME_SECONDS) - _BACKDATED_SECONDS
    return {"iat": issued, "nbf": issued, "exp": expires}
