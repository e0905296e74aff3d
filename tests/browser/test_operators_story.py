"""All that an operator does here at three in the morning, from an enrolment to an annulment.

Over the whole system, in both languages, with scripts switched off, by keyboard alone, in a window
as narrow as 320 pixels. Every page on the way is looked at by axe in light and dark.
"""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from shared.storage.encoding.keys import tenants as keys
from shared.storage.engine.clients import Clients
from shared.storage.engine.table import Replace
from tests.browser.axe import Axe
from tests.browser.keyboard import fill, focus, press
from tests.browser.operators_words import ENGLISH, KOREAN
from tests.browser.reader import NARROW, Reader
from tests.queues.pipelines import Storage, encoded
from tests.running.client import OPERATOR_TENANT, World, ok
from tests.running.system import System
from tests.running.waiting import eventually


@pytest.fixture(params=[ENGLISH, KOREAN], ids=["en", "ko"])
def reader(page: Page, axe: Axe, request: pytest.FixtureRequest) -> Reader:
    page.set_viewport_size(NARROW)
    return Reader(page, axe, request.param)


@pytest.fixture
def storage(system: System) -> Storage:
    return Storage(system)


def test_from_an_enrolment_to_an_annulment(
    reader: Reader, world: World, system: System, storage: Storage, complaints: list[str]
):
    signs_in(reader, system)
    partner_id = str(uuid4())
    enrols(reader, system, partner_id)
    tampered(storage, partner_id)
    sweeps(reader, world)
    reads_the_finding(reader, partner_id)
    source, customer_id = f"https://crm.example/{uuid4()}", str(uuid4())
    for number in range(3):
        sent(storage, source, customer_id, number)
    buried(world, customer_id, 3)
    registers(reader, source)
    closes_one(reader, customer_id)
    puts_the_others_back(reader, world, customer_id)
    annuls(reader, world)
    assert complaints == []


def signs_in(reader: Reader, system: System) -> None:
    page, words = reader.page, reader.words
    page.goto(f"{system.base_url}/operations")
    if words is KOREAN:
        press(page, words["language"])
    press(page, words["sign in"])
    expect(page.get_by_role("heading", name="Somebody else")).to_be_visible()
    fill(page, "Tenant", OPERATOR_TENANT)
    fill(page, "Name", "김민준")
    fill(page, "App roles", "PlatformOperator")
    press(page, "Sign in")
    expect(page).to_have_url(f"{system.base_url}/operations")
    reader.sees("well", "waits")


def ticks(reader: Reader, name: str) -> None:
    focus(reader.page, reader.words[name])
    reader.page.keyboard.press("Space")


def enrols(reader: Reader, system: System, partner_id: str) -> None:
    reader.page.goto(f"{system.base_url}/operations/partners")
    reader.goes("enrol", "organization")
    fill(reader.page, reader.words["organization"], partner_id)
    fill(reader.page, reader.words["name"], "Northwind")
    ticks(reader, "direct")
    for name, said in (("mpn", _mpn()), ("mpn country", "US"), ("country", "US"), ("budget", "20")):
        fill(reader.page, reader.words[name], said)
    reader.goes("review", "answers", "direct")
    reader.goes("record enrolment", "enrolled")
    expect(reader.page.get_by_role("heading", level=1)).to_have_text("Northwind")


def _mpn() -> str:
    return str(random.randrange(10**9, 10**10))


def tampered(storage: Storage, partner_id: str) -> None:
    """Somebody writes another name into the partner's head, past the ledger."""

    async def tamper(clients: Clients) -> None:
        table = clients.table("tenants")
        entity = await table.get(keys.head(partner_id))
        assert entity
        partner = json.loads(str(entity.properties["partner"])) | {"name": "Someone else"}
        changed = {**entity.properties, "partner": json.dumps(partner)}
        await table.transact([Replace(entity.key, changed, entity.etag)])

    # The browser has an event loop running in this thread.
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(storage.run, tamper).result()


def sweeps(reader: Reader, world: World) -> None:
    """One is started, and the page follows it to its end by itself; then it stands still."""

    def all_of_them() -> list[dict[str, Any]]:
        return ok(world.operator.get("/sweeps"))["value"]

    before = eventually(
        all_of_them, lambda found: all(each["status"] != "running" for each in found)
    )
    reader.goes("sweeps", "start")
    press(reader.page, reader.words["start"])
    found = eventually(
        all_of_them,
        lambda found: len(found) > len(before) and found[0]["status"] != "running",
    )
    started = reader.page.locator(f"a[href$='{found[0]['id']}']")
    row = reader.page.locator("tbody tr", has=started)
    expect(row.locator("td").first).to_have_text(reader.words["finished"])
    reader.sees("start", "finished", "last sweeps")


def reads_the_finding(reader: Reader, partner_id: str) -> None:
    reader.goes("findings", "only")
    fill(reader.page, reader.words["only"], partner_id)
    press(reader.page, reader.words["show"])
    # What the partner's list says differs from the spoiled head, too, and may be found as well.
    reader.page.get_by_role("link", name="state-diverged").focus()
    reader.page.keyboard.press("Enter")
    reader.sees("to do", "step", "itself", "differ")
    expect(reader.page.get_by_text("Someone else").first).to_be_visible()


def follows_first(reader: Reader) -> None:
    """The first row of a table leads to what it is about."""
    reader.page.locator("tbody a").first.focus()
    reader.page.keyboard.press("Enter")


def sent(storage: Storage, source: str, customer_id: str, number: int) -> None:
    """A message of a source that nobody has registered yet."""
    said = {"name": f"Agency {number}", "domain": "agency.example", "country": "US"}
    event = {
        "specversion": "1.0",
        "id": f"profile-{number}",
        "source": source,
        "type": "customer-profile",
        "data": {"customerId": customer_id, **said},
    }
    storage.put("onboarding", encoded(event))


def buried(world: World, customer_id: str, count: int) -> None:
    eventually(
        lambda: ok(world.operator.get("/dead-letters", params={"tenantId": customer_id}))["value"],
        lambda letters: len(letters) == count,
    )


def registers(reader: Reader, source: str) -> None:
    reader.goes("pipelines", "register")
    reader.goes("register", "pipeline id")
    fill(reader.page, reader.words["pipeline id"], f"crm-{uuid4()}")
    fill(reader.page, reader.words["source"], source)
    ticks(reader, "profiles")
    reader.goes("review", "answers", "profiles")
    reader.goes("record registration", "became")


def narrowed(reader: Reader, customer_id: str) -> None:
    reader.goes("dead letters", "only")
    fill(reader.page, reader.words["only"], customer_id)
    press(reader.page, reader.words["show"])
    reader.page.wait_for_url(lambda url: customer_id in url)


def closes_one(reader: Reader, customer_id: str) -> None:
    """The newest of the three."""
    narrowed(reader, customer_id)
    reader.sees("put back")
    follows_first(reader)
    reader.sees("to do", "close", "history")
    reader.goes("close", "reason")
    fill(reader.page, reader.words["reason"], "Sent twice")
    reader.goes("close it", "closed")
    expect(reader.page.get_by_text("Sent twice")).to_be_visible()


def puts_the_others_back(reader: Reader, world: World, customer_id: str) -> None:
    narrowed(reader, customer_id)
    reader.goes("put back", "what")
    expect(reader.page.locator("tbody tr")).to_have_count(2)
    press(reader.page, reader.words["put all"])
    path, wanted = "/dead-letters", {"tenantId": customer_id}
    ended = eventually(
        lambda: ok(world.operator.get(path, params=wanted))["value"],
        lambda letters: all(each["status"] == "closed" for each in letters),
    )
    outcomes = sorted(each["outcome"] for letter in ended for each in letter["replays"])
    assert outcomes == ["succeeded", "succeeded"]
    narrowed(reader, customer_id)
    reader.sees("no letter")


def annuls(reader: Reader, world: World) -> None:
    seller, customer = world.partner(name="Fabrikam"), world.customer()
    world.hired(seller, customer)
    offer = f"Offer {uuid4()}"
    sold = world.sold(seller, customer, offerName=offer)
    said = {"reason": "Nobody here ordered it"}
    assert customer.post(f"{sold}/dispute", said).status_code == 200
    disputed = eventually(
        lambda: ok(world.operator.get("/disputes", params={"status": "open"}))["value"],
        lambda disputes: any(each["offerName"] == offer for each in disputes),
    )
    assert disputed[0]["offerName"] == offer
    reader.goes("disputes", "show")
    press(reader.page, offer)
    reader.sees("customer says", "annul")
    expect(reader.page.get_by_text("Nobody here ordered it")).to_be_visible()
    reader.goes("annul", "reason")
    fill(reader.page, reader.words["reason"], "The partner has no order")
    reader.goes("review", "answers", "customer says")
    reader.goes("record annulment", "annulled")
    assert ok(customer.get(sold))["status"] == "annulled"
