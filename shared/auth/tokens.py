"""From an Authorization header to verified claims.

Everything is restated on purpose: the one algorithm, the required claims, the one leeway. A refusal
says which check failed and never repeats any part of the token.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Final, NewType

from joserfc.errors import JoseError
from joserfc.jws import CompactSignature, JWSRegistry, extract_compact, validate_compact
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from shared.auth.fetch import fetch as fetch_over_http
from shared.auth.issuers import TrustedIssuer, trusted_issuer
from shared.auth.keys import Fetch, SigningKeys
from shared.clock import Clock
from shared.errors import Unauthenticated
from shared.settings import Settings
from shared.wording import Words

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

_BAD_CLAIM: Final = Words(
    "The token's claim '{claim}' is missing or malformed.",
    "토큰의 클레임 '{claim}'이(가) 없거나 형식이 잘못되었습니다.",
)
_BAD_PAYLOAD: Final = Words(
    "The token's payload is malformed.", "토큰의 페이로드 형식이 잘못되었습니다."
)
_NO_SCOPE: Final = Words(
    "The token lacks the scope '{scope}'.", "토큰에 범위 '{scope}'이(가) 없습니다."
).filled(scope=USER_SCOPE)
_NO_KIND: Final = Words(
    "The token must be a user's (scp) or an application's (idtyp=app), not both.",
    "토큰은 사용자 토큰(scp) 또는 애플리케이션 토큰(idtyp=app) 중 하나여야 합니다.",
)


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
            raise Unauthenticated(
                Words("Only v2.0 tokens are accepted.", "v2.0 토큰만 허용됩니다.")
            )
        self._issuer.check(claims.iss, claims.tid)
        await self._check_signature(signed, kid, claims)
        self._check_audience_and_time(claims)
        _check_kind(claims)
        return VerifiedClaims(claims)

    async def _check_signature(self, signed: CompactSignature, kid: str, claims: Claims) -> None:
        key = await self._keys.find(kid)
        if key is None:
            raise Unauthenticated(
                Words(
                    "The token's signing key is not one that its issuer publishes.",
                    "토큰의 서명 키가 발급자가 게시한 키가 아닙니다.",
                )
            )
        if not key.signs_for(self._issuer.name(claims.tid), claims.tid):
            raise Unauthenticated(
                Words(
                    "The token's signing key does not belong to its issuer.",
                    "토큰의 서명 키가 발급자의 키가 아닙니다.",
                )
            )
        try:
            valid = validate_compact(signed, key.rsa, ALGORITHMS, _REGISTRY)
        except JoseError:
            valid = False
        if not valid:
            raise Unauthenticated(
                Words("The token's signature is wrong.", "토큰의 서명이 올바르지 않습니다.")
            )

    def _check_audience_and_time(self, claims: Claims) -> None:
        if claims.aud != self._audience:
            raise Unauthenticated(
                Words("The token is meant for another audience.", "토큰의 대상(aud)이 다릅니다.")
            )
        now = self._clock.now().timestamp()
        if now >= claims.exp + LEEWAY_SECONDS:
            raise Unauthenticated(Words("The token has expired.", "토큰이 만료되었습니다."))
        if now < claims.nbf - LEEWAY_SECONDS:
            raise Unauthenticated(
                Words("The token is not valid yet.", "토큰이 아직 유효하지 않습니다.")
            )


def token_verifier(
    settings: Settings, clock: Clock, fetch: Fetch = fetch_over_http
) -> TokenVerifier:
    """The verifier that the settings ask for. Make one per process: it keeps the issuer's keys."""
    issuer = trusted_issuer(settings)
    keys = SigningKeys(issuer.keys_url, fetch, clock)
    return TokenVerifier(issuer, settings.client_id, keys, clock)


def _bearer_token(authorization: str | None) -> str:
    if not authorization:
        raise Unauthenticated(
            Words(
                "The request has no Authorization header.", "요청에 Authorization 헤더가 없습니다."
            )
        )
    if len(authorization) > MAX_HEADER_BYTES:
        raise Unauthenticated(
            Words(
                "The Authorization header is larger than 16 KiB.",
                "Authorization 헤더가 16KiB보다 큽니다.",
            )
        )
    match = _BEARER.fullmatch(authorization.strip())
    if match is None:
        raise Unauthenticated(
            Words(
                "The Authorization header is not 'Bearer' and one signed JWT.",
                "Authorization 헤더는 'Bearer'와 서명된 JWT 하나여야 합니다.",
            )
        )
    return match[1]


def _signed(token: str) -> CompactSignature:
    try:
        return extract_compact(token.encode(), registry=_REGISTRY)
    except (JoseError, TypeError):
        # TypeError: the library indexes a header that is JSON but no object.
        raise Unauthenticated(
            Words("The token is not a well-formed JWT.", "토큰이 올바른 형식의 JWT가 아닙니다.")
        ) from None


def _key_id(header: Mapping[str, object]) -> str:
    match header:
        case {"crit": _}:
            raise Unauthenticated(
                Words(
                    "The token's header has critical extensions; none are known.",
                    "토큰의 헤더에 필수 확장(crit)이 있지만 지원되지 않습니다.",
                )
            )
        case {"alg": str(algorithm)} if algorithm not in ALGORITHMS:
            raise Unauthenticated(
                Words(
                    "Only tokens signed with RS256 are accepted.",
                    "RS256으로 서명된 토큰만 허용됩니다.",
                )
            )
        case {"typ": str(kind), "alg": str(), "kid": str(kid)} if kind.lower() in TYPES:
            return kid
        case _:
            raise Unauthenticated(
                Words(
                    "The token's header needs typ 'JWT', alg and kid.",
                    "토큰의 헤더에는 typ 'JWT', alg, kid가 필요합니다.",
                )
            )


def _claims(payload: bytes) -> Claims:
    try:
        return Claims.model_validate_json(payload)
    except ValidationError as error:
        # Only the name of a field of ours: the rest of a validation error repeats the input.
        path = error.errors(include_url=False, include_context=False, include_input=False)[0]["loc"]
        words = _BAD_CLAIM.filled(claim=path[0]) if path else _BAD_PAYLOAD
        raise Unauthenticated(words) from None


def _check_kind(claims: Claims) -> None:
    match claims.scp, claims.idtyp:
        case None, "app":
            return
        case str(scopes), None | "user" if USER_SCOPE in scopes.split(" "):
            return
        case str(), None | "user":
            raise Unauthenticated(_NO_SCOPE)
        case _:
            raise Unauthenticated(_NO_KIND)
