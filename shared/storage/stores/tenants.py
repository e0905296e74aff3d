"""The `TenantStore` port over a `Table`: one tenant is one partition."""

from collections.abc import AsyncIterator, Mapping

from shared.model.ledger import Entry
from shared.model.personal import Details
from shared.model.state import Head, Row, RowKey, RowKind
from shared.services.ports.tenants import Commit, Projected, Remembered
from shared.services.ports.values import Page, Stored, Undecodable
from shared.storage.encoding.codec import tenants as tenants_codec
from shared.storage.encoding.keys import places as places_keys
from shared.storage.encoding.keys import tenants as tenants_keys
from shared.storage.engine.spans import rows_of
from shared.storage.engine.table import Delete, Entity, Insert, Operation, Table, Touch, write

_BATCH = 1000


def _stored_head(entity: Entity) -> Stored[Head]:
    head = tenants_codec.decode_head(entity)
    return Stored(head, entity.etag, head.sequence)


def _stored_row(entity: Entity, kind: RowKind) -> Stored[Row]:
    row, sequence = tenants_codec.decode_row(entity, kind)
    return Stored(row, entity.etag, sequence)


class _Heads:
    """Heads one by one. Not a generator: after Undecodable the next one can still be asked for."""

    def __init__(self, entities: AsyncIterator[Entity]) -> None:
        self._entities = entities

    def __aiter__(self) -> AsyncIterator[Stored[Head]]:
        return self

    async def __anext__(self) -> Stored[Head]:
        return _stored_head(await anext(self._entities))


class TableTenantStore:
    """Everything about one tenant."""

    def __init__(self, table: Table) -> None:
        """`table` is `tenants`."""
        self._table = table

    async def head(self, tenant_id: str) -> Stored[Head] | None:
        """See the port."""
        entity = await self._table.get(tenants_keys.head(tenant_id))
        return entity and _stored_head(entity)

    async def row(self, tenant_id: str, key: RowKey) -> Stored[Row] | None:
        """See the port."""
        entity = await self._table.get(tenants_keys.row(tenant_id, key))
        return entity and _stored_row(entity, key[0])

    async def details(self, tenant_id: str, details_id: str) -> Stored[Details] | None:
        """See the port."""
        entity = await self._table.get(tenants_keys.details(tenant_id, details_id))
        if entity is None:
            return None
        details, _, sequence = tenants_codec.decode_details(entity)
        return Stored(details, entity.etag, sequence)

    async def remembered(self, tenant_id: str, source: str, message_id: str) -> Remembered | None:
        """See the port."""
        entity = await self._table.get(tenants_keys.message(tenant_id, source, message_id))
        return entity and tenants_codec.decode_remembered(entity)

    async def entry(self, tenant_id: str, sequence: int) -> Entry | None:
        """See the port."""
        entity = await self._table.get(tenants_keys.entry(tenant_id, sequence))
        return entity and tenants_codec.decode_entry(entity)

    async def commit(self, commit: Commit) -> None:
        """See the port."""
        await self._table.transact(_operations(commit))

    async def entries(
        self, tenant_id: str, after: int = 0, *, through: int | None = None, at_once: int = _BATCH
    ) -> AsyncIterator[Entry]:
        """See the port."""
        span = tenants_keys.entries(after, through)
        async for entity in rows_of(self._table, tenant_id, span, at_once):
            entry = tenants_codec.decode_entry(entity)
            if entity.key != tenants_keys.entry(tenant_id, entry.sequence):
                place = f"{entity.key.partition} {entity.key.row}"
                raise Undecodable(f"{place}: another entry belongs there", entity.etag)
            yield entry

    async def rows(
        self, tenant_id: str, kind: RowKind, after: str | None, limit: int
    ) -> Page[Stored[Row]]:
        """See the port."""
        page = await self._table.range(tenant_id, tenants_keys.rows(kind, after), limit)
        rows = tuple(_stored_row(entity, kind) for entity in page.entities)
        return Page(rows, places_keys.row_id(page.entities[-1].key) if page.more else None)

    async def details_of(self, tenant_id: str, first: str, last: str) -> Mapping[str, Details]:
        """See the port."""
        span = tenants_keys.details_between(first, last)
        return {
            places_keys.row_id(entity.key): tenants_codec.decode_details(entity)[0]
            async for entity in rows_of(self._table, tenant_id, span, _BATCH)
        }

    def heads(self) -> AsyncIterator[Stored[Head]]:
        """See the port. After Undecodable for one head, the iteration can go on."""
        return _Heads(self._table.scan(tenants_keys.HEAD))

    async def touch_head(self, tenant_id: str, etag: str | None) -> None:
        """See the port."""
        key = tenants_keys.head(tenant_id)
        fence = (
            Touch(key, etag) if etag else Insert(key, tenants_codec.encode_head(Head(tenant_id)))
        )
        await self._table.transact([fence])

    async def forget_message(self, tenant_id: str, row: str, etag: str) -> None:
        """See the port. Raises ValueError for any other row: nothing else is ever pruned."""
        if not row.startswith("message|"):
            raise ValueError(row)
        await self._table.transact([Delete(places_keys.Key(tenant_id, row), etag)])

    async def projected(self, tenant_id: str) -> Stored[Projected] | None:
        """See the port."""
        entity = await self._table.get(tenants_keys.projection(tenant_id))
        return entity and Stored(tenants_codec.decode_projected(entity), entity.etag)

    async def save_projected(self, tenant_id: str, projected: Projected, etag: str | None) -> None:
        """See the port."""
        key, properties = (
            tenants_keys.projection(tenant_id),
            tenants_codec.encode_projected(projected),
        )
        await self._table.transact([write(key, properties, etag)])


def _operations(commit: Commit) -> list[Operation]:
    tenant_id = commit.head.id
    sequence = commit.entry.sequence if commit.entry else commit.head.sequence
    operations = [_head_operation(commit)]
    for each in commit.rows:
        properties = tenants_codec.encode_row(each.row, sequence)
        operations.append(write(tenants_keys.row(tenant_id, each.key), properties, each.etag))
    operations.extend(Touch(tenants_keys.row(tenant_id, key), etag) for key, etag in commit.touched)
    for each in commit.details:
        properties = tenants_codec.encode_details(each.details, each.salt, sequence)
        operations.append(write(tenants_keys.details(tenant_id, each.id), properties, each.etag))
    operations.extend(
        Delete(tenants_keys.details(tenant_id, key), etag) for key, etag in commit.erased
    )
    if entry := commit.entry:
        operations.append(
            Insert(tenants_keys.entry(tenant_id, entry.sequence), tenants_codec.encode_entry(entry))
        )
    if done := commit.remembered:
        key = tenants_keys.message(tenant_id, done.source, done.message_id)
        operations.append(Insert(key, tenants_codec.encode_remembered(done)))
    return operations


def _head_operation(commit: Commit) -> Operation:
    key = tenants_keys.head(commit.head.id)
    if commit.head_changed or commit.head_etag is None:
        return write(key, tenants_codec.encode_head(commit.head), commit.head_etag)
    return Touch(key, commit.head_etag)
