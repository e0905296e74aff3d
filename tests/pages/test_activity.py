"""The ledger in a browser: read, narrowed, an entry at a time."""

import json
import re
from typing import Any

import pytest

from shared.storage.encoding.keys import tenants as tenants_keys
from tests.cast.ids import (
    AGENCY,
    BUREAU,
    DIRECT,
    RESELLER,
    STRANGER,
    subscription_id,
)
from tests.pages.walking import walk
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin, user
from tests.running.visitors import Seen, Visitor
from tests.unit.http.damages import damage

GLOBAL_READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
AUDITOR = user(AGENCY, wids=[GLOBAL_READER])
LEDGER = f"/api/customers/{AGENCY}/ledger"
VERIFICATION = "/activity/verification"


@pytest.fixture
def local(recorded: LocalApp) -> LocalApp:
    return recorded


@pytest.fixture
def auditor(local: LocalApp) -> Visitor:
    return Visitor(local, AUDITOR)


async def entries(local: LocalApp) -> list[dict[str, Any]]:
    return (await local.call("GET", LEDGER, AUDITOR)).body["value"]


def sequences(seen: Seen) -> list[int]:
    return [int(each) for each in re.findall(r'<article aria-labelledby="entry-(\d+)"', seen.html)]


async def test_everything_is_said_with_who_did_it_the_newest_first(auditor: Visitor):
    page = await auditor.get("/activity")
    assert sequences(page) == [5, 4, 3, 2, 1]
    for said in (
        "Partner 1001 registered the subscription Office 365 G3, quantity 25.",
        "The invitation from Partner 1001 was accepted.",
        "The organization agreed to delegated admin privileges of Partner 1001.",
        "The organization stated that it accepts the Microsoft Customer Agreement.",
        "Done by: Sales agent of the partner, Partner 1001",
        "Done by: Global Administrator of the organization itself",
        f"Subscription: {subscription_id(1)}",
    ):
        assert said in page.words
    assert f"<bdi><code>{subscription_id(1)}</code></bdi>" in page.html


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"partnerId={DIRECT}", [5, 4, 1]),
        (f"partnerId={RESELLER}&subscriptionId=", [3, 2]),
        (f"partnerId=&subscriptionId={subscription_id(1)}", [5]),
        (f"partnerId={STRANGER}", []),
    ],
)
async def test_only_what_is_about_somebody(auditor: Visitor, query: str, expected: list[int]):
    page = await auditor.get(f"/activity?{query}")
    assert sequences(page) == expected
    assert ("Nothing that is recorded is about that." in page.words) == (not expected)
    korean = re.search(r'href="([^"]+)" lang="ko"', page.html)
    assert korean
    chosen = await auditor.get(f"/activity{korean[1].replace('&amp;', '&')}")
    kept = "&".join(each for each in query.split("&") if not each.endswith("="))
    assert (chosen.status, chosen.headers["Location"]) == (303, f"/activity?{kept}")


async def test_a_long_log_goes_on_and_keeps_what_it_is_narrowed_to(auditor: Visitor):
    path = f"/api/customers/{AGENCY}/blocked-partners/{RESELLER}"
    for _ in range(25):
        assert (await auditor.local.call("PUT", path, admin(AGENCY), {})).status == 201
        assert (await auditor.local.call("DELETE", path, admin(AGENCY))).status == 204
    pages = await walk(auditor, "/activity")
    assert [sequences(each) for each in pages] == [
        list(range(55, 30, -1)),
        list(range(30, 5, -1)),
        [5, 4, 3, 2, 1],
    ]
    narrowed = await walk(auditor, f"/activity?partnerId={RESELLER}")
    assert [len(sequences(each)) for each in narrowed[:2]] == [25, 25]
    assert [each for page in narrowed for each in sequences(page)] == [*range(55, 5, -1), 3, 2]


async def test_what_cannot_be_looked_for(auditor: Visitor):
    page = await auditor.get("/activity?subscriptionId=x")
    assert (page.status, page.headers["Content-Type"]) == (400, "text/html; charset=utf-8")
    assert (await auditor.get("/activity/entries/x")).status == 400
    assert (await auditor.get("/activity/entries/6")).status == 404


async def test_an_entry_has_a_page_with_its_hash(local: LocalApp, auditor: Visitor):
    for entry in await entries(local):
        page = await auditor.get(f"/activity/entries/{entry['sequence']}")
        for each in ("hash", "previousHash", "command", "policyVersion"):
            assert entry[each] in page.words
        assert entry["actor"]["objectId"] in page.words


async def test_an_entry_that_cannot_be_read_is_shown_as_it_lies_there(
    local: LocalApp, auditor: Visitor
):
    table, key = local.memory.tables["tenants"], tenants_keys.entry(AGENCY, 2)
    entity = await table.get(key)
    assert entity
    body = entity.properties["body0"].replace(b"partner-blocked", b"partner-praised")
    await damage(table, key, body0=body)
    for address in ("/activity", "/activity/entries/2"):
        assert "cannot read what this entry says happened" in (await auditor.get(address)).words
    assert "partner-praised" in (await auditor.get("/activity/entries/2")).words


async def test_fifty_at_once_make_no_heavy_page(local: LocalApp, auditor: Visitor):
    table, key = local.memory.tables["tenants"], tenants_keys.entry(AGENCY, 5)
    entity = await table.get(key)
    assert entity
    entry = json.loads(entity.properties["body0"])
    await damage(table, key, body0=json.dumps({**entry, "events": entry["events"] * 50}).encode())
    log = await auditor.get("/activity")
    assert log.words.count("registered the subscription") == 5
    assert "And 45 more of this entry" in log.words
    page = await auditor.get("/activity/entries/5")
    assert page.words.count("registered the subscription") == 50
    assert "too long for a page" in page.words
    assert "<pre" not in page.html


async def test_nothing_is_recorded_yet(local: LocalApp):
    newcomer = Visitor(local, admin(BUREAU))
    assert "Nothing is recorded yet." in (await newcomer.get("/activity")).words
    assert "It has no entries yet." in (await newcomer.get(VERIFICATION)).words
    assert "nothing to take away" in (await newcomer.get("/activity/downloads")).words


async def test_the_operator_names_the_organization_and_every_link_keeps_it(local: LocalApp):
    operator = Visitor(local, OPERATOR_CLAIMS)
    whose = f"customerId={AGENCY}"
    page = await operator.get(f"/activity?{whose}")
    assert sequences(page) == [5, 4, 3, 2, 1]
    for address in (
        "/activity",
        VERIFICATION,
        "/activity/downloads",
        "/activity/entries/5",
    ):
        page = await operator.get(f"{address}?{whose}")
        assert page.status == 200
        inside = re.findall(r'href="(/activity[^"]*)"', page.html)
        assert inside
        assert all(whose in each for each in inside), inside
    assert (await operator.get(f"/activity?customerId={STRANGER}")).status == 404
    assert (await operator.get("/activity?customerId=x")).status == 400


@pytest.mark.parametrize("address", ["/activity", VERIFICATION, "/activity/downloads/csv"])
async def test_nobody_else_names_an_organization(local: LocalApp, address: str):
    for claims in (admin(BUREAU), user(DIRECT, "GlobalAdmin")):
        there = await Visitor(local, claims).get(f"{address}?customerId={AGENCY}")
        absent = await Visitor(local, claims).get(f"{address}?customerId={STRANGER}")
        assert there.status == absent.status in {403, 404}
        assert there.words.replace(AGENCY, STRANGER) == absent.words
