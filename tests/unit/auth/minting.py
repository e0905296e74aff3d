"""A clock to turn by hand, an issuer's key server in memory, and a mint for its tokens."""

import asyncio
import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jws
from joserfc.jwk import RSAKey

from shared.auth.keys import FetchFailed
from shared.errors import Unauthenticated

TENANT = "11111111-aaaa-4aaa-8aaa-111111111111"
USER = "22222222-bbbb-4bbb-8bbb-222222222222"
STRANGER = "99999999-9999-4999-8999-999999999999"
CLIENT = "33333333-cccc-4ccc-8ccc-333333333333"
OPERATOR_TENANT = "44444444-dddd-4ddd-8ddd-444444444444"


@dataclass
class FakeClock:
    at: datetime = field(default_factory=lambda: datetime(2026, 11, 1, 8, tzinfo=UTC))
    ticks: float = 1000.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.ticks

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.ticks += seconds


@dataclass
class KeyServer:
    """Answers `body`, or fails while it is None; `requests` are the URLs asked for."""

    body: bytes | None
    requests: list[str] = field(default_factory=list)

    async def fetch(self, url: str) -> bytes:
        self.requests.append(url)
        await asyncio.sleep(0)
        if self.body is None:
            raise FetchFailed("down")
        return self.body

    def publish(self, *members: object) -> None:
        self.body = json.dumps({"keys": members}).encode()


@dataclass
class Mint:
    """Signs what it is told to, right or wrong."""

    clock: FakeClock
    key: RSAKey
    issuer: Callable[[str], str]

    def claims(self, **changes: object) -> dict[str, object]:
        """A user's claims with `changes`; a change to `...` leaves the claim out."""
        tid = changes.get("tid", TENANT)
        now = int(self.clock.now().timestamp())
        base = {
            "ver": "2.0",
            "iss": self.issuer(str(tid)),
            "aud": CLIENT,
            "tid": tid,
            "oid": USER,
            "iat": now,
            "nbf": now,
            "exp": now + 3600,
            "scp": "access_as_user",
            "acct": 0,
        }
        return {name: value for name, value in (base | changes).items() if value is not ...}

    def sign(self, payload: bytes, **header: object) -> str:
        """`Bearer` and a JWS of `payload`; the header as Entra writes it, with changes."""
        full = {"typ": "JWT", "alg": "RS256", "kid": "k1"} | header
        full = {name: value for name, value in full.items() if value is not ...}
        registry = jws.JWSRegistry(algorithms=["RS256"], strict_check_header=False)
        return "Bearer " + jws.serialize_compact(full, payload, self.key, registry=registry)

    def bearer(self, **changes: object) -> str:
        return self.sign(json.dumps(self.claims(**changes)).encode())

    def application(self, **changes: object) -> str:
        roles = ["OnboardingPipeline"]
        return self.bearer(**({"scp": ..., "acct": ..., "idtyp": "app", "roles": roles} | changes))


def jwk(key: RSAKey, kid: str = "k1", **members: object) -> dict[str, object]:
    full = {**key.as_dict(private=False), "kid": kid, "use": "sig"} | members
    return {name: value for name, value in full.items() if value is not ...}


def encoded(value):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


async def refusal(verifier, authorization, check=None):
    """The message with which the verifier refuses the header, for failing `check`."""
    with pytest.raises(Unauthenticated) as caught:
        await verifier.verify(authorization)
    error = caught.value
    assert (error.status, error.code) == (401, "InvalidAuthenticationToken")
    assert check in {None, error.target}
    return str(error)
