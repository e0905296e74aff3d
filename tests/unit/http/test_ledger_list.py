"""The ledger in either order, and what of it is about one partner or one subscription."""

from typing import Any

import pytest

from shared.services.queries import ledgers
from shared.storage.encoding.keys import tenants as tenants_keys
from shared.storage.engine.memory import Request
from shared.storage.engine.table import Delete
from tests.cast.bodies import sale_document
from tests.cast.ids import AGENCY, DIRECT, OTHER_DIRECT, STRANGER, subscription_id
from tests.running.app import LocalApp, admin, enrol, hire, user

LEDGER = f"/api/customers/{AGENCY}/ledger"
SALES = f"/api/customers/{AGENCY}/subscriptions"


@pytest.fixture
async def two(local: LocalApp) -> LocalApp:
    """Sequences 1, 2 and 5 are DIRECT's with subscription 1; 3, 4 and 6 OTHER_DIRECT's with 2."""
    await enrol(local, DIRECT, OTHER_DIRECT)
    await hire(local, DIRECT, 1)
    await hire(local, OTHER_DIRECT, 2)
    for n, seller in enumerate((DIRECT, OTHER_DIRECT), 1):
        path = f"{SALES}/{subscription_id(n)}"
        made = await local.call("PUT", path, user(seller, "SalesAgent"), sale_document())
        assert made.status == 201
    return local


async def listed(local: LocalApp, query: str) -> list[list[int]]:
    """The sequences on each page of a walk to the end."""
    url, pages = f"{LEDGER}?{query}", list[list[int]]()
    while url:
        body: dict[str, Any] = (await local.call("GET", url, admin(AGENCY))).body
        pages.append([entry["sequence"] for entry in body["value"]])
        url = body.get("nextLink", "").removeprefix("https://csp.example")
    return pages


ABOUT = {
    "": [1, 2, 3, 4, 5, 6],
    f"partnerId={DIRECT}": [1, 2, 5],
    f"partnerId={OTHER_DIRECT}": [3, 4, 6],
    f"subscriptionId={subscription_id(1)}": [5],
    f"subscriptionId={subscription_id(2)}&partnerId={OTHER_DIRECT}": [6],
    f"subscriptionId={subscription_id(2)}&partnerId={DIRECT}": [],
    f"partnerId={STRANGER}": [],
}


@pytest.mark.parametrize("size", [1, 2, 3, 6, 100])
@pytest.mark.parametrize("about", ABOUT)
@pytest.mark.parametrize("window", [1, 2, 250])
async def test_every_entry_about_it_once_in_order(
    two: LocalApp, about: str, size: int, window: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ledgers, "WINDOW", window)
    for order in ("asc", "desc"):
        pages = await listed(two, f"order={order}&maxpagesize={size}&{about}")
        found = [sequence for page in pages for sequence in page]
        assert found == (ABOUT[about] if order == "asc" else ABOUT[about][::-1])
        assert max(map(len, pages)) <= size


@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_a_page_that_looks_at_little_goes_on(
    two: LocalApp, order: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ledgers, "WINDOW", 1)
    monkeypatch.setattr(ledgers, "WINDOWS", 2)
    queries: list[str] = []

    async def note(request: Request) -> None:
        queries.extend([request.verb] if request.verb == "range" else [])

    two.memory.tables["tenants"].before = note
    pages = await listed(two, f"order={order}&subscriptionId={subscription_id(1)}")
    assert pages == ([[], [], [5]] if order == "asc" else [[5], [], []])
    assert len(queries) == 6


@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_a_page_is_bounded_by_what_it_looks_at(
    two: LocalApp, order: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ledgers, "PAGE_BYTES", 1)
    pages = await listed(two, f"order={order}&partnerId={DIRECT}")
    assert [len(page) for page in pages] == (
        [1, 1, 0, 0, 1, 0] if order == "asc" else [0, 1, 0, 0, 1, 1]
    )


async def test_the_newest_stay_in_place_while_others_are_written(two: LocalApp):
    first = (await two.call("GET", f"{LEDGER}?order=desc&maxpagesize=4", admin(AGENCY))).body
    path = f"{SALES}/{subscription_id(3)}"
    sale = await two.call("PUT", path, user(DIRECT, "SalesAgent"), sale_document())
    assert sale.status == 201
    url = first["nextLink"].removeprefix("https://csp.example")
    rest = (await two.call("GET", url, admin(AGENCY))).body
    assert [entry["sequence"] for entry in first["value"] + rest["value"]] == [6, 5, 4, 3, 2, 1]
    assert "nextLink" not in rest


async def test_an_entry_that_is_gone_hides_no_other(two: LocalApp):
    table = two.memory.tables["tenants"]
    entity = await table.get(tenants_keys.entry(AGENCY, 3))
    assert entity
    await table.transact([Delete(entity.key, entity.etag)])
    for order, expected in (("asc", [1, 2, 4, 5, 6]), ("desc", [6, 5, 4, 2, 1])):
        for size in (1, 2, 100):
            pages = await listed(two, f"order={order}&maxpagesize={size}")
            assert [sequence for page in pages for sequence in page] == expected


async def test_a_position_of_the_other_order_is_none(two: LocalApp):
    first = (await two.call("GET", f"{LEDGER}?order=desc&maxpagesize=1", admin(AGENCY))).body
    url = first["nextLink"].removeprefix("https://csp.example").replace("desc", "asc")
    assert (await two.call("GET", url, admin(AGENCY))).body["error"]["target"] == "skiptoken"


@pytest.mark.parametrize("query", ["order=down", "partnerId=x", "subscriptionId=", "offerId=1"])
async def test_what_cannot_be_asked(two: LocalApp, query: str):
    assert (await two.call("GET", f"{LEDGER}?{query}", admin(AGENCY))).status == 400


async def test_an_export_keeps_order_and_filter(two: LocalApp):
    url = f"{LEDGER}?order=desc&partnerId={DIRECT}"
    lines = await two.call("GET", url, admin(AGENCY), headers={"accept": "application/jsonl"})
    assert [line.count(DIRECT) > 0 for line in lines.body.splitlines()] == [True, True, True]


async def test_each_entry_has_an_address_of_its_own(two: LocalApp):
    listed = (await two.call("GET", LEDGER, admin(AGENCY))).body["value"]
    for entry in listed:
        own = await two.call("GET", f"{LEDGER}/entries/{entry['sequence']}", admin(AGENCY))
        assert (own.status, own.body) == (200, entry)
    absent = await two.call("GET", f"{LEDGER}/entries/7", admin(AGENCY))
    unheard_of = await two.call("GET", LEDGER.replace(AGENCY, STRANGER), admin(AGENCY))
    assert (absent.status, unheard_of.status) == (404, 404)


@pytest.mark.parametrize("sequence", ["0", "-1", "01", "1.0", "x", "1" * 13, "%D9%A1"])
async def test_what_is_no_number_of_an_entry(two: LocalApp, sequence: str):
    answer = await two.call("GET", f"{LEDGER}/entries/{sequence}", admin(AGENCY))
    assert (answer.status, answer.body["error"]["target"]) == (400, "sequence")
