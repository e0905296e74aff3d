"""A development token issuer: tokens as Entra ID v2.0 makes them, with our own keys.

The app knows it only as an issuer named in its settings, with a discovery document and a key
set over HTTP, as it knows Entra ID.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from devhost import files
from devhost.clock import SystemClock
from devhost.openid import Provider, Reply, SignedIn
from devhost.people import People, Person
from devhost.token_claims import Holder, Like, claims_of, id_claims_of
from devhost.token_keys import new_key, published

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from pathlib import Path

    from devhost.clock import Clock

DEVELOPMENT_CLIENT_ID = "00000000-0000-4000-8000-0000000000aa"
CLOUD_INSTANCES = {"usGovernment": "microsoftonline.us", "public": "microsoftonline.com"}
"""What a cloud's keys call it."""

_LIFETIME_SECONDS = 3600
_BACKDATED_SECONDS = 300
"""Entra ID issues tokens five minutes before it does, for clocks that are behind."""
_MULTI_TENANT = {"common", "organizations"}
_ELSEWHERE = "00000003-0000-0000-c000-000000000000"
"""Microsoft Graph, for which a token is when none is asked for the application."""
_BODY_LIMIT = 65536


class TokenRequest(BaseModel):
    """Body of `POST /token`. Under a `name` the person can be picked for signing in, too."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, strict=True)

    tenant: uuid.UUID = Field(strict=False)
    like: Like = "member"
    name: str | None = None
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
        clock: Clock | None = None,
    ) -> None:
        """`base_url` is where it is served; `keys` a file for them: tokens survive a restart."""
        self.base_url = base_url
        self._people = People()
        self._clock = clock or SystemClock()
        self._provider = Provider(audience, self._people, self._clock, self._minted)
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
        return self._signed(claims_of(holder), expires_in_seconds, claims or {})

    def _signed(
        self, body: Mapping[str, Any], expires_in_seconds: int, changes: Mapping[str, Any]
    ) -> str:
        times = self._times(expires_in_seconds)
        full = {"iss": self.url(body["tid"]), **times, **body, **changes}
        return self.sign({name: value for name, value in full.items() if value is not None})

    def _minted(self, signed_in: SignedIn, scopes: frozenset[str]) -> dict[str, Any]:
        """Both tokens of a sign-in."""
        person, client = signed_in.person, self.audience
        own = f"{client}/access_as_user" in scopes
        holder = Holder(
            tenant=person.tenant,
            audience=client if own else _ELSEWHERE,
            object_id=person.object_id,
            roles=person.roles,
            wids=person.wids,
            name=person.name,
            client=client,
            confidential=True,
        )
        left_out = {"wids": None} if signed_in.omit_wids else {}
        answer: dict[str, Any] = {
            "token_type": "Bearer",
            "scope": " ".join(sorted(scopes)),
            "expires_in": _LIFETIME_SECONDS - 1,
            "ext_expires_in": _LIFETIME_SECONDS - 1,
            "access_token": self._signed(claims_of(holder), _LIFETIME_SECONDS, left_out),
        }
        if "openid" in scopes:
            nonce, auth_time = signed_in.asked.get("nonce"), signed_in.auth_time
            body = id_claims_of(replace(holder, audience=client), nonce=nonce, auth_time=auth_time)
            answer["id_token"] = self._signed(body, _LIFETIME_SECONDS, {})
        return answer

    def _times(self, expires_in_seconds: int) -> dict[str, int]:
        """An expired token was issued before it expired."""
        now = int(self._clock.now().timestamp())
        expires = now + expires_in_seconds
        issued = now if expires_in_seconds > 0 else expires - _LIFETIME_SECONDS
        issued -= _BACKDATED_SECONDS
        return {"iat": issued, "nbf": issued, "exp": expires}

    def sign(self, claims: Mapping[str, Any], header: Mapping[str, Any] | None = None) -> str:
        """Sign any claims with this issuer's key."""
        full = {"typ": "JWT", "alg": "RS256", "kid": self.key.kid, **(header or {})}
        return jwt.encode(full, dict(claims), self.key, algorithms=["RS256"])

    def jwks(self) -> dict[str, Any]:
        """The public key set."""
        return published(self._keys, self.url("{tenantid}"), self.cloud_instance)

    def discovery(self, tenant: str) -> dict[str, Any]:
        """A tenant's OpenID Connect discovery document."""
        at = f"{self.base_url}/{tenant}/oauth2/v2.0"
        return {
            "issuer": self.url("{tenantid}" if tenant in _MULTI_TENANT else tenant),
            "jwks_uri": f"{self.base_url}/discovery/v2.0/keys",
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "end_session_endpoint": f"{at}/logout",
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "subject_types_supported": ["pairwise"],
            "cloud_instance_name": self.cloud_instance,
        }

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        """Serve the documents, the provider, `POST /token` and `POST /rollover`."""
        if scope["type"] != "http":
            return
        body = await _body(receive) if scope["method"] == "POST" else None
        path = scope["path"].strip("/").split("/")
        reply = None
        if scope["method"] in {"GET", "POST"}:
            reply = self._provided(path, scope["query_string"].decode(), body)
        if reply is None:
            status, document = self._documents(scope["method"], path, body or b"")
            headers = {"content-type": "application/json"}
            reply = Reply(status, headers, json.dumps(document).encode())
        named = {**reply.headers, "content-length": str(len(reply.body))}
        headers = [(name.lower().encode(), value.encode()) for name, value in named.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})

    def _provided(self, path: Sequence[str], query: str, form: bytes | None) -> Reply | None:
        """What the OpenID provider answers, with a form to a POST."""
        match path:
            case [tenant, "oauth2", "v2.0", "authorize"]:
                return self._provider.authorize(tenant.lower(), query, form)
            case [tenant, "oauth2", "v2.0", "token"] if form is not None:
                return self._provider.token(tenant.lower(), form)
            case [_, "oauth2", "v2.0", "logout"]:
                return self._provider.sign_out(query)
            case _:
                return None

    def _documents(
        self, method: str, path: Sequence[str], body: bytes
    ) -> tuple[int, dict[str, Any]]:
        match method, path:
            case "GET", ["discovery", "v2.0", "keys"]:
                return 200, self.jwks()
            case "GET", [tenant, "v2.0", ".well-known", "openid-configuration"]:
                return 200, self.discovery(tenant.lower())
            case "POST", ["token"]:
                return self._issue(body)
            case "POST", ["rollover"]:
                self.roll_over()
                return 200, {"kid": self.key.kid}
            case _:
                return 404, _error("NotFound", "no such address")

    def _issue(self, body: bytes) -> tuple[int, dict[str, Any]]:
        try:
            request = TokenRequest.model_validate_json(body)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"])) or "body"
            return 400, _error("BadTokenRequest", f"{where}: {first['msg']}")
        object_id = str(request.object_id) if request.object_id else None
        claims = request.claims
        if request.name and request.like == "member":
            claims = {"name": request.name, **claims}
            self._people.add(
                Person(request.name, str(request.tenant), object_id, request.roles, request.wids)
            )
        token = self.token(
            str(request.tenant),
            like=request.like,
            object_id=object_id,
            roles=request.roles,
            wids=request.wids,
            expires_in_seconds=request.expires_in_seconds,
            claims=claims,
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
