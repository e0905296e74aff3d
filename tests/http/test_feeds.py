"""Feeds of events and the rule book over real HTTP."""

from typing import Any

from tests.running.client import Caller, World, code, ok, rules
from tests.running.waiting import eventually


def follow(caller: Caller, path: str) -> list[dict[str, Any]]:
    """The whole feed; what comes again is dropped by its id, as readers are told to."""
    return [*{event["id"]: event for page in caller.pages(path) for event in page}.values()]


def test_feeds_of_a_customer_and_its_partners(world: World):
    partner, other, customer = world.partner(), world.partner(), world.customer()
    world.hired(partner, customer)
    world.hired(other, customer)
    world.sold(partner, customer)
    own = f"/customers/{customer.tenant}/events"
    everything = follow(customer, own)
    types = [event["type"] for event in everything]
    assert types[0] == "invitation-created"
    assert types[-1] == "subscription-registered"
    assert code(partner.get(own))[0] == 403

    feed = f"/partners/{partner.tenant}/events"
    found = eventually(
        lambda: follow(partner, feed),
        lambda events: any(event["type"] == "subscription-registered" for event in events),
    )
    assert [event["feedsequence"] for event in found] == list(range(1, len(found) + 1))
    known = [(event["type"], event["time"], event["data"]) for event in everything]
    assert all((event["type"], event["time"], event["data"]) in known for event in found)
    assert [event["id"] for event in found] == [
        f"{customer.tenant}:{partner.tenant}:{n}" for n in range(1, len(found) + 1)
    ]
    assert other.tenant not in str(found)
    assert code(other.get(feed)) == (404, "ResourceNotFound")
    sold = ok(partner.get(feed, params={"types": "subscription-registered"}))
    assert [event["type"] for event in sold["value"]] == ["subscription-registered"]
    behind = ok(
        partner.get(feed, params={"types": "subscription-registered", "after": sold["cursor"]})
    )
    assert behind["value"] == []


def test_a_patch_over_http(world: World):
    partner, customer = world.partner(), world.customer()
    world.hired(partner, customer)
    path = world.sold(partner, customer)
    etag = ok(partner.get(path))["etag"]
    merge = {"Content-Type": "application/merge-patch+json"}
    bare = partner.call("PATCH", path, content='{"quantity":7}', headers=merge)
    assert code(bare) == (428, "PreconditionRequired")
    versioned = {**merge, "If-Match": etag}
    changed = partner.call("PATCH", path, content='{"quantity":7}', headers=versioned)
    assert ok(changed)["quantity"] == 7
    stale = partner.call("PATCH", path, content='{"quantity":8}', headers=versioned)
    assert code(stale) == (412, "ConditionNotMet")


def test_a_dry_run_says_what_the_command_then_comes_to(world: World):
    partner, customer = world.partner(), world.customer()
    world.hired(partner, customer)
    path = world.sold(partner, customer)
    ids = {"customerId": customer.tenant, "partnerId": partner.tenant}
    removal = {"command": "removeRelationship", **ids}
    dry = ok(partner.post("/policy/evaluations", removal))
    real = partner.post(f"/customers/{customer.tenant}/relationships/{partner.tenant}/remove")
    assert not dry["allowed"]
    assert rules(real) == ["REM-1"]
    assert dry["refusals"] == real.json()["error"]["details"]
    deletion = {"command": "delete", "customerId": customer.tenant, "subscriptionId": path[-36:]}
    dry = ok(partner.post("/policy/evaluations", deletion))
    assert dry == {"allowed": True, "refusals": [], "unchecked": []}
    assert ok(partner.get(path))["status"] == "active"
    assert code(world.partner().post("/policy/evaluations", deletion))[0] == 404


def test_personal_data_goes(world: World):
    partner, customer = world.partner(), world.customer()
    path = world.hired(partner, customer, message="Hello.")
    erased = customer.post(f"/customers/{customer.tenant}/personal-data/erase")
    assert ok(erased) == {"customerId": customer.tenant, "invitationId": None}
    assert ok(partner.get(path))["message"] is None
    found = ok(customer.get(f"/customers/{customer.tenant}/events"))["value"]
    assert found[-1]["type"] == "personal-data-erased"


def test_the_rules(world: World):
    assert code(world.nobody().get("/policy/rules"))[0] == 401
    listed = world.customer().get("/policy/rules", headers={"Accept-Language": "ko"})
    assert "INV-5" in {rule["id"] for rule in ok(listed)["value"]}
