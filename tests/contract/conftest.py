"""Every test of this folder runs on each adapter, the real ones over the emulator or an account."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import get_args
from uuid import uuid4

import pytest

from shared.services.ports import Ports
from shared.services.ports.index import IndexStore
from shared.settings import Endpoints, StorageClient
from shared.storage.engine.clients import Clients
from shared.storage.engine.queues import Queues
from shared.storage.engine.table import Table
from shared.storage.wiring import Memory, azure

from .real import account, cleaned, signed_in

if account():

    @pytest.fixture(scope="session")
    def azurite() -> Iterator[Endpoints]:
        """The account that the environment names; what is made there is deleted."""
        with pytest.MonkeyPatch.context() as patch, asyncio.Runner() as runner:
            there = account()
            assert there
            signed_in(patch)
            cleaning = cleaned(patch, there)
            runner.run(cleaning.__aenter__())
            yield there
            runner.run(cleaning.__aexit__(None, None, None))

    @pytest.fixture(scope="session")
    def whole_pages(azurite: Endpoints) -> Endpoints:
        """Likewise: how long its pages are is its own affair."""
        return azurite


@dataclass(frozen=True, slots=True)
class Backend:
    """The ports, and the tables and queues below them."""

    ports: Ports
    table: Callable[[str], Table]
    queues: Queues
    clients: Clients | None = None


@pytest.fixture(params=["memory", *get_args(StorageClient.__value__)])
async def backend(request: pytest.FixtureRequest) -> AsyncIterator[Backend]:
    if request.param == "memory":
        memory = Memory()
        yield Backend(memory.ports, memory.tables.__getitem__, memory.queues)
        return
    prefix = f"t{uuid4().hex[:12]}"
    clients = Clients(request.getfixturevalue("azurite"), prefix, request.param)
    await clients.create_all()
    yield Backend(azure(clients), clients.table, clients.queues(), clients)
    await clients.close()


@pytest.fixture
def table(backend: Backend) -> Table:
    return backend.table("tenants")


@pytest.fixture
def index(backend: Backend) -> IndexStore:
    return backend.ports.index
