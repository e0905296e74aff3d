"""The `IndexStore` port over a `Table`: what partners list and follow.

A partner's rows lie in 16 partitions, by the first digit of the customer's id, so that no partner
is one hot partition. A listing asks each partition on its own: a filter over the range of all 16
would be one request, but Azure would read past every row of the other kinds on the way.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import cast

from shared.canonical import JsonObject
from shared.services.ports.index import (
    EVERY_ROW,
    FeedMark,
    FeedRow,
    IndexFilter,
    IndexKey,
    IndexKind,
    IndexRow,
)
from shared.services.ports.values import Page, Stored
from shared.storage.encoding.codec import index as codec
from shared.storage.encoding.fields import readable
from shared.storage.encoding.index_filters import conditions
from shared.storage.encoding.keys import index as keys
from shared.storage.encoding.keys.places import Span
from shared.storage.engine.spans import rows_of
from shared.storage.engine.table import (
    PAGE,
    Delete,
    Entity,
    Insert,
    Operation,
    Slice,
    Table,
    write,
)


class TableIndexStore:
    """Rows of partners."""

    def __init__(self, table: Table) -> None:
        """`table` is `index`."""
        self._table = table

    async def get(self, key: IndexKey) -> Stored[IndexRow] | None:
        """See the port."""
        return _stored(await self._table.get(keys.index(key)), key)

    async def put(self, row: IndexRow, etag: str | None) -> None:
        """See the port."""
        await self.put_together([(row, etag)])

    async def put_together(self, rows: Sequence[tuple[IndexRow, str | None]]) -> None:
        """See the port."""
        await self._table.transact(
            [
                write(keys.index(row.key), codec.encode_index_row(row.sequence, row.body), etag)
                for row, etag in rows
            ]
        )

    async def delete(self, key: IndexKey, etag: str) -> None:
        """See the port."""
        await self._table.transact([Delete(keys.index(key), etag)])

    async def list(
        self,
        partner_id: str,
        kind: IndexKind,
        after: str | None,
        limit: int,
        *,
        wanted: IndexFilter = EVERY_ROW,
    ) -> Page[IndexRow]:
        """See the port. The order is that of customer ids, then item ids.

        Partitions are asked in waves of 1, 2, 4, … at once: a large partner's page comes from one
        request, a small partner's 16 partitions are through after five waves.
        """
        span = keys.index_rows(kind, after, wanted.customer_id)
        where = conditions(wanted)
        shards = wanted.customer_id[0] if wanted.customer_id else keys.SHARDS
        waiting = [digit for digit in shards if digit >= (after or "")[:1]]
        found: list[Entity] = []
        more = False
        wave = 1
        while waiting and not more and len(found) < limit:
            now, waiting = waiting[:wave], waiting[wave:]
            wave *= 2
            room = limit - len(found)
            asked = (
                self._table.range(keys.shard(partner_id, digit), span, room, where) for digit in now
            )
            for part in await asyncio.gather(*asked):
                room = limit - len(found)
                found.extend(part.entities[:room])
                more = more or part.more or len(part.entities) > room
        last = keys.indexed(found[-1].key).position if found else None
        return Page(
            tuple(codec.decode_index_row(entity) for entity in found),
            last if more or waiting else None,
        )

    async def spread(
        self, partner_id: str, kind: IndexKind, each: int | None, *, wanted: IndexFilter
    ) -> tuple[tuple[IndexRow, ...], bool]:
        """See the port."""
        span = keys.index_rows(kind, None, wanted.customer_id)
        shards = wanted.customer_id[0] if wanted.customer_id else keys.SHARDS
        asked = (self._shard(keys.shard(partner_id, digit), span, each, wanted) for digit in shards)
        parts = await asyncio.gather(*asked)
        rows = (codec.decode_index_row(entity) for part in parts for entity in part.entities)
        return tuple(rows), not any(part.more for part in parts)

    async def _shard(
        self, partition: str, span: Span, each: int | None, wanted: IndexFilter
    ) -> Slice:
        where = conditions(wanted)
        if each is not None:
            return await self._table.range(partition, span, each, where)
        rows = rows_of(self._table, partition, span, PAGE, where)
        return Slice(tuple([entity async for entity in rows]), more=False)

    async def everywhere(
        self, kind: IndexKind, after: str | None, limit: int, *, wanted: IndexFilter = EVERY_ROW
    ) -> Page[IndexRow]:
        """See the port."""
        partition = cast("str", keys.everywhere(kind))
        where = conditions(wanted)
        page = await self._table.range(partition, keys.index_rows(kind, after), limit, where)
        found = readable(page.entities, codec.decode_index_row)
        return Page(found, page.entities[-1].key.row.partition("|")[2] if page.more else None)

    async def link(self, reseller_id: str, provider_id: str) -> Stored[IndexRow] | None:
        """See the port."""
        entity = await self._table.get(keys.link(reseller_id, provider_id))
        return _stored(entity, _link_key(reseller_id, provider_id))

    async def put_link(
        self, reseller_id: str, provider_id: str, row: tuple[int, JsonObject], etag: str | None
    ) -> None:
        """See the port."""
        key = keys.link(reseller_id, provider_id)
        await self._table.transact([write(key, codec.encode_index_row(*row), etag)])

    async def links(self, reseller_id: str, after: str | None, limit: int) -> Page[IndexRow]:
        """See the port."""
        page = await self._table.range(keys.links(reseller_id), keys.links_after(after), limit)
        rows = tuple(
            codec.decode_index_row(entity, _link_key(reseller_id, entity.key.row))
            for entity in page.entities
        )
        return Page(rows, page.entities[-1].key.row if page.more else None)

    async def feed_mark(self, partner_id: str, customer_id: str) -> Stored[FeedMark] | None:
        """See the port."""
        entity = await self._table.get(keys.feed_mark(partner_id, customer_id))
        if entity is None:
            return None
        return Stored(codec.decode_feed_mark(entity), entity.etag, landed=entity.written)

    async def feed_rows(
        self, partner_id: str, customer_id: str, written_at: datetime
    ) -> tuple[FeedRow, ...]:
        """See the port."""
        span = keys.feed_written(customer_id, written_at)
        rows = rows_of(self._table, keys.feed(partner_id), span, PAGE)
        return tuple([codec.decode_feed_row(entity) async for entity in rows])

    async def feed(
        self, partner_id: str, after: str | None, limit: int, *, until: datetime
    ) -> Page[FeedRow]:
        """See the port."""
        cursor = after or keys.FIRST_EVENT
        span = keys.feed_between(cursor, until)
        page = await self._table.range(keys.feed(partner_id), span, limit)
        rows = tuple(codec.decode_feed_row(entity) for entity in page.entities)
        return Page(rows, page.entities[-1].key.row if page.entities else cursor)

    def feed_position(self, written_at: datetime) -> str:
        """See the port."""
        return keys.feed_position(written_at)

    async def append_feed(
        self,
        partner_id: str,
        customer_id: str,
        mark: FeedMark,
        rows: Sequence[FeedRow],
        mark_etag: str | None,
    ) -> datetime | None:
        """See the port."""
        key = keys.feed_mark(partner_id, customer_id)
        operations: list[Operation] = [write(key, codec.encode_feed_mark(mark), mark_etag)]
        operations.extend(
            Insert(
                keys.feed_row(partner_id, customer_id, row.written_at, row.n),
                codec.encode_feed_row(row),
            )
            for row in rows
        )
        return await self._table.transact(operations)


def _link_key(reseller_id: str, provider_id: str) -> IndexKey:
    # The provider's partition is where the link lies: it stands where the customer's would.
    return IndexKey(reseller_id, IndexKind.CUSTOMER, provider_id, provider_id)


def _stored(entity: Entity | None, key: IndexKey) -> Stored[IndexRow] | None:
    if entity is None:
        return None
    row = codec.decode_index_row(entity, key)
    return Stored(row, entity.etag, row.sequence)
