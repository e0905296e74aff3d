"""From an Authorization header to verified claims: the profile of access tokens.

A refusal says which check failed and never repeats any part of the token.
"""

import re
from typing import Final

from shared.auth.claims import VerifiedClaims, accounted, check_kind, read_claims
from shared.auth.fetch import fetch as fetch_over_http
from shared.auth.issuers import trusted_issuer
from shared.auth.keys import Fetch, SigningKeys
from shared.auth.signatures import SignedTokens
from shared.clock import Clock
from shared.errors import Unauthenticated
from shared.settings import Settings
from shared.wording import Words

MAX_HEADER_BYTES: Final = 16 * 1024

NO_HEADER: Final = Words(
    "The request has no Authorization header.", "요청에 Authorization 헤더가 없습니다."
)

_BEARER = re.compile(r"bearer +([\w-]+\.[\w-]+\.[\w-]*)", re.ASCII | re.IGNORECASE)


class TokenVerifier:
    """Verifies the access tokens of one issuer for one audience."""

    def __init__(self, signed: SignedTokens) -> None:
        """`signed` also verifies the other kinds of tokens, by the same keys."""
        self.signed = signed

    async def verify(self, authorization: str | None) -> VerifiedClaims:
        """The claims of the token in an `Authorization` header's value.

        Raises Unauthenticated for every token that does not verify, Forbidden for one that does
        and is a partner's delegated person's, and Unavailable when the issuer's keys cannot be
        read.
        """
        claims = await self.signed.verify(_bearer_token(authorization), read_claims)
        check_kind(claims)
        return VerifiedClaims(accounted(claims))


def token_verifier(
    settings: Settings, clock: Clock, fetch: Fetch = fetch_over_http
) -> TokenVerifier:
    """The verifier that the settings ask for. Make one per process: it keeps the issuer's keys."""
    issuer = trusted_issuer(settings)
    keys = SigningKeys(issuer.keys_url, fetch, clock)
    return TokenVerifier(SignedTokens(issuer, settings.client_id, keys, clock))


def _bearer_token(authorization: str | None) -> str:
    if not authorization:
        raise Unauthenticated(NO_HEADER, "header")
    if len(authorization) > MAX_HEADER_BYTES:
        raise Unauthenticated(
            Words(
                "The Authorization header is larger than 16 KiB.",
                "Authorization 헤더가 16KiB보다 큽니다.",
            ),
            "header",
        )
    match = _BEARER.fullmatch(authorization.strip())
    if match is None:
        raise Unauthenticated(
            Words(
                "The Authorization header is not 'Bearer' and one signed JWT.",
                "Authorization 헤더는 'Bearer'와 서명된 JWT 하나여야 합니다.",
            ),
            "header",
        )
    return match[1]
