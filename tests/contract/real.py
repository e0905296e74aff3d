"""A real account in place of the emulator: `make contract-azure ACCOUNT=…`.

Whoever runs it is signed in as `DefaultAzureCredential` takes it (`az login`) and has the roles
Storage Table Data Contributor and Storage Queue Data Contributor. Every table and queue that is
made there begins with the prefix of its test, and is deleted when all are done.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from azure.core.exceptions import ResourceNotFoundError
from azure.identity.aio import DefaultAzureCredential

from shared.settings import Endpoints
from shared.storage.engine import clients
from shared.storage.engine.clients import QUEUES, TABLES, Clients

ACCOUNT = "CONTRACT_ACCOUNT"
SUFFIX = "CONTRACT_SUFFIX"


def account() -> Endpoints | None:
    """The account that the environment names."""
    name, suffix = os.environ.get(ACCOUNT), os.environ.get(SUFFIX, "core.windows.net")
    if not name:
        return None
    return Endpoints(f"https://{name}.table.{suffix}", f"https://{name}.queue.{suffix}")


def signed_in(patch: pytest.MonkeyPatch) -> None:
    """Clients go to it as whoever is signed in here, instead of as the app's own identity."""
    patch.setattr(clients, "_credential", lambda _: DefaultAzureCredential())


@asynccontextmanager
async def cleaned(patch: pytest.MonkeyPatch, there: str | Endpoints) -> AsyncIterator[None]:
    """Notes the prefixes under which something was made; at the end all of that is deleted."""
    prefixes: set[str] = set()
    create = Clients.create_all

    async def noted(self: Clients) -> None:
        prefixes.add(self._prefix)
        await create(self)

    patch.setattr(Clients, "create_all", noted)
    try:
        yield
    finally:
        for prefix in sorted(prefixes - {""}):
            await _deleted(prefix, there)


async def _deleted(prefix: str, there: str | Endpoints) -> None:
    found = Clients(there, prefix)
    for table in TABLES:
        with suppress(ResourceNotFoundError):
            await found.sdk_tables.delete_table(prefix + table)
    for queue in QUEUES:
        with suppress(ResourceNotFoundError):
            await found.sdk_queues.delete_queue(prefix + queue)
    await found.close()
