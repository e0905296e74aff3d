"""A strict account of its own, whatever the other tests run on."""

from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest

from shared.storage.engine.clients import Clients
from tests.running.system import five_free_ports

from .azurite import StrictAzurite
from .raw import Raw


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StrictAzurite]:
    port = five_free_ports()
    location = tmp_path_factory.mktemp("strict")
    with StrictAzurite(location, blob=port, queue=port + 1, table=port + 2) as running:
        yield running


@pytest.fixture
async def raw(strict: StrictAzurite) -> AsyncIterator[Raw]:
    prefix = f"t{uuid4().hex[:12]}"
    clients = Clients(strict.connection_string, prefix)
    await clients.create_all()
    yield Raw(clients, prefix + "tenants")
    await clients.close()
