"""Partner Center's own exports: `Customers.csv`, and collections as its API answers them.

docs/pipelines.md has the table from its fields and values to ours.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from examples.client import Json

COLUMNS: Final = {
    "Microsoft ID": "customerId",
    "Company name": "name",
    "Primary domain name": "domain",
}
LEFT_OUT: Final = frozenset({"Relationship", "Tags"})
_CUSTOMER: Final = re.compile(r"/customers/([0-9a-f-]{36})(?:/|$)", re.IGNORECASE)
_GUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_PRODUCTS: Final = {
    "reservation": "azureReservation",
    "software": "software",
    "azure": "azurePlan",
    "onlineservices": "onlineService",
}
"""By what the id of a product's type has in it, the first that fits."""
_FOR_EVER: Final = "9999-"
_STANDS: Final = frozenset({"active", "suspended"})


@dataclass(frozen=True)
class Besides:
    """What an export does not say: the country of its customers, and who sold."""

    country: str | None = None
    seller: str | None = None


def customer(item: Json, besides: Besides) -> dict[str, str]:
    """The cells of a customer of a collection."""
    company = item.get("companyProfile") or {}
    address = (item.get("billingProfile") or {}).get("defaultAddress") or {}
    cells = {
        "customerId": item.get("id") or company.get("tenantId"),
        "name": company.get("companyName"),
        "domain": company.get("domain"),
        "country": address.get("country") or besides.country,
    }
    return {name: str(value) for name, value in cells.items() if value is not None}


def subscription(item: Json, file: str, besides: Besides) -> dict[str, str]:
    """The cells of a subscription of a collection."""
    ends = _end(item)
    cells = {
        "actingPartnerId": besides.seller,
        "customerId": _customer_of(item, file),
        "subscriptionId": item.get("id"),
        "productType": _product(item),
        "offerId": item.get("offerId"),
        "offerName": item.get("offerName"),
        "friendlyName": item.get("friendlyName"),
        "partnerOfRecord": item.get("partnerId"),
        "billingType": item.get("billingType"),
        "quantity": 1 if item.get("billingType") == "usage" else item.get("quantity"),
        "unitType": item.get("unitType"),
        "autoRenew": item.get("autoRenewEnabled"),
        "term.duration": item.get("termDuration") if ends else None,
        "term.billingCycle": _cycle(item.get("billingCycle")),
        "term.startsAt": item.get("effectiveStartDate"),
        "term.endsAt": ends,
    }
    return {name: str(value) for name, value in cells.items() if value is not None}


def stands(item: Json) -> bool:
    """Whether it is anybody's still. What is deleted or expired is left out."""
    return str(item.get("status", "active")).lower() in _STANDS


def suspended(item: Json) -> bool:
    """Whether it is registered first, and then suspended."""
    return str(item.get("status")).lower() == "suspended"


def _customer_of(item: Json, file: str) -> str | None:
    """Its links name the customer, or the file's name does."""
    for text in _texts(item.get("links")):
        if found := _CUSTOMER.search(text):
            return found[1]
    found = _GUID.search(file)
    return found[0] if found else None


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in cast("Json", value).values():
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value


def _product(item: Json) -> str | None:
    said = item.get("productType")
    named = said.get("id") if isinstance(said, dict) else said
    if not named:
        return "azurePlan" if item.get("billingType") == "usage" else "onlineService"
    return next((ours for part, ours in _PRODUCTS.items() if part in str(named).lower()), named)


def _cycle(said: object) -> str | None:
    return said[:1].lower() + said[1:] if isinstance(said, str) else None


def _end(item: Json) -> str | None:
    """The moment behind the term; None where it is for ever.

    New commerce's `commitmentEndDate` is the last day of the term, others' the first without it.
    """
    moment = str(item.get("commitmentEndDateTime") or "")
    day = str(item.get("commitmentEndDate") or "")
    if (moment or day or _FOR_EVER).startswith(_FOR_EVER):
        return None
    if moment or not _new_commerce(item):
        return moment or day
    try:
        return (datetime.fromisoformat(day) + timedelta(days=1)).isoformat().replace("+00:00", "Z")
    except ValueError:
        return day


def _new_commerce(item: Json) -> bool:
    said = item.get("productType")
    return str(said.get("id") if isinstance(said, dict) else said).upper().endswith("NCE")
