"""Rows that somebody altered behind the app's back."""

from typing import Any

from shared.storage.encoding.keys.places import Key
from shared.storage.engine.memory import MemoryTable
from shared.storage.engine.table import Replace


async def damage(table: MemoryTable, key: Key, **changes: Any) -> None:
    """Overwrites properties behind the app's back."""
    entity = await table.get(key)
    assert entity
    await table.transact([Replace(key, {**entity.properties, **changes}, entity.etag)])
