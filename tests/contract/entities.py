"""One entity of a table, and its ETag."""

from shared.storage.encoding.keys.places import Key
from shared.storage.engine.table import Insert, Table

KEY = Key("partition", "row")


async def put(table: Table, key: Key = KEY, **properties) -> str:
    """Inserts, and tells the ETag."""
    await table.transact([Insert(key, properties or {"v": 1})])
    return await etag_of(table, key)


async def etag_of(table: Table, key: Key = KEY) -> str:
    entity = await table.get(key)
    assert entity
    return entity.etag
