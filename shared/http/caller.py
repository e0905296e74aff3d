"""What a caller is here, in its own words: the answer to `GET /api/me`.

A tenant is what it is by its record and the operator's setting; a person is what the token says.
Where the two do not come together, the answer names what is missing, so that nobody has to guess
from refusals which role to activate or whom to ask.
"""

from collections.abc import Iterator
from typing import Final

from shared.auth.principal import Kind, Principal
from shared.canonical import JsonObject
from shared.http.shapes.me import Lack
from shared.model.customers import TenantKind
from shared.model.models import Partner, PartnerStatus
from shared.model.state import Head
from shared.policy.callers import CallerRole
from shared.services.active_partners import NO_PARTNER
from shared.wording import Locale, Words

_OPERATOR: Final = "operator"

_NO_CUSTOMER_ROLE: Final = Words(
    "The token gives no role of a customer. It takes a member of this tenant, not a guest or a"
    " delegated partner, who holds the directory role Global Administrator or Global Reader now."
    " An administrator of this tenant assigns it; an eligible role has to be activated before"
    " signing in. Where a deployment allows it, any member may read.",
    "토큰에 고객의 역할이 없습니다. 게스트나 위임된 파트너가 아닌 이 테넌트의 구성원으로서 현재"
    " 디렉터리 역할 글로벌 관리자(Global Administrator) 또는 글로벌 읽기 권한자(Global Reader)를"
    " 가지고 있어야 합니다. 이 테넌트의 관리자가 역할을 할당하며, 자격이 있는 역할은 로그인하기"
    " 전에 활성화해야 합니다. 배포에서 허용한 경우에는 모든 구성원이 읽을 수 있습니다.",
)
_NO_GLOBAL_ADMIN: Final = Words(
    "The caller may read. Deciding takes a member of this tenant who is Global Administrator now."
    " An administrator of this tenant assigns that role; an eligible one has to be activated before"
    " signing in.",
    "호출자는 읽을 수 있습니다. 결정하려면 현재 이 테넌트의 글로벌 관리자(Global Administrator)인"
    " 구성원이어야 합니다. 이 테넌트의 관리자가 그 역할을 할당하며, 자격이 있는 역할은 로그인하기"
    " 전에 활성화해야 합니다.",
)
_NO_PARTNER_ROLE: Final = Words(
    "The tenant is an enrolled partner, but the token has none of its roles. An administrator of"
    " this tenant assigns an application role, such as SalesAgent.",
    "테넌트는 등록된 파트너이지만 토큰에 파트너의 역할이 없습니다. 이 테넌트의 관리자가"
    " SalesAgent와 같은 애플리케이션 역할을 할당해야 합니다.",
)
_SUSPENDED: Final = Words(
    "The operator has suspended this partner. Ask the operator; everything is kept meanwhile.",
    "운영자가 이 파트너를 일시 중단했습니다. 운영자에게 문의하십시오. 그동안 모든 기록은"
    " 유지됩니다.",
)
_NO_OPERATOR_ROLE: Final = Words(
    "The tenant is the operator's, but the token lacks the application role PlatformOperator."
    " An administrator of this tenant assigns it.",
    "테넌트는 운영자의 것이지만 토큰에 애플리케이션 역할 PlatformOperator가 없습니다. 이 테넌트의"
    " 관리자가 할당해야 합니다.",
)


def described(caller: Principal, head: Head, operator_tenant: str, locale: Locale) -> JsonObject:
    """The caller, with `head` of its own tenant; `operator_tenant` is the id of the operator's."""
    kind = _OPERATOR if caller.tenant_id == operator_tenant else head.kind.value
    return {
        "tenantId": caller.tenant_id,
        "objectId": caller.object_id,
        "type": caller.kind.value,
        "tenantKind": kind,
        "partner": _partner(head.partner) if head.partner else None,
        "roles": [role.value for role in _roles(caller)],
        "missing": [
            {"code": lack.value, "message": words.said(locale)}
            for lack, words in _missing(caller, kind, head.partner)
        ],
    }


def _partner(partner: Partner) -> JsonObject:
    return {
        "name": partner.name,
        "type": partner.type.value,
        "mpnId": partner.mpn_id,
        "status": partner.status.value,
    }


def _roles(caller: Principal) -> list[CallerRole]:
    held = caller.partner_roles | caller.customer_roles
    return [
        role
        for role in CallerRole
        if role in held or (role is CallerRole.OPERATOR and caller.operator)
    ]


def _missing(caller: Principal, kind: str, partner: Partner | None) -> Iterator[tuple[Lack, Words]]:
    if kind == _OPERATOR:
        if not caller.operator:
            yield Lack.OPERATOR_ROLE, _NO_OPERATOR_ROLE
    elif kind == TenantKind.PARTNER:
        if not caller.partner_roles:
            yield Lack.PARTNER_ROLE, _NO_PARTNER_ROLE
        if partner and partner.status is PartnerStatus.SUSPENDED:
            yield Lack.RESUMPTION, _SUSPENDED
    elif kind == TenantKind.UNKNOWN and caller.partner_roles:
        yield Lack.ENROLMENT, NO_PARTNER
    elif caller.kind is Kind.USER:
        yield from _missing_of_a_customer(caller)


def _missing_of_a_customer(caller: Principal) -> Iterator[tuple[Lack, Words]]:
    if caller.untold:
        yield Lack.DIRECTORY_ROLES, caller.untold
    elif not caller.customer_roles:
        yield Lack.CUSTOMER_ROLE, _NO_CUSTOMER_ROLE
    elif CallerRole.CUSTOMER_GLOBAL_ADMIN not in caller.customer_roles:
        yield Lack.GLOBAL_ADMINISTRATOR, _NO_GLOBAL_ADMIN
