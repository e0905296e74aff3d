"""Invitation links over HTTP (INV-5)."""

from typing import Any

from shared.clock import rfc3339
from tests.cast.bodies import SIGNER
from tests.cast.ids import AGENCY, AT, BUREAU, DAY, DIRECT, OTHER_DIRECT, invitation_id
from tests.running.app import OPERATOR_CLAIMS, Answer, LocalApp, admin, enrol, user

LINKS = f"/api/partners/{DIRECT}/invitation-links"
LINK = f"{LINKS}/{invitation_id(1)}"
ACCEPT = f"/api/invitation-links/{DIRECT}/{invitation_id(1)}/accept"
SELLER = user(DIRECT, "SalesAgent")


async def issue(local: LocalApp, path: str = LINK, **body: Any) -> Answer:
    return await local.call("PUT", path, SELLER, {"delegatedAdmin": True, **body})


async def accept(local: LocalApp, customer_id: str = AGENCY) -> Answer:
    body = {"country": "US", "customerAgreement": SIGNER}
    return await local.call("POST", ACCEPT, admin(customer_id), body)


async def status(local: LocalApp) -> tuple[str, int]:
    shown = (await local.call("GET", LINK, SELLER)).body
    return shown["status"], shown["acceptances"]


async def test_a_link_is_issued_once(local: LocalApp):
    await enrol(local, DIRECT)
    made = await issue(local)
    assert made.status == 201
    assert made.body["url"] == f"https://csp.example/invite/{DIRECT}/{invitation_id(1)}"
    assert made.body["expiresAt"] == rfc3339(AT + 30 * DAY)
    assert (made.body["maxAcceptances"], made.body["status"]) == (100, "active")
    assert "createDigest" not in made.body
    again = await issue(local)
    assert (again.status, again.body) == (200, made.body)
    assert (await issue(local, maxAcceptances=5)).code == (409, "ResourceAlreadyExists")
    assert (await local.call("GET", LINK, SELLER)).body == made.body


async def test_a_link_makes_and_accepts_an_invitation(local: LocalApp):
    await enrol(local, DIRECT)
    await issue(local)
    accepted = await accept(local)
    assert (accepted.status, accepted.body["status"]) == (200, "accepted")
    assert (accepted.body["customerId"], accepted.body["linkId"]) == (AGENCY, invitation_id(1))
    assert (await accept(local)).body == accepted.body
    path = f"/api/customers/{AGENCY}/invitations/{accepted.body['id']}"
    assert (await local.call("GET", path, admin(AGENCY))).body == accepted.body
    related = f"/api/customers/{AGENCY}/relationships/{DIRECT}"
    assert (await local.call("GET", related, SELLER)).body["origin"] == "link"
    assert await status(local) == ("active", 1)


async def test_what_ends_a_link(local: LocalApp):
    await enrol(local, DIRECT)
    await issue(local, maxAcceptances=1)
    assert (await accept(local)).status == 200
    assert await status(local) == ("exhausted", 1)
    refused = await accept(local, BUREAU)
    assert refused.body["error"]["innererror"]["rules"] == ["INV-5"]
    local.clock.pass_by(days=31)
    assert await status(local) == ("expired", 1)
    stale = await local.call("POST", f"{LINK}/revoke", SELLER, None, {"if-match": '"old"'})
    assert stale.code == (412, "ConditionNotMet")
    etag = (await local.call("GET", LINK, SELLER)).body["etag"]
    revoked = await local.call("POST", f"{LINK}/revoke", SELLER, None, {"if-match": etag})
    assert (revoked.status, revoked.body["status"]) == (200, "revoked")
    assert (await local.call("POST", f"{LINK}/revoke", SELLER)).body == revoked.body


async def test_links_in_pages(local: LocalApp):
    await enrol(local, DIRECT)
    for number in (1, 2, 3):
        await issue(local, f"{LINKS}/{invitation_id(number)}")
    first = (await local.call("GET", f"{LINKS}?maxpagesize=2", SELLER)).body
    rest = await local.call("GET", first["nextLink"].removeprefix("https://csp.example"), SELLER)
    ids = [item["id"] for item in (*first["value"], *rest.body["value"])]
    assert ids == [invitation_id(number) for number in (1, 2, 3)]
    assert "nextLink" not in rest.body


async def test_a_link_is_its_partners_only(local: LocalApp):
    await enrol(local, DIRECT, OTHER_DIRECT)
    await issue(local)
    other = user(OTHER_DIRECT, "GlobalAdmin")
    for method, path in (
        ("GET", LINK),
        ("GET", LINKS),
        ("PUT", LINK),
        ("POST", f"{LINK}/revoke"),
    ):
        body = {"delegatedAdmin": True} if method == "PUT" else None
        assert (await local.call(method, path, other, body)).status == 404, path
    assert (await local.call("GET", LINK, OPERATOR_CLAIMS)).status == 403
    assert (await local.call("POST", ACCEPT, SELLER)).status == 403
    missing = f"{LINKS}/{invitation_id(9)}"
    assert (await local.call("GET", missing, SELLER)).status == 404
    assert (await local.call("POST", f"{missing}/revoke", SELLER)).status == 404
    nothing = await local.call("POST", ACCEPT.replace(DIRECT, BUREAU), admin(AGENCY))
    assert nothing.status == 404
