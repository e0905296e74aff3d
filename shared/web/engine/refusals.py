"""Pages that say why there is nothing to see, and what would help."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final, cast

from shared.policy.callers import CUSTOMER_ROLES, PARTNER_ROLES, CallerRole
from shared.web.engine.asking import Told
from shared.web.engine.page import Page, Visit
from shared.web.engine.roles import ROLES
from shared.web.texts import text

TITLES: Final[Mapping[int, str]] = {
    HTTPStatus.BAD_REQUEST: text("This address is not complete"),
    HTTPStatus.FORBIDDEN: text("You may not see this page"),
    HTTPStatus.NOT_FOUND: text("There is nothing here for you"),
    HTTPStatus.CONFLICT: text("This is not possible now"),
    HTTPStatus.TOO_MANY_REQUESTS: text("Too much is going on just now"),
    HTTPStatus.SERVICE_UNAVAILABLE: text("This does not answer just now"),
    HTTPStatus.INTERNAL_SERVER_ERROR: text("Something went wrong here"),
}
_WITHHELD: Final = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})

_OF_PARTNERS: Final = "customers/"
"""How the addresses of a partner's people begin: they name a customer, and are not for it."""


def refusal(
    page: Page, visit: Visit, told: Told, preset: str
) -> tuple[str, str, dict[str, object]]:
    """Template, title and what is shown for an answer of the API that is no page."""
    title = TITLES.get(told.status, TITLES[HTTPStatus.INTERNAL_SERVER_ERROR])
    if told.status in _WITHHELD:
        return "withheld.html", title, _needed(page, visit, told, preset)
    return "error.html", title, _failed(told)


def _needed(page: Page, visit: Visit, told: Told, preset: str) -> dict[str, object]:
    """From address and session alone: whose page it is, and which role would do."""
    roles = page.roles(preset)
    if page.route.startswith(_OF_PARTNERS):
        roles -= CUSTOMER_ROLES
    if CallerRole.CUSTOMER_READER in roles:
        roles |= {CallerRole.CUSTOMER_GLOBAL_ADMIN}  # who holds both
    organization = _organization(visit) if roles & CUSTOMER_ROLES else None
    own = organization in {None, visit.tenant_id}
    error = cast("dict[str, Any]", told.document.get("error", {}))
    return {
        "organization": organization,
        "own": own,
        "customers": _named(roles & CUSTOMER_ROLES),
        "partners": _named(roles & PARTNER_ROLES),
        "operators": _named(roles & {CallerRole.OPERATOR}),
        "untold": error.get("message") if error.get("code") == "DirectoryRolesNotInToken" else None,
    }


def _organization(visit: Visit) -> str | None:
    """Whose page the address names; None: that of whoever asks."""
    named = visit.path.get("customerId") or visit.query.get("customerId", "")
    return named.lower() or None


def _failed(told: Told) -> dict[str, object]:
    error = cast("dict[str, Any]", told.document.get("error", {}))
    wait = told.headers.get("Retry-After")
    return {
        "said": error.get("message"),
        "details": error.get("details", []),
        "wait": int(wait) if wait else None,
        "request_id": told.headers.get("x-ms-request-id"),
    }


def _named(roles: frozenset[CallerRole]) -> list[str]:
    return [ROLES[role] for role in CallerRole if role in roles]
