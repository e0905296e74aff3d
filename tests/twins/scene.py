"""Who there is in every history, and one request of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from tests.cast.ids import (
    AGENCY,
    BUREAU,
    DIRECT,
    MPN,
    OTHER_DIRECT,
    OTHER_RESELLER,
    PROVIDER,
    RESELLER,
)
from tests.running.app import OPERATOR_CLAIMS, admin, application, user

ABROAD: Final = "d3000000-0000-4000-8000-000000000006"
HOUSE: Final = "d9000000-0000-4000-8000-000000000009"
"""A partner with which a customer signs its agreement before anybody else comes."""
SHY: Final = "c3000000-0000-4000-8000-000000000013"
"""A tenant that never accepts anything."""

PARTNERS: Final = (DIRECT, OTHER_DIRECT, PROVIDER, RESELLER, OTHER_RESELLER, ABROAD)
CUSTOMERS: Final = (AGENCY, BUREAU, SHY)
COUNTRIES: Final = {AGENCY: "US", BUREAU: "KR", SHY: "KR"}
NUMBERS: Final = {**MPN, ABROAD: "1003", HOUSE: "1009"}


VISIT: Final = "VISIT"
SEND: Final = "SEND"
CLOCK: Final = "clock"
"""The kind of what nobody does: time passes, and a sweep records it."""


@dataclass(frozen=True)
class Step:
    """One request at its time. `partners`: whom it is about; `kind`: what it is about besides.

    `thing`: the id of the subscription, or of the invitation at that customer. Of the methods two
    are none of HTTP's: `VISIT` of a page, and `SEND` of a text to the queue `onboarding`.
    """

    number: int
    at: datetime
    by: str
    claims: dict[str, Any] | None
    method: str
    path: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    customer: str | None = None
    partners: frozenset[str] = frozenset()
    kind: str = "customer"
    thing: str | None = None

    @property
    def name(self) -> str:
        return f"{self.number} {self.by[:2]} {self.method} {self.path}"


def person(partner_id: str, role: str = "GlobalAdmin") -> dict[str, Any]:
    return user(partner_id, role)


def machine(partner_id: str) -> dict[str, Any]:
    return application(partner_id)


def owner(customer_id: str) -> dict[str, Any]:
    return admin(customer_id)


OPERATES: Final = OPERATOR_CLAIMS
