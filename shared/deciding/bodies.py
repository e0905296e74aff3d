"""The JSON bodies that clients send, validated field by field."""

from typing import Annotated, Any, Final, Self

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
    model_validator,
)

from shared.limit_settings import LEAST_MESSAGES_PER_SECOND
from shared.model.base import Model
from shared.model.models import PartnerType
from shared.model.terms import BillingCycle, BillingType, ProductType
from shared.text.characters import line
from shared.text.countries import Country
from shared.text.domains import Domain, Email, MicrosoftUrl
from shared.text.identifiers import CODE, Guid, MpnId
from shared.text.names import Name, Prose, Reference
from shared.text.times import PlausibleTime
from shared.wording import Words, unacceptable

MAX_SUBSCRIPTIONS = 50
"""Registered in one atomic step: 50 events, rows and claims stay inside one transaction."""


_NULL: Final = Words(
    "It cannot be null. Leave it out to keep what is there.",
    "null일 수 없습니다. 기존 값을 유지하려면 필드를 생략하십시오.",
)
_HALF_OPEN: Final = Words(
    "duration and endsAt go together: leave both out where nothing ends.",
    "duration과 endsAt은 함께 보내야 합니다. 끝이 없으면 둘 다 생략하십시오.",
)
_REVERSED: Final = Words(
    "startsAt must be before endsAt.", "startsAt은 endsAt보다 앞선 시간이어야 합니다."
)


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


LOCALE_PATTERN: Final = r"^(en|ko)$"
DURATION_PATTERN: Final = r"^P(?:[1-9][0-9]?)[MY]$"
type _Duration = Annotated[
    str, StringConstraints(to_upper=True, pattern=DURATION_PATTERN), BeforeValidator(line)
]
_WHOLE: Final = BeforeValidator(_whole)
_Quantity = Annotated[StrictInt, Field(ge=1, le=10_000_000), _WHOLE]


class PartnerBody(Model):
    """PUT of a partner."""

    name: Name
    type: Annotated[PartnerType, CODE]
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
    locale: Annotated[str, StringConstraints(pattern=LOCALE_PATTERN), BeforeValidator(line)] = "en"


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
    """The term of a sale; `ends_at` is exclusive, and goes with a duration or not at all."""

    duration: _Duration | None = None
    billing_cycle: Annotated[BillingCycle, CODE]
    starts_at: PlausibleTime
    ends_at: PlausibleTime | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.duration is None) != (self.ends_at is None):
            raise unacceptable(_HALF_OPEN)
        if self.ends_at and self.starts_at >= self.ends_at:
            raise unacceptable(_REVERSED)
        return self


class SubscriptionBody(Model):
    """PUT of a subscription."""

    partner_of_record: MpnId | None = None
    product_type: Annotated[ProductType, CODE]
    offer_id: Reference
    offer_name: Name
    friendly_name: Name | None = None
    external_reference: Reference | None = None
    billing_type: Annotated[BillingType, CODE]
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
