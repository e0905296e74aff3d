"""The issuer's signing keys, kept between requests.

find(kid) ── known, younger than MAX_AGE ──────────────────────> the key
          ── unknown or old ── resting? ── yes ────────────────> what is kept
                                        └─ no ── fetch ── ok ──> the new set replaces the old
                                                       └ bad ──> the old set stays
resting   COOLDOWN after a refresh, so unknown kids cannot make us flood the issuer;
          RETRY after a failure while nothing is kept, so one hiccup is not an outage
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from joserfc.util import base64_to_int
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from shared.clock import Clock
from shared.errors import Unavailable
from shared.wording import Words

type Fetch = Callable[[str], Awaitable[bytes]]
"""GET a URL, answer its body. Raises FetchFailed."""

COOLDOWN_SECONDS = 300
RETRY_SECONDS = 5
MAX_AGE_SECONDS = 24 * 60 * 60
MIN_KEY_BITS = 2048

log = logging.getLogger(__name__)

_NO_KEYS: Final = Words(
    "The issuer's signing keys cannot be read. Nothing was done.",
    "발급자의 서명 키를 읽을 수 없습니다. 처리된 것은 없습니다.",
)


class FetchFailed(Exception):
    """The key server did not answer with keys; the text says why and holds nothing secret."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public RSA key, with what the key server binds it to, if anything.

    `issuer` is a template; `cloud_instance` names a cloud. Clouds publish each other's keys beside
    their own, with the `issuer` of whoever publishes: then the cloud's name alone tells.
    """

    rsa: RSAKey
    issuer: str | None
    cloud_instance: str | None

    def signs_for(self, issuer: str, tenant_id: str) -> bool:
        """Whether the key may sign tokens that `issuer` issues for `tenant_id`."""
        return self.issuer is None or self.issuer.replace("{tenantid}", tenant_id) == issuer


class SigningKeys:
    """The key set behind one URL. Concurrent callers share one fetch."""

    def __init__(self, url: str, fetch: Fetch, clock: Clock) -> None:
        self._url = url
        self._fetch = fetch
        self._clock = clock
        self._lock = asyncio.Lock()
        self._keys: dict[str, SigningKey] = {}
        self._attempts = 0
        self._failed = False
        self._expire_at = 0.0
        self._rest_until = clock.monotonic()

    async def find(self, kid: str) -> SigningKey | None:
        """The key with this id, or None when the issuer publishes no such key.

        Raises Unavailable when that cannot be known, because the key server does not answer.
        """
        if self._wants_fetch(kid):
            await self._share_fetch()
        key = self._keys.get(kid)
        if key is None and self._failed:
            raise self._unavailable()
        return key

    def _wants_fetch(self, kid: str) -> bool:
        now = self._clock.monotonic()
        return now >= self._rest_until and (kid not in self._keys or now >= self._expire_at)

    async def _share_fetch(self) -> None:
        seen = self._attempts
        async with self._lock:
            # Whoever held the lock may have fetched while this caller waited for it.
            if self._attempts == seen:
                await self._refresh()

    async def _refresh(self) -> None:
        rest = COOLDOWN_SECONDS if self._keys else 0
        try:
            keys = parse_keys(await self._fetch(self._url))
        except FetchFailed as error:
            log.warning("auth.keys.refresh_failed", extra={"url": self._url, "reason": str(error)})
            self._failed = True
            rest = rest or RETRY_SECONDS
        else:
            self._keys = keys
            self._failed = False
            self._expire_at = self._clock.monotonic() + MAX_AGE_SECONDS
        self._rest_until = self._clock.monotonic() + rest
        self._attempts += 1

    def _unavailable(self) -> Unavailable:
        error = Unavailable(_NO_KEYS)
        error.retry_after = max(1, round(self._rest_until - self._clock.monotonic()))
        return error


class _Jwk(BaseModel):
    """The members of RFC 7517 that matter here; a key with others, or without these, is skipped."""

    model_config = ConfigDict(strict=True)

    kty: Literal["RSA"]
    kid: Annotated[str, Field(min_length=1)]
    n: str
    e: str
    use: Literal["sig"] = "sig"
    alg: Literal["RS256"] = "RS256"
    issuer: str | None = None
    cloud_instance_name: str | None = None


class _JwkSet(BaseModel):
    keys: list[object]


_JWK = TypeAdapter(_Jwk)


def parse_keys(body: bytes) -> dict[str, SigningKey]:
    """The usable signing keys of a JWKS document by id; raises FetchFailed if there is none."""
    try:
        members = _JwkSet.model_validate_json(body).keys
    except ValidationError:
        raise FetchFailed("not a JSON Web Key Set") from None
    keys = dict(pair for pair in map(_signing_key, members) if pair)
    if not keys:
        raise FetchFailed("no usable key in the set")
    return keys


def _signing_key(member: object) -> tuple[str, SigningKey] | None:
    try:
        jwk = _JWK.validate_python(member)
        if base64_to_int(jwk.n).bit_length() < MIN_KEY_BITS:
            return None
        # Only the public numbers: anything else in the document has no say in verification.
        rsa = RSAKey.import_key({"kty": jwk.kty, "n": jwk.n, "e": jwk.e})
    except (JoseError, ValueError):
        return None
    return jwk.kid, SigningKey(rsa, jwk.issuer, jwk.cloud_instance_name)
