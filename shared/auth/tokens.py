"""From an Authorization header to verified claims.

Everything is restated on purpose: the one algorithm, the required claims, the one leeway. A refusal
says which check failed and never repeats any part of the token.
"""

import re
from collections.abc import Mapping
from typing import Annotated, NewType

from joserfc.errors import JoseError
from joserfc.jws import CompactSignature, JWSRegistry, extract_compact, validate_compact
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from shared.auth.fetch import fetch as fetch_over_http
from shared.auth.issuers import TrustedIssuer, trusted_issuer
from shared.auth.keys import Fetch, SigningKeys
from shared.clock import Clock
from shared.errors import Unauthenticated
from shared.settings import Settings

ALGORITHMS = ("RS256",)
TYPES = frozenset({"jwt", "at+jwt"})
VERSION = "2.0"
USER_SCOPE = "access_as_user"
"""The one delegated permission that the application publishes. A user token must carry it: a token
that was asked for something else was not meant for these operations."""
LEEWAY_SECONDS = 60
MAX_HEADER_BYTES = 16 * 1024

_BEARER = re.compile(r"bearer +([\w-]+\.[\w-]+\.[\w-]*)", re.ASCII | re.IGNORECASE)
# Unknown header parameters are ignored, as RFC 7515 asks; `crit` is refused before this is used.
_REGISTRY = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)


def _not_null[T](value: T | None) -> T:
    if value is None:
        raise ValueError("null is not the same as absent")
    return value


type Guid = Annotated[
    str,
    Field(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"),
    AfterValidator(str.lower),
]
type OrAbsent[T] = Annotated[T | None, AfterValidator(_not_null)]


class Claims(BaseModel):
    """The claims that count, well-formed; others are ignored. Says nothing about who wrote them.

    Source: Microsoft identity platform, access token and optional claims references.
    """

    model_config = ConfigDict(frozen=True, strict=True)

    ver: str
    iss: str
    aud: str
    tid: Guid
    oid: Guid
    exp: int
    nbf: int
    scp: OrAbsent[str] = None
    idtyp: OrAbsent[str] = None
    roles: frozenset[str] = frozenset()
    wids: OrAbsent[frozenset[Guid]] = None
    acct: int = 0
    idp: OrAbsent[str] = None

    @property
    def is_user(self) -> bool:
        """Whether a signed-in person is behind the token, rather than an application."""
        return self.scp is not None


VerifiedClaims = NewType("VerifiedClaims", Claims)
"""Claims that a TokenVerifier answered. Nothing else makes them."""


class TokenVerifier:
    """Verifies the access tokens of one issuer for one audience."""

    def __init__(
        self, issuer: TrustedIssuer, audience: str, keys: SigningKeys, clock: Clock
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = keys
        self._clock = clock

    async def verify(self, authorization: str | None) -> VerifiedClaims:
        """The claims of the token in an `Authorization` header's value.

        Raises Unauthenticated for every token that does not verify, and Unavailable when the
        issuer's keys cannot be read.
        """
        signed = _signed(_bearer_token(authorization))
        kid = _key_id(signed.protected)
        claims = _claims(signed.payload)
        # Unverified so far. Version and issuer come first because they choose the keys: a token of
        # another cloud should be told so, and should not cost a look for its key.
        if claims.ver != VERSION:
            raise Unauthenticated("Only v2.0 tokens are accepted.")
        self._issuer.check(claims.iss, claims.tid)
        await self._check_signature(signed, kid, claims)
        self._check_audience_and_time(claims)
        _check_kind(claims)
        return VerifiedClaims(claims)

    async def _check_signature(self, signed: CompactSignature, kid: str, claims: Claims) -> None:
        key = await self._keys.find(kid)
        if key is None:
            raise Unauthenticated("The token's signing key is not one that its issuer publishes.")
        if not key.signs_for(self._issuer.name(claims.tid), claims.tid):
            raise Unauthenticated("The token's signing key does not belong to its issuer.")
        try:
            valid = validate_compact(signed, key.rsa, ALGORITHMS, _REGISTRY)
        except JoseError:
            valid = False
        if not valid:
            raise Unauthenticated("The token's signature is wrong.")

    def _check_audience_and_time(self, claims: Claims) -> None:
        if claims.aud != self._audience:
            raise Unauthenticated("The token is meant for another audience.")
        now = self._clock.now().timestamp()
        if now >= claims.exp + LEEWAY_SECONDS:
            raise Unauthenticated("The token has expired.")
        if now < claims.nbf - LEEWAY_SECONDS:
            raise Unauthenticated("The token is not valid yet.")


def token_verifier(
    settings: Settings, clock: Clock, fetch: Fetch = fetch_over_http
) -> TokenVerifier:
    """The verifier that the settings ask for. Make one per process: it keeps the issuer's keys."""
    issuer = trusted_issuer(settings)
    keys = SigningKeys(issuer.keys_url, fetch, clock)
    return TokenVerifier(issuer, settings.client_id, keys, clock)


def _bearer_token(authorization: str | None) -> str:
    if not authorization:
        raise Unauthenticated("The request has no Authorization header.")
    if len(authorization) > MAX_HEADER_BYTES:
        raise Unauthenticated("The Authorization header is larger than 16 KiB.")
    match = _BEARER.fullmatch(authorization.strip())
    if match is None:
        raise Unauthenticated("The Authorization header is not 'Bearer' and one signed JWT.")
    return match[1]


def _signed(token: str) -> CompactSignature:
    try:
        return extract_compact(token.encode(), registry=_REGISTRY)
    except (JoseError, TypeError):
        # TypeError: the library indexes a header that is JSON but no object.
        raise Unauthenticated("The token is not a well-formed JWT.") from None


def _key_id(header: Mapping[str, object]) -> str:
    match header:
        case {"crit": _}:
            raise Unauthenticated("The token's header has critical extensions; none are known.")
        case {"alg": str(algorithm)} if algorithm not in ALGORITHMS:
            raise Unauthenticated("Only tokens signed with RS256 are accepted.")
        case {"typ": str(kind), "alg": str(), "kid": str(kid)} if kind.lower() in TYPES:
            return kid
        case _:
            raise Unauthenticated("The token's header needs typ 'JWT', alg and kid.")


def _claims(payload: bytes) -> Claims:
    try:
        return Claims.model_validate_json(payload)
    except ValidationError as error:
        # Only the name of a field of ours: the rest of a validation error repeats the input.
        path = error.errors(include_url=False, include_context=False, include_input=False)[0]["loc"]
        what = f"claim '{path[0]}' is missing or malformed" if path else "payload is malformed"
        raise Unauthenticated(f"The token's {what}.") from None


def _check_kind(claims: Claims) -> None:
    match claims.scp, claims.idtyp:
        case None, "app":
            return
        case str(scopes), None | "user" if USER_SCOPE in scopes.split(" "):
            return
        case str(), None | "user":
            raise Unauthenticated(f"The token lacks the scope '{USER_SCOPE}'.")
        case _:
            raise Unauthenticated(
                "The token must be a user's (scp) or an application's (idtyp=app), not both."
            )
