"""The `SweepStore` and `CheckpointStore` ports over the table `operations`."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from uuid import UUID

from shared.proving.checkpoints import Checkpoint
from shared.proving.history import Leaf
from shared.services.ports.sweeps import LEAVES, Shard, Subtree, Sweep
from shared.services.ports.values import GuardFailed, Page, Stored
from shared.storage.encoding.codec import sweeps as codec
from shared.storage.encoding.fields import VERSION, decoding, readable, text
from shared.storage.encoding.keys import sweeps as keys
from shared.storage.encoding.keys.places import Key, row_id
from shared.storage.engine.spans import rows_of
from shared.storage.engine.table import (
    Delete,
    Entity,
    Insert,
    Operation,
    Properties,
    Replace,
    Table,
    write,
)

_BATCH = 1000
_SUMS = 25
_FORGOTTEN = 10
"""Rows that are deleted at once: rows of leaves are large."""


class TableSweepStore:
    """Sweeps, their shards, what they saw and their leaves."""

    def __init__(self, table: Table) -> None:
        """`table` is `operations`."""
        self._table = table

    async def running(self) -> Stored[str]:
        """See the port."""
        entity = await self._table.get(keys.RUNNING_SWEEP)
        if entity is None:
            return Stored("", "")
        with decoding(entity):
            sweep_id = text(entity, "sweepId")
            return Stored(sweep_id and str(UUID(sweep_id)), entity.etag)

    async def start(
        self, sweep: Sweep, running: Stored[str], superseded: Sequence[Stored[Sweep]]
    ) -> None:
        """See the port."""
        operations: list[Operation] = [
            _run(sweep.id, running),
            Insert(keys.sweep(sweep.id), codec.encode_sweep(sweep)),
        ]
        operations += (_replace(each.value, each.etag) for each in superseded)
        await self._table.transact(operations)

    async def finish(self, sweep: Sweep, etag: str, running: Stored[str]) -> None:
        """See the port."""
        await self._table.transact([_run("", running), _replace(sweep, etag)])

    async def replace(self, sweep: Sweep, etag: str) -> None:
        """See the port."""
        await self._table.transact([_replace(sweep, etag)])

    async def get(self, sweep_id: str) -> Stored[Sweep] | None:
        """See the port."""
        entity = await self._table.get(keys.sweep(sweep_id))
        return entity and _stored(entity)

    async def list(self, after: str | None, limit: int) -> Page[Stored[Sweep]]:
        """See the port."""
        page = await self._table.range(keys.SWEEPS, keys.sweeps(after), limit)
        found = readable(page.entities, _stored)
        return Page(found, row_id(page.entities[-1].key) if page.more else None)

    async def add_shard(self, shard: Shard) -> None:
        """See the port."""
        key = keys.sweep_shard(shard.sweep_id, shard.n)
        await _once(self._table, key, codec.encode_shard(shard))

    async def shard(self, sweep_id: str, n: int) -> Stored[Shard] | None:
        """See the port."""
        entity = await self._table.get(keys.sweep_shard(sweep_id, n))
        return entity and Stored(codec.decode_shard(entity), entity.etag)

    async def shards(self, sweep_id: str) -> Sequence[Stored[Shard]]:
        """See the port."""
        rows = rows_of(self._table, sweep_id, keys.SHARDS, _BATCH)
        return [Stored(codec.decode_shard(each), each.etag) async for each in rows]

    async def advance(self, shard: Shard, etag: str, leaves: Sequence[Leaf]) -> None:
        """See the port."""
        if len(leaves) > LEAVES:
            msg = f"{len(leaves)} leaves at once"
            raise ValueError(msg)
        # Every shard that ends looks at all: sums are read once, so they are kept apart.
        kept = replace(shard, sums=b"") if shard.done else shard
        place = keys.sweep_shard(shard.sweep_id, shard.n)
        operations: list[Operation] = [Replace(place, codec.encode_shard(kept), etag)]
        if shard.done and shard.sums:
            apart = keys.sweep_sums(shard.sweep_id, shard.n)
            operations.append(Insert(apart, codec.encode_sums(shard.sums)))
        if leaves:
            key = keys.sweep_leaves(shard.sweep_id, leaves[-1].tenant_id)
            operations.append(Insert(key, codec.encode_leaves(leaves)))
        await self._table.transact(operations)

    async def sums(self, sweep_id: str) -> AsyncIterator[bytes]:
        """See the port. A page holds few rows: each is up to 40 KiB."""
        async for entity in rows_of(self._table, sweep_id, keys.SUMS, _SUMS):
            yield codec.decode_sums(entity)

    async def leaves(self, sweep_id: str, after: str = "") -> AsyncIterator[Leaf]:
        """See the port. A page holds few rows: each is up to half a megabyte."""
        span = keys.sweep_leaves_behind(after)
        async for entity in rows_of(self._table, sweep_id, span, 2):
            for leaf in codec.decode_leaves(entity):
                if leaf.tenant_id > after:
                    yield leaf

    async def add_subtree(self, sweep_id: str, level: int, n: int, subtree: Subtree) -> None:
        """See the port."""
        key = keys.sweep_subtree(sweep_id, level, n)
        await _once(self._table, key, codec.encode_subtree(subtree))

    async def subtrees(self, sweep_id: str, level: int, numbers: range) -> Sequence[Subtree]:
        """See the port."""
        rows = rows_of(self._table, sweep_id, keys.sweep_subtrees(level, numbers), _BATCH)
        return [codec.decode_subtree(each) async for each in rows]

    async def saw(self, sweep_id: str, finding_id: str, kind: str) -> None:
        """See the port."""
        place = keys.sweep_saw(sweep_id, finding_id)
        await _once(self._table, place, {"v": VERSION, "kind": kind})

    async def seen(self, sweep_id: str, after: str | None, limit: int) -> Page[tuple[str, str]]:
        """See the port."""
        page = await self._table.range(sweep_id, keys.sweep_seen(after), limit)
        found = tuple((row_id(each.key), text(each, "kind")) for each in page.entities)
        return Page(found, found[-1][0] if page.more else None)

    async def missed(self, sweep_id: str, tenant_id: str) -> None:
        """See the port."""
        place = keys.sweep_missed(sweep_id, tenant_id)
        await _once(self._table, place, {"v": VERSION, "tenantId": tenant_id})

    async def all_missed(self, sweep_id: str) -> frozenset[str]:
        """See the port."""
        rows = rows_of(self._table, sweep_id, keys.MISSED, _BATCH)
        return frozenset([text(entity, "tenantId") async for entity in rows])

    async def forget(self, sweep: Stored[Sweep]) -> None:
        """See the port. The sweep's own partition goes first: a try again finds the rest."""
        gone: list[Operation] = []
        async for entity in rows_of(self._table, sweep.value.id, keys.WHOLE, _FORGOTTEN):
            gone.append(Delete(entity.key, entity.etag))
            if len(gone) == _FORGOTTEN:
                await self._table.transact(gone)
                gone = []
        if gone:
            await self._table.transact(gone)
        await self._table.transact([Delete(keys.sweep(sweep.value.id), sweep.etag)])


class TableCheckpointStore:
    """What finished sweeps testify."""

    def __init__(self, table: Table) -> None:
        """`table` is `operations`."""
        self._table = table

    async def add(self, checkpoint: Checkpoint) -> None:
        """See the port."""
        key = keys.checkpoint(checkpoint.id)
        await _once(self._table, key, codec.encode_checkpoint(checkpoint))

    async def get(self, checkpoint_id: str) -> Checkpoint | None:
        """See the port."""
        entity = await self._table.get(keys.checkpoint(checkpoint_id))
        return entity and codec.decode_checkpoint(entity)

    async def list(self, after: str | None, limit: int) -> Page[Checkpoint]:
        """See the port."""
        page = await self._table.range(keys.CHECKPOINTS, keys.sweeps(after), limit)
        found = readable(page.entities, codec.decode_checkpoint)
        return Page(found, row_id(page.entities[-1].key) if page.more else None)


def _run(sweep_id: str, running: Stored[str]) -> Operation:
    properties = {"v": VERSION, "sweepId": sweep_id}
    return write(keys.RUNNING_SWEEP, properties, running.etag or None)


def _replace(sweep: Sweep, etag: str) -> Replace:
    return Replace(keys.sweep(sweep.id), codec.encode_sweep(sweep), etag)


def _stored(entity: Entity) -> Stored[Sweep]:
    return Stored(codec.decode_sweep(entity), entity.etag)


async def _once(table: Table, key: Key, properties: Properties) -> None:
    try:
        await table.transact([Insert(key, properties)])
    except GuardFailed:
        # An earlier try, or another instance, has written the same.
        return
