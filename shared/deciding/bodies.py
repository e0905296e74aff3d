"""The JSON bodies that clients send, validated field by field."""

import re
from datetime import datetime
from typing import Annotated, Any, Final, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
    model_validator,
)

from shared.limit_settings import LEAST_MESSAGES_PER_SECOND
from shared.model.base import Country, Guid, Model, MpnId, Timestamp
from shared.model.models import PartnerType
from shared.model.terms import BillingCycle, BillingType, ProductType
from shared.wording import Words, unacceptable

MAX_SUBSCRIPTIONS = 50
"""Registered in one atomic step: 50 events, rows and claims stay inside one transaction."""


_RFC_3339: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_UNSEEN: Final = r"\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff"
"""Control characters, and those that break or turn a line: a name must look like what it is.

The last two are no characters: what the storage does with them is in no document.
"""

_LINE: Final = rf"[^\x00-\x1f{_UNSEEN}]*"
LINE_PATTERN: Final = rf"^{_LINE}[^\s\x00-\x1f{_UNSEEN}]{_LINE}$"
PROSE_PATTERN: Final = rf"^[^\x00-\x08\x0b\x0c\x0e-\x1f{_UNSEEN}]*$"
EMAIL_PATTERN: Final = rf"^[^@\s\x00-\x1f{_UNSEEN}]{{1,64}}@[^@\s\x00-\x1f{_UNSEEN}]{{1,189}}$"
MICROSOFT_URL_PATTERN: Final = r"^https://[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+(?:[/?#][A-Za-z0-9._~!$&'()*+,;=:@%/?#-]*)?$"
"""https, a host without user and port, printable ASCII: what it shows is where it leads."""
DOMAIN_PATTERN: Final = (
    r"^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])$"
)


_NOT_SPELT: Final = Words(
    "It must be a time such as 2026-11-01T08:00:00Z.",
    "2026-11-01T08:00:00Z와 같은 형식의 시간이어야 합니다.",
)
_NO_OFFSET: Final = Words(
    "It is a time without an offset. Add Z, or one such as -05:00.",
    "오프셋이 없는 시간입니다. Z 또는 -05:00과 같은 오프셋을 붙이십시오.",
)
_IMPLAUSIBLE: Final = Words(
    "The year must lie between 2000 and 2100.", "연도는 2000년에서 2100년 사이여야 합니다."
)
_NULL: Final = Words(
    "It cannot be null. Leave it out to keep what is there.",
    "null일 수 없습니다. 기존 값을 유지하려면 필드를 생략하십시오.",
)
_REVERSED: Final = Words(
    "startsAt must be before endsAt.", "startsAt은 endsAt보다 앞선 시간이어야 합니다."
)


def _rfc_3339(value: object) -> object:
    # Left to itself, pydantic also takes numbers for seconds since 1970.
    if isinstance(value, datetime) or (isinstance(value, str) and _RFC_3339.fullmatch(value)):
        return value
    without = isinstance(value, str) and _RFC_3339.fullmatch(f"{value}Z")
    raise unacceptable(_NO_OFFSET if without else _NOT_SPELT)


def _plausible(moment: Timestamp) -> Timestamp:
    if not 2000 <= moment.year <= 2100:  # noqa: PLR2004 - the contract's own bounds
        raise unacceptable(_IMPLAUSIBLE)
    return moment


def _whole(value: object) -> object:
    """JSON has one kind of number: 5.0 is 5."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _stated(value: object) -> object:
    if value is None:
        raise unacceptable(_NULL)
    return value


def _names_alone_are_nullable(schema: dict[str, Any]) -> None:
    for name, field in schema["properties"].items():
        if name != "friendlyName":
            del field["default"]
            field.update(field.pop("anyOf")[0])


type PlausibleTime = Annotated[
    Timestamp,
    BeforeValidator(_rfc_3339),
    AfterValidator(_plausible),
    Field(json_schema_extra={"pattern": "^(20[0-9]{2}|2100)-"}),
]
_WHOLE: Final = BeforeValidator(_whole)
_Quantity = Annotated[StrictInt, Field(ge=1, le=10_000_000), _WHOLE]
type Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=128, pattern=LINE_PATTERN),
]
type Domain = Annotated[
    str,
    StringConstraints(
        to_lower=True,
        max_length=253,
        pattern=DOMAIN_PATTERN,
    ),
]
type Email = Annotated[
    str,
    StringConstraints(
        max_length=254,
        pattern=EMAIL_PATTERN,
    ),
]
type MicrosoftUrl = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=1024, pattern=MICROSOFT_URL_PATTERN),
]
type Reference = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=128, pattern=LINE_PATTERN),
]
type Prose = Annotated[
    str,
    StringConstraints(min_length=1, max_length=500, pattern=PROSE_PATTERN),
]


class PartnerBody(Model):
    """PUT of a partner."""

    name: Name
    type: PartnerType
    mpn_id: MpnId
    mpn_country: Country
    country: Country
    partner_agreement_signed_at: PlausibleTime | None = None
    affiliated_tenant_ids: Annotated[tuple[Guid, ...], Field(max_length=50)] = ()
    resources_per_second: Annotated[int, Field(ge=LEAST_MESSAGES_PER_SECOND, le=1000)] | None = None


class CustomerBody(Model):
    """PUT of a customer's profile."""

    name: Name
    domain: Domain
    country: Country


class ContactBody(Model):
    """Whom the invitation is for."""

    email: Email
    locale: Annotated[str, StringConstraints(pattern=r"^(en|ko)$")] = "en"


class InviteBody(Model):
    """PUT of an invitation; the partner is the caller's tenant."""

    delegated_admin: StrictBool
    indirect_reseller_id: Guid | None = None
    indirect_provider_id: Guid | None = None
    country: Country | None = None
    message: Prose | None = None
    contact: ContactBody | None = None
    external_reference: Reference | None = None
    microsoft_request_url: MicrosoftUrl | None = None
    expires_in_days: Annotated[StrictInt, Field(ge=1, le=365), _WHOLE] = 90


class LinkBody(Model):
    """PUT of an invitation link."""

    delegated_admin: StrictBool
    indirect_reseller_id: Guid | None = None
    expires_in_days: Annotated[StrictInt, Field(ge=1, le=365), _WHOLE] = 30
    max_acceptances: Annotated[StrictInt, Field(ge=1, le=10_000), _WHOLE] = 100


class SignerBody(Model):
    """Who accepts the Microsoft Customer Agreement for the customer."""

    first_name: Name
    last_name: Name
    email: Email


class AcceptBody(Model):
    """POST …/accept."""

    customer_agreement: SignerBody | None = None
    country: Country | None = None
    name: Name | None = None
    domain: Domain | None = None
    delegated_admin_until: PlausibleTime | None = None


class DeclineBody(Model):
    """POST …/decline."""

    reason: Prose | None = None
    block: StrictBool = False


class ReasonBody(Model):
    """POST …/dispute, …/annul and …/request-end."""

    reason: Prose | None = None


class ImportBody(Model):
    """A relationship that stood before this system did.

    `evidence` is where the customer's consent is on file: a contract's number, never a person.
    """

    evidence: Reference
    indirect_reseller_id: Guid | None = None
    since: PlausibleTime | None = None
    customer_agreement_accepted_at: PlausibleTime | None = None


class TermBody(Model):
    """The term of a sale; `ends_at` is exclusive."""

    duration: Annotated[str, StringConstraints(pattern=r"^P(?:[1-9][0-9]?)[MY]$")]
    billing_cycle: BillingCycle
    starts_at: PlausibleTime
    ends_at: PlausibleTime

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.starts_at >= self.ends_at:
            raise unacceptable(_REVERSED)
        return self


class SubscriptionBody(Model):
    """PUT of a subscription."""

    partner_of_record: MpnId | None = None
    product_type: ProductType
    offer_id: Reference
    offer_name: Name
    friendly_name: Name | None = None
    external_reference: Reference | None = None
    billing_type: BillingType
    quantity: _Quantity
    unit_type: Reference
    auto_renew: StrictBool
    term: TermBody


class TermPatch(Model):
    """The one field of a term that may change: to a later time."""

    ends_at: PlausibleTime


_STATED: Final = BeforeValidator(_stated)
"""For a field that keeps its value when it is left out."""


class SubscriptionPatch(Model):
    """PATCH of a subscription (SUB-8). A field that is not sent stays; null clears a name."""

    model_config = ConfigDict(json_schema_extra=_names_alone_are_nullable)

    quantity: Annotated[_Quantity | None, _STATED] = None
    friendly_name: Name | None = None
    auto_renew: Annotated[StrictBool | None, _STATED] = None
    term: Annotated[TermPatch | None, _STATED] = None


class PartnerOfRecordBody(Model):
    """POST …/set-partner-of-record."""

    partner_of_record: MpnId


class ErasureBody(Model):
    """POST …/personal-data/erase; without an invitation, everything."""

    invitation_id: Guid | None = None
