"""The fields of each stage's records, and how a cell of one is read.

A field within a field is dotted, as `term.endsAt`. What only the backend can know is left to it:
here a record is only looked at for what nobody could mean.
"""

import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from examples.client import Json

type Reader = Callable[[str], Any]

_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)")
_EMPTY: Final = uuid.UUID(int=0)


class Stage(NamedTuple):
    """What files of one kind hold."""

    type: str
    """Of their messages."""
    key: tuple[str, ...]
    """The fields that say what a record is about."""
    required: Mapping[str, Reader]
    optional: Mapping[str, Reader]

    @property
    def fields(self) -> Mapping[str, Reader]:
        """All of them."""
        return {**self.required, **self.optional}


def _id(text: str) -> str:
    try:
        found = uuid.UUID(text.strip("()"))
    except ValueError:
        raise ValueError("a GUID") from None
    if found == _EMPTY:
        raise ValueError("a GUID that is set, not the empty one")
    return str(found)


def _ids(text: str) -> list[str]:
    return [_id(each) for each in text.split()]


def _time(text: str) -> str:
    if not _TIME.fullmatch(text):
        raise ValueError("a time with an offset, such as 2026-11-01T08:00:00Z")
    return text


def _country(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", text):
        raise ValueError("a country's two letters, such as US")
    return text.upper()


def _mpn(text: str) -> str:
    if not re.fullmatch(r"0*[1-9][0-9]{0,9}", text):
        raise ValueError("an MPN id: 1 to 10 digits, not only zeros")
    return text.lstrip("0")


def _truth(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise ValueError("true or false")
    return text.lower() == "true"


def _number(text: str) -> int:
    if not re.fullmatch(r"0*[1-9][0-9]{0,17}", text):
        raise ValueError("a whole number from 1 on, in digits alone")
    return int(text)


_SOLD: Final[Mapping[str, Reader]] = {
    "actingPartnerId": _id,
    "customerId": _id,
    "subscriptionId": _id,
}

STAGES: Final = {
    "partners": Stage(
        "partner-enrolment",
        ("partnerId",),
        {
            "partnerId": _id,
            "name": str,
            "type": str,
            "mpnId": _mpn,
            "mpnCountry": _country,
            "country": _country,
        },
        {
            "partnerAgreementSignedAt": _time,
            "affiliatedTenantIds": _ids,
            "resourcesPerSecond": _number,
        },
    ),
    "customers": Stage(
        "customer-profile",
        ("customerId",),
        {"customerId": _id, "name": str, "domain": str, "country": _country},
        {},
    ),
    "relationships": Stage(
        "relationship-import",
        ("customerId", "partnerId"),
        {"partnerId": _id, "customerId": _id, "evidence": str},
        {"indirectResellerId": _id, "since": _time, "customerAgreementAcceptedAt": _time},
    ),
    "invitations": Stage(
        "invitation-request",
        ("customerId", "invitationId"),
        {"actingPartnerId": _id, "customerId": _id, "invitationId": _id, "delegatedAdmin": _truth},
        {
            "indirectResellerId": _id,
            "indirectProviderId": _id,
            "country": _country,
            "message": str,
            "contact.email": str,
            "contact.locale": str,
            "externalReference": str,
            "microsoftRequestUrl": str,
            "expiresInDays": _number,
        },
    ),
    "subscriptions": Stage(
        "subscription-registration",
        ("customerId", "subscriptionId"),
        {
            **_SOLD,
            "productType": str,
            "offerId": str,
            "offerName": str,
            "billingType": str,
            "quantity": _number,
            "unitType": str,
            "autoRenew": _truth,
            "term.billingCycle": str,
            "term.startsAt": _time,
        },
        {
            "partnerOfRecord": _mpn,
            "friendlyName": str,
            "externalReference": str,
            "term.duration": str,
            "term.endsAt": _time,
        },
    ),
    "updates": Stage(
        "subscription-update",
        ("customerId", "subscriptionId"),
        _SOLD,
        {"quantity": _number, "friendlyName": str, "autoRenew": _truth, "term.endsAt": _time},
    ),
    "statuses": Stage(
        "subscription-status", ("customerId", "subscriptionId"), {**_SOLD, "status": str}, {}
    ),
}
"""By what a file is called, in the order in which they build on each other."""

_SEVERAL: Final = "subscriptions"
"""Of one customer, registered together."""


_END: Final = {"term.duration", "term.endsAt"}


def wrong_names(stage: str, names: set[str]) -> Iterator[str]:
    """What is wrong with a table's columns, or the names in a record."""
    known = STAGES[stage]
    for name in sorted(names - known.fields.keys()):
        meant = {each.lower(): each for each in known.fields}.get(name.lower())
        hint = f"; {meant} is meant" if meant else ""
        yield f"{stage} have no field {name}{hint}"
    for name in known.required:
        if name not in names:
            yield f"the field {name} is missing"


def of_cells(stage: str, cells: Mapping[str, str]) -> tuple[Json, list[str]]:
    """The record of one line, and what is wrong with its cells. What is empty is not sent."""
    data: Json = {}
    wrong: list[str] = []
    for name, read in STAGES[stage].fields.items():
        if not (text := cells.get(name, "")):
            if name in STAGES[stage].required:
                wrong.append(f"{name} is empty")
            continue
        *parents, last = name.split(".")
        place = data
        for parent in parents:
            place = place.setdefault(parent, {})
        try:
            place[last] = read(text)
        except ValueError as wanted:
            wrong.append(f"{name} must be {wanted}, is {text!r}")
    return data, [*wrong, *_half_ends(stage, {name for name, text in cells.items() if text})]


def of_object(stage: str, data: Json) -> list[str]:
    """What is wrong with a record that is JSON already: names, and texts of a form."""
    if stage == "subscriptions" and isinstance(sold := data.get(_SEVERAL), list):
        ids = {name: value for name, value in data.items() if name != _SEVERAL}
        each = [{**ids, **one} for one in sold if isinstance(one, dict)]
        return [what for one in each for what in of_object(stage, one)]
    flat = dict(_flat(data))
    wrong = list(wrong_names(stage, set(flat)))
    for name, value in flat.items():
        read = STAGES[stage].fields.get(name, str)
        if isinstance(value, str) and read in {_id, _time, _country, _mpn}:
            try:
                read(value.strip())
            except ValueError as wanted:
                wrong.append(f"{name} must be {wanted}, is {value!r}")
    return [*wrong, *_half_ends(stage, {name for name, value in flat.items() if value})]


def _half_ends(stage: str, given: set[str]) -> Iterator[str]:
    """A sale without an end has no duration; an update changes the end alone."""
    if stage == "subscriptions" and len(missing := _END - given) == 1:
        yield f"{missing.pop()} is empty: what ends has both a duration and an end"


def _flat(data: Json, before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{before}{name}.")
        else:
            yield before + name, value
