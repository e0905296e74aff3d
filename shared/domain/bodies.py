"""The JSON bodies that clients send, validated field by field."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from shared.domain.base import Country, Guid, Model, MpnId, Timestamp
from shared.domain.models import BillingCycle, BillingType, PartnerType, ProductType

MAX_SUBSCRIPTIONS = 50
"""Registered in one atomic step: 50 events, rows and claims stay inside one transaction."""


def _plausible(moment: Timestamp) -> Timestamp:
    if not 2000 <= moment.year <= 2100:  # noqa: PLR2004 - the contract's own bounds
        msg = "the year must lie between 2000 and 2100"
        raise ValueError(msg)
    return moment


type PlausibleTime = Annotated[Timestamp, AfterValidator(_plausible)]
type Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=128, pattern=r"^[^\x00-\x1f\x7f]*$"
    ),
]
type Domain = Annotated[
    str,
    StringConstraints(
        to_lower=True,
        max_length=253,
        pattern=r"^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}$",
    ),
]
type Email = Annotated[
    str,
    StringConstraints(max_length=254, pattern=r"^[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,189}$"),
]
type Reference = Annotated[
    str, StringConstraints(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f\x7f]*$")
]
type Prose = Annotated[
    str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")
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

    delegated_admin: bool
    indirect_reseller_id: Guid | None = None
    indirect_provider_id: Guid | None = None
    country: Country | None = None
    message: Prose | None = None
    contact: ContactBody | None = None
    external_reference: Reference | None = None
    expires_in_days: Annotated[int, Field(ge=1, le=365)] = 90


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
    block: bool = False


class TermBody(Model):
    """The term of a sale; `ends_at` is exclusive."""

    duration: Annotated[str, StringConstraints(pattern=r"^P(?:[1-9][0-9]?)[MY]$")]
    billing_cycle: BillingCycle
    starts_at: PlausibleTime
    ends_at: PlausibleTime

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.starts_at >= self.ends_at:
            msg = "startsAt must be before endsAt"
            raise ValueError(msg)
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
    quantity: Annotated[int, Field(ge=1, le=10_000_000)]
    unit_type: Reference
    auto_renew: bool
    term: TermBody
