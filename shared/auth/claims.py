"""What a token says, well-formed, and whether that is one of the kinds of token that count here."""

from typing import Annotated, Final, NewType

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from shared.errors import Forbidden, Unauthenticated
from shared.wording import Words

VERSION: Final = "2.0"
USER_SCOPE: Final = "access_as_user"
"""The one delegated permission that the application publishes. A user token must carry it: a token
that was asked for something else was not meant for these operations."""

DELEGATED_PARTNER: Final = "08372b87-7d02-482a-9e02-fb03ea5fe193"
"""What `wids` holds of people of a partner who are here through delegated admin privileges."""

_BAD_CLAIM: Final = Words(
    "The token's claim '{claim}' is missing or malformed.",
    "토큰의 클레임 '{claim}'이(가) 없거나 형식이 잘못되었습니다.",
)
_BAD_PAYLOAD: Final = Words(
    "The token's payload is malformed.", "토큰의 페이로드 형식이 잘못되었습니다."
)
_OLD_VERSION: Final = Words("Only v2.0 tokens are accepted.", "v2.0 토큰만 허용됩니다.")
_ID_TOKEN: Final = Words(
    "The token is an ID token (nonce). Send the access token.",
    "ID 토큰(nonce)입니다. 액세스 토큰을 보내십시오.",
)
_BOUND: Final = Words(
    "The token is bound to its sender (cnf). Only bearer tokens are accepted.",
    "토큰이 보낸 주체에 바인딩되어 있습니다(cnf). 전달자(bearer) 토큰만 허용됩니다.",
)
_NO_SCOPE: Final = Words(
    "The token lacks the scope '{scope}'.", "토큰에 범위 '{scope}'이(가) 없습니다."
).filled(scope=USER_SCOPE)
_NO_ROLE: Final = Words(
    "The application's token has no roles: nobody has granted it any here.",
    "애플리케이션의 토큰에 역할(roles)이 없습니다. 부여된 역할이 없습니다.",
)
_NO_KIND: Final = Words(
    "The token must be a user's (scp) or an application's (idtyp=app), not both.",
    "토큰은 사용자 토큰(scp) 또는 애플리케이션 토큰(idtyp=app) 중 하나여야 합니다.",
)
_DELEGATED: Final = Words(
    "The caller is in this tenant through a partner's delegated admin privileges, and nobody's"
    " account here. Partners sign in to their own tenant.",
    "파트너의 위임된 관리 권한으로 이 테넌트에 접근한 호출자이며 이 테넌트의 계정이 아닙니다."
    " 파트너는 자신의 테넌트로 로그인하십시오.",
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


class IssuedClaims(BaseModel):
    """What any token says of itself, well-formed; other claims are ignored.

    Says nothing about who wrote it.
    """

    model_config = ConfigDict(frozen=True, strict=True)

    ver: str
    iss: str
    aud: str
    tid: Guid
    exp: int
    nbf: int

    def has(self, claim: str) -> bool:
        """Whether the token has the claim, be it null."""
        return claim in self.model_fields_set


class AnyonesClaims(IssuedClaims):
    """The claims of an access token that count but for who it is.

    Source: Microsoft identity platform, access token and optional claims references.
    """

    scp: OrAbsent[str] = None
    idtyp: OrAbsent[str] = None
    roles: frozenset[str] = frozenset()
    wids: OrAbsent[frozenset[Guid]] = None
    acct: OrAbsent[int] = None
    idp: OrAbsent[str] = None
    # Only that they are there counts, whatever they are.
    nonce: object = None
    cnf: object = None

    @property
    def is_user(self) -> bool:
        """Whether a signed-in person is behind the token, rather than an application."""
        return self.scp is not None


class Claims(AnyonesClaims):
    """The claims that count, of somebody with an account in the tenant."""

    oid: Guid


class DelegatedClaims(AnyonesClaims):
    """Those of a partner's person with delegated admin privileges, who has no account: no `oid`.

    Entra names them in `aai` (granular privileges) or `altsecid` (older ones), or marks them in
    `wids`; nothing in the latter two can be recorded as who it was.
    """

    aai: object = None
    altsecid: object = None

    @property
    def shown(self) -> bool:
        """Whether any of that is there."""
        marked = self.wids is not None and DELEGATED_PARTNER in self.wids
        return marked or self.has("aai") or self.has("altsecid")


VerifiedClaims = NewType("VerifiedClaims", Claims)
"""Claims that a TokenVerifier answered. Nothing else makes them."""


def read_claims(payload: bytes) -> Claims | DelegatedClaims:
    """The claims of a payload. Raises Unauthenticated for what is none, naming the claim."""
    try:
        return Claims.model_validate_json(payload)
    except ValidationError as error:
        found = error
    if [(each["type"], each["loc"]) for each in _problems(found)] == [("missing", ("oid",))]:
        delegated = DelegatedClaims.model_validate_json(payload)
        if delegated.shown:
            return delegated
    raise malformed(found)


def malformed(error: ValidationError) -> Unauthenticated:
    """What to raise for a payload that is none, naming the claim."""
    path = _problems(error)[0]["loc"]
    words = _BAD_CLAIM.filled(claim=path[0]) if path else _BAD_PAYLOAD
    return Unauthenticated(words, "claim")


def _problems(error: ValidationError) -> list[ErrorDetails]:
    """Only names of fields of ours: the rest of a validation error repeats the input."""
    return error.errors(include_url=False, include_context=False, include_input=False)


def check_version(claims: IssuedClaims) -> None:
    """Raises Unauthenticated for a token of another version, whose claims mean something else."""
    if claims.ver != VERSION:
        raise Unauthenticated(_OLD_VERSION, "kind")


def check_kind(claims: AnyonesClaims) -> None:
    """Raises Unauthenticated for what is no user's and no application's bearer access token."""
    if claims.has("nonce"):
        raise Unauthenticated(_ID_TOKEN, "kind")
    if claims.has("cnf"):
        raise Unauthenticated(_BOUND, "kind")
    match claims.scp, claims.idtyp:
        case None, "app":
            # Entra gives any application of a consenting tenant a token without roles.
            if not claims.roles:
                raise Unauthenticated(_NO_ROLE, "kind")
        case str(scopes), None | "user":
            if USER_SCOPE not in scopes.split(" "):
                raise Unauthenticated(_NO_SCOPE, "kind")
        case _:
            raise Unauthenticated(_NO_KIND, "kind")


def accounted(claims: Claims | DelegatedClaims) -> Claims:
    """The claims of somebody with an account in the tenant.

    Raises Forbidden for a partner's delegated person: there is nobody to record.
    """
    if isinstance(claims, DelegatedClaims):
        raise Forbidden(_DELEGATED)
    return claims
