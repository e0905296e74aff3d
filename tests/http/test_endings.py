"""What ends, and what stays, over real HTTP."""

from uuid import uuid4

from tests.running.client import World, code, ok, rules
from tests.running.waiting import eventually


def test_a_partner_leaves_and_another_stays(world: World):
    partner, other, customer = world.partner(), world.partner(), world.customer()
    world.hired(partner, customer)
    world.hired(other, customer)
    sold, foreign = world.sold(partner, customer), world.sold(other, customer)
    before = ok(customer.get(foreign))
    path = f"/customers/{customer.tenant}/relationships/{partner.tenant}"
    assert ok(customer.post(f"{path}/request-end"))["endRequestedAt"]
    assert ok(customer.post(f"{path}/revoke-delegated-admin"))["delegatedAdmin"] == (
        "revokedByCustomer"
    )
    refused = partner.post(f"{path}/remove")
    assert rules(refused) == ["REM-1"]
    assert sold.rpartition("/")[2] in refused.text
    assert ok(partner.post(f"{sold}/suspend"))["status"] == "suspended"
    assert ok(partner.post(f"{path}/remove"))["status"] == "removed"
    assert rules(partner.post(f"{sold}/reactivate")) == ["SUB-1"]
    assert ok(customer.get(foreign)) == before
    access = ok(customer.get(f"/customers/{customer.tenant}/access"))
    assert {item["partnerId"] for item in access["partners"]} == {partner.tenant, other.tenant}
    verification = ok(customer.get(f"/customers/{customer.tenant}/ledger/verification"))
    assert verification["valid"]


def test_a_blocked_partner_cannot_invite(world: World):
    partner, customer = world.partner(), world.customer()
    path = f"/customers/{customer.tenant}/blocked-partners"
    assert customer.put(f"{path}/{partner.tenant}").status_code == 201
    assert [item["partnerId"] for item in ok(customer.get(path))["value"]] == [partner.tenant]
    invitation = f"/customers/{customer.tenant}/invitations/{uuid4()}"
    assert rules(partner.put(invitation, {"delegatedAdmin": True})) == ["INV-9"]
    assert customer.delete(f"{path}/{partner.tenant}").status_code == 204
    assert partner.put(invitation, {"delegatedAdmin": True}).status_code == 201
    impact = ok(customer.get(f"{invitation}/impact"))
    assert [item["partnerId"] for item in impact["adds"]] == [partner.tenant]


def test_a_suspended_partner(world: World):
    partner, customer = world.partner(), world.customer()
    world.hired(partner, customer)
    own = f"/partners/{partner.tenant}"
    related = f"/customers/{customer.tenant}/relationships/{partner.tenant}"
    assert ok(world.operator.post(f"{own}/suspend"))["status"] == "suspended"
    assert code(partner.get(related)) == (404, "ResourceNotFound")
    assert ok(partner.get(own))["status"] == "suspended"
    refused = partner.put(
        f"/customers/{customer.tenant}/invitations/{uuid4()}", {"delegatedAdmin": True}
    )
    assert "PRT-1" in rules(refused)
    assert ok(customer.get(related))["status"] == "active"
    assert ok(world.operator.post(f"{own}/resume"))["status"] == "active"
    assert ok(partner.get(related))["status"] == "active"


def test_a_disputed_registration(world: World):
    partner, customer = world.partner(), world.customer()
    world.hired(partner, customer)
    path = world.sold(partner, customer)
    assert code(partner.post(f"{path}/dispute"))[0] == 403
    assert ok(customer.post(f"{path}/dispute"))["disputedAt"]
    assert ok(world.operator.post(f"{path}/annul"))["status"] == "annulled"
    listed = f"/partners/{partner.tenant}/subscriptions"
    found = eventually(
        lambda: ok(partner.get(listed))["value"],
        lambda value: [item["status"] for item in value] == ["annulled"],
    )
    assert found == [ok(partner.get(path))]
