"""Storage in this process's memory: for tests, with the same guards and limits as the real one.

`before` and `after` are called around every request, so that a test can force an order of events,
or lose an answer: raising WriteUnknown in `after` leaves the effect in place.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from shared.services.ports.queues import Receipt
from shared.services.ports.scanning import Partitions
from shared.services.ports.values import GuardFailed
from shared.storage.encoding.keys.places import Key, Span
from shared.storage.engine.table import (
    Condition,
    Delete,
    Entity,
    Insert,
    Operation,
    Properties,
    Replace,
    Slice,
    Touch,
    check,
    check_conditions,
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request to a table, as a hook sees it."""

    table: str
    verb: Literal["get", "range", "scan", "pages", "transact"]
    keys: tuple[Key, ...] = ()
    operations: tuple[Operation, ...] = ()


type Hook = Callable[[Request], Awaitable[None]]


async def _nothing(_: Request) -> None:
    # Gives way, so that concurrent commands interleave at every request as they really do.
    await asyncio.sleep(0)


def _ordinal(row: str) -> bytes:
    return row.encode("utf-16-be")


def _place(key: Key) -> tuple[bytes, bytes]:
    return _ordinal(key.partition), _ordinal(key.row)


def _inside(partitions: Partitions) -> Callable[[str], bool]:
    low = _ordinal(partitions.low)
    high = None if partitions.high is None else _ordinal(partitions.high)

    def inside(partition: str) -> bool:
        place = _ordinal(partition)
        if partitions.closed:
            return low <= place and (high is None or place <= high)
        return low < place and (high is None or place < high)

    return inside


def _meets(entity: Entity, condition: Condition) -> bool:
    value = entity.properties.get(condition.name)
    if not isinstance(value, str):
        return False
    match condition.relation:
        case "eq":
            return value in condition.values
        case "ge":
            return any(_ordinal(value) >= _ordinal(bound) for bound in condition.values)
        case "lt":
            return any(_ordinal(value) < _ordinal(bound) for bound in condition.values)


class MemoryTable:
    """A `Table` in a dictionary."""

    def __init__(
        self,
        name: str = "table",
        *,
        before: Hook = _nothing,
        after: Hook = _nothing,
        now: Callable[[], datetime | None] = lambda: None,
    ) -> None:
        """An empty table. `now` is the storage's clock, if it has one."""
        self.name = name
        self.before = before
        self.after = after
        self._now = now
        self._partitions: dict[str, dict[str, Entity]] = {}
        self._writes = 0

    async def get(self, key: Key) -> Entity | None:
        """See `Table.get`."""
        request = Request(self.name, "get", (key,))
        await self.before(request)
        found = self._find(key)
        await self.after(request)
        return found

    async def transact(self, operations: Sequence[Operation]) -> datetime | None:
        """See `Table.transact`."""
        check(operations)
        keys = tuple(operation.key for operation in operations)
        request = Request(self.name, "transact", keys, tuple(operations))
        await self.before(request)
        for operation in operations:
            self._guard(operation)
        for operation in operations:
            self._apply(operation)
        await self.after(request)
        return self._now()

    async def range(
        self, partition: str, span: Span, limit: int, where: Sequence[Condition] = ()
    ) -> Slice:
        """See `Table.range`."""
        check_conditions(where)
        request = Request(self.name, "range", (Key(partition, span.low),))
        await self.before(request)
        low, high = _ordinal(span.low), _ordinal(span.high)
        rows = self._partitions.get(partition, {})
        inside = sorted((row for row in rows if low <= _ordinal(row) <= high), key=_ordinal)
        if not span.closed:
            inside = [row for row in inside if row not in {span.low, span.high}]
        inside = [row for row in inside if all(_meets(rows[row], each) for each in where)]
        found = Slice(tuple(rows[row] for row in inside[:limit]), more=len(inside) > limit)
        await self.after(request)
        return found

    async def scan(self, row: str) -> AsyncIterator[Entity]:
        """See `Table.scan`."""
        await self.before(Request(self.name, "scan"))
        for partition in sorted(self._partitions):
            if entity := self._find(Key(partition, row)):
                yield entity

    async def pages(self, partitions: Partitions, page: int) -> AsyncIterator[Sequence[Entity]]:
        """See `Table.pages`. Each page is of the moment of its request, as in the real one."""
        last: tuple[bytes, bytes] | None = None
        more = True
        while more:
            await self.before(Request(self.name, "pages"))
            found = self._behind(partitions, last, page + 1)
            more = len(found) > page
            entities = tuple(found[:page])
            await self.after(Request(self.name, "pages"))
            yield entities
            if entities:
                last = _place(entities[-1].key)

    def _behind(
        self, partitions: Partitions, last: tuple[bytes, bytes] | None, limit: int
    ) -> list[Entity]:
        found: list[Entity] = []
        for partition in sorted(filter(_inside(partitions), self._partitions), key=_ordinal):
            if last and _ordinal(partition) < last[0]:
                continue
            rows = self._partitions[partition]
            ordered = (rows[row] for row in sorted(rows, key=_ordinal))
            found += [each for each in ordered if last is None or _place(each.key) > last]
            if len(found) >= limit:
                break
        return found[:limit]

    def _find(self, key: Key) -> Entity | None:
        return self._partitions.get(key.partition, {}).get(key.row)

    def _guard(self, operation: Operation) -> None:
        found = self._find(operation.key)
        match operation:
            case Insert():
                held = found is None
            case Replace(etag=etag) | Touch(etag=etag) | Delete(etag=etag):
                held = found is not None and found.etag == etag
        if not held:
            raise GuardFailed(f"{type(operation).__name__} {' '.join(operation.key)}")

    def _apply(self, operation: Operation) -> None:
        rows = self._partitions.setdefault(operation.key.partition, {})
        match operation:
            case Insert(key=key, properties=properties) | Replace(key=key, properties=properties):
                rows[key.row] = self._written(key, properties)
            case Touch(key=key):
                rows[key.row] = self._written(key, rows[key.row].properties)
            case Delete(key=key):
                del rows[key.row]

    def _written(self, key: Key, properties: Properties) -> Entity:
        self._writes += 1
        return Entity(key, dict(properties), f'W/"{self._writes}"', self._now())


@dataclass(frozen=True, slots=True)
class Message:
    """A message in a queue; `delay` in seconds is kept, not waited for."""

    id: str
    text: str
    delay: int


@dataclass(slots=True)
class MemoryQueues:
    """`Queues` in lists."""

    messages: dict[str, list[Message]] = field(default_factory=dict[str, list[Message]])
    _puts: int = 0

    async def put(self, queue: str, text: str, delay: int = 0) -> Receipt:
        """See `Queues.put`."""
        await asyncio.sleep(0)
        self._puts += 1
        message = Message(str(self._puts), text, delay)
        self.messages.setdefault(queue, []).append(message)
        return Receipt(message.id, message.id)

    async def delete(self, queue: str, receipt: Receipt) -> None:
        """See `Queues.delete`."""
        await asyncio.sleep(0)
        kept = [message for message in self.messages[queue] if message.id != receipt.message_id]
        self.messages[queue] = kept

    def take(self, queue: str) -> tuple[Message, ...]:
        """All that waits in `queue`, whether visible yet or not; the queue is empty then."""
        return tuple(self.messages.pop(queue, ()))
