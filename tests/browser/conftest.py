"""The browsers for these tests, the tenants that they are about, and a page without scripts."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.axe import Axe
from tests.browser.chromium import browser, plain_browser, playwright
from tests.running.client import World
from tests.running.system import System
from tests.running.waiting import STILL_SECONDS

__all__ = ["browser", "plain_browser", "playwright"]


@pytest.fixture(scope="module")
def world(system: System) -> Iterator[World]:
    with httpx.Client(base_url=system.base_url, timeout=STILL_SECONDS) as http:
        yield World(system, http)


@pytest.fixture(scope="package")
def axe(browser: BrowserContext) -> Axe:
    return Axe(browser)


@pytest.fixture
def requested() -> list[str]:
    return []


@pytest.fixture
def complaints() -> list[str]:
    """What the browser has to say, such as violations of a page's policy."""
    return []


@pytest.fixture
def page(
    plain_browser: BrowserContext, requested: list[str], complaints: list[str]
) -> Iterator[Page]:
    plain_browser.clear_cookies()
    page = plain_browser.new_page()
    page.on("request", lambda request: requested.append(request.url))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None,
    )
    yield page
    page.close()
