"""What the operator lists of everybody: partners, disputes, and how much is open."""

from datetime import timedelta
from typing import Any

import pytest

from shared.services.ports.dead_letters import DeadLetter
from shared.services.ports.findings import Finding, FindingStatus
from shared.services.ports.index import IndexKey
from shared.storage.encoding.keys import index as index_keys
from shared.storage.encoding.keys.sweeps import finding_place
from tests.cast.bodies import partner_document, sale_document
from tests.cast.ids import AGENCY, AT, BUREAU, DIRECT, OTHER_DIRECT, PROVIDER, subscription_id
from tests.running.app import OPERATOR_CLAIMS, Answer, LocalApp, admin, enrol, hire, user
from tests.unit.http.damages import damage

PARTNERS = "/api/partners"
DISPUTES = "/api/disputes"
COUNTS = "/api/open-counts"


async def read(local: LocalApp, path: str) -> Any:
    answer = await local.call("GET", path, OPERATOR_CLAIMS)
    assert answer.status == 200, answer
    return answer.body


async def ids(local: LocalApp, path: str) -> list[str]:
    return [each["id"] for each in (await read(local, path))["value"]]


# partners


@pytest.fixture
async def three(local: LocalApp) -> list[str]:
    """Three partners, one of them suspended."""
    names = {DIRECT: "Fabrikam Federal", OTHER_DIRECT: "FABRIKAM Überseehandel", PROVIDER: "한빛"}
    for partner_id, name in names.items():
        body = partner_document(partner_id, name=name)
        path = f"{PARTNERS}/{partner_id}"
        assert (await local.call("PUT", path, OPERATOR_CLAIMS, body)).status == 201
    await local.call("POST", f"{PARTNERS}/{OTHER_DIRECT}/suspend", OPERATOR_CLAIMS)
    await local.follow()
    return sorted(names)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {DIRECT, OTHER_DIRECT, PROVIDER}),
        ("?status=suspended", {OTHER_DIRECT}),
        ("?status=active", {DIRECT, PROVIDER}),
        ("?search=fabrikam", {DIRECT, OTHER_DIRECT}),
        ("?search=Fabrikam%20%C3%9C", {OTHER_DIRECT}),
        ("?search=fabrikam&status=active", {DIRECT}),
        ("?search=%ED%95%9C", {PROVIDER}),
        ("?search=Federal", set()),
    ],
)
async def test_partners_are_found_by_name_and_status(local, three, query: str, found: set[str]):
    assert await ids(local, PARTNERS + query) == sorted(found)


async def test_a_partner_is_listed_as_it_is_read(local, three):
    listed = await read(local, PARTNERS)
    assert listed["asOf"] == "2026-11-01T08:00:00.000000Z"
    for each in listed["value"]:
        assert each == await read(local, f"{PARTNERS}/{each['id']}")


async def test_partners_in_pages(local, three):
    first = await read(local, f"{PARTNERS}?maxpagesize=2")
    second = await read(local, first["nextLink"])
    assert [each["id"] for each in (*first["value"], *second["value"])] == three
    assert "nextLink" not in second


async def test_a_renamed_partner_is_found_by_its_new_name(local, three):
    body = partner_document(DIRECT, name="Contoso")
    path = f"{PARTNERS}/{DIRECT}"
    await local.call("PUT", path, OPERATOR_CLAIMS, body, {"if-match": "*"})
    await local.follow()
    assert await ids(local, f"{PARTNERS}?search=contoso") == [DIRECT]
    assert await ids(local, f"{PARTNERS}?search=fabrikam") == [OTHER_DIRECT]


async def test_a_partner_finds_itself_alone(local, three):
    seller = user(DIRECT, "SalesAgent")
    for query, found in (("", 1), ("?search=fabrikam", 1), ("?status=suspended", 0)):
        answer = await local.call("GET", PARTNERS + query, seller)
        assert [each["id"] for each in answer.body["value"]] == [DIRECT] * found
        assert "asOf" not in answer.body


async def test_one_broken_row_does_not_hide_all_partners(local, three):
    key = index_keys.index(IndexKey.of_partner(DIRECT))
    await damage(local.memory.tables["index"], key, body="[")
    assert await ids(local, PARTNERS) == sorted([OTHER_DIRECT, PROVIDER])


# disputes


async def sold(local: LocalApp, n: int, customer_id: str = AGENCY) -> str:
    path = f"/api/customers/{customer_id}/subscriptions/{subscription_id(n)}"
    seller = user(DIRECT, "SalesAgent")
    assert (await local.call("PUT", path, seller, sale_document())).status == 201
    return path


async def disputed(local: LocalApp, n: int, reason: str | None = None) -> Answer:
    path = await sold(local, n)
    local.clock.pass_by(minutes=1)
    body = {"reason": reason} if reason else {}
    answer = await local.call("POST", f"{path}/dispute", admin(AGENCY), body)
    assert answer.status == 200
    await local.follow()
    return answer


@pytest.fixture
async def hired(local: LocalApp) -> LocalApp:
    """DIRECT sells to AGENCY, which said what it is called."""
    await enrol(local, DIRECT)
    await hire(local, DIRECT, 1)
    body = {"name": "Rivers and Harbors", "domain": "rivers.example.gov", "country": "US"}
    path = f"/api/customers/{AGENCY}"
    set_up = await local.call("PUT", path, admin(AGENCY), body, {"if-match": "*"})
    assert set_up.status in {200, 201}, set_up
    return local


async def test_a_dispute_shows_both_sides_and_its_reason_before_it_is_decided(hired):
    answer = await disputed(hired, 1, "Nobody here ordered it.")
    own = {name: value for name, value in answer.body.items() if name != "etag"}
    (only,) = (await read(hired, DISPUTES))["value"]
    both = {"customerName": "Rivers and Harbors", "disputeStatus": "open"}
    assert only == {**own, **both, "etag": only["etag"]}
    assert only["disputeReason"] == "Nobody here ordered it."
    assert only["partnerName"] == partner_document(DIRECT)["name"]
    assert only["partnerMpnId"] == partner_document(DIRECT)["mpnId"]
    one = f"{DISPUTES}/{AGENCY}/{subscription_id(1)}"
    assert await read(hired, one) == only


async def test_disputes_come_newest_first_and_by_status(hired):
    for n in (2, 1, 3):
        await disputed(hired, n)
    annul = f"/api/customers/{AGENCY}/subscriptions/{subscription_id(1)}/annul"
    assert (await hired.call("POST", annul, OPERATOR_CLAIMS, {})).status == 200
    await hired.follow()
    third, first, second = (subscription_id(n) for n in (3, 1, 2))
    assert await ids(hired, DISPUTES) == [third, first, second]
    assert await ids(hired, f"{DISPUTES}?status=open") == [third, second]
    assert await ids(hired, f"{DISPUTES}?status=annulled") == [first]
    paged = await read(hired, f"{DISPUTES}?status=open&maxpagesize=1")
    assert [each["id"] for each in (await read(hired, paged["nextLink"]))["value"]] == [second]


async def test_what_is_annulled_is_what_was_read(hired):
    """The version covers the reason: a later one is read before anything is decided."""
    await disputed(hired, 1, "Nobody here ordered it.")
    one, path = f"{DISPUTES}/{AGENCY}/{subscription_id(1)}", path_of(1)
    before = await read(hired, one)
    await hired.call("POST", f"{path}/dispute", admin(AGENCY), {"reason": "Another one."})
    stale = {"if-match": before["etag"]}
    answer = await hired.call("POST", f"{path}/annul", OPERATOR_CLAIMS, {}, stale)
    assert answer.code == (412, "ConditionNotMet")
    now = await read(hired, one)
    assert now["disputeReason"] == "Another one."
    given = {"reason": "The partner has no order."}
    fresh = {"if-match": now["etag"]}
    answer = await hired.call("POST", f"{path}/annul", OPERATOR_CLAIMS, given, fresh)
    assert (answer.status, answer.body["disputeStatus"]) == (200, "annulled")
    assert answer.body == await read(hired, one)
    assert answer.body["annulmentReason"] == "The partner has no order."


def path_of(n: int) -> str:
    return f"/api/customers/{AGENCY}/subscriptions/{subscription_id(n)}"


async def test_what_nobody_disputes_is_no_dispute(hired):
    await sold(hired, 1)
    for customer, n in ((AGENCY, 1), (AGENCY, 2), (BUREAU, 1)):
        path = f"{DISPUTES}/{customer}/{subscription_id(n)}"
        assert (await hired.call("GET", path, OPERATOR_CLAIMS)).status == 404


async def test_a_dispute_is_a_finding_at_once(hired):
    await disputed(hired, 1)
    (finding,) = (await read(hired, "/api/findings?status=open"))["value"]
    assert (finding["kind"], finding["tenantId"]) == ("subscription-id-contested", AGENCY)
    assert finding["key"] == f"subscription|{subscription_id(1)}"
    document = partner_document(DIRECT)
    named = {"partnerId": DIRECT, "name": document["name"], "mpnId": document["mpnId"]}
    assert finding["partners"] == [named]
    assert await read(hired, f"/api/findings/{finding['id']}") == finding


async def test_what_was_annulled_before_anybody_followed_is_no_finding(hired):
    path = await sold(hired, 1)
    await hired.call("POST", f"{path}/dispute", admin(AGENCY), {})
    await hired.call("POST", f"{path}/annul", OPERATOR_CLAIMS, {})
    await hired.follow()
    assert (await read(hired, "/api/findings"))["value"] == []
    assert await ids(hired, f"{DISPUTES}?status=annulled") == [subscription_id(1)]


# how much is open


async def test_nothing_is_open(local):
    nothing = {"count": 0, "more": False}
    assert await read(local, COUNTS) == {
        "findings": nothing,
        "deadLetters": nothing,
        "disputes": nothing,
    }


def finding(n: int, status: FindingStatus = FindingStatus.OPEN) -> Finding:
    at = AT + timedelta(seconds=n)
    return Finding(f"{n:064x}", "index-stale", "warning", AGENCY, "k", {}, False, at, at, status)


@pytest.mark.parametrize(
    ("there", "told"), [(99, (99, False)), (100, (100, False)), (101, (100, True))]
)
async def test_a_hundred_are_counted_at_most(local, there: int, told: tuple[int, bool]):
    for n in range(there):
        await local.memory.ports.findings.put(finding(n), None)
    await local.memory.ports.findings.put(finding(1000, FindingStatus.CLOSED), None)
    counted = (await read(local, COUNTS))["findings"]
    assert (counted["count"], counted["more"]) == told


async def test_an_altered_one_is_not_counted_and_hides_no_other(local):
    for n in range(102):
        await local.memory.ports.findings.put(finding(n), None)
    for n in (50, 60):
        await damage(local.memory.tables["operations"], finding_place(finding(n)), body="[")
    assert (await read(local, COUNTS))["findings"] == {"count": 99, "more": True}


async def test_each_kind_is_counted(hired):
    await disputed(hired, 1)
    letter = DeadLetter(
        "a" * 64, "onboarding", "malformed", {"type": "E", "message": ""}, None, "", 1, AT
    )
    await hired.memory.ports.dead_letters.add(letter, "", [])
    one = {"count": 1, "more": False}
    assert await read(hired, COUNTS) == {"findings": one, "deadLetters": one, "disputes": one}


@pytest.mark.parametrize("path", [DISPUTES, COUNTS, f"{DISPUTES}/{AGENCY}/{subscription_id(1)}"])
async def test_nobody_else(hired, path: str):
    await disputed(hired, 1)
    for caller in (user(DIRECT, "GlobalAdmin"), admin(AGENCY)):
        assert (await hired.call("GET", path, caller)).status == 403
