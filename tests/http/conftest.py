"""The running system, and callers of it."""

from collections.abc import Iterator

import httpx
import pytest

from tests.running.client import World
from tests.running.system import System
from tests.running.waiting import STILL_SECONDS


@pytest.fixture(scope="session")
def world(system: System) -> Iterator[World]:
    with httpx.Client(base_url=system.base_url, timeout=STILL_SECONDS) as http:
        yield World(system, http)
