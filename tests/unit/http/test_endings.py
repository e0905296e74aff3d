"""Blocks, suspensions, and the ends of privileges and relationships over HTTP."""

from datetime import datetime, timedelta
from random import Random

import pytest

from shared.deciding.partner_status import SetPartnerStatus
from shared.model.models import PartnerStatus
from shared.wiring import wire
from tests.cast.bodies import sale_document
from tests.cast.ids import (
    AGENCY,
    DIRECT,
    OPERATOR,
    OTHER_DIRECT,
    actor,
    invitation_id,
    subscription_id,
)
from tests.running.app import OPERATOR_CLAIMS, SETTINGS, LocalApp, admin, enrol, hire, user

CUSTOMER = f"/api/customers/{AGENCY}"
RELATIONSHIP = f"{CUSTOMER}/relationships/{DIRECT}"
PARTNER = f"/api/partners/{DIRECT}"
SELLER = user(DIRECT, "GlobalAdmin")


async def test_a_customer_blocks_partners(local: LocalApp):
    await enrol(local, DIRECT)
    blocks = f"{CUSTOMER}/blocked-partners"
    path = f"{blocks}/{DIRECT}"
    assert (await local.call("GET", path, admin(AGENCY))).status == 404
    made = await local.call("PUT", path, admin(AGENCY))
    assert (made.status, made.body["partnerId"]) == (201, DIRECT)
    assert (await local.call("PUT", path, admin(AGENCY))).status == 200
    assert (await local.call("PUT", f"{blocks}/{OTHER_DIRECT}", admin(AGENCY))).status == 201
    assert (await local.call("GET", path, admin(AGENCY))).body == made.body
    first = (await local.call("GET", f"{blocks}?maxpagesize=1", admin(AGENCY))).body
    following = first["nextLink"].removeprefix("https://csp.example")
    rest = (await local.call("GET", following, admin(AGENCY))).body
    assert [item["partnerId"] for item in first["value"] + rest["value"]] == [DIRECT, OTHER_DIRECT]
    assert "nextLink" not in rest

    invitation = f"{CUSTOMER}/invitations/{invitation_id(1)}"
    refused = await local.call("PUT", invitation, SELLER, {"delegatedAdmin": True})
    assert refused.body["error"]["innererror"]["rules"] == ["INV-9"]
    stale = await local.call("DELETE", path, admin(AGENCY), None, {"if-match": '"old"'})
    assert stale.status == 412
    for _ in range(2):
        assert (await local.call("DELETE", path, admin(AGENCY))).status == 204
    assert (await local.call("GET", path, admin(AGENCY))).status == 404
    made_again = await local.call("PUT", invitation, SELLER, {"delegatedAdmin": True})
    assert made_again.status == 201
    for claims in (SELLER, OPERATOR_CLAIMS):
        assert (await local.call("GET", path, claims)).status == 403


async def test_a_block_tells_when_the_partner_may_invite_again(local: LocalApp):
    """INV-9: three invitations in 30 days; a fourth as soon as the first is 30 days old."""
    await enrol(local, DIRECT)
    path, invited = f"{CUSTOMER}/blocked-partners/{DIRECT}", list[datetime]()
    for number in range(1, 4):
        invitation = f"{CUSTOMER}/invitations/{invitation_id(number)}"
        made = await local.call("PUT", invitation, SELLER, {"delegatedAdmin": True})
        assert made.status == 201
        blocked = await local.call("PUT", path, admin(AGENCY))
        invited.append(datetime.fromisoformat(made.body["createdAt"]))
        assert (blocked.body["invitableAt"] is None) == (number < 3)
        assert (await local.call("DELETE", path, admin(AGENCY))).status == 204
        assert (await local.call("POST", f"{invitation}/decline", admin(AGENCY))).status == 200
        local.clock.pass_by(days=1)
    again = datetime.fromisoformat(blocked.body["invitableAt"])
    assert again - invited[0] == timedelta(days=30)
    last = f"{CUSTOMER}/invitations/{invitation_id(4)}"
    local.clock.at = again - timedelta(seconds=1)
    refused = await local.call("PUT", last, SELLER, {"delegatedAdmin": True})
    assert refused.body["error"]["innererror"]["rules"] == ["INV-9"]
    local.clock.at = again
    assert (await local.call("PUT", last, SELLER, {"delegatedAdmin": True})).status == 201


@pytest.mark.parametrize(
    ("caller", "state"), [(admin(AGENCY), "revokedByCustomer"), (SELLER, "revokedByPartner")]
)
async def test_privileges_are_taken_away(local: LocalApp, caller: dict[str, object], state: str):
    await enrol(local, DIRECT)
    await hire(local, DIRECT, 1)
    path = f"{RELATIONSHIP}/revoke-delegated-admin"
    stale = await local.call("POST", path, caller, None, {"if-match": '"old"'})
    assert stale.status == 412
    revoked = await local.call("POST", path, caller)
    assert (revoked.body["status"], revoked.body["delegatedAdmin"]) == ("active", state)
    assert (await local.call("POST", path, caller)).body == revoked.body
    assert (await local.call("GET", RELATIONSHIP, SELLER)).body == revoked.body


async def test_a_relationship_ends(local: LocalApp):
    await enrol(local, DIRECT)
    await hire(local, DIRECT, 1)
    sale = f"{CUSTOMER}/subscriptions/{subscription_id()}"
    await local.call("PUT", sale, SELLER, sale_document())
    asked = await local.call("POST", f"{RELATIONSHIP}/request-end", admin(AGENCY))
    assert asked.body["endRequestedAt"] is not None
    assert asked.body["status"] == "active"
    refused = await local.call("POST", f"{RELATIONSHIP}/remove", SELLER)
    assert refused.body["error"]["innererror"]["rules"] == ["REM-1"]
    assert subscription_id() in str(refused.body)
    deleted = (await local.call("POST", f"{sale}/delete", SELLER)).body
    removed = await local.call("POST", f"{RELATIONSHIP}/remove", SELLER)
    assert (removed.status, removed.body["status"]) == (200, "removed")
    assert removed.body["delegatedAdmin"] == "revokedByRemoval"
    assert (await local.call("POST", f"{RELATIONSHIP}/remove", SELLER)).body == removed.body
    assert (await local.call("GET", sale, admin(AGENCY))).body == deleted


async def test_who_may_end_what(local: LocalApp):
    await enrol(local, DIRECT, OTHER_DIRECT)
    await hire(local, DIRECT, 1)
    other, agent = user(OTHER_DIRECT, "GlobalAdmin"), user(DIRECT, "SalesAgent")
    for action, caller, status in (
        ("remove", other, 404),
        ("remove", agent, 403),
        ("remove", admin(AGENCY), 403),
        ("request-end", SELLER, 403),
        ("request-end", admin(OTHER_DIRECT), 404),
        ("revoke-delegated-admin", other, 404),
        ("revoke-delegated-admin", agent, 403),
        ("revoke-delegated-admin", OPERATOR_CLAIMS, 403),
    ):
        answer = await local.call("POST", f"{RELATIONSHIP}/{action}", caller)
        assert answer.status == status, action
    unrelated = f"{CUSTOMER}/relationships/{OTHER_DIRECT}/remove"
    assert (await local.call("POST", unrelated, other)).status == 404


async def test_only_the_operator_suspends(local: LocalApp):
    await enrol(local, DIRECT)
    assert (await local.call("POST", f"{PARTNER}/suspend", SELLER)).status == 403
    missing = f"/api/partners/{OTHER_DIRECT}/resume"
    assert (await local.call("POST", missing, OPERATOR_CLAIMS)).status == 404


async def test_what_another_instance_did_to_a_partner(local: LocalApp):
    """A profile that is cached lets a partner read on for a while, but never keeps it out."""
    await enrol(local, DIRECT)
    await hire(local, DIRECT, 1)
    other = wire(SETTINGS, local.memory.ports, local.clock, Random(8), {})
    operator = actor(OPERATOR, "OP")
    assert (await local.call("GET", RELATIONSHIP, SELLER)).status == 200
    await other.executor.execute(SetPartnerStatus(operator, DIRECT, PartnerStatus.SUSPENDED))
    assert (await local.call("GET", RELATIONSHIP, SELLER)).status == 200
    local.clock.pass_by(seconds=SETTINGS.profile_cache_seconds)
    assert (await local.call("GET", RELATIONSHIP, SELLER)).status == 404
    await other.executor.execute(SetPartnerStatus(operator, DIRECT, PartnerStatus.ACTIVE))
    assert (await local.call("GET", RELATIONSHIP, SELLER)).status == 200
