"""What the stores need of a table, and the limits that Azure sets to it.

    ┌──────────── stores (tenants, claims, index, operations) ────────────┐
    │  keys · codec                                                       │
    └──────────────────────────────── Table ──────────────────────────────┘
          RestTable, TablesTable (Azure)        MemoryTable

There is no upsert: every write names what it expects to find. The limits are checked here for
both adapters, because the emulator accepts some things that Azure refuses.
"""

import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, Protocol

from shared.services.ports.scanning import Partitions
from shared.storage.encoding.keys.places import Key, Span

type Value = str | int | bytes
type Properties = Mapping[str, Value]

# https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
TOUCHED: Final = "touched"
"""The property that a `Touch` gives the ETag which it replaces, and that no reader sees.

No document says that a merge of nothing moves the ETag; one that changes a property does.
"""
MAX_PROPERTIES: Final = 252 - 1
"""One less than the service takes: an entity may be touched."""
MAX_VALUE_BYTES: Final = 64_000
"""Of the 65,536 that are documented the last may be refused, as users of the service report."""
MAX_ENTITY_BYTES: Final = 1024 * 1024
MAX_KEY_BYTES: Final = 1024
MAX_OPERATIONS: Final = 100
MAX_COMPARISONS: Final = 15
"""https://learn.microsoft.com/rest/api/storageservices/querying-tables-and-entities"""
PAGE: Final = 1000
"""The most rows that one query returns."""
MAX_TRANSACTION_BYTES: Final = 4 * 1024 * 1024

_INT32: Final = 2**31
_OF_A_SPAN: Final = 3
"""Comparisons: of the partition and of both its ends."""
_PART_OVERHEAD: Final = 1024
"""Bytes that the headers of one operation take in a transaction's body, rounded up."""
_MOST_AS_JSON: Final = 8
"""Times what a property takes in the table, its body has no more: six bytes for a UTF-16 unit."""
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}")
_RESERVED: Final = {"PartitionKey", "RowKey", "Timestamp", TOUCHED}
_TOUCHED_BYTES: Final = 8 + 2 * len(TOUCHED) + 4 + 2 * 64
"""What it adds to an entity: an ETag has under 64 characters."""
_FORBIDDEN_IN_KEYS: Final = re.compile(r"[/\\#?\x00-\x1f\x7f-\x9f]")


class LimitExceeded(ValueError):
    """A write that Azure Tables would refuse: nothing was sent."""


@dataclass(slots=True)
class Entity:
    """A stored entity. `written`: when, by the storage's clock; None where nobody asks for it.

    Nobody changes one. To freeze it would double what making it costs, and there are many.
    """

    key: Key
    properties: Properties
    etag: str
    written: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Slice:
    """Part of a span, in key order. `more` says that the span may go on behind the last one."""

    entities: tuple[Entity, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """A text property stands in `relation` to one of `values`; one that is absent does not.

    Texts are compared by their UTF-16 code units. `name` is of our choosing, never a caller's.
    """

    name: str
    relation: Literal["eq", "ge", "lt"]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Insert:
    """Fails when something is there."""

    key: Key
    properties: Properties


@dataclass(frozen=True, slots=True)
class Replace:
    """Fails unless what is there has `etag`; properties that are not named go."""

    key: Key
    properties: Properties
    etag: str


@dataclass(frozen=True, slots=True)
class Touch:
    """Fails unless what is there has `etag`; changes nothing but the ETag."""

    key: Key
    etag: str


@dataclass(frozen=True, slots=True)
class Delete:
    """Fails unless what is there has `etag`, also when nothing is there."""

    key: Key
    etag: str


def write(key: Key, properties: Properties, etag: str | None) -> Insert | Replace:
    """An insert when `etag` is None, else a replacement under it."""
    return Insert(key, properties) if etag is None else Replace(key, properties, etag)


type Operation = Insert | Replace | Touch | Delete


class Table(Protocol):
    """One table. Errors are those of `shared.services.ports`, and LimitExceeded."""

    async def get(self, key: Key) -> Entity | None:
        """One point read."""
        ...

    async def transact(self, operations: Sequence[Operation]) -> datetime | None:
        """All of them or none, in one request; all in one partition.

        When they had taken effect, by the storage's clock, if it tells.
        """
        ...

    async def range(
        self, partition: str, span: Span, limit: int, where: Sequence[Condition] = ()
    ) -> Slice:
        """The first `limit` entities of the span that meet every condition."""
        ...

    def scan(self, row: str) -> AsyncIterator[Entity]:
        """Every entity with that row key, by partition; streamed."""
        ...

    def pages(self, partitions: Partitions, page: int) -> AsyncIterator[Sequence[Entity]]:
        """Every entity of the partitions in key order, at most `page` in one request."""
        ...


def check_conditions(where: Sequence[Condition]) -> None:
    """Raises LimitExceeded for a query of a span that Azure would refuse."""
    compared = _OF_A_SPAN + sum(len(condition.values) for condition in where)
    if compared > MAX_COMPARISONS:
        raise LimitExceeded(f"a query with {compared} comparisons")


def check(operations: Sequence[Operation]) -> None:
    """Raises LimitExceeded for a transaction that Azure would refuse."""
    if not 1 <= len(operations) <= MAX_OPERATIONS:
        raise LimitExceeded(f"{len(operations)} operations in one transaction")
    if len({operation.key.partition for operation in operations}) > 1:
        raise LimitExceeded("a transaction has one partition")
    if len({operation.key for operation in operations}) < len(operations):
        raise LimitExceeded("a transaction names an entity once")
    stored = sum(_check_operation(operation) for operation in operations)
    if _PART_OVERHEAD * len(operations) + _MOST_AS_JSON * stored <= MAX_TRANSACTION_BYTES:
        return  # Nearly always, and then nothing has to be written as JSON to know it.
    total = sum(_sent_bytes(operation) for operation in operations)
    if total > MAX_TRANSACTION_BYTES:
        raise LimitExceeded(f"a transaction of about {total} bytes")


def _check_operation(operation: Operation) -> int:
    """The bytes that its properties take in the table."""
    _check_key(operation.key)
    match operation:
        case Insert(properties=properties) | Replace(properties=properties):
            return _check_properties(operation.key, properties)
        case Touch() | Delete():
            return 0


def _check_key(key: Key) -> None:
    for part in key:
        if len(part.encode("utf-16-le")) > MAX_KEY_BYTES or _FORBIDDEN_IN_KEYS.search(part):
            raise LimitExceeded(f"not a key: {part!r:.200}")


def _check_properties(key: Key, properties: Properties) -> int:
    if len(properties) > MAX_PROPERTIES:
        raise LimitExceeded(f"{len(properties)} properties at {key}")
    stored = 4 + 2 * (len(key.partition) + len(key.row)) + _TOUCHED_BYTES
    for name, value in properties.items():
        if not _NAME.fullmatch(name) or name in _RESERVED:
            raise LimitExceeded(f"not a property name: {name!r:.300} at {key}")
        stored += 8 + 2 * len(name) + _stored_bytes(key, name, value)
    if stored > MAX_ENTITY_BYTES:
        raise LimitExceeded(f"{stored} bytes at {key}")
    return stored


def _stored_bytes(key: Key, name: str, value: Value) -> int:
    match value:
        case int():
            if not -_INT32 <= value < _INT32:
                raise LimitExceeded(f"{name} at {key} is no 32-bit integer")
            return 4
        case str():
            size = len(value.encode("utf-16-le"))
        case bytes():
            size = len(value)
    if size > MAX_VALUE_BYTES:
        raise LimitExceeded(f"{name} at {key} has {size} bytes")
    return size + 4


def _sent_bytes(operation: Operation) -> int:
    """The bytes that it takes in the transaction's body, rounded up."""
    match operation:
        case Insert(properties=properties) | Replace(properties=properties):
            said = (2 * len(name) + _json_bytes(value) for name, value in properties.items())
            return _PART_OVERHEAD + sum(said)
        case Touch() | Delete():
            return _PART_OVERHEAD


def _json_bytes(value: Value) -> int:
    # With the type annotation that goes beside it; binaries go in base64.
    if isinstance(value, bytes):
        return 4 * (len(value) // 3 + 1) + 64
    return len(json.dumps(value)) + 64
