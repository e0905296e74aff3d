"""An account behind fault proxies, and clients that lose patience early."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from shared.storage.clients import Clients
from shared.storage.tables import TablesTable

from .proxy import Faulty, faulty

PATIENCE = 0.5


@pytest.fixture
async def account(azurite: str) -> AsyncIterator[Faulty]:
    async with faulty(azurite) as account:
        yield account


@pytest.fixture
async def clients(account: Faulty) -> AsyncIterator[Clients]:
    clients = Clients(account.connection_string, f"t{uuid4().hex[:12]}")
    await clients.create_all()
    clients.transport.connection_config.read_timeout = PATIENCE
    account.tables.clear()
    account.queues.clear()
    yield clients
    await clients.close()


@pytest.fixture
def table(clients: Clients) -> TablesTable:
    return clients.table("tenants")
