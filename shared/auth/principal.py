"""Who is calling, and in which of the role table's roles."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shared.auth.issuers import home_identity_providers
from shared.auth.tokens import VerifiedClaims
from shared.errors import NoDirectoryRoles
from shared.model.base import Actor
from shared.policy.callers import CallerRole
from shared.settings import Settings
from shared.wording import Words

# Ids of directory role templates, as `wids` holds them.
# Source: Microsoft Entra built-in roles; the last two are its implicit ones.
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
GLOBAL_READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
DELEGATED_PARTNER = "08372b87-7d02-482a-9e02-fb03ea5fe193"
GUEST = "13bd1c72-6f4a-4dcf-985f-18d3b80f208a"

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

_NO_WIDS: Final = Words(
    "The token has no directory roles (wids). The application's manifest needs"
    " groupMembershipClaims: DirectoryRole.",
    "토큰에 디렉터리 역할(wids)이 없습니다. 애플리케이션 매니페스트에"
    " groupMembershipClaims: DirectoryRole 설정이 필요합니다.",
)


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
    directory_roles_missing: bool
    """A user token without `wids`: nobody can tell what the user is in the directory."""

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
        directory_roles_missing=claims.is_user and claims.wids is None,
    )


def require_directory_roles(caller: Principal) -> None:
    """Raises NoDirectoryRoles; call it where a customer's role is needed."""
    if caller.directory_roles_missing:
        raise NoDirectoryRoles(_NO_WIDS)


def _customer_roles(claims: VerifiedClaims, settings: Settings) -> frozenset[CallerRole]:
    if claims.wids is None or not _is_member(claims, claims.wids, settings):
        return frozenset()
    if GLOBAL_ADMINISTRATOR in claims.wids:
        return frozenset({CallerRole.CUSTOMER_GLOBAL_ADMIN, CallerRole.CUSTOMER_READER})
    if GLOBAL_READER in claims.wids or settings.member_access:
        return frozenset({CallerRole.CUSTOMER_READER})
    return frozenset()


def _is_member(claims: VerifiedClaims, wids: frozenset[str], settings: Settings) -> bool:
    """Whether the user is one of the tenant's own: no application, delegated partner or guest."""
    return (
        claims.is_user
        and wids.isdisjoint({DELEGATED_PARTNER, GUEST})
        and claims.acct == _MEMBER_ACCOUNT
        and (
            claims.idp is None
            or claims.idp.lower() in home_identity_providers(settings, claims.tid)
        )
    )
