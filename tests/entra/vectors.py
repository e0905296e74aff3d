"""Tokens as Microsoft Entra ID makes them, and what Microsoft's own middleware said to each.

`tokens.json` says what it holds and where it is from. No key in it signs anything but its vectors.
"""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shared.auth.tokens import TokenVerifier, token_verifier
from shared.settings import Settings

_FILE = json.loads(Path(__file__).with_name("tokens.json").read_text(encoding="utf-8"))
CUSTOMER, PARTNER = _FILE["tenants"]["customer"], _FILE["tenants"]["partner"]
KEYS: dict[str, dict[str, Any]] = _FILE["keys"]


@dataclass(frozen=True)
class Vector:
    """A token, and what should come of it.

    Refused: `because` of which check, answered with `status`. Accepted: `roles` as letters of the
    role table, and the claims that are `untold`, without which a customer's role is unknown.
    """

    name: str
    kind: str
    cloud: str
    why: str
    microsoft: str
    should: str
    token: str
    microsoft_bare_handler: str | None = None
    because: str | None = None
    status: int = 401
    roles: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name

    @property
    def claims(self) -> dict[str, Any]:
        """The payload of a token that has a well-formed one."""
        return json.loads(decoded(self.token.split(".")[1]))


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


VECTORS = [Vector(**each) for each in _FILE["vectors"]]
ACCEPTED = [each for each in VECTORS if each.should == "accepted"]
REFUSED = [each for each in VECTORS if each.should == "refused"]


def named(name: str) -> Vector:
    return next(each for each in VECTORS if each.name == name)


class FrozenClock:
    """The moment for which the vectors were made."""

    def now(self) -> datetime:
        return datetime.fromtimestamp(_FILE["now"], UTC)

    def monotonic(self) -> float:
        return 0.0


def settings(cloud: str) -> Settings:
    """Those of a deployment of `cloud`, whose operator is the partner's tenant."""
    return Settings(
        client_id=_FILE["client_id"],
        operator_tenant_id=PARTNER,
        public_base_url="https://csp.example",
        storage_connection="",
        sweep_schedule="0 7 3 * * *",
        cloud=cloud,
    )


def verifier(cloud: str) -> TokenVerifier:
    """The real one, reading the cloud's recorded key document."""

    async def fetch(_: str) -> bytes:
        return json.dumps(KEYS[cloud]).encode()

    return token_verifier(settings(cloud), FrozenClock(), fetch)
