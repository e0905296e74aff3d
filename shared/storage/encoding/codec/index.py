"""Rows of table `index`."""

from shared.canonical import JsonObject
from shared.clock import rfc3339
from shared.services.ports.index import FeedMark, FeedRow, IndexKey, IndexRow
from shared.storage.encoding.fields import VERSION, body, compact, decoding, moment, number, text
from shared.storage.encoding.index_filters import check_filterable, filterable
from shared.storage.encoding.keys import index as index_keys
from shared.storage.engine.table import Entity, Properties


def encode_index_row(sequence: int, shown: JsonObject) -> Properties:
    """What a partner lists, and the customer's sequence that it was made from."""
    properties = {"v": VERSION, "sequence": sequence, "body": compact(shown)}
    return {**properties, **filterable(shown)}


def decode_index_row(entity: Entity, key: IndexKey | None = None) -> IndexRow:
    """The inverse; `key` is read from the entity's own key when not given."""
    with decoding(entity):
        shown = body(entity)
        check_filterable(entity, shown)
        return IndexRow(
            key=key or index_keys.indexed(entity.key),
            sequence=number(entity, "sequence"),
            body=shown,
        )


def encode_feed_row(row: FeedRow) -> Properties:
    """One event of a partner's feed."""
    return {"v": VERSION, "n": row.n, "body": compact(row.event)}


def decode_feed_row(entity: Entity) -> FeedRow:
    """The inverse of `encode_feed_row`; when it was written stands in the key."""
    with decoding(entity):
        written_at = index_keys.feed_written_at(entity.key)
        return FeedRow(number(entity, "n"), written_at, body(entity), entity.key.row)


def encode_feed_mark(mark: FeedMark) -> Properties:
    """How far a partner's feed of one customer has come."""
    return {
        "v": VERSION,
        "n": mark.n,
        "sequence": mark.sequence,
        "position": mark.position,
        "active": int(mark.active),
        "at": rfc3339(mark.written_at) if mark.written_at else "",
    }


def decode_feed_mark(entity: Entity) -> FeedMark:
    """The inverse of `encode_feed_mark`."""
    with decoding(entity):
        at = text(entity, "at") if "at" in entity.properties else ""  # added later than the rest
        return FeedMark(
            n=number(entity, "n"),
            sequence=number(entity, "sequence"),
            position=number(entity, "position"),
            active=number(entity, "active") == 1,
            written_at=moment(at) if at else None,
        )
