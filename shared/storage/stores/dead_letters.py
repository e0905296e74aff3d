"""The `DeadLetterStore` port over a `Table`: a record, its text, and marks at whom it is about.

All of them lie in one partition, so that they come and go in one transaction. The text is apart
from the record, because it is large, may hold personal data and goes earlier.

A text that is no event may name more tenants than a transaction has room for. Their marks are the
first to be written and the last to go: whoever is named always finds the text, while it is there.
"""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import batched
from typing import Final

from shared.services.ports.dead_letters import DeadLetter, LetterStatus
from shared.services.ports.values import GuardFailed, Page, Stored
from shared.storage.encoding.codec import dead_letters as codec
from shared.storage.encoding.fields import VERSION
from shared.storage.encoding.keys import dead_letters as keys
from shared.storage.engine.table import MAX_OPERATIONS, Delete, Insert, Operation, Table
from shared.storage.stores.by_status import ByStatus

_BESIDE: Final = MAX_OPERATIONS - 3
"""Marks that go into one transaction with the two rows of a record, and its text."""

_MARK: Final = {"v": VERSION}


class TableDeadLetterStore:
    """Messages that cannot be processed."""

    def __init__(self, table: Table) -> None:
        """`table` is `operations`."""
        self._table = table
        self._letters = ByStatus(
            table, keys.letter, keys.place, codec.encode_letter, codec.decode_letter
        )

    async def add(self, letter: DeadLetter, text: str, about: Collection[str]) -> bool:
        """See the port."""
        marks = [Insert(keys.about(each, letter.id), _MARK) for each in sorted(about)]
        await self._mark(marks[_BESIDE:])
        writes = [
            *self._letters.inserting(letter),
            Insert(keys.text(letter.id, letter.dead_at), codec.encode_text(text)),
            *marks[:_BESIDE],
        ]
        try:
            await self._table.transact(writes)
        except GuardFailed:
            return False
        return True

    async def get(self, letter_id: str) -> Stored[DeadLetter] | None:
        """See the port."""
        return await self._letters.get(letter_id)

    async def text(self, letter: DeadLetter) -> str | None:
        """See the port."""
        entity = await self._table.get(keys.text(letter.id, letter.dead_at))
        return entity and codec.decode_text(entity)

    async def _mark(self, marks: Iterable[Insert]) -> None:
        for mark in marks:
            # One that is there comes from a try that did not get further, or from the text.
            with suppress(GuardFailed):
                await self._table.transact([mark])

    async def replace(
        self, letter: DeadLetter, previous: Stored[DeadLetter], about: Collection[str] = ()
    ) -> None:
        """See the port."""
        await self._mark(Insert(keys.about(each, letter.id), _MARK) for each in sorted(about))
        await self._table.transact(await self._letters.replacing(letter, previous))

    async def page(
        self, after: str | None, limit: int, *, status: LetterStatus | None = None
    ) -> Page[Stored[DeadLetter]]:
        """See the port."""
        return await self._letters.page([status] if status else [*LetterStatus], after, limit)

    async def older(self, than: datetime, limit: int) -> tuple[str, ...]:
        """See the port."""
        page = await self._table.range(keys.PARTITION, keys.texts(than), limit)
        return tuple(keys.id_of(entity.key) for entity in page.entities)

    async def of_tenant(self, tenant_id: str, after: str | None, limit: int) -> Page[str]:
        """See the port."""
        span = keys.texts_about(tenant_id, after)
        page = await self._table.range(keys.PARTITION, span, limit)
        found = tuple(keys.id_of(entity.key) for entity in page.entities)
        return Page(found, found[-1] if page.more else None)

    async def erase_text(
        self, letter: Stored[DeadLetter], about: Collection[str], *, reasons: bool
    ) -> None:
        """See the port."""
        gone = letter.value.without_text
        if reasons:
            closings = tuple(replace(each, reason=None) for each in gone.closings)
            gone = replace(gone, closings=closings)
        marks = (keys.about(each, gone.id) for each in sorted(about))
        places = [keys.text(gone.id, gone.dead_at), *marks]
        found = [entity for place in places if (entity := await self._table.get(place))]
        writes: list[Operation] = [
            *(await self._letters.replacing(gone, letter)),
            *(Delete(entity.key, entity.etag) for entity in found),
        ]
        for some in batched(writes, MAX_OPERATIONS, strict=False):
            await self._table.transact(some)
