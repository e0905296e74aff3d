"""Invitation links over real HTTP."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from tests.cast.bodies import SIGNER
from tests.running.client import Caller, World, ok, rules


def test_more_customers_than_a_link_is_for(world: World):
    partner = world.partner()
    link_id = str(uuid4())
    path = f"/partners/{partner.tenant}/invitation-links/{link_id}"
    made = partner.put(path, {"delegatedAdmin": True, "maxAcceptances": 3})
    assert made.status_code == 201
    customers = [world.customer() for _ in range(8)]
    body = {"country": "US", "customerAgreement": SIGNER}

    def accept(customer: Caller) -> int:
        address = f"/invitation-links/{partner.tenant}/{link_id}/accept"
        return customer.post(address, body).status_code

    with ThreadPoolExecutor(len(customers)) as pool:
        statuses = list(pool.map(accept, customers))
    assert Counter(statuses) == {200: 3, 409: 5}
    shown = ok(partner.get(path))
    assert (shown["acceptances"], shown["status"]) == (3, "exhausted")
    for customer, status in zip(customers, statuses, strict=True):
        related = ok(customer.get(f"/customers/{customer.tenant}/relationships"))["value"]
        assert [item["origin"] for item in related] == (["link"] if status == 200 else [])


def test_a_revoked_link(world: World):
    partner, early, late = world.partner(), world.customer(), world.customer()
    link_id = str(uuid4())
    path = f"/partners/{partner.tenant}/invitation-links/{link_id}"
    assert partner.put(path, {"delegatedAdmin": True}).status_code == 201
    accept = f"/invitation-links/{partner.tenant}/{link_id}/accept"
    body = {"country": "US", "customerAgreement": SIGNER}
    accepted = ok(early.post(accept, body))
    assert (accepted["status"], accepted["customerId"]) == ("accepted", early.tenant)
    assert ok(partner.post(f"{path}/revoke"))["status"] == "revoked"
    assert rules(late.post(accept, body)) == ["INV-5"]
    assert ok(early.post(accept)) == accepted
    related = f"/customers/{early.tenant}/relationships/{partner.tenant}"
    assert ok(partner.get(related))["status"] == "active"
