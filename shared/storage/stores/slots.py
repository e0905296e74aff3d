"""The `SlotStore` port over a `Table`: a link's counter and slots share a partition."""

from shared.services.ports.claims import SlotKey
from shared.services.ports.values import Stored
from shared.storage.encoding.codec import claims as codec
from shared.storage.encoding.keys import claims as claims_keys
from shared.storage.engine.spans import rows_of
from shared.storage.engine.table import Delete, Insert, Replace, Table, Touch, write

_BATCH = 1000


class TableSlotStore:
    """Reservations of limited links."""

    def __init__(self, table: Table) -> None:
        """`table` is `claims`."""
        self._table = table

    async def reserved(self, partner_id: str, link_id: str) -> Stored[int] | None:
        """See the port."""
        entity = await self._table.get(claims_keys.slot_counter(partner_id, link_id))
        if entity is None:
            return None
        return Stored(codec.decode_count(entity), entity.etag, landed=entity.written)

    async def held(self, key: SlotKey) -> str | None:
        """See the port."""
        entity = await self._table.get(claims_keys.slot(key))
        return entity and entity.etag

    async def count(self, partner_id: str, link_id: str) -> int:
        """See the port."""
        partition = claims_keys.slot_counter(partner_id, link_id).partition
        found = 0
        async for _ in rows_of(self._table, partition, claims_keys.SLOTS, _BATCH):
            found += 1
        return found

    async def reserve(self, key: SlotKey, counter: Stored[int] | None) -> None:
        """See the port."""
        place = claims_keys.slot_counter(key.partner_id, key.link_id)
        count = codec.encode_count(counter.value + 1 if counter else 1)
        slot = Insert(claims_keys.slot(key), codec.encode_count(1))
        await self._table.transact([write(place, count, counter.etag if counter else None), slot])

    async def keep(self, key: SlotKey, etag: str) -> None:
        """See the port."""
        await self._table.transact([Touch(claims_keys.slot(key), etag)])

    async def release(self, key: SlotKey, etag: str, counter: Stored[int]) -> None:
        """See the port."""
        place = claims_keys.slot_counter(key.partner_id, key.link_id)
        back = Replace(place, codec.encode_count(counter.value - 1), counter.etag)
        await self._table.transact([back, Delete(claims_keys.slot(key), etag)])
