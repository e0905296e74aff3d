"""Counts storage requests where they leave."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from shared.storage.engine.clients import Clients
from tests.running.sending import intercepted

_TABLE_KINDS = {"POST": "insert", "PUT": "replace", "PATCH": "merge", "DELETE": "delete"}
_QUEUE_KINDS = {"POST": "queue-put", "DELETE": "queue-delete", "GET": "queue-get"}


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `kind` is read, query, insert, replace, merge, delete, batch, queue-put, …"""

    service: str
    method: str
    kind: str
    path: str


@asynccontextmanager
async def counting(clients: Clients) -> AsyncIterator[list[Call]]:
    """The calls that `clients` sends inside, in order; the list grows while it is used."""
    calls: list[Call] = []

    async def counted(request, send, options):
        calls.append(_call(request.method, urlsplit(request.url).path))
        return await send(request, **options)

    with intercepted(clients, counted):
        yield calls


def kinds(calls: list[Call]) -> list[str]:
    """The kinds alone."""
    return [call.kind for call in calls]


def _call(method: str, path: str) -> Call:
    if "/messages" in path:
        return Call("queue", method, _QUEUE_KINDS[method], path)
    if path.endswith("/$batch"):
        return Call("table", method, "batch", path)
    if method == "GET":
        return Call("table", method, "read" if "(PartitionKey=" in path else "query", path)
    return Call("table", method, _TABLE_KINDS[method], path)
