"""The running system, its raw queues, and pipelines that send to them."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.queues.pipelines import Pipeline, Storage
from tests.running.client import World
from tests.running.system import System
from tests.running.waiting import STILL_SECONDS


@pytest.fixture(scope="session")
def world(system: System) -> Iterator[World]:
    with httpx.Client(base_url=system.base_url, timeout=STILL_SECONDS) as http:
        yield World(system, http)


@pytest.fixture(scope="session")
def storage(system: System) -> Storage:
    return Storage(system)


@pytest.fixture
def pipeline(world: World, storage: Storage) -> Callable[..., Pipeline]:
    return lambda *partners: Pipeline(world, storage, list(partners))
