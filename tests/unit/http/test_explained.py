"""What explains: access, impact, the rules; and what is erased."""

from shared.policy.catalogue import rules
from tests.cast.bodies import sale_document
from tests.cast.ids import (
    AGENCY,
    BUREAU,
    DIRECT,
    OTHER_DIRECT,
    STRANGER,
    invitation_id,
    subscription_id,
)
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin, enrol, hire, user

CUSTOMER = f"/api/customers/{AGENCY}"
ACCESS = f"{CUSTOMER}/access"
ERASE = f"{CUSTOMER}/personal-data/erase"
SELLER = user(DIRECT, "GlobalAdmin")


async def test_access_and_impact(local: LocalApp):
    await enrol(local, DIRECT, OTHER_DIRECT)
    await hire(local, DIRECT, 1)
    sale = f"{CUSTOMER}/subscriptions/{subscription_id()}"
    sold = (await local.call("PUT", sale, SELLER, sale_document(productType="azurePlan"))).body
    invitation = f"{CUSTOMER}/invitations/{invitation_id(2)}"
    other = user(OTHER_DIRECT, "GlobalAdmin")
    assert (await local.call("PUT", invitation, other, {"delegatedAdmin": True})).status == 201

    impact = (await local.call("GET", f"{invitation}/impact", admin(AGENCY))).body
    assert [item["partnerId"] for item in impact["adds"]] == [OTHER_DIRECT]
    assert impact["unchanged"]["subscriptions"] == [sold]
    assert (impact["requires"], impact["refusals"]) == ([], [])
    assert [item["partnerId"] for item in impact["unchanged"]["relationships"]] == [DIRECT]

    shown = (await local.call("GET", ACCESS, admin(AGENCY))).body
    assert [item["partnerId"] for item in shown["partners"]] == [DIRECT]
    assert shown["partners"][0]["subscriptions"][0]["role"] == "owner"
    only = await local.call("GET", f"{ACCESS}?partnerId={DIRECT.upper()}", admin(AGENCY))
    assert only.body == shown
    assert (await local.call("GET", f"{ACCESS}?partnerId={STRANGER}", admin(AGENCY))).status == 404
    assert (await local.call("GET", f"{ACCESS}?partnerId=x", admin(AGENCY))).status == 400
    for path in (ACCESS, f"{invitation}/impact"):
        assert (await local.call("GET", path, other)).status == 403
        assert (await local.call("GET", path, admin(BUREAU))).status == 404


async def test_an_impact_tells_what_would_refuse_it_and_goes_on(local: LocalApp):
    await enrol(local, DIRECT, OTHER_DIRECT)
    await hire(local, DIRECT, 1)
    for number in range(3):
        sale = f"{CUSTOMER}/subscriptions/{subscription_id(number)}"
        assert (await local.call("PUT", sale, SELLER, sale_document())).status == 201
    invitation = f"{CUSTOMER}/invitations/{invitation_id(2)}"
    other = user(OTHER_DIRECT, "GlobalAdmin")
    await local.call("PUT", invitation, other, {"delegatedAdmin": True})
    await local.call("POST", f"/api/partners/{OTHER_DIRECT}/suspend", OPERATOR_CLAIMS)
    refused = await local.call("POST", f"{invitation}/accept", admin(AGENCY), {})
    link, found = f"{invitation}/impact?maxpagesize=2", list[str]()
    while link:
        page = (await local.call("GET", link, admin(AGENCY))).body
        assert page["refusals"] == refused.body["error"]["details"]
        assert page["unchanged"]["count"] == 3
        found += [each["id"] for each in page["unchanged"]["subscriptions"]]
        link = page.get("nextLink", "").removeprefix("https://csp.example")
    assert found == [subscription_id(number) for number in range(3)]


async def test_the_rules_are_everyones(local: LocalApp):
    path = "/api/policy/rules"
    assert (await local.call("GET", path)).status == 401
    page = (await local.call("GET", f"{path}?maxpagesize=7", user(STRANGER))).body
    found = page["value"]
    while following := page.get("nextLink"):
        page = (
            await local.call("GET", following.removeprefix("https://csp.example"), user(STRANGER))
        ).body
        found += page["value"]
    assert [rule["id"] for rule in found] == list(rules())
    assert found[0]["title"] == rules()[found[0]["id"]].title.en
    korean = await local.call("GET", path, user(STRANGER), None, {"accept-language": "ko-KR"})
    assert korean.body["value"][0]["title"] == rules()[found[0]["id"]].title.ko


async def test_personal_data_of_one_invitation_goes(local: LocalApp):
    await enrol(local, DIRECT)
    contact = {"email": "a@b.example"}
    first = await hire(local, DIRECT, 1, message="Hello.", contact=contact)
    gone = await local.call("POST", ERASE, admin(AGENCY), {"invitationId": invitation_id(1)})
    assert (gone.status, gone.body["invitationId"]) == (200, invitation_id(1))
    shown = (await local.call("GET", first, admin(AGENCY))).body
    assert (shown["message"], shown["contact"]) == (None, None)
    assert shown["status"] == "accepted"
    again = await local.call("POST", ERASE, admin(AGENCY), {"invitationId": invitation_id(1)})
    assert again.body == gone.body
    verification = await local.call("GET", f"{CUSTOMER}/ledger/verification", admin(AGENCY))
    assert verification.body["valid"]
    for claims in (SELLER, OPERATOR_CLAIMS):
        assert (await local.call("POST", ERASE, claims)).status == 403


async def test_all_personal_data_goes_in_as_many_steps_as_it_takes(local: LocalApp):
    await enrol(local, DIRECT)
    for number in range(95):
        path = f"{CUSTOMER}/invitations/{invitation_id(number)}"
        invite = {"delegatedAdmin": True, "message": "Hello."}
        assert (await local.call("PUT", path, SELLER, invite)).status == 201
        assert (await local.call("POST", f"{path}/cancel", SELLER)).status == 200
        local.clock.pass_by(days=31)
    tenants = local.memory.ports.tenants
    assert len(await tenants.details_of(AGENCY, "", "~")) == 95
    before = await tenants.head(AGENCY)
    assert before
    erased = await local.call("POST", ERASE, admin(AGENCY))
    assert (erased.status, erased.body["invitationId"]) == (200, None)
    assert await tenants.details_of(AGENCY, "", "~") == {}
    after = await tenants.head(AGENCY)
    assert after
    assert after.value.sequence == before.value.sequence + 2
    assert (await local.call("POST", ERASE, admin(AGENCY))).status == 200


async def test_who_decides_to_erase_has_seen_the_profile_as_it_is(local: LocalApp):
    await enrol(local, DIRECT)
    first = await hire(local, DIRECT, 1, message="Hello.", contact={"email": "a@b.example"})
    etag = (await local.call("GET", CUSTOMER, admin(AGENCY))).body["etag"]
    body = {"name": "Agency", "domain": "agency.example", "country": "US"}
    changed = await local.call("PUT", CUSTOMER, admin(AGENCY), body, {"if-match": etag})
    assert changed.status < 300
    for about in ({}, {"invitationId": invitation_id(1)}):
        stale = await local.call("POST", ERASE, admin(AGENCY), about, {"if-match": etag})
        assert stale.status == 412
    assert (await local.call("GET", first, admin(AGENCY))).body["message"] == "Hello."
    seen = {"if-match": changed.body["etag"]}
    assert (await local.call("POST", ERASE, admin(AGENCY), {}, seen)).status == 200
    assert (await local.call("GET", first, admin(AGENCY))).body["message"] is None
