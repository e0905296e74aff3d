"""How people use a form, and what that leaves behind."""

from typing import Final

from tests.cast.ids import AGENCY, subscription_id
from tests.running.app import LocalApp, admin
from tests.running.visitors import Seen, Visitor

SOLD: Final = {
    "subscriptionId": subscription_id(2),
    "productType": "onlineService",
    "offerId": "CFQ7TTC0LF8R",
    "offerName": "Office 365 G3",
    "friendlyName": "Mail & more",
    "quantity": "25",
    "unitType": "licenses",
    "billingType": "license",
    "autoRenew": "true",
    "term.duration": "P1Y",
    "term.billingCycle": "monthly",
    "term.startsAt": "2026-11-01",
    "term.endsAt": "2027-11-01",
}
"""What a partner types to register a subscription."""


async def confirmed(visitor: Visitor, address: str, **typed: str) -> Seen:
    """A form as it is meant: opened, reviewed, confirmed."""
    opened = await visitor.get(address)
    assert opened.steps == ["review"], opened.words
    review = await visitor.post(address, {**opened.fields, **typed, "step": "review"})
    assert review.steps[0] == "confirm", review.words
    return await visitor.post(address, {**review.fields, "step": "confirm"})


def writes(local: LocalApp) -> int:
    """How often anything was written to a table."""
    return sum(table._writes for table in local.memory.tables.values())


async def entries(local: LocalApp, customer_id: str = AGENCY) -> int:
    """How many the customer's ledger has."""
    ledger = await local.call("GET", f"/api/customers/{customer_id}/ledger", admin(customer_id))
    return len(ledger.body["value"])
