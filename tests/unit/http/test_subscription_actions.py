"""What happens to a registered subscription over HTTP (SUB-3, SUB-6 to SUB-8, POR-3)."""

from typing import Any

from tests.cast.bodies import sale_document
from tests.cast.ids import AGENCY, DIRECT, MPN, OTHER_DIRECT, PROVIDER, RESELLER, subscription_id
from tests.running.app import OPERATOR_CLAIMS, Answer, LocalApp, admin, enrol, hire, user

SALE = f"/api/customers/{AGENCY}/subscriptions/{subscription_id()}"
SELLER = user(DIRECT, "SalesAgent")
MERGE = "application/merge-patch+json"


async def sell(local: LocalApp) -> dict[str, Any]:
    await enrol(local, DIRECT)
    await hire(local, DIRECT, 1)
    body = sale_document(friendlyName="Mail")
    made = await local.call("PUT", SALE, SELLER, body)
    assert made.status == 201
    return made.body


async def patch(local: LocalApp, body: Any, etag: str = "*", kind: str = MERGE) -> Answer:
    headers = {"if-match": etag, "content-type": kind}
    return await local.call("PATCH", SALE, SELLER, body, headers)


async def test_a_patch_changes_what_it_names(local: LocalApp):
    before = await sell(local)
    changed = await patch(local, {"quantity": 30}, before["etag"])
    assert changed.status == 200
    differing = {name for name in before if before[name] != changed.body[name]}
    assert differing == {"quantity", "etag"}
    cleared = await patch(local, {"friendlyName": None}, kind="application/json")
    assert (cleared.body["friendlyName"], cleared.body["quantity"]) == (None, 30)
    term = {"endsAt": "2028-11-01T00:00:00Z"}
    longer = await patch(local, {"term": term, "autoRenew": False})
    assert longer.body["term"] == before["term"] | {"endsAt": "2028-11-01T00:00:00.000000Z"}
    assert longer.body["autoRenew"] is False
    assert longer.headers["ETag"] == longer.body["etag"]
    assert (await local.call("GET", SALE, admin(AGENCY))).body == longer.body


async def test_a_patch_needs_the_version_that_it_changes(local: LocalApp):
    before = await sell(local)
    bare = await local.call("PATCH", SALE, SELLER, {"quantity": 30})
    assert bare.code == (428, "PreconditionRequired")
    assert (await patch(local, {"quantity": 30}, before["etag"])).status == 200
    stale = await patch(local, {"quantity": 31}, before["etag"])
    assert stale.code == (412, "ConditionNotMet")
    assert (await patch(local, {"quantity": 30}, before["etag"])).status == 200


async def test_a_patch_without_a_version_reveals_nothing(local: LocalApp):
    before = await sell(local)
    await enrol(local, OTHER_DIRECT)
    absent = f"/api/customers/{AGENCY}/subscriptions/{subscription_id(9)}"
    for path, caller, quantity in (
        (SALE, SELLER, before["quantity"]),
        (SALE, user(OTHER_DIRECT, "SalesAgent"), 1),
        (absent, SELLER, 1),
    ):
        bare = await local.call("PATCH", path, caller, {"quantity": quantity})
        assert bare.code == (428, "PreconditionRequired")


async def test_a_patch_of_anything_else_is_told_so(local: LocalApp):
    before = await sell(local)
    for body, targets in (
        ({"offerName": "Other"}, ["offerName"]),
        ({"term": {"duration": "P3Y"}}, ["term.endsAt", "term.duration"]),
        ({"quantity": 0}, ["quantity"]),
    ):
        answer = await patch(local, body)
        assert answer.status == 400, body
        assert [detail["target"] for detail in answer.body["error"]["details"]] == targets
    assert (await patch(local, {"quantity": None})).status == 400
    repeated = {name: before[name] for name in ("id", "status", "etag", "disputedAt", "quantity")}
    assert (await patch(local, repeated)).body == before
    assert (await patch(local, {}, kind="text/plain")).status == 415
    earlier = await patch(local, {"term": {"endsAt": "2027-01-01T00:00:00Z"}})
    assert earlier.body["error"]["innererror"]["rules"] == ["SUB-8"]


async def test_states_of_a_subscription(local: LocalApp):
    await sell(local)
    for action, state in (
        ("suspend", "suspended"),
        ("suspend", "suspended"),
        ("reactivate", "active"),
        ("delete", "deleted"),
        ("delete", "deleted"),
    ):
        answer = await local.call("POST", f"{SALE}/{action}", SELLER)
        assert (answer.status, answer.body["status"]) == (200, state)
    gone = await local.call("POST", f"{SALE}/reactivate", SELLER)
    assert gone.body["error"]["innererror"]["rules"] == ["SUB-3"]


async def test_an_action_honours_if_match(local: LocalApp):
    before = await sell(local)
    stale = await local.call("POST", f"{SALE}/suspend", SELLER, None, {"if-match": '"old"'})
    assert stale.status == 412
    good = {"if-match": before["etag"]}
    assert (await local.call("POST", f"{SALE}/suspend", SELLER, None, good)).status == 200


async def test_a_disputed_subscription_is_annulled(local: LocalApp):
    await sell(local)
    early = await local.call("POST", f"{SALE}/annul", OPERATOR_CLAIMS)
    assert early.body["error"]["innererror"]["rules"] == ["SUB-6"]
    disputed = await local.call("POST", f"{SALE}/dispute", admin(AGENCY))
    assert (disputed.status, disputed.body["status"]) == (200, "active")
    assert disputed.body["disputedAt"] is not None
    annulled = await local.call("POST", f"{SALE}/annul", OPERATOR_CLAIMS)
    assert (annulled.status, annulled.body["status"]) == (200, "annulled")
    now = (await local.call("GET", SALE, SELLER)).body
    told = {"customerName": None, "disputeStatus": "annulled", "etag": annulled.body["etag"]}
    assert annulled.body == now | told


async def test_an_empty_partner_of_record_is_filled_once(local: LocalApp):
    await enrol(local, PROVIDER, RESELLER)
    provider, reseller = user(PROVIDER, "GlobalAdmin"), user(RESELLER, "GlobalAdmin")
    link = f"/api/partners/{PROVIDER}/resellers/{RESELLER}"
    await local.call("PUT", link, provider)
    await local.call("POST", f"{link}/accept", reseller)
    await hire(local, PROVIDER, 1, indirectResellerId=RESELLER)
    await local.call("PUT", SALE, provider, sale_document())
    path, body = f"{SALE}/set-partner-of-record", {"partnerOfRecord": MPN[RESELLER]}
    assert (await local.call("POST", path, reseller, body)).status == 404
    filled = await local.call("POST", path, provider, body)
    assert (filled.status, filled.body["partnerOfRecord"]) == (200, MPN[RESELLER])
    assert (await local.call("GET", SALE, reseller)).body == filled.body
    assert (await local.call("POST", path, provider, body)).body == filled.body
    other = await local.call("POST", path, provider, {"partnerOfRecord": "9"})
    assert other.body["error"]["innererror"]["rules"] == ["POR-3"]
    await local.follow()
    for claims in (provider, reseller):
        listed = f"/api/partners/{claims['tid']}/subscriptions"
        assert (await local.call("GET", listed, claims)).body["value"] == [filled.body]
        none = await local.call("GET", f"{listed}?status=deleted", claims)
        assert none.body["value"] == []


async def test_who_may_do_what(local: LocalApp):
    await sell(local)
    await enrol(local, OTHER_DIRECT)
    other, helper = user(OTHER_DIRECT, "GlobalAdmin"), user(DIRECT, "HelpdeskAgent")
    version = {"if-match": "*"}
    bodies: dict[str, Any] = {"set-partner-of-record": {"partnerOfRecord": "1"}}
    for action in ("suspend", "reactivate", "delete", "set-partner-of-record"):
        path, body = f"{SALE}/{action}", bodies.get(action)
        assert (await local.call("POST", path, other, body)).status == 404, action
        assert (await local.call("POST", path, helper, body)).status == 403, action
        assert (await local.call("POST", path, admin(AGENCY), body)).status == 403, action
    assert (await local.call("PATCH", SALE, other, {"quantity": 1}, version)).status == 404
    assert (await local.call("PATCH", SALE, helper, {"quantity": 1}, version)).status == 403
    assert (await local.call("POST", f"{SALE}/dispute", SELLER)).status == 403
    assert (await local.call("POST", f"{SALE}/dispute", admin(DIRECT))).status == 404
    assert (await local.call("POST", f"{SALE}/annul", admin(AGENCY))).status == 403
