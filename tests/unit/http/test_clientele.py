"""A partner's customers: each as it is now, and all of them by what changed last."""

from typing import Any, Final

import pytest

from shared.clock import rfc3339
from shared.services.ports.index import IndexKey, IndexKind, IndexRow
from shared.services.queries import clientele
from tests.cast.bodies import SIGNER
from tests.cast.ids import AGENCY, BUREAU, DIRECT, OTHER_DIRECT, invitation_id
from tests.running.app import LocalApp, admin, enrol, user
from tests.unit.http.test_filters import shown

OWN: Final = f"/api/partners/{DIRECT}/customers"
SELLER: Final = user(DIRECT, "GlobalAdmin")
NEWEST: Final = f"{OWN}?order=newest"
ANEW: Final = {"if-match": "*"}


@pytest.fixture
async def partner(local: LocalApp) -> LocalApp:
    await enrol(local, DIRECT, OTHER_DIRECT)
    return local


def path(number: int, customer: str = AGENCY) -> str:
    return f"/api/customers/{customer}/invitations/{invitation_id(number)}"


async def invite(local: LocalApp, number: int, **body: Any) -> None:
    made = await local.call("PUT", path(number), SELLER, {"delegatedAdmin": True, **body})
    assert made.status == 201, made


async def accept(local: LocalApp, number: int, **body: Any) -> None:
    signed = {"customerAgreement": SIGNER, "country": "US", **body}
    done = await local.call("POST", f"{path(number)}/accept", admin(AGENCY), signed)
    assert done.status == 200, done


async def called(local: LocalApp, name: str) -> None:
    profile = {"name": name, "domain": "a.example", "country": "US"}
    put = await local.call("PUT", f"/api/customers/{AGENCY}", admin(AGENCY), profile, ANEW)
    assert put.status == 200, put


async def one(local: LocalApp) -> dict[str, Any]:
    """As it is now; the list says the same once it has followed."""
    read = await local.call("GET", f"{OWN}/{AGENCY}", SELLER)
    await local.follow()
    listed = await local.call("GET", f"{OWN}?customerId={AGENCY}", SELLER)
    assert listed.body["value"] == [read.body]
    return read.body


async def test_what_waits_and_since_when(partner: LocalApp):
    await invite(partner, 1, externalReference="CRM-7", expiresInDays=10)
    known = await one(partner)
    assert known["status"] == "invited"
    assert known["externalReference"] == "CRM-7"
    assert known["pendingInvitation"] == {
        "id": invitation_id(1),
        "createdAt": "2026-11-01T08:00:00.000000Z",
        "expiresAt": "2026-11-11T08:00:00.000000Z",
    }
    partner.clock.pass_by(days=10)
    assert (await one(partner))["pendingInvitation"] is None, "time alone makes it expire (INV-4)"


@pytest.mark.parametrize("end", ["cancel", "decline", "accept"])
async def test_what_was_answered_waits_no_longer_and_counts_as_a_change(
    partner: LocalApp, end: str
):
    await invite(partner, 1)
    partner.clock.pass_by(days=1)
    if end == "accept":
        await accept(partner, 1)
    else:
        who = SELLER if end == "cancel" else admin(AGENCY)
        assert (await partner.call("POST", f"{path(1)}/{end}", who, {})).status == 200
    known = await one(partner)
    assert known["pendingInvitation"] is None
    assert known["updatedAt"] == rfc3339(partner.clock.now())


async def test_the_reference_stays_when_a_later_invitation_gives_none(partner: LocalApp):
    await invite(partner, 1, externalReference="CRM-7")
    assert (await partner.call("POST", f"{path(1)}/cancel", SELLER)).status == 200
    await invite(partner, 2)
    assert (await one(partner))["externalReference"] == "CRM-7"


async def test_nothing_of_another_partner_is_in_it(partner: LocalApp):
    await invite(partner, 1, externalReference="CRM-7")
    await accept(partner, 1, name="Agency")
    before = await one(partner)
    partner.clock.pass_by(days=1)
    other = user(OTHER_DIRECT, "GlobalAdmin")
    body = {"delegatedAdmin": True, "externalReference": "other"}
    assert (await partner.call("PUT", path(2), other, body)).status == 201
    assert await one(partner) == before
    await accept(partner, 2)
    assert await one(partner) == before


async def test_the_last_known_name_is_that_of_the_removal(partner: LocalApp):
    await invite(partner, 1)
    assert (await one(partner))["lastKnownName"] is None
    await accept(partner, 1, name="Old")
    assert (await one(partner))["lastKnownName"] == "Old"
    await called(partner, "Middle")
    assert (await one(partner))["lastKnownName"] == "Middle"
    removed = f"/api/customers/{AGENCY}/relationships/{DIRECT}/remove"
    assert (await partner.call("POST", removed, SELLER)).status == 200
    await called(partner, "New")
    known = await one(partner)
    assert (known["name"], known["lastKnownName"], known["status"]) == (None, "Middle", "removed")
    found = await partner.call("GET", f"{OWN}?search=middle", SELLER)
    assert len(found.body["value"]) == 1
    assert (await partner.call("GET", f"{OWN}?search=new", SELLER)).body["value"] == []
    await invite(partner, 2)
    await accept(partner, 2)
    assert (await one(partner))["lastKnownName"] == "New"


async def test_who_is_not_its_customer_is_not_there(partner: LocalApp):
    assert (await partner.call("GET", f"{OWN}/{BUREAU}", SELLER)).status == 404
    other = user(OTHER_DIRECT, "GlobalAdmin")
    made = await partner.call("PUT", path(1, BUREAU), other, {"delegatedAdmin": True})
    assert made.status == 201
    assert (await partner.call("GET", f"{OWN}/{BUREAU}", SELLER)).status == 404


def changed(number: int, minutes: int) -> IndexRow:
    """A customer of the index that changed so many minutes into the month."""
    customer = f"{number % 16:x}{number:07x}-0000-4000-8000-0000000000cc"
    day, minute = divmod(minutes, 1440)
    at = f"2026-10-{1 + day:02d}T{minute // 60:02d}:{minute % 60:02d}:00.000000Z"
    body = {**shown(customer, f"Customer {number}"), "updatedAt": at}
    key = IndexKey(DIRECT, IndexKind.CUSTOMER, customer, customer)
    return IndexRow(key, 1, {**body, "status": "active" if number % 3 else "removed"})


async def everything(local: LocalApp, url: str, size: int) -> list[str]:
    """Whom all pages list; none is short but the last."""
    found: list[str] = []
    url = f"{url}&maxpagesize={size}"
    while True:
        page = (await local.call("GET", url, SELLER)).body
        found += [each["customerId"] for each in page["value"]]
        if "nextLink" not in page:
            return found
        assert len(page["value"]) == size
        url = page["nextLink"].removeprefix("https://csp.example")


NAMED: Final = {"Customer 4", *(f"Customer {number}" for number in range(40, 50))}


@pytest.mark.parametrize("few", [1, 3, 64])
@pytest.mark.parametrize("size", [1, 7, 100])
async def test_the_order_is_the_same_however_it_is_looked_for(
    partner: LocalApp, monkeypatch: pytest.MonkeyPatch, few: int, size: int
):
    """As one sort of all there are, whether they are few or looked for window by window."""
    monkeypatch.setattr(clientele, "_FEW", few)
    rows = [changed(number, (number * 7919) % 43200) for number in range(50)]
    rows += [changed(50 + number, 600) for number in range(10)]  # at one time: by id
    for row in rows:
        await partner.memory.ports.index.put(row, None)
    rows.sort(key=lambda row: row.key.customer_id)
    rows.sort(key=lambda row: str(row.body["updatedAt"]), reverse=True)
    for filters, wanted in (
        ("", rows),
        ("&status=active", [row for row in rows if row.body["status"] == "active"]),
        (
            "&updatedSince=2026-10-20T00:00:00Z",
            [row for row in rows if str(row.body["updatedAt"]) >= "2026-10-20"],
        ),
        ("&search=customer 4", [row for row in rows if row.body["name"] in NAMED]),
        ("&search=nobody", []),
    ):
        found = await everything(partner, f"{NEWEST}{filters}", size)
        assert found == [row.key.customer_id for row in wanted], filters


async def test_a_position_belongs_to_its_order(partner: LocalApp):
    for number in range(3):
        await partner.memory.ports.index.put(changed(number, number), None)
    page = await partner.call("GET", f"{NEWEST}&maxpagesize=1", SELLER)
    token = page.body["nextLink"].rpartition("skiptoken=")[2]
    other = await partner.call("GET", f"{OWN}?skiptoken={token}", SELLER)
    assert other.status == 400


async def test_an_order_that_there_is_not(partner: LocalApp):
    refused = await partner.call("GET", f"{OWN}?order=oldest", SELLER)
    assert (refused.status, refused.body["error"]["details"][0]["target"]) == (400, "order")
