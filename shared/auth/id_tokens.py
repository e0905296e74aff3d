"""The profile of ID tokens: that a person signed in here just now, and when they showed who.

No roles are read from them: which an ID token has depends on settings that nobody documents.
"""

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import Field, ValidationError

from shared.auth.claims import Guid, IssuedClaims, OrAbsent, malformed
from shared.auth.signatures import SignedTokens
from shared.errors import Unauthenticated
from shared.wording import Words

_NO_ID_TOKEN: Final = Words(
    "The token is an access token (scp, idtyp), not an ID token.",
    "ID 토큰이 아니라 액세스 토큰(scp, idtyp)입니다.",
)
_OTHER_SIGN_IN: Final = Words(
    "The token belongs to another sign-in (nonce).", "다른 로그인의 토큰입니다(nonce)."
)
_OTHER_TOKEN: Final = Words(
    "The access token is not the one that came with the ID token (at_hash).",
    "ID 토큰과 함께 발급된 액세스 토큰이 아닙니다(at_hash).",
)


class IdClaims(IssuedClaims):
    """The claims of an ID token that count.

    What only helps the person is taken as it comes, or not at all. Source: Microsoft identity
    platform, ID token claims reference; OpenID Connect Core 1.0, section 2.
    """

    oid: Guid
    sub: Annotated[str, Field(min_length=1)]
    iat: int
    nonce: object = None
    at_hash: OrAbsent[str] = None
    auth_time: object = None
    name: object = None
    login_hint: object = None
    # Only that they are there counts, whatever they are.
    scp: object = None
    idtyp: object = None

    @property
    def authenticated(self) -> datetime | None:
        """When the person proved who they are; None where the token does not say it in seconds."""
        seconds = self.auth_time
        if type(seconds) is not int:
            return None
        try:
            return datetime.fromtimestamp(seconds, UTC)
        except (OverflowError, ValueError, OSError):
            return None

    @property
    def shown_name(self) -> str:
        """What to call the person; "" where the token does not say."""
        return self.name if isinstance(self.name, str) else ""

    @property
    def hint(self) -> str | None:
        """What names the account to its issuer."""
        return self.login_hint if isinstance(self.login_hint, str) else None


class IdTokenVerifier:
    """Verifies the ID tokens of one issuer for one client."""

    def __init__(self, signed: SignedTokens) -> None:
        self._signed = signed

    async def verify(self, token: str, nonce: str, access_token: str) -> IdClaims:
        """The claims of the token that answers the sign-in of `nonce`, beside `access_token`.

        Raises Unauthenticated for every token that does not verify, and Unavailable when the
        issuer's keys cannot be read.
        """
        claims = await self._signed.verify(token, _read)
        if claims.has("scp") or claims.has("idtyp"):
            raise Unauthenticated(_NO_ID_TOKEN, "kind")
        if not _is_nonce(claims.nonce, nonce):
            raise Unauthenticated(_OTHER_SIGN_IN, "claim")
        if claims.at_hash is not None and claims.at_hash != _half_hash(access_token):
            raise Unauthenticated(_OTHER_TOKEN, "claim")
        return claims


def _read(payload: bytes) -> IdClaims:
    try:
        return IdClaims.model_validate_json(payload)
    except ValidationError as error:
        raise malformed(error) from None


def _is_nonce(found: object, nonce: str) -> bool:
    return isinstance(found, str) and hmac.compare_digest(found.encode(), nonce.encode())


def _half_hash(token: str) -> str:
    """OpenID Connect Core 1.0, section 3.1.3.6, for RS256."""
    digest = hashlib.sha256(token.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).decode().rstrip("=")
