"""A development token issuer: tokens shaped as Entra ID v2.0 makes them, with our own key.

The app knows it only as an issuer named in its settings, with a discovery document and a key
set over HTTP, as it knows Entra ID.
"""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from typing import TYPE_CHECKING, Any, Self

from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from devhost import files
from devhost.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from pathlib import Path

DEVELOPMENT_CLIENT_ID = "00000000-0000-4000-8000-0000000000aa"
# What Entra ID puts into `wids` of every user who holds no directory role.
ORDINARY_USER = "b79fbf4d-3ef9-4689-8143-76b194e85509"
_LIFETIME_SECONDS = 3600
_MULTI_TENANT = {"common", "organizations"}
_BODY_LIMIT = 65536


class TokenRequest(BaseModel):
    """Body of `POST /token`."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, strict=True)

    tenant: uuid.UUID = Field(strict=False)
    object_id: uuid.UUID | None = Field(default=None, strict=False)
    roles: list[str] = []
    wids: list[str] = []
    application: bool = False
    expires_in_seconds: int = _LIFETIME_SECONDS
    claims: dict[str, Any] = {}


class Issuer:
    """Signs tokens and serves what verifies them. `__call__` is a raw ASGI application."""

    def __init__(
        self, base_url: str, *, audience: str = DEVELOPMENT_CLIENT_ID, key: RSAKey | None = None
    ) -> None:
        """`base_url` is where it is served; without a `key` it makes one."""
        self.base_url = base_url
        self.audience = audience
        self.key = key or _new_key()

    @classmethod
    def load(cls, base_url: str, audience: str, path: Path) -> Self:
        """An issuer whose key is kept in a file, so that tokens survive a restart."""
        if path.is_file():
            kept = json.loads(path.read_text(encoding="utf-8"))
            return cls(base_url, audience=audience, key=RSAKey.import_key(kept))
        issuer = cls(base_url, audience=audience)
        files.write_json(path, issuer.key.as_dict(private=True))
        return issuer

    def url(self, tenant: str) -> str:
        """The `iss` of a tenant's tokens."""
        return f"{self.base_url}/{tenant}/v2.0"

    def token(
        self,
        tenant: str,
        *,
        object_id: str | None = None,
        roles: Sequence[str] = (),
        wids: Sequence[str] = (),
        application: bool = False,
        expires_in_seconds: int = _LIFETIME_SECONDS,
        claims: Mapping[str, Any] | None = None,
    ) -> str:
        """A signed token of a user, or of an application.

        `claims` adds and overrides; a value of None removes the claim.
        """
        kind = "application" if application else "user"
        subject = object_id or str(uuid.uuid5(uuid.NAMESPACE_URL, f"{tenant}/{kind}"))
        body: dict[str, Any] = {
            "aud": self.audience,
            "iss": self.url(tenant),
            **_times(expires_in_seconds),
            "azp": self.audience,
            "azpacr": "1" if application else "0",
            "oid": subject,
            "sub": subject if application else _pairwise(subject, self.audience),
            "tid": tenant,
            "uti": uuid.uuid4().hex[:22],
            "ver": "2.0",
        }
        user = {"acct": 0, "scp": "access_as_user", "wids": list(wids) or [ORDINARY_USER]}
        body |= {"idtyp": "app"} if application else user
        if roles:
            # Entra ID leaves the claim out when nothing is assigned.
            body["roles"] = list(roles)
        body |= claims or {}
        return self.sign({name: value for name, value in body.items() if value is not None})

    def sign(self, claims: Mapping[str, Any], header: Mapping[str, Any] | None = None) -> str:
        """Sign any claims with this issuer's key."""
        full = {"typ": "JWT", "alg": "RS256", "kid": self.key.kid, **(header or {})}
        return jwt.encode(full, dict(claims), self.key, algorithms=["RS256"])

    def jwks(self) -> dict[str, Any]:
        """The public key set; each key names its issuer, as Entra ID's do."""
        public = self.key.as_dict(private=False)
        return {"keys": [public | {"use": "sig", "issuer": self.url("{tenantid}")}]}

    def discovery(self, tenant: str) -> dict[str, Any]:
        """A tenant's OpenID Connect discovery document."""
        return {
            "issuer": self.url("{tenantid}" if tenant in _MULTI_TENANT else tenant),
            "jwks_uri": f"{self.base_url}/discovery/v2.0/keys",
            "token_endpoint": f"{self.base_url}/token",
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["token"],
            "subject_types_supported": ["pairwise"],
        }

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        """Serve the discovery documents, the key set and `POST /token`."""
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
            object_id=str(request.object_id) if request.object_id else None,
            roles=request.roles,
            wids=request.wids,
            application=request.application,
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


def _new_key() -> RSAKey:
    return RSAKey.generate_key(2048, auto_kid=True)


def _times(expires_in_seconds: int) -> dict[str, int]:
    """An expired token was issued before it expired."""
    now = int(SystemClock().now().timestamp())
    issued = now if expires_in_seconds > 0 else now + expires_in_seconds - _LIFETIME_SECONDS
    return {"iat": issued, "nbf": issued, "exp": now + expires_in_seconds}


def _pairwise(subject: str, audience: str) -> str:
    """Entra ID gives each application its own `sub` for a user."""
    digest = hashlib.sha256(f"{subject}/{audience}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
