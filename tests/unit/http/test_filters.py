"""A partner's lists, narrowed: what is wanted and nothing else, however it is paged."""

from typing import Any
from urllib.parse import quote

import pytest

from shared.services.listing import ROUNDS, Narrowing
from shared.services.ports.index import IndexKey, IndexKind, IndexRow
from tests.cast.bodies import SIGNER, sale_document
from tests.cast.ids import AGENCY, DIRECT, OTHER_DIRECT, invitation_id, subscription_id
from tests.running.app import LocalApp, admin, enrol, hire, user

OWN = f"/api/partners/{DIRECT}"
SELLER = user(DIRECT, "GlobalAdmin")
CUSTOMERS = {
    "Agency of Trees": "01000000-0000-4000-8000-0000000000c1",
    "agentur": "02000000-0000-4000-8000-0000000000c2",
    "기관": "f3000000-0000-4000-8000-0000000000c3",
}
TREES, AGENTUR, KOREAN = CUSTOMERS.values()


@pytest.fixture
async def partner(local: LocalApp) -> LocalApp:
    """A partner with three customers, hired a day apart, each with two subscriptions."""
    await enrol(local, DIRECT)
    for number, (name, customer) in enumerate(CUSTOMERS.items(), 1):
        base = f"/api/customers/{customer}"
        domain = {"name": name, "domain": f"d{number}.example", "country": "US"}
        assert (await local.call("PUT", base, admin(customer), domain)).status == 201
        path = f"{base}/invitations/{invitation_id(number)}"
        body = {"delegatedAdmin": True, "externalReference": f"=CRM-{number}"}
        assert (await local.call("PUT", path, SELLER, body)).status == 201
        signed = {"customerAgreement": SIGNER}
        assert (await local.call("POST", f"{path}/accept", admin(customer), signed)).status == 200
        for half in (0, 1):
            sale = f"{base}/subscriptions/{subscription_id(2 * number + half)}"
            sold = sale_document(
                friendlyName=None if half else f"Straße {number}", externalReference=f"PO {number}"
            )
            assert (await local.call("PUT", sale, SELLER, sold)).status == 201
        await local.follow()
        local.clock.pass_by(days=1)
    return local


async def ids(local: LocalApp, path: str, field: str = "id", size: int = 1) -> list[str]:
    """That field's last digits over all pages, which are never empty before the last."""
    found: list[str] = []
    url = f"{path}&maxpagesize={size}"
    while True:
        answer = await local.call("GET", url, SELLER)
        assert answer.status == 200, answer
        page = answer.body
        assert page["value"] or "nextLink" not in page
        found += [item[field][-2:] for item in page["value"]]
        if "nextLink" not in page:
            return found
        url = page["nextLink"].removeprefix("https://csp.example")


def query(**filters: str) -> str:
    return "?" + "&".join(f"{name}={quote(value)}" for name, value in filters.items())


@pytest.mark.parametrize("size", [1, 1000])
async def test_customers(partner: LocalApp, size: int):
    for filters, wanted in (
        ({}, ["c1", "c2", "c3"]),
        ({"search": "AGEN"}, ["c1", "c2"]),
        ({"search": "agency"}, ["c1"]),
        ({"search": "agency "}, ["c1"]),
        ({"search": "gency"}, []),
        ({"search": "D3.EX"}, ["c3"]),
        ({"search": "기관"}, ["c3"]),
        ({"search": "=crm-2"}, ["c2"]),
        ({"search": "\u1100\u1175"}, ["c3"]),  # as a Mac spells it
        ({"search": "'; "}, []),
        ({"status": "active"}, ["c1", "c2", "c3"]),
        ({"status": "removed"}, []),
        ({"updatedSince": "2026-11-02T08:00:00Z"}, ["c2", "c3"]),
        ({"updatedSince": "2026-11-02T17:00:00.000001+09:00"}, ["c3"]),
        ({"customerId": AGENTUR.upper()}, ["c2"]),
        ({"customerId": AGENTUR, "search": "agency"}, []),
        ({"customerId": OTHER_DIRECT}, []),
        ({"search": "a", "updatedSince": "2026-11-02T00:00:00Z", "status": "active"}, ["c2"]),
    ):
        found = await ids(partner, f"{OWN}/customers{query(**filters)}", "customerId", size)
        assert found == wanted, filters


@pytest.mark.parametrize("size", [1, 2, 1000])
async def test_subscriptions(partner: LocalApp, size: int):
    for filters, wanted in (
        ({}, ["02", "03", "04", "05", "06", "07"]),
        ({"search": "STRASSE 2"}, ["04"]),
        ({"search": "po 3"}, ["06", "07"]),
        ({"search": "office"}, ["02", "03", "04", "05", "06", "07"]),
        ({"customerId": TREES}, ["02", "03"]),
        ({"customerId": TREES, "search": "straße"}, ["02"]),
        ({"endsBefore": "2027-11-01T00:00:00Z"}, []),
        ({"endsBefore": "2027-11-01T00:00:00.000001Z", "customerId": KOREAN}, ["06", "07"]),
        ({"updatedSince": "2026-11-03T08:00:00Z", "status": "active"}, ["06", "07"]),
        ({"status": "suspended"}, []),
    ):
        found = await ids(partner, f"{OWN}/subscriptions{query(**filters)}", size=size)
        assert found == wanted, filters


async def test_invitations(partner: LocalApp):
    customer = "a4000000-0000-4000-8000-0000000000c4"
    path = f"/api/customers/{customer}/invitations/{invitation_id(4)}"
    body = {"delegatedAdmin": True, "expiresInDays": 1}
    assert (await partner.call("PUT", path, SELLER, body)).status == 201
    await partner.follow()
    for filters, wanted in (
        ({"status": "pending"}, ["04"]),
        ({"status": "accepted"}, ["01", "02", "03"]),
        ({"status": "expired"}, []),
        ({"expiresBefore": "2026-11-05T08:00:00Z"}, []),
        ({"expiresBefore": "2026-11-05T08:00:01Z"}, ["04"]),
        ({"search": "=crm-2"}, ["02"]),
        ({"customerId": customer}, ["04"]),
    ):
        assert await ids(partner, f"{OWN}/invitations{query(**filters)}") == wanted, filters
    # Time alone makes it expire: nothing is recorded yet.
    partner.clock.pass_by(days=1)
    assert await ids(partner, f"{OWN}/invitations?status=pending") == []
    assert await ids(partner, f"{OWN}/invitations?status=expired") == ["04"]
    assert await ids(partner, f"{OWN}/invitations?status=expired&search=x") == []


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("customers", "endsBefore", "2027-11-01T00:00:00Z"),
        ("customers", "expiresBefore", "2027-11-01T00:00:00Z"),
        ("customers", "status", "pending"),
        ("invitations", "endsBefore", "2027-11-01T00:00:00Z"),
        ("subscriptions", "expiresBefore", "2027-11-01T00:00:00Z"),
        ("subscriptions", "updatedSince", "1700000000"),
        ("subscriptions", "updatedSince", "2026-11-01"),
        ("subscriptions", "updatedSince", "2026-11-01T00:00:00"),
        ("subscriptions", "endsBefore", "0001-01-01T00:00:00+14:00"),
        ("subscriptions", "customerId", "' or PartitionKey ne '"),
        ("subscriptions", "search", ""),
        ("subscriptions", "search", "x" * 129),
    ],
)
async def test_a_filter_that_is_none_of_the_lists(
    local: LocalApp, path: str, name: str, value: str
):
    await enrol(local, DIRECT)
    answer = await local.call("GET", f"{OWN}/{path}?{name}={quote(value)}", SELLER)
    assert answer.status == 400
    assert [detail["target"] for detail in answer.body["error"]["details"]] == [name]


async def test_a_token_belongs_to_its_filters(partner: LocalApp):
    url = f"{OWN}/subscriptions{query(search='po', updatedSince='2026-11-01T08:00:00+00:00')}"
    first = (await partner.call("GET", f"{url}&maxpagesize=2", SELLER)).body
    token = first["nextLink"].rpartition("skiptoken=")[2]
    again = await partner.call("GET", f"{url}&skiptoken={token}", SELLER)
    assert len(again.body["value"]) == 4
    for other in ("search=p", "search=po", "search=po&customerId=" + TREES, ""):
        answer = await partner.call("GET", f"{OWN}/subscriptions?{other}&skiptoken={token}", SELLER)
        assert answer.body["error"]["target"] == "skiptoken"


async def test_what_is_there_throughout_is_listed_once_while_others_come(partner: LocalApp):
    """Between any two pages a customer appears, before or behind the place that was reached."""
    index = partner.memory.ports.index
    seen: list[str] = []
    url = f"{OWN}/customers?search=age&maxpagesize=1"
    number = 0
    while url:
        page = (await partner.call("GET", url, SELLER)).body
        seen += [item["customerId"] for item in page["value"]]
        url = page.get("nextLink", "").removeprefix("https://csp.example")
        number += 1
        customer = f"{number:02d}999999-0000-4000-8000-0000000000c9"
        key = IndexKey(DIRECT, IndexKind.CUSTOMER, customer, customer)
        await index.put(IndexRow(key, 1, shown(customer, "Agenda")), None)
    assert len(seen) == len(set(seen))
    assert {TREES, AGENTUR} <= set(seen)


async def test_a_page_may_be_empty_after_much_that_nobody_looks_for(
    local: LocalApp, monkeypatch: pytest.MonkeyPatch
):
    await enrol(local, DIRECT)
    monkeypatch.setattr("shared.services.queries.partners._BULK", 1)
    looked_at = 2 * ROUNDS  # a read is for the page's item and the one that may follow it
    for number in range(looked_at + 1):
        customer = f"00000000-0000-4000-8000-{number:012d}"
        key = IndexKey(DIRECT, IndexKind.CUSTOMER, customer, customer)
        name = "last" if number == looked_at else "other"
        await local.memory.ports.index.put(IndexRow(key, 1, shown(customer, name)), None)
    page = (await local.call("GET", f"{OWN}/customers?search=last&maxpagesize=1", SELLER)).body
    assert page["value"] == []
    url = page["nextLink"].removeprefix("https://csp.example")
    [found] = (await local.call("GET", url, SELLER)).body["value"]
    assert found["name"] == "last"


def shown(customer_id: str, name: str) -> dict[str, Any]:
    """A partner's customer as its index has it."""
    return {
        "customerId": customer_id,
        "name": name,
        "lastKnownName": name,
        "domain": None,
        "status": "active",
        "delegatedAdmin": "none",
        "delegatedAdminUntil": None,
        "indirectResellerId": None,
        "otherSide": None,
        "externalReference": None,
        "pendingInvitation": None,
        "since": "2026-11-01T08:00:00.000000Z",
        "updatedAt": "2026-11-01T08:00:00.000000Z",
    }


@pytest.mark.parametrize(
    ("search", "text", "found"),
    [
        ("Abc", "ABCD", True),
        ("bc", "abc", False),
        ("\uff21\uff22", "abc", True),  # full width
        ("straße", "STRASSE", True),
        ("zu\u0308rich", "ZÜRICH", True),
        ('o\'brien "a/b" #1 100% ?', 'O\'Brien "A/B" #1 100% ?', True),
        ("<b>c", "<b>Co</b>", True),
        ("x", None, False),
        ("", "anything", True),
    ],
)
def test_how_texts_are_compared(search: str, text: str | None, found: bool):
    assert Narrowing(search=search).found(None, text) is found
    assert Narrowing().found(text)


async def test_relationships_are_listed_by_status(local: LocalApp):
    await enrol(local, DIRECT, OTHER_DIRECT)
    for number, partner_id in enumerate((DIRECT, OTHER_DIRECT), 1):
        await hire(local, partner_id, number)
    base = f"/api/customers/{AGENCY}/relationships"
    remove = f"{base}/{OTHER_DIRECT}/remove"
    assert (await local.call("POST", remove, user(OTHER_DIRECT, "GlobalAdmin"))).status == 200
    for status, partners in (
        ("active", [DIRECT]),
        ("removed", [OTHER_DIRECT]),
        ("active%20", [DIRECT]),
    ):
        page = await local.call("GET", f"{base}?status={status}", admin(AGENCY))
        assert [each["partnerId"] for each in page.body["value"]] == partners
    refused = await local.call("GET", f"{base}?status=ended", admin(AGENCY))
    assert refused.code == (400, "InvalidRequest")
