"""An auditor in a real browser with scripts switched off: verifies, and takes the ledger away."""

import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.people import invited, sign_in
from tests.running.client import GLOBAL_READER, World
from tests.running.system import System

NARROW = {"width": 320, "height": 640}
VERIFIER = Path(__file__).parents[2] / "examples" / "verify_ledger.py"


def verdicts(page: Page) -> list[str]:
    """What each page of a verification is headed with, to its end."""
    found: list[str] = []
    while True:
        found.append(page.locator("#verdict").inner_text())
        going_on = page.get_by_role("button", name="Go on verifying")
        if not going_on.count():
            return found
        going_on.click()
        expect(page.locator("#verdict")).to_be_visible()


def test_an_auditor_verifies_and_takes_the_ledger_away(
    page: Page, world: World, system: System, tmp_path: Path, complaints: list[str]
):
    customer = world.customer()
    invited(world, customer)
    page.goto(f"{system.base_url}/activity")
    sign_in(page, customer.tenant, wids=GLOBAL_READER)
    expect(page.get_by_role("heading", level=1)).to_have_text("Activity log")
    expect(page.get_by_text("invited the organization")).to_be_visible()
    page.get_by_role("button", name="Verify the ledger").click()
    assert verdicts(page) == ["✓ The ledger is whole"]
    page.get_by_role("link", name="Activity log").first.click()
    page.get_by_role("button", name="Take the ledger away").click()
    with page.expect_download() as started:
        page.get_by_role("button", name="JSON Lines").click()
    file = tmp_path / "ledger.jsonl"
    started.value.save_as(file)
    assert re.fullmatch(r"ledger-\d{8}T\d{6}Z\.jsonl", started.value.suggested_filename)
    done = subprocess.run(
        [sys.executable, "-I", VERIFIER, file], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with page.expect_download() as started:
        page.get_by_role("button", name="CSV").click()
    started.value.save_as(tmp_path / "ledger.csv")
    (head, row) = (tmp_path / "ledger.csv").read_text("utf-8").splitlines()
    assert head.startswith('"schema","cloud","tenantId","sequence",')
    assert customer.tenant in row
    # Whoever only reads is told so, instead of being offered a form.
    page.goto(f"{system.base_url}/organization/profile")
    expect(page.get_by_role("heading", level=1)).to_have_text("You may not see this page")
    assert [each for each in complaints if "403 (Forbidden)" not in each] == []


def test_the_record_needs_no_scrolling_sideways(page: Page, world: World, system: System):
    customer = world.customer()
    invited(world, customer)
    page.set_viewport_size(NARROW)
    page.goto(f"{system.base_url}/activity")
    sign_in(page, customer.tenant)
    page.get_by_role("link", name="한국어").click()
    for path in (
        "/activity",
        "/activity/entries/1",
        "/activity/verification",
        "/activity/downloads",
        "/organization",
        "/organization/profile",
        "/organization/personal-data/erase",
    ):
        page.goto(f"{system.base_url}{path}")
        expect(page.locator("html")).to_have_attribute("lang", "ko")
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], path
