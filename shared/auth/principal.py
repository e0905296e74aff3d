"""Who is calling, and in which of the role table's roles."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from shared.auth.claims import DELEGATED_PARTNER, VerifiedClaims
from shared.auth.issuers import identity_provider_tenant
from shared.errors import NoDirectoryRoles
from shared.model.base import Actor
from shared.policy.callers import CallerRole
from shared.settings import Settings
from shared.wording import Words

# Ids of directory role templates, as `wids` holds them.
# Source: Microsoft Entra built-in roles; the last two are implicit ones, as DELEGATED_PARTNER is.
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
GLOBAL_READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
GUEST = "13bd1c72-6f4a-4dcf-985f-18d3b80f208a"
DIRECT_CONNECT = "134c601c-7c57-419c-8477-b940a74c85ff"
_STRANGERS: Final = frozenset({DELEGATED_PARTNER, GUEST, DIRECT_CONNECT})

_MEMBER_ACCOUNT = 0
_OPERATOR_ROLE = "PlatformOperator"
_USER_ROLES = {
    "GlobalAdmin": CallerRole.GLOBAL_ADMIN,
    "UserManagementAdmin": CallerRole.USER_MANAGEMENT_ADMIN,
    "SalesAgent": CallerRole.SALES_AGENT,
    "AdminAgent": CallerRole.ADMIN_AGENT,
    "HelpdeskAgent": CallerRole.HELPDESK_AGENT,
}
_APPLICATION_ROLES = {"OnboardingPipeline": CallerRole.PIPELINE}

NO_WIDS: Final = Words(
    "The token has no directory roles (wids). Either the application's registration lacks"
    " groupMembershipClaims: DirectoryRole, which the operator adds, or the token has haswids in"
    " their place, because it would have been too long: an administrator of this tenant gives the"
    " person fewer roles and groups.",
    "토큰에 디렉터리 역할(wids)이 없습니다. 애플리케이션 등록에"
    " groupMembershipClaims: DirectoryRole 설정이 없으면 운영자가 추가해야 합니다. 토큰이 너무"
    " 길어져 wids 대신 haswids가 들어 있으면 이 테넌트의 관리자가 그 사용자의 역할과 그룹을 줄여야"
    " 합니다.",
)
_NO_ACCT: Final = Words(
    "The token does not tell members from guests (acct). The application's registration lacks the"
    " optional claim acct for access tokens, which the operator adds.",
    "토큰으로 구성원과 게스트를 구별할 수 없습니다(acct). 애플리케이션 등록에 액세스 토큰의"
    " 선택적 클레임 acct가 없습니다. 운영자가 추가해야 합니다.",
)

type Untold = Literal["wids", "acct", "wids acct"]

UNTOLD: Final[Mapping[Untold, Words]] = {
    "wids": NO_WIDS,
    "acct": _NO_ACCT,
    "wids acct": Words(f"{NO_WIDS.en} {_NO_ACCT.en}", f"{NO_WIDS.ko} {_NO_ACCT.ko}"),
}
"""What a token may leave out, so that nobody can tell a customer's role, by the claims."""


class Kind(StrEnum):
    """Whether a person is signed in or an application acts alone."""

    USER = "user"
    APPLICATION = "application"


@dataclass(frozen=True, slots=True)
class Principal:
    """A verified caller and what it may be in its own tenant, `tenant_id`.

    Whether that tenant is an enrolled partner or a customer is decided by data, not here.
    """

    tenant_id: str
    object_id: str
    kind: Kind
    partner_roles: frozenset[CallerRole]
    customer_roles: frozenset[CallerRole]
    operator: bool
    untold: Words | None
    """What the token leaves out, so that nobody can tell a customer's role; None: nothing."""

    def actor(self, role: CallerRole) -> Actor:
        """The caller as the ledger records it, acting in `role`."""
        return Actor(tenant_id=self.tenant_id, object_id=self.object_id, role=role)


def principal(claims: VerifiedClaims, settings: Settings) -> Principal:
    """The caller that the claims describe. The only place that gives a claim a meaning."""
    granted = _USER_ROLES if claims.is_user else _APPLICATION_ROLES
    return Principal(
        tenant_id=claims.tid,
        object_id=claims.oid,
        kind=Kind.USER if claims.is_user else Kind.APPLICATION,
        partner_roles=frozenset(granted[name] for name in claims.roles & granted.keys()),
        customer_roles=_customer_roles(claims, settings),
        # In a multi-tenant application every tenant's admin hands out its roles at home.
        operator=_OPERATOR_ROLE in claims.roles and claims.tid == settings.operator_tenant_id,
        untold=_untold(claims, settings),
    )


def require_directory_roles(caller: Principal) -> None:
    """Raises NoDirectoryRoles; call it where a customer's role is needed."""
    if caller.untold:
        raise NoDirectoryRoles(caller.untold)


def _customer_roles(claims: VerifiedClaims, settings: Settings) -> frozenset[CallerRole]:
    if claims.wids is None or not _is_member(claims, settings):
        return frozenset()
    if GLOBAL_ADMINISTRATOR in claims.wids:
        return frozenset({CallerRole.CUSTOMER_GLOBAL_ADMIN, CallerRole.CUSTOMER_READER})
    if GLOBAL_READER in claims.wids or settings.member_access:
        return frozenset({CallerRole.CUSTOMER_READER})
    return frozenset()


def _is_member(claims: VerifiedClaims, settings: Settings) -> bool:
    """Whether the token says that the user is one of the tenant's own."""
    return claims.is_user and claims.acct == _MEMBER_ACCOUNT and not _is_stranger(claims, settings)


def _is_stranger(claims: VerifiedClaims, settings: Settings) -> bool:
    """Whether anything in the token shows that the user's home is elsewhere."""
    return (
        (claims.wids is not None and not claims.wids.isdisjoint(_STRANGERS))
        or (claims.acct is not None and claims.acct != _MEMBER_ACCOUNT)
        or (claims.idp is not None and identity_provider_tenant(settings, claims.idp) != claims.tid)
    )


def _untold(claims: VerifiedClaims, settings: Settings) -> Words | None:
    """Of an application or a stranger nothing more needs to be known."""
    if not claims.is_user or _is_stranger(claims, settings):
        return None
    match claims.wids, claims.acct:
        case None, None:
            return UNTOLD["wids acct"]
        case None, _:
            return UNTOLD["wids"]
        case _, None:
            return UNTOLD["acct"]
        case _:
            return None
