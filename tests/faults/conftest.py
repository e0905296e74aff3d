"""An account behind fault proxies, and its clients."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from uuid import uuid4

import pytest

from shared import durations
from shared.storage.engine import remote_table
from shared.storage.engine.clients import Clients
from shared.storage.engine.table import Table
from tests.running.clock import Clock
from tests.running.instances import Storage, instance

from .commanding import World
from .proxy import Faulty, faulty

PATIENCE = 0.5


@pytest.fixture(autouse=True)
def slow_is_not_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """A read is repeated as often as ever, however long each try takes on this machine."""
    monkeypatch.setattr(remote_table, "READ_PATIENCE", 3600.0)


@pytest.fixture
async def account(azurite: str) -> AsyncIterator[Faulty]:
    async with faulty(azurite) as account:
        yield account


@pytest.fixture
async def clients(account: Faulty) -> AsyncIterator[Clients]:
    clients = Clients(account.connection_string, f"t{uuid4().hex[:12]}")
    await clients.create_all()
    account.tables.clear()
    account.queues.clear()
    yield clients
    await clients.close()


@pytest.fixture
def impatient(clients: Clients) -> Callable[[], AbstractContextManager[None]]:
    """Within it, answers are waited for only briefly: for those that do not come."""

    @contextmanager
    def within() -> Iterator[None]:
        places = clients.transport.connection_config, clients.connections
        usual = [each.read_timeout for each in places]
        for place in places:
            place.read_timeout = PATIENCE
        yield
        for place, seconds in zip(places, usual, strict=True):
            place.read_timeout = seconds

    return within


@pytest.fixture
def table(clients: Clients) -> Table:
    return clients.table("tenants")


@pytest.fixture
async def world(account, clients, azurite, monkeypatch) -> AsyncIterator[World]:
    monkeypatch.setitem(durations.LOOK_SECONDS, 1, 0)  # so that the test need not wait to see them
    direct = Clients(azurite, clients._prefix)
    storage = Storage.of(clients)
    clock = Clock()
    executor = instance(storage.ports, clock)
    world = World(account, clients, executor, clock, Storage.of(direct), direct)
    yield world
    await direct.close()
