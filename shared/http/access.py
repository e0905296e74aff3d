"""Who may use an operation, and as what: the role table applied to a caller and a path."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared.auth.principal import Principal, require_directory_roles
from shared.errors import Forbidden, NotFound
from shared.http.endpoint import Endpoint
from shared.model.base import SYSTEM, Actor
from shared.policy.callers import CUSTOMER_ROLES, PARTNER_ROLES, CallerRole
from shared.policy.roles import allowed, best
from shared.services.commands.answers import NOT_ALLOWED
from shared.services.listing import Viewer
from shared.wording import Words

_NO_EXPORT: Final = Words(
    "None of the caller's roles allows to export this list.",
    "호출자의 어떤 역할도 이 목록의 내보내기를 허용하지 않습니다.",
)


@dataclass(frozen=True, slots=True)
class Access:
    """A caller in the role in which it acts."""

    actor: Actor
    viewer: Viewer
    own: bool


ANYONE: Final = Access(SYSTEM, Viewer(), own=False)
"""Where no role is asked for, nobody acts."""


def admit(
    endpoint: Endpoint[Any, Any], caller: Principal, given: Mapping[str, str], preset: str
) -> tuple[dict[str, str], Access]:
    """The path's ids, and the caller in the role in which it may use them.

    Raises Forbidden, BadRequest, NotFound, in this order.
    """
    check_role(endpoint, caller, preset)
    path = endpoint.read_path(given)
    if not endpoint.operations:
        return path, ANYONE
    return path, access(endpoint, caller, path, preset)


def check_role(endpoint: Endpoint[Any, Any], caller: Principal, preset: str) -> None:
    """Raises Forbidden when no role of the token allows this operation, wherever it is used."""
    roles = _allowed(endpoint, preset)
    if not endpoint.operations or _held(caller) & roles:
        return
    if roles & CUSTOMER_ROLES:
        require_directory_roles(caller)
    raise Forbidden(NOT_ALLOWED)


def check_export(endpoint: Endpoint[Any, Any], caller: Principal, preset: str) -> None:
    """Raises Forbidden when the caller may read the list, but not take it away as a file."""
    if endpoint.exporting and not _held(caller) & allowed(preset, endpoint.exporting):
        raise Forbidden(_NO_EXPORT)


def access(
    endpoint: Endpoint[Any, Any], caller: Principal, path: Mapping[str, str], preset: str
) -> Access:
    """The role that applies to this path; of several, the one that sees most.

    A customer's roles count in its own tenant only, a partner's where the endpoint says, the
    operator's everywhere. Where the path names no customer, it is the caller's own tenant.
    Raises NotFound where none counts: for this caller there is nothing.
    """
    roles = _allowed(endpoint, preset)
    own = path.get("customerId", caller.tenant_id) == caller.tenant_id
    if own and roles & CUSTOMER_ROLES:
        require_directory_roles(caller)
    counting = _held(caller) & roles
    if not own:
        counting -= CUSTOMER_ROLES
    if endpoint.partner_is and caller.tenant_id not in map(path.get, endpoint.partner_is):
        counting -= PARTNER_ROLES
    widest = counting & CUSTOMER_ROLES or counting & {CallerRole.OPERATOR} or counting
    role = best(widest, counting)
    if role is None:
        raise NotFound
    viewer = Viewer(caller.tenant_id if role in PARTNER_ROLES else None)
    return Access(caller.actor(role), viewer, own)


def _allowed(endpoint: Endpoint[Any, Any], preset: str) -> frozenset[CallerRole]:
    return frozenset(role for each in endpoint.operations for role in allowed(preset, each))


def _held(caller: Principal) -> frozenset[CallerRole]:
    operator = {CallerRole.OPERATOR} if caller.operator else set[CallerRole]()
    return caller.partner_roles | caller.customer_roles | operator
