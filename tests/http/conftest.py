"""The running system, and callers of it."""

import threading
from collections.abc import Iterator

import httpx
import pytest

from tests.running.client import World
from tests.running.receiver import Server
from tests.running.system import System
from tests.running.waiting import STILL_SECONDS


@pytest.fixture(scope="session")
def world(system: System) -> Iterator[World]:
    with httpx.Client(base_url=system.base_url, timeout=STILL_SECONDS) as http:
        yield World(system, http)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()
