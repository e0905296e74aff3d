"""Records that are listed by status and time, the newest first.

    id row ── place ──> {status}|{time, the other way round}|{id} ── the record

A record lies in the list of its status, so that the few which are open come in one request, however
many are closed. It is written once; the row under its id says where. When its status changes, both
rows move in one transaction, and the record's own ETag is what guards it:

    writer A   read id row, record (etag 1) ── delete etag 1, insert there, id row ──> done
    writer B   read id row, record (etag 1) ── replace etag 1                      ──> guard failed
"""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final, Protocol

from shared.services.ports.values import GuardFailed, Page, Stored, Undecodable
from shared.storage.encoding.fields import VERSION, decoding, readable, text
from shared.storage.encoding.keys.places import Key, under
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

_LOOKS: Final = 5
"""At a record that moves while it is looked for."""


class Listed(Protocol):
    """What a record has that is listed so."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def position(self) -> str:
        """Its place in a list, the newest first; ends with its id."""
        ...


@dataclass(frozen=True, slots=True)
class ByStatus[T: Listed]:
    """Records of one partition. `place`: where one lies; `named`: the row under its id."""

    table: Table
    named: Callable[[str], Key]
    place: Callable[[T], Key]
    encode: Callable[[T], Properties]
    decode: Callable[[Entity], T]

    async def get(self, item_id: str) -> Stored[T] | None:
        """Two point reads, more while it moves. Raises Undecodable, also for one that is gone."""
        place = None
        for _ in range(_LOOKS):
            entity = await self.table.get(self.named(item_id))
            if entity is None:
                return None
            place = placed(entity)
            if found := await self.table.get(place):
                stored = self.stored(found)
                if stored.value.id == item_id:
                    return stored
                break
        raise Undecodable(f"{place}: it is not there")

    def stored(self, entity: Entity) -> Stored[T]:
        """A record as it is stored. Raises Undecodable for one that belongs elsewhere."""
        value = self.decode(entity)
        if self.place(value) != entity.key:
            raise Undecodable(f"{entity.key}: it belongs elsewhere", entity.etag)
        return Stored(value, entity.etag)

    def inserting(self, value: T) -> list[Operation]:
        """What makes a new one."""
        place = self.place(value)
        return [Insert(place, self.encode(value)), Insert(self.named(value.id), where(place))]

    async def replacing(self, value: T, previous: Stored[T]) -> list[Operation]:
        """What changes it under its ETag."""
        place = self.place(value)
        if place == self.place(previous.value):
            return [Replace(place, self.encode(value), previous.etag)]
        return await self.restoring(value, previous.etag)

    async def restoring(self, value: T, etag: str) -> list[Operation]:
        """What writes it where it belongs, whatever lies there; without `etag` it is nowhere."""
        entity = await self.table.get(self.named(value.id))
        if entity is None:
            raise GuardFailed(" ".join(self.named(value.id)))
        place, before = self.place(value), _place(entity)
        properties = self.encode(value)
        if place == before:
            return [write(place, properties, etag or None)]
        there = await self.table.get(place)
        gone = [Delete(before, etag)] if before and etag else []
        moved = Replace(entity.key, where(place), entity.etag)
        return [*gone, moved, write(place, properties, there and there.etag)]

    async def deleting(self, item: Stored[T]) -> list[Operation]:
        """What deletes it under its ETag."""
        entity = await self.table.get(self.named(item.value.id))
        named = [Delete(entity.key, entity.etag)] if entity else []
        return [Delete(self.place(item.value), item.etag), *named]

    async def page(
        self, statuses: Collection[str], after: str | None, limit: int
    ) -> Page[Stored[T]]:
        """Those in one of the statuses; a query for each. Without rows that do not decode.

        One that changes its status meanwhile is there once at most.
        """
        partition = self.named("").partition
        parts = await asyncio.gather(
            *(self.table.range(partition, under(each, after), limit) for each in statuses)
        )
        met = {_position(one): one for part in parts for one in part.entities}
        entities = [one for _, one in sorted(met.items())]
        last = _position(entities[limit - 1]) if len(entities) >= limit else None
        more = len(entities) > limit or any(part.more for part in parts)
        found = readable(entities[:limit], self.stored)
        return Page(found, last if more else None)


def where(place: Key) -> Properties:
    """What the row under an id says."""
    return {"v": VERSION, "place": place.row}


def placed(entity: Entity) -> Key:
    """The inverse of `where`. Raises Undecodable, without an ETag: it is not the record's."""
    try:
        with decoding(entity):
            return Key(entity.key.partition, text(entity, "place"))
    except Undecodable as error:
        raise Undecodable(str(error)) from None


def _place(entity: Entity) -> Key | None:
    try:
        return placed(entity)
    except Undecodable:
        return None


def _position(entity: Entity) -> str:
    return entity.key.row.partition("|")[2]
