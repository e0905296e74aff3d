"""The page /docs in a real browser: whole, quiet, and good for trying out."""

import json
import subprocess
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.running.system import System

OPERATOR = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def requested() -> list[str]:
    return []


@pytest.fixture
def complaints() -> list[str]:
    """What the browser has to say: errors of scripts, and violations of the page's policy."""
    return []


@pytest.fixture
def address() -> str:
    return "/docs"


@pytest.fixture
def page(
    browser: BrowserContext,
    system: System,
    address: str,
    requested: list[str],
    complaints: list[str],
) -> Iterator[Page]:
    browser.clear_cookies()
    page = browser.new_page()
    page.on("request", lambda request: requested.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None,
    )
    page.goto(f"{system.base_url}{address}")
    expect(page.locator(".opblock").first).to_be_attached()
    yield page
    page.close()


def test_it_shows_every_operation_and_asks_nobody_else(
    page: Page, system: System, requested: list[str], complaints: list[str]
):
    described = page.request.get(f"{system.base_url}/api/openapi.json").json()
    tags = {tag["name"] for tag in described["tags"]}
    assert page.locator(".opblock-tag-section").count() == len(tags)
    operations = sum(len(methods) for methods in described["paths"].values())
    expect(page.locator(".opblock")).to_have_count(operations)
    hosts = {urlsplit(url).netloc for url in requested if not url.startswith("data:")}
    assert hosts == {urlsplit(system.base_url).netloc}
    assert complaints == []


@pytest.mark.parametrize("address", ["/docs?language=ko"])
def test_it_speaks_korean_to_who_reads_it(page: Page, complaints: list[str]):
    block = page.locator("#operations-invitations-Invitations_Create")
    block.locator(".opblock-summary-control").click()
    expect(block).to_contain_text("고객 초대")
    block.get_by_role("tab", name="Schema").first.click()
    expect(block).to_contain_text("파트너가 고객에게 쓰는 글이며")
    assert complaints == []


def sign_in(page: Page, token: str) -> None:
    """Pastes a token under Authorize, instead of the one before."""
    page.locator(".auth-wrapper .authorize").first.click()
    page.locator(".auth-btn-wrapper").wait_for()
    if (logout := page.locator(".auth-btn-wrapper").get_by_text("Logout")).is_visible():
        logout.click()
    page.locator(".auth-container input").fill(token)
    page.locator(".auth-btn-wrapper .authorize").click()
    page.locator(".auth-btn-wrapper .btn-done").click()


def execute(page: Page, operation: str, status: str) -> dict[str, Any]:
    """Sends an operation just as the page has filled it in."""
    tag = operation.partition("_")[0].lower()
    block = page.locator(f"#operations-{tag}-{operation}")
    block.locator(".opblock-summary-control").click()
    block.get_by_role("button", name="Try it out").click()
    block.get_by_role("button", name="Execute").click()
    answer = block.locator(".live-responses-table .response")
    expect(answer.locator(".response-col_status").first).to_contain_text(status)
    return json.loads(answer.locator(".microlight, pre").first.inner_text())


def test_the_page_leads_to_an_accepted_invitation(page: Page, complaints: list[str]):
    told = page.locator("details.token")
    expect(told).to_be_in_viewport()
    told.locator("summary").click()
    commands = told.locator("pre").all_inner_texts()
    operator, agent, admin = (
        json.loads(subprocess.check_output(["bash", "-c", command]))["access_token"]
        for command in commands
    )
    sign_in(page, operator)
    execute(page, "Partners_CreateOrReplace", "201")
    sign_in(page, agent)
    assert execute(page, "Invitations_Create", "201")["status"] == "pending"
    sign_in(page, admin)
    assert execute(page, "Invitations_Accept", "200")["status"] == "accepted"
    assert complaints == []


def test_a_list_can_be_tried_out(page: Page, system: System, complaints: list[str]):
    sign_in(page, system.token(OPERATOR, roles=["PlatformOperator"]))
    assert "value" in execute(page, "Partners_List", "200")
    assert complaints == []


def test_the_token_is_gone_with_the_page(page: Page):
    assert (
        page.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0
    )


@pytest.mark.parametrize(
    "address", ["/docs?url=http://127.0.0.1:9/other.json&configUrl=/other.json"]
)
def test_no_address_in_the_query_chooses_another_description(page: Page, requested: list[str]):
    assert page.locator(".opblock").count()
    assert not [url for url in requested if urlsplit(url).path == "/other.json"]
