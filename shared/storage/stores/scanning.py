"""The `Scanner` port over `Table`s: rows decoded one by one, so that a bad one stops no other."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from shared.model.models import Invitation, InvitationLink, ResellerLink, Subscription
from shared.model.personal import Details, commitment
from shared.model.state import Head, RowKind
from shared.services.ports.scanning import (
    ClaimValue,
    Committed,
    IndexValue,
    Marked,
    OperationsValue,
    Partitions,
    Reserved,
    Scanned,
    Served,
    TenantValue,
)
from shared.services.ports.values import Undecodable
from shared.storage.encoding.codec import claims as claims_codec
from shared.storage.encoding.codec import index as index_codec
from shared.storage.encoding.codec import tenants as tenants_codec
from shared.storage.encoding.fields import MALFORMED
from shared.storage.encoding.keys import claims as keys
from shared.storage.encoding.keys import index as index_keys
from shared.storage.encoding.keys.places import Key, Span, behind
from shared.storage.encoding.operations_rows import operations_value
from shared.storage.engine.spans import rows_of
from shared.storage.engine.table import Entity, Properties, Table
from shared.text.identifiers import is_guid


@dataclass(frozen=True, slots=True)
class TableScanner:
    """Whole tables."""

    _tenants: Table
    _claims: Table
    _index: Table
    _operations: Table

    async def tenants(
        self, partitions: Partitions, page: int
    ) -> AsyncIterator[tuple[Scanned[TenantValue], ...]]:
        """See the port."""
        async for entities in self._tenants.pages(partitions, page):
            yield tuple(_scanned(entity, _tenant_value, _written_as) for entity in entities)

    async def claims(
        self, partitions: Partitions, page: int
    ) -> AsyncIterator[tuple[Scanned[ClaimValue], ...]]:
        """See the port."""
        async for entities in self._claims.pages(partitions, page):
            yield tuple(_scanned(entity, _claim_value) for entity in entities)

    async def index(
        self, partitions: Partitions, page: int
    ) -> AsyncIterator[tuple[Scanned[IndexValue], ...]]:
        """See the port. Leaps over events: behind a page that ends in a feed come its marks."""
        if partitions.behind:
            place = Key(partitions.low, partitions.behind)
            span = _marks(place) or behind(place.row)
            async for entity in rows_of(self._index, place.partition, span, page):
                yield (_scanned(entity, _index_value),)
        async for entities in _leaping(self._index, partitions, page, _events, _marks):
            yield tuple(_scanned(entity, _index_value) for entity in entities)

    async def operations(
        self, partitions: Partitions, page: int
    ) -> AsyncIterator[tuple[Scanned[OperationsValue], ...]]:
        """See the port. Leaps over what is kept of each sweep, as over feeds."""
        async for entities in _leaping(self._operations, partitions, page, _of_a_sweep, _nothing):
            yield tuple(_scanned(entity, operations_value) for entity in entities)


async def _leaping(
    table: Table,
    partitions: Partitions,
    page: int,
    passed: Callable[[Key], bool],
    rest: Callable[[Key], Span | None],
) -> AsyncIterator[list[Entity]]:
    """Pages without the rows that are passed by, of which few are read.

    Behind a full page that ends with one its partition is left, but for the `rest` there.
    """
    low: str | None = partitions.low
    while low is not None:
        wanted = partitions if low == partitions.low else Partitions(low, partitions.high)
        low = None
        async for entities in table.pages(wanted, page):
            yield [entity for entity in entities if not passed(entity.key)]
            if len(entities) == page and passed(last := entities[-1].key):
                if span := rest(last):
                    async for entity in rows_of(table, last.partition, span, page):
                        yield [entity]
                low = last.partition
                break


def _events(key: Key) -> bool:
    """Those of feeds, which each stand in a ledger, and the copies of links."""
    partner_id, _, what = key.partition.partition("|")
    kept = what == "feed" and index_keys.is_mark(key.row)
    return what in {"feed", "links"} and is_guid(partner_id) and not kept


def _marks(key: Key) -> Span | None:
    """The marks of the feed that the key lies in, as far as they are behind it."""
    partner_id, _, what = key.partition.partition("|")
    return index_keys.marks(key.row) if what == "feed" and is_guid(partner_id) else None


def _of_a_sweep(key: Key) -> bool:
    return is_guid(key.partition)


def _nothing(_: Key) -> None:
    return None


def _index_value(entity: Entity) -> IndexValue:
    if _marks(entity.key):
        partner_id, customer_id = index_keys.marked(entity.key)
        return Marked(partner_id, customer_id, index_codec.decode_feed_mark(entity))
    return index_codec.decode_index_row(entity)


def _unknown(_: Entity, __: object) -> bool:
    return False


def _scanned[T](
    entity: Entity,
    decode: Callable[[Entity], T],
    written_as: Callable[[Entity, T], bool] = _unknown,
) -> Scanned[T]:
    key = entity.key
    sequence, body = entity.properties.get("sequence"), entity.properties.get("body")
    return Scanned(
        key.partition,
        key.row,
        entity.etag,
        partial(_decoded, entity, decode),
        partial(written_as, entity),
        sequence if type(sequence) is int else 0,
        body if isinstance(body, str) else "",
    )


def _decoded[T](entity: Entity, decode: Callable[[Entity], T]) -> T | Undecodable:
    try:
        return decode(entity)
    except Undecodable as error:
        return error
    except MALFORMED as error:
        return Undecodable(f"{entity.key.partition} {entity.key.row}: {type(error).__name__}")


def _written_as(entity: Entity, value: TenantValue) -> bool:
    """What it says in words of its own is compared by who decodes it."""
    match value:
        case Head():
            return _are(entity.properties, tenants_codec.encode_head(value))
        case Invitation() | InvitationLink() | ResellerLink() | Subscription():
            sequence = entity.properties.get("sequence")
            written = sequence if type(sequence) is int else 0
            return _are(entity.properties, tenants_codec.encode_row(value, written))
        case _:
            return False


def _are(properties: Properties, wanted: Properties) -> bool:
    """Whether they are the same: in a table, 1, 1.0 and true are three values."""
    return properties == wanted and all(
        type(properties[name]) is type(value) for name, value in wanted.items()
    )


def _tenant_value(entity: Entity) -> TenantValue:
    kind, bar, _ = entity.key.row.partition("|")
    if decode := _TENANT_ROWS.get(kind + bar):
        return decode(entity)
    return tenants_codec.decode_row(entity, RowKind(kind))[0]


def _committed(details: Details, salt: str, _sequence: int) -> Committed:
    return Committed(commitment(details, salt))


_TENANT_ROWS: Final[dict[str, Callable[[Entity], TenantValue]]] = {
    "head": tenants_codec.decode_head,
    "entry|": tenants_codec.decode_entry,
    "details|": lambda entity: _committed(*tenants_codec.decode_details(entity)),
    "message|": tenants_codec.decode_remembered,
    "projection": lambda entity: Served(tenants_codec.decode_projected(entity).sequence),
}


def _claim_value(entity: Entity) -> ClaimValue:
    match entity.key.row:
        case "claim":
            return claims_codec.decode_claim(entity, keys.claimed(entity.key))
        case "counter":
            return Reserved(*keys.counted(entity.key), claims_codec.decode_count(entity))
        case _:
            claims_codec.decode_count(entity)
            return keys.slotted(entity.key)
