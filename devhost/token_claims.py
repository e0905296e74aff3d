"""The claims of tokens, v2.0, as Entra ID writes them for each kind of caller.

member       a person of the tenant
guest        a person of another organization, invited into the tenant
gdap, dap    a partner's person with granular or older delegated admin privileges: no account, so
             no `oid`
application  a client that acts for itself

ID tokens are a member's: through `organizations` everybody signs in to the own tenant.

Sources: Microsoft identity platform, access token, ID token and optional claims references; for
guests and delegated partners tokens that people have shown in public. A test holds all of it
against recorded tokens.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

type Like = Literal["member", "guest", "gdap", "dap", "application"]

# What Entra ID puts into `wids` beside or instead of roles.
_ORDINARY_USER = "b79fbf4d-3ef9-4689-8143-76b194e85509"
_GUEST = "13bd1c72-6f4a-4dcf-985f-18d3b80f208a"
_DELEGATED = "08372b87-7d02-482a-9e02-fb03ea5fe193"
_GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
_CLIENT = "00000000-0000-4000-8000-0000000000bb"
_PUID = "10032000A1B2C3D4"
"""A person as the older directories number them."""


@dataclass(frozen=True)
class Holder:
    """Whose token it is. `audience`: the client id of the API that it is for.

    `client`: that of who asked for it; one that proved itself by a secret is `confidential`.
    """

    tenant: str
    audience: str
    like: Like = "member"
    object_id: str | None = None
    roles: Sequence[str] = ()
    wids: Sequence[str] = ()
    name: str | None = None
    client: str = _CLIENT
    confidential: bool = False

    @property
    def object(self) -> str:
        """The caller's object id; in the home tenant of who has none here."""
        return self.object_id or _id(f"{self.tenant}/{self.like}")

    @property
    def home(self) -> str:
        """The tenant of who is from elsewhere."""
        return _id(f"{self.tenant}/{self.like}/home")


def claims_of(holder: Holder) -> dict[str, Any]:
    """All claims but issuer and times."""
    body = {
        "aud": holder.audience,
        "aio": _opaque(15),
        "azp": holder.client,
        "azpacr": "1" if holder.confidential else "0",
        "rh": f"1.{_opaque(18)}",
        "sub": _pairwise(holder.object, holder.audience),
        "tid": holder.tenant,
        "uti": _opaque(16),
        "ver": "2.0",
        "xms_ftd": _opaque(24),
        **_of_kind(holder),
    }
    if holder.roles:
        # Left out when nothing is assigned.
        body["roles"] = list(holder.roles)
    return body


def id_claims_of(holder: Holder, *, nonce: str | None, auth_time: int) -> dict[str, Any]:
    """All claims of an ID token but issuer and times, `auth_time` aside.

    Directory roles are not among those that are documented for it, so they do not come.
    """
    account = _account(holder)
    body = {
        "aio": _opaque(15),
        "aud": holder.audience,
        "acct": 0,
        "auth_time": auth_time,
        "login_hint": login_hint(holder.tenant, holder.object),
        "rh": f"1.{_opaque(18)}",
        "sub": _pairwise(holder.object, holder.audience),
        "tid": holder.tenant,
        "uti": _opaque(16),
        "ver": "2.0",
        **{name: account[name] for name in ("name", "oid", "preferred_username", "sid")},
    }
    if nonce is not None:
        body["nonce"] = nonce
    if holder.roles:
        body["roles"] = list(holder.roles)
    return body


def login_hint(tenant: str, object_id: str) -> str:
    """What names an account to the issuer, and says nothing to anybody else."""
    text = base64.urlsafe_b64encode(f"{tenant}/{object_id}".encode()).decode()
    return f"O.{text.rstrip('=')}"


def _of_kind(holder: Holder) -> dict[str, Any]:
    delegated = {"scp": "access_as_user", "name": "Northwind Technician", "idp": _provider(holder)}
    match holder.like:
        case "application":
            return {
                "azpacr": "1",
                "idtyp": "app",
                "oid": holder.object,
                "sub": holder.object,
            }
        case "member":
            return _account(holder) | {"acct": 0, "wids": [*holder.wids, _ORDINARY_USER]}
        case "guest":
            return _account(holder) | {
                "acct": 1,
                "wids": [*holder.wids, _GUEST],
                "idp": _provider(holder),
                "email": "alex@elsewhere.example",
            }
        case "gdap":
            return delegated | {
                "wids": [*holder.wids, _DELEGATED],
                "aai": f"tenant: {holder.home}, object: {holder.object}",
                "home_puid": _PUID,
            }
        case "dap":
            return delegated | {
                "wids": list(holder.wids) or [_GLOBAL_ADMINISTRATOR],
                "altsecid": f"5::{_PUID}",
            }


def _account(holder: Holder) -> dict[str, Any]:
    return {
        "name": holder.name or "Alex Rivers",
        "oid": holder.object,
        "preferred_username": "alex@agency.example",
        "scp": "access_as_user",
        "sid": str(uuid.uuid4()),
    }


def _provider(holder: Holder) -> str:
    return f"https://sts.windows.net/{holder.home}/"


def _id(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def _opaque(size: int) -> str:
    """A value that says something to Entra ID alone."""
    return secrets.token_urlsafe(size)


def _pairwise(subject: str, audience: str) -> str:
    """Each application has its own `sub` for a user."""
    digest = hashlib.sha256(f"{subject}/{audience}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
