"""The browsers for these tests, and the tenants that they are about."""

from collections.abc import Iterator

import httpx
import pytest

from tests.browser.chromium import browser, plain_browser, playwright
from tests.running.client import World
from tests.running.system import System
from tests.running.waiting import STILL_SECONDS

__all__ = ["browser", "plain_browser", "playwright"]


@pytest.fixture(scope="module")
def world(system: System) -> Iterator[World]:
    with httpx.Client(base_url=system.base_url, timeout=STILL_SECONDS) as http:
        yield World(system, http)
