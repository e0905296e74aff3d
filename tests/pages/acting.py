"""How people use a form, and what that leaves behind."""

from tests.cast.ids import AGENCY
from tests.running.app import LocalApp, admin
from tests.running.visitors import Seen, Visitor


async def confirmed(visitor: Visitor, address: str, **typed: str) -> Seen:
    """A form as it is meant: opened, reviewed, confirmed."""
    opened = await visitor.get(address)
    assert opened.steps == ["review"], opened.words
    review = await visitor.post(address, {**opened.fields, **typed, "step": "review"})
    assert review.steps[0] == "confirm", review.words
    return await visitor.post(address, {**review.fields, "step": "confirm"})


async def entries(local: LocalApp, customer_id: str = AGENCY) -> int:
    """How many the customer's ledger has."""
    ledger = await local.call("GET", f"/api/customers/{customer_id}/ledger", admin(customer_id))
    return len(ledger.body["value"])
