"""A customer's Global admin in a real browser with scripts switched off: signs in and decides."""

from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser.keyboard import fill, press
from tests.browser.people import fill_in, invited, sign_in
from tests.running.client import World
from tests.running.system import System

NARROW = {"width": 320, "height": 640}


def test_a_global_admin_accepts(
    page: Page, world: World, system: System, requested: list[str], complaints: list[str]
):
    customer = world.customer()
    address = invited(world, customer)
    page.goto(f"{system.base_url}{address}")
    sign_in(page, customer.tenant)
    expect(page).to_have_url(f"{system.base_url}{address}")
    expect(page.get_by_text("Signed in as Min-jun Kim")).to_be_visible()
    page.get_by_role("button", name="Accept…").click()
    page.get_by_label("First name").fill("Min-jun")
    page.get_by_label("Last name").fill("Kim")
    page.get_by_label("E-mail address").fill("min-jun@contoso.example")
    page.get_by_role("button", name="Review").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_role("link", name="Country or region").click()
    expect(page.get_by_label("Country")).to_be_focused()
    page.get_by_label("Country").fill("US")
    page.get_by_role("button", name="Review").click()
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    page.get_by_role("button", name="Record acceptance").click()
    expect(page).to_have_url(f"{system.base_url}{address}")
    expect(page.get_by_text("Accepted on")).to_be_visible()
    expect(page.get_by_text("What to do at Microsoft now")).to_be_visible()
    ours = {urlsplit(url).netloc for url in (system.base_url, system.issuer_url)}
    hosts = {urlsplit(url).netloc for url in requested if not url.startswith("data:")}
    assert hosts == ours
    # An error page is reported as such: the refused review was one, a 400.
    assert [each for each in complaints if "400 (Bad Request)" not in each] == []


def test_in_korean_and_narrow_nothing_needs_scrolling_sideways(
    page: Page, world: World, system: System
):
    customer = world.customer()
    address = invited(world, customer)
    page.set_viewport_size(NARROW)
    page.goto(f"{system.base_url}{address}")
    sign_in(page, customer.tenant)
    page.get_by_role("link", name="한국어").click()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    for path in (address, f"{address}/accept", f"{address}/decline"):
        page.goto(f"{system.base_url}{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], path


def test_signed_out_nothing_is_left(page: Page, world: World, system: System):
    customer = world.customer()
    address = invited(world, customer)
    page.goto(f"{system.base_url}{address}")
    sign_in(page, customer.tenant)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{system.base_url}/")  # by way of the issuer, which the next would interrupt
    page.goto(f"{system.base_url}{address}")
    expect(page.get_by_role("button", name="Sign in with Microsoft")).to_be_visible()


def test_by_keyboard_alone_it_is_accepted(page: Page, world: World, system: System):
    customer = world.customer()
    address = invited(world, customer)
    page.goto(f"{system.base_url}{address}")
    sign_in(page, customer.tenant)
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    while not page.locator(":focus").count():  # A key before a page's first paint is lost.
        page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    press(page, "Accept…")
    expect(page).to_have_url(f"{system.base_url}{address}/accept")
    typed = {"First name": "Min-jun", "Last name": "Kim", "E-mail": "a@b.example", "Country": "US"}
    for name, text in typed.items():
        fill(page, name, text)
    press(page, "Review before")
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    press(page, "Record acceptance")
    expect(page.get_by_text("Accepted on")).to_be_visible()


def test_a_page_is_three_requests_at_most_and_one_when_it_is_known(
    page: Page, world: World, system: System, requested: list[str]
):
    address = invited(world, world.customer())
    page.goto(f"{system.base_url}{address}")
    cold = [url for url in requested if not url.startswith("data:")]
    assert len(cold) <= 3, cold
    sizes = [page.request.get(url).body() for url in cold]
    assert len(sizes[0]) < 45 * 1024


def test_a_global_admin_removes_a_partners_privileges(
    page: Page, world: World, system: System, requested: list[str], complaints: list[str]
):
    """By keyboard from the list on: Tab and Enter alone."""
    customer, partner = world.customer(), world.partner()
    world.hired(partner, customer)
    world.sold(partner, customer, productType="azurePlan", billingType="usage")
    page.goto(f"{system.base_url}/relationships")
    sign_in(page, customer.tenant)
    expect(page).to_have_url(f"{system.base_url}/relationships")
    table = page.get_by_role("table", name="Partners, by state and name")
    expect(table.get_by_role("cell", name="Agreed, without an end")).to_be_visible()
    table.get_by_role("link").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What this record implies")).to_be_visible()
    page.get_by_role("link", name="Remove delegated admin privileges…").press("Enter")
    page.get_by_role("button", name="Review before anything is recorded").press("Enter")
    expect(page.get_by_role("heading", name="Check once more")).to_be_visible()
    expect(page.get_by_text("keeps its access until you also remove it")).to_be_visible()
    page.get_by_role("button", name="Record removal").press("Enter")
    expect(page).to_have_url(f"{system.base_url}/relationships/{partner.tenant}")
    expect(page.get_by_text("Removal recorded by your organization")).to_be_visible()
    expect(page.get_by_text("az role assignment delete")).to_be_visible()
    assert {urlsplit(url).netloc for url in requested if not url.startswith("data:")} == {
        urlsplit(url).netloc for url in (system.base_url, system.issuer_url)
    }
    assert complaints == []


def test_a_customers_pages_are_narrow_enough(page: Page, world: World, system: System):
    customer, partner = world.customer(), world.partner()
    world.hired(partner, customer)
    sold = world.sold(partner, customer, productType="azurePlan", billingType="usage")
    subscription = f"/subscriptions/{sold.rpartition('/')[2]}"
    relationship = f"/relationships/{partner.tenant}"
    page.set_viewport_size(NARROW)
    page.goto(f"{system.base_url}/relationships?language=ko")
    page.get_by_role("button", name="Microsoft 계정으로 로그인").click()
    fill_in(page, customer.tenant)
    for path in (
        "/relationships",
        relationship,
        f"{relationship}/revoke-delegated-admin",
        f"{relationship}/request-end",
        f"{relationship}/block",
        "/subscriptions",
        subscription,
        f"{subscription}/dispute",
    ):
        page.goto(f"{system.base_url}{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", "ko")
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], path
