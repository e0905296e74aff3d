"""The JSON bodies of what partners sell, validated field by field."""

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

from shared.deciding.bodies import WHOLE
from shared.model.base import Model
from shared.model.terms import BillingCycle, BillingType, ProductType
from shared.text.characters import line
from shared.text.identifiers import CODE, MpnId
from shared.text.names import Name, Reference
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


def _stated(value: object) -> object:
    if value is None:
        raise unacceptable(_NULL)
    return value


def _names_alone_are_nullable(schema: dict[str, Any]) -> None:
    for name, field in schema["properties"].items():
        if name != "friendlyName":
            del field["default"]
            field.update(field.pop("anyOf")[0])


DURATION_PATTERN: Final = r"^P(?:[1-9][0-9]?)[MY]$"
type _Duration = Annotated[
    str, StringConstraints(to_upper=True, pattern=DURATION_PATTERN), BeforeValidator(line)
]
_Quantity = Annotated[StrictInt, Field(ge=1, le=10_000_000), WHOLE]


class TermBody(Model):
    """What the customer is bound to, and until when."""

    duration: _Duration | None = None
    """How long one term lasts, up to 99 months or years in ISO 8601, such as `P1M`, `P1Y` or `P3Y`;
    left out together with `endsAt` where nothing ends.
    """
    billing_cycle: Annotated[BillingCycle, CODE]
    """How often the term is billed; it never changes."""
    starts_at: PlausibleTime
    """When the term begins, in RFC 3339 with an offset, before `endsAt`."""
    ends_at: PlausibleTime | None = None
    """When the term ends: the first moment that is no longer part of it; left out together with
    `duration` where nothing ends.
    """

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.duration is None) != (self.ends_at is None):
            raise unacceptable(_HALF_OPEN)
        if self.ends_at and self.starts_at >= self.ends_at:
            raise unacceptable(_REVERSED)
        return self


class SubscriptionBody(Model):
    """What a partner sold to a customer."""

    partner_of_record: MpnId | None = None
    """The MPN id of the indirect reseller through which an indirect provider sells, whose link with
    it must be active, which has signed its agreement and for which the customer's record has room
    (POR-1, POR-2, AGR-2, INV-9); left out by a direct-bill partner, and by a provider that fills it
    later. Once filled it never changes (POR-3).
    """
    product_type: Annotated[ProductType, CODE]
    """What kind of product was bought (SUB-5); it never changes."""
    offer_id: Reference
    """Microsoft's id of what was bought, such as `CFQ7TTC0LF8R`."""
    offer_name: Name
    """What Microsoft's price list calls it, such as `Office 365 G3`."""
    friendly_name: Name | None = None
    """What partner and customer call it among themselves; may be left out, and changed later
    (SUB-8).
    """
    external_reference: Reference | None = None
    """The partner's own reference, such as the number of its order or CRM record; it is kept and
    searched, means nothing here, and may be left out.
    """
    billing_type: Annotated[BillingType, CODE]
    """By what the customer pays (SUB-5); it never changes."""
    quantity: _Quantity
    """How many units were bought, 1 to 10,000,000; may be changed later (SUB-8)."""
    unit_type: Reference
    """What is counted by `quantity`, such as `licenses`."""
    auto_renew: StrictBool
    """Whether another term follows by itself when this one ends; may be changed later (SUB-8)."""
    term: TermBody
    """What the customer is bound to, and until when."""


class TermPatch(Model):
    """The one field of a term that may change."""

    ends_at: PlausibleTime
    """The new end of the term: not earlier than the one on record or, where nothing ended so far,
    later than `startsAt` (SUB-8).
    """


_STATED: Final = BeforeValidator(_stated)
"""For a field that keeps its value when it is left out."""


class SubscriptionPatch(Model):
    """What a PATCH may change of a subscription (SUB-8); a field that is left out stays."""

    model_config = ConfigDict(json_schema_extra=_names_alone_are_nullable)

    quantity: Annotated[_Quantity | None, _STATED] = None
    """How many units there are from now on, 1 to 10,000,000; left out, as many as before."""
    friendly_name: Name | None = None
    """What partner and customer call it among themselves from now on; null takes the name away,
    left out it stays.
    """
    auto_renew: Annotated[StrictBool | None, _STATED] = None
    """Whether another term follows by itself when this one ends; left out, as before."""
    term: Annotated[TermPatch | None, _STATED] = None
    """Moves the end of the term later, or sets one where nothing ended (SUB-8); left out, the term
    stays as it is.
    """


class PartnerOfRecordBody(Model):
    """Through whom an indirect provider sells."""

    partner_of_record: MpnId
    """The MPN id of the indirect reseller through which the provider sells it, whose link with it
    must be active, which has signed its agreement and for which the customer's record has room
    (POR-1, POR-2, AGR-2, INV-9); fills an empty partner of record, once (POR-3).
    """
