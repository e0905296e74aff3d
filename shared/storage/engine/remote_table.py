"""A table behind a network, whichever client speaks to it.

Reads are retried a little, as long as little time has passed. Writes are sent once, ever: a
conditional write that is silently sent again reports 412 for its own success.
What an error means is told in `failures`.
"""

import asyncio
import random
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Final

from shared.services.ports.scanning import Partitions
from shared.storage.encoding.keys.places import Key, Span
from shared.storage.engine.failures import FAILURES, final, read_failure, write_failure
from shared.storage.engine.table import (
    PAGE,
    Condition,
    Entity,
    Operation,
    Slice,
    check,
    check_conditions,
)

SEARCH_SECONDS: Final = 10
"""Of a read that may pass many rows by: Azure looks for 5 s, then answers with what it has."""

READ_PATIENCE: Final = 2.0
"""Seconds after which a failed read is not tried again; a hanging one took longer already."""
_PAUSES: Final = (0.05, 0.2)

_A_SECOND: Final = timedelta(seconds=1)

NEXT: Final = ("NextPartitionKey", "NextRowKey")
"""The names of a continuation's parts; either may be missing."""

type Token = Mapping[str, str]
"""Where the next page begins, as the service says it; empty at the beginning and at the end."""


class RemoteTable(ABC):
    """What is the same of a `Table` in a storage account for every client."""

    @abstractmethod
    async def read(self, key: Key) -> Entity | None:
        """One point read, once. Raises what `failures.FAILURES` names."""

    @abstractmethod
    async def write(self, operations: Sequence[Operation]) -> Mapping[str, str]:
        """Sends them once, one as a plain request, more as a batch; the answer's headers.

        Raises what `failures.FAILURES` names.
        """

    @abstractmethod
    async def page(
        self, query: str, top: int, token: Token, seconds: float | None
    ) -> tuple[Sequence[Entity], Token]:
        """At most `top` entities of one request, and what follows them.

        An empty `query` means every row; `seconds` is the longest pause in the answer, if it is
        not the usual one. A page may be short, even empty, with a token: the server's time is up.
        Raises what `failures.FAILURES` names.
        """

    async def whole_page(
        self, query: str, top: int, token: Token, seconds: float
    ) -> tuple[Sequence[Entity], Token]:
        """A page of one that reads whole tables; see `page`."""
        return await self.page(query, top, token, seconds)

    async def get(self, key: Key) -> Entity | None:
        """See `Table.get`."""
        return await _patiently(lambda: self.read(key))

    async def transact(self, operations: Sequence[Operation]) -> datetime | None:
        """See `Table.transact`."""
        check(operations)
        try:
            return _answered(await self.write(operations))
        except FAILURES as error:
            raise write_failure(error) from error

    async def range(
        self, partition: str, span: Span, limit: int, where: Sequence[Condition] = ()
    ) -> Slice:
        """See `Table.range`."""
        check_conditions(where)
        query = _of_span(partition, span, where)
        seconds = SEARCH_SECONDS if where else None
        found: list[Entity] = []
        token: Token = {}
        while True:
            top = min(PAGE, limit - len(found))
            page, token = await _patiently(partial(self.page, query, top, token, seconds))
            found.extend(page)
            if not token or len(found) >= limit:
                return Slice(tuple(found), more=bool(token))

    async def scan(self, row: str) -> AsyncIterator[Entity]:
        """See `Table.scan`; holds one page at a time."""
        query = f"RowKey eq {literal(row)}"
        token: Token | None = {}
        while token is not None:
            ask = partial(self.page, query, PAGE, token, SEARCH_SECONDS)
            found, more = await _patiently(ask)
            token = more or None
            for entity in found:
                yield entity

    async def pages(self, partitions: Partitions, page: int) -> AsyncIterator[Sequence[Entity]]:
        """See `Table.pages`; holds one page at a time."""
        query = _of_partitions(partitions)
        token: Token | None = {}
        while token is not None:
            ask = partial(self.whole_page, query, page, token, SEARCH_SECONDS)
            found, more = await _patiently(ask)
            token = more or None
            yield found


def literal(text: str) -> str:
    """`text` inside of a filter."""
    return "'" + text.replace("'", "''") + "'"


def _of_span(partition: str, span: Span, where: Sequence[Condition]) -> str:
    low, high = ("ge", "le") if span.closed else ("gt", "lt")
    query = f"PartitionKey eq {literal(partition)}"
    query += f" and RowKey {low} {literal(span.low)} and RowKey {high} {literal(span.high)}"
    for each in where:
        one = (f"{each.name} {each.relation} {literal(value)}" for value in each.values)
        query += f" and ({' or '.join(one)})"
    return query


def _of_partitions(partitions: Partitions) -> str:
    above, below = ("ge", "le") if partitions.closed else ("gt", "lt")
    bounds: list[str] = []
    if partitions.low:
        bounds.append(f"PartitionKey {above} {literal(partitions.low)}")
    if partitions.high is not None:
        bounds.append(f"PartitionKey {below} {literal(partitions.high)}")
    return " and ".join(bounds)


def _answered(headers: Mapping[str, str]) -> datetime | None:
    """When an answer was given at the latest: a header leaves out what is less than a second."""
    try:
        return parsedate_to_datetime(headers["Date"]) + _A_SECOND
    except (LookupError, ValueError):
        return None


async def _patiently[T](read: Callable[[], Awaitable[T]]) -> T:
    started = asyncio.get_running_loop().time()
    for pause in _PAUSES:
        try:
            return await read()
        except FAILURES as error:
            waited = asyncio.get_running_loop().time() - started
            if final(error) or waited > READ_PATIENCE:
                raise read_failure(error) from error
        await asyncio.sleep(pause * (0.5 + random.random()))  # noqa: S311 - spreads retries
    try:
        return await read()
    except FAILURES as error:
        raise read_failure(error) from error
