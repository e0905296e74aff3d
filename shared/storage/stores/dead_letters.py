"""The `DeadLetterStore` port over a `Table`: a record, its text, and a mark at its tenant.

All of them lie in one partition, so that they come and go in one transaction. The text is apart
from the record, because it is large, may hold personal data and goes earlier.
"""

from dataclasses import replace
from datetime import datetime

from shared.services.ports.dead_letters import DeadLetter
from shared.services.ports.values import GuardFailed, Page, Stored
from shared.storage.encoding.codec import dead_letters as codec
from shared.storage.encoding.fields import VERSION
from shared.storage.encoding.keys import dead_letters as keys
from shared.storage.engine.table import Delete, Entity, Insert, Operation, Table
from shared.storage.engine.table import Replace as Overwrite


class TableDeadLetterStore:
    """Messages that cannot be processed."""

    def __init__(self, table: Table) -> None:
        """`table` is `operations`."""
        self._table = table

    async def add(self, letter: DeadLetter, text: str) -> bool:
        """See the port."""
        writes = [
            Insert(keys.letter(letter.id), codec.encode_letter(letter)),
            Insert(keys.text(letter.id, letter.dead_at), codec.encode_text(text)),
            Insert(keys.about(letter.tenant_id, letter.id), {"v": VERSION}),
        ]
        try:
            await self._table.transact(writes)
        except GuardFailed:
            return False
        return True

    async def get(self, letter_id: str) -> Stored[DeadLetter] | None:
        """See the port."""
        entity = await self._table.get(keys.letter(letter_id))
        return entity and _stored(entity)

    async def text(self, letter: DeadLetter) -> str | None:
        """See the port."""
        entity = await self._table.get(keys.text(letter.id, letter.dead_at))
        return entity and codec.decode_text(entity)

    async def replace(self, letter: DeadLetter, etag: str) -> None:
        """See the port."""
        key = keys.letter(letter.id)
        await self._table.transact([Overwrite(key, codec.encode_letter(letter), etag)])

    async def page(self, after: str | None, limit: int) -> Page[Stored[DeadLetter]]:
        """See the port."""
        page = await self._table.range(keys.PARTITION, keys.letters(after), limit)
        found = tuple(_stored(entity) for entity in page.entities)
        return Page(found, found[-1].value.id if page.more else None)

    async def older(self, than: datetime, limit: int) -> tuple[str, ...]:
        """See the port."""
        page = await self._table.range(keys.PARTITION, keys.texts(than), limit)
        return tuple(keys.id_of(entity.key) for entity in page.entities)

    async def of_tenant(self, tenant_id: str | None, after: str | None, limit: int) -> Page[str]:
        """See the port."""
        span = keys.texts_about(tenant_id, after)
        page = await self._table.range(keys.PARTITION, span, limit)
        found = tuple(keys.id_of(entity.key) for entity in page.entities)
        return Page(found, found[-1] if page.more else None)

    async def erase_text(self, letter: Stored[DeadLetter]) -> None:
        """See the port."""
        gone = replace(letter.value, excerpt=None, sent=None)
        places = [keys.text(gone.id, gone.dead_at), keys.about(gone.tenant_id, gone.id)]
        erased = [await self._table.get(place) for place in places]
        writes: list[Operation] = [
            Overwrite(keys.letter(gone.id), codec.encode_letter(gone), letter.etag),
            *(Delete(entity.key, entity.etag) for entity in erased if entity),
        ]
        await self._table.transact(writes)


def _stored(entity: Entity) -> Stored[DeadLetter]:
    return Stored(codec.decode_letter(entity), entity.etag)
