"""From the text of a token to claims that its issuer signed, for any kind of token.

Everything is restated on purpose: the one algorithm, the required claims, the one leeway. A refusal
says which check failed and never repeats any part of the token.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Final

from joserfc.errors import JoseError
from joserfc.jws import CompactSignature, JWSRegistry, extract_compact, validate_compact

from shared.auth.claims import IssuedClaims, check_version
from shared.auth.issuers import TrustedIssuer
from shared.auth.keys import SigningKey, SigningKeys
from shared.clock import Clock
from shared.errors import Unauthenticated
from shared.wording import Words

ALGORITHMS = ("RS256",)
TYPES = frozenset({"jwt", "at+jwt"})
LEEWAY_SECONDS = 60

# Unknown header parameters are ignored, as RFC 7515 asks; `crit` is refused before this is used.
_REGISTRY = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)

_OTHER_CLOUD: Final = Words(
    "The token's signing key belongs to another cloud. Clouds never mix (GOV-2).",
    "토큰의 서명 키가 다른 클라우드의 키입니다. 클라우드는 서로 섞이지 않습니다(GOV-2).",
)

log = logging.getLogger(__name__)


class SignedTokens:
    """Verifies tokens of one issuer for one audience, whatever they are for."""

    def __init__(
        self, issuer: TrustedIssuer, audience: str, keys: SigningKeys, clock: Clock
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = keys
        self._clock = clock

    async def verify[C: IssuedClaims](self, token: str, read: Callable[[bytes], C]) -> C:
        """The claims of a token, which `read` makes of its payload.

        Raises Unauthenticated for every token that does not verify, and Unavailable when the
        issuer's keys cannot be read.
        """
        signed = _signed(token)
        kid = _key_id(signed.protected)
        claims = read(signed.payload)
        # Unverified so far. Version and issuer come first because they choose the keys: a token of
        # another cloud should be told so, and should not cost a look for its key.
        check_version(claims)
        self._issuer.check(claims.iss, claims.tid)
        await self._check_signature(signed, kid, claims)
        self._check_audience_and_time(claims)
        return claims

    async def _check_signature(
        self, signed: CompactSignature, kid: str, claims: IssuedClaims
    ) -> None:
        key = await self._keys.find(kid)
        if key is None:
            raise Unauthenticated(
                Words(
                    "The token's signing key is not one that its issuer publishes.",
                    "토큰의 서명 키가 발급자가 게시한 키가 아닙니다.",
                ),
                "key",
            )
        try:
            valid = validate_compact(signed, key.rsa, ALGORITHMS, _REGISTRY)
        except JoseError:
            valid = False
        if not valid:
            raise Unauthenticated(
                Words("The token's signature is wrong.", "토큰의 서명이 올바르지 않습니다."), "key"
            )
        self._check_binding(key, kid, claims)

    def _check_binding(self, key: SigningKey, kid: str, claims: IssuedClaims) -> None:
        """After the signature, so that only who holds the key can write to the log."""
        if key.cloud_instance is not None and not self._issuer.is_instance(key.cloud_instance):
            extra = {"kid": kid, "cloud_instance": key.cloud_instance}
            log.warning("auth.key.other-cloud", extra=extra)
            raise Unauthenticated(_OTHER_CLOUD, "key")
        if not key.signs_for(self._issuer.name(claims.tid), claims.tid):
            raise Unauthenticated(
                Words(
                    "The token's signing key does not belong to its issuer.",
                    "토큰의 서명 키가 발급자의 키가 아닙니다.",
                ),
                "key",
            )

    def _check_audience_and_time(self, claims: IssuedClaims) -> None:
        if claims.aud != self._audience:
            raise Unauthenticated(
                Words("The token is meant for another audience.", "토큰의 대상(aud)이 다릅니다."),
                "audience",
            )
        now = self._clock.now().timestamp()
        if now >= claims.exp + LEEWAY_SECONDS:
            raise Unauthenticated(Words("The token has expired.", "토큰이 만료되었습니다."), "time")
        if now < claims.nbf - LEEWAY_SECONDS:
            raise Unauthenticated(
                Words("The token is not valid yet.", "토큰이 아직 유효하지 않습니다."), "time"
            )


def _signed(token: str) -> CompactSignature:
    try:
        return extract_compact(token.encode(), registry=_REGISTRY)
    except (JoseError, TypeError):
        # TypeError: the library indexes a header that is JSON but no object.
        raise Unauthenticated(
            Words("The token is not a well-formed JWT.", "토큰이 올바른 형식의 JWT가 아닙니다."),
            "header",
        ) from None


def _key_id(header: Mapping[str, object]) -> str:
    match header:
        case {"crit": _}:
            raise Unauthenticated(
                Words(
                    "The token's header has critical extensions; none are known.",
                    "토큰의 헤더에 필수 확장(crit)이 있지만 지원되지 않습니다.",
                ),
                "header",
            )
        case {"alg": str(algorithm)} if algorithm not in ALGORITHMS:
            raise Unauthenticated(
                Words(
                    "Only tokens signed with RS256 are accepted.",
                    "RS256으로 서명된 토큰만 허용됩니다.",
                ),
                "header",
            )
        case {"typ": str(kind), "alg": str(), "kid": str(kid)} if kind.lower() in TYPES:
            return kid
        case _:
            raise Unauthenticated(
                Words(
                    "The token's header needs typ 'JWT', alg and kid.",
                    "토큰의 헤더에는 typ 'JWT', alg, kid가 필요합니다.",
                ),
                "header",
            )
