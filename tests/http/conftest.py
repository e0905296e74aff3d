"""The running system, and callers of it."""

from collections.abc import Iterator

import httpx
import pytest

from tests.running.client import World
from tests.running.system import System


@pytest.fixture(scope="session")
def world(system: System) -> Iterator[World]:
    with httpx.Client(base_url=system.base_url, timeout=60) as http:
        yield World(system, http)
