"""An account for processes whose clocks a test made up: it tells no time of its own.

What is written there at a made-up time has taken effect years before or after it, by the account's
own clock, and would be taken for late.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from shared.services.ports import Ports
from shared.services.ports.scanning import Partitions
from shared.storage.encoding.keys.places import Key, Span
from shared.storage.engine.clients import Clients
from shared.storage.engine.table import Condition, Entity, Operation, Slice, Table
from shared.storage.wiring import ports


class Timeless:
    """A table that tells no time."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def get(self, key: Key) -> Entity | None:
        entity = await self._table.get(key)
        return entity and replace(entity, written=None)

    async def transact(self, operations: Sequence[Operation]) -> None:
        await self._table.transact(operations)

    async def range(
        self, partition: str, span: Span, limit: int, where: Sequence[Condition] = ()
    ) -> Slice:
        return await self._table.range(partition, span, limit, where)

    def scan(self, row: str) -> AsyncIterator[Entity]:
        return self._table.scan(row)

    def pages(self, partitions: Partitions, page: int) -> AsyncIterator[Sequence[Entity]]:
        return self._table.pages(partitions, page)


def timeless(clients: Clients) -> Ports:
    """The ports over such an account."""
    return ports(lambda name: Timeless(clients.table(name)), clients.queues())
