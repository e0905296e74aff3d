"""The `OperationsStore` port over a `Table`: pipelines and their results."""

from datetime import datetime

from shared.services.ports.operations import Pipeline, Result
from shared.services.ports.values import Page, Stored
from shared.storage.encoding.codec import operations as codec
from shared.storage.encoding.keys import operations as operations_keys
from shared.storage.encoding.keys import places as places_keys
from shared.storage.encoding.keys import sweeps
from shared.storage.engine.table import Delete, Entity, Insert, Operation, Replace, Table, write

_PAGE = 1000


class TableOperationsStore:
    """What operators work with."""

    def __init__(self, table: Table) -> None:
        """`table` is `operations`."""
        self._table = table

    async def pipeline(self, pipeline_id: str) -> Stored[Pipeline] | None:
        """See the port."""
        entity = await self._table.get(operations_keys.pipeline(pipeline_id))
        return entity and _stored(entity)

    async def owner_of(self, source: str) -> str | None:
        """See the port."""
        entity = await self._table.get(operations_keys.pipeline_source(source))
        return entity and codec.decode_source(entity)

    async def put_pipeline(self, pipeline: Pipeline, previous: Stored[Pipeline] | None) -> None:
        """See the port. A change of source costs one point read more."""
        key, properties = operations_keys.pipeline(pipeline.id), codec.encode_pipeline(pipeline)
        source = operations_keys.pipeline_source(pipeline.source)
        reservation = Insert(source, codec.encode_source(pipeline.id))
        operations: list[Operation]
        if previous is None:
            operations = [Insert(key, properties), reservation]
        elif previous.value.source == pipeline.source:
            operations = [Replace(key, properties, previous.etag)]
        else:
            # The source before stays its own: messages are remembered by source and id, so a new
            # owner would find its messages done.
            replaced = Replace(key, properties, previous.etag)
            held = await self._table.get(source)
            its_own = held is not None and codec.decode_source(held) == pipeline.id
            operations = [replaced] if its_own else [replaced, reservation]
        await self._table.transact(operations)

    async def pipelines(self, after: str | None, limit: int) -> Page[Stored[Pipeline]]:
        """See the port."""
        page = await self._table.range(
            operations_keys.PIPELINES, operations_keys.pipelines(after), limit
        )
        found = tuple(_stored(entity) for entity in page.entities)
        return Page(found, places_keys.row_id(page.entities[-1].key) if page.more else None)

    async def put_result(self, result: Result, mark_etag: str | None) -> datetime | None:
        """See the port."""
        mark = operations_keys.result_mark(result.feed_id, result.key)
        place = operations_keys.result(result.feed_id, result.at, result.key)
        return await self._table.transact(
            [
                write(mark, codec.encode_mark(result.at), mark_etag),
                Insert(place, codec.encode_result(result)),
            ]
        )

    async def result_mark(self, feed_id: str, key: str) -> Stored[datetime] | None:
        """See the port."""
        entity = await self._table.get(operations_keys.result_mark(feed_id, key))
        if entity is None:
            return None
        return Stored(codec.decode_mark(entity), entity.etag, landed=entity.written)

    async def forget_results(self, until: datetime, most: int) -> int:
        """See the port. A result and its mark go in one transaction."""
        gone = 0
        async for entities in self._table.pages(sweeps.ALL_RESULTS, _PAGE):
            for entity in entities:
                if sweeps.is_result_before(entity.key, until):
                    mark = await self._table.get(sweeps.mark_of(entity.key))
                    both = [entity, mark] if mark else [entity]
                    await self._table.transact([Delete(each.key, each.etag) for each in both])
                    gone += 1
                    if gone == most:
                        return gone
        return gone

    async def results(
        self, feed_id: str, after: str | None, limit: int, *, until: datetime
    ) -> Page[Result]:
        """See the port."""
        cursor = after or operations_keys.FIRST_RESULT
        span = operations_keys.results_between(cursor, until)
        page = await self._table.range(operations_keys.results(feed_id), span, limit)
        found = tuple(codec.decode_result(entity, feed_id) for entity in page.entities)
        return Page(found, page.entities[-1].key.row if page.entities else cursor)


def _stored(entity: Entity) -> Stored[Pipeline]:
    return Stored(codec.decode_pipeline(entity), entity.etag)
