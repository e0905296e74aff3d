"""The only author of partition and row keys: everything that makes or reads one is here.

Those of dead letters are in `keys_dead_letters`.

Parts are joined by `|`, which no GUID, number or time holds. GUIDs come in lower case. What could
hold any character (a queue message's source and id) is hashed.
"""

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from shared.canonical import digest
from shared.clock import rfc3339
from shared.model.claims import ClaimKey, ClaimKind
from shared.model.state import RowKey, RowKind
from shared.services.ports.claims import SlotKey
from shared.services.ports.index import IndexKey, IndexKind


class Key(NamedTuple):
    """An entity's place in its table."""

    partition: str
    row: str


class Span(NamedTuple):
    """Row keys between two bounds, which belong to it only when `closed`."""

    low: str
    high: str
    closed: bool = False


HEAD: Final = "head"
_BEHIND_BAR: Final = "}"
"""The character after `|`: `x}` is behind every key that starts with `x|`."""


def under(prefix: str, after: str | None = None) -> Span:
    """The rows `{prefix}|…`, behind `{prefix}|{after}`; no `after` can lead out of them."""
    return Span(f"{prefix}|{after or ''}", prefix + _BEHIND_BAR)


# tenants


def head(tenant_id: str) -> Key:
    """The small state of a tenant."""
    return Key(tenant_id, HEAD)


def row(tenant_id: str, key: RowKey) -> Key:
    """An invitation, reseller link or subscription."""
    kind, row_id = key
    return Key(tenant_id, f"{kind}|{row_id}")


def row_id(key: Key) -> str:
    """The id in the row key of a tenant's row or details."""
    return key.row.partition("|")[2]


def rows(kind: RowKind, after: str | None) -> Span:
    """A tenant's rows of one kind, behind the id `after`."""
    return under(kind, after)


def details(tenant_id: str, details_id: str) -> Key:
    """The erasable part of an invitation or of the agreement."""
    return Key(tenant_id, f"details|{details_id}")


def details_between(first: str, last: str) -> Span:
    """Details of the ids in [first, last]."""
    return Span(f"details|{first}", f"details|{last}", closed=True)


def entry(tenant_id: str, sequence: int) -> Key:
    """A ledger entry."""
    return Key(tenant_id, f"entry|{sequence:012d}")


def entry_sequence(key: Key) -> int:
    """The sequence in a ledger entry's key. Raises ValueError for another key."""
    return int(row_id(key))


def entries(after: int) -> Span:
    """The ledger behind a sequence."""
    return under("entry", f"{after:012d}")


def message(tenant_id: str, source: str, message_id: str) -> Key:
    """A queue message's remembered success."""
    return Key(tenant_id, f"message|{digest([source, message_id])}")


def projection(tenant_id: str) -> Key:
    """How far followers were served."""
    return Key(tenant_id, "projection")


RELATED_PREFIX: Final = "r_"


def related(partner_id: str) -> str:
    """The head's property for one related partner."""
    return RELATED_PREFIX + UUID(partner_id).hex


def related_partner(name: str) -> str:
    """The inverse of `related`. Raises ValueError for another property's name."""
    return str(UUID(name.removeprefix(RELATED_PREFIX)))


# claims


def claim(key: ClaimKey) -> Key:
    """An id that exists once in the whole system."""
    return Key(f"{key.kind}|{key.id}", "claim")


def slot_counter(partner_id: str, link_id: str) -> Key:
    """How many acceptances of a partner's link are reserved."""
    return Key(f"link|{partner_id}|{link_id}", "counter")


def slot(key: SlotKey) -> Key:
    """One customer's reservation."""
    return Key(f"link|{key.partner_id}|{key.link_id}", f"slot|{key.customer_id}")


def slots(after: str) -> Span:
    """The slots of a link, behind a customer."""
    return under("slot", after)


def claimed(key: Key) -> ClaimKey:
    """The inverse of `claim`. Raises ValueError for another key."""
    kind, _, claim_id = key.partition.partition("|")
    return ClaimKey(ClaimKind(kind), claim_id)


def counted(key: Key) -> tuple[str, str]:
    """The partner and link of a counter or slot. Raises ValueError for another key."""
    what, partner_id, link_id = key.partition.split("|")
    if what != "link":
        raise ValueError(what)
    return partner_id, link_id


def slotted(key: Key) -> SlotKey:
    """The inverse of `slot`. Raises ValueError for another key."""
    what, _, customer_id = key.row.partition("|")
    if what != "slot":
        raise ValueError(what)
    return SlotKey(*counted(key), customer_id)


# index

SHARDS: Final = "0123456789abcdef"


def shard(partner_id: str, digit: str) -> str:
    """The partition of a partner's customers whose ids begin with `digit`."""
    return f"{partner_id}|{digit}"


def index(key: IndexKey) -> Key:
    """What a partner lists."""
    return Key(shard(key.partner_id, key.customer_id[0]), f"{key.kind}|{key.position}")


def indexed(key: Key) -> IndexKey:
    """The inverse of `index`. Raises ValueError for another key."""
    kind, customer_id, *item = key.row.split("|", 2)
    partner_id = key.partition.partition("|")[0]
    return IndexKey(partner_id, IndexKind(kind), customer_id, item[0] if item else customer_id)


def index_rows(kind: IndexKind, after: str | None, customer_id: str | None = None) -> Span:
    """A shard's rows of one kind, or those of one customer, behind a position."""
    if customer_id is None:
        return under(kind, after)
    first = f"{kind}|{customer_id}"
    # `!` comes before `|`, digits and letters: nothing lies between a row and its key with it.
    low = max(first, f"{kind}|{after}!") if after else first
    return Span(low, first + _BEHIND_BAR, closed=True)


def link(reseller_id: str, provider_id: str) -> Key:
    """The reseller's copy of its link with a provider."""
    return Key(links(reseller_id), provider_id)


def links(reseller_id: str) -> str:
    """The partition of a reseller's links."""
    return f"{reseller_id}|links"


def links_after(provider_id: str | None) -> Span:
    """The reseller's links behind one; ids are hexadecimal."""
    return Span(provider_id or "", "g")


def feed(partner_id: str) -> str:
    """The partition of a partner's feed."""
    return f"{partner_id}|feed"


def feed_mark(partner_id: str, customer_id: str) -> Key:
    """The number of the last event of that customer in the partner's feed."""
    return Key(feed(partner_id), f"mark|{customer_id}")


def feed_row(partner_id: str, customer_id: str, written_at: datetime, n: int) -> Key:
    """One event in a partner's feed, in the order of writing."""
    return Key(feed(partner_id), f"{rfc3339(written_at)}|{customer_id}|{n:012d}")


def feed_position(written_at: datetime) -> str:
    """A cursor before what is written then or later."""
    return rfc3339(written_at)


def feed_written_at(key: Key) -> datetime:
    """The time in a feed row's key. Raises ValueError for another key."""
    return datetime.fromisoformat(key.row.partition("|")[0])


def feed_between(after: str, until: datetime) -> Span:
    """Events behind a cursor, written before `until`; the marks lie behind them all."""
    return Span(after, rfc3339(until))


FIRST_EVENT: Final = "0"
"""A cursor before every event."""


# operations

PIPELINES: Final = "pipeline"


def pipeline(pipeline_id: str) -> Key:
    """A pipeline."""
    return Key(PIPELINES, f"id|{pipeline_id}")


def pipeline_source(source: str) -> Key:
    """The reservation of a source, in the pipelines' own partition."""
    return Key(PIPELINES, f"source|{digest(source)}")


def pipelines(after: str | None) -> Span:
    """All pipelines behind an id."""
    return under("id", after)


STAMP_KEY: Final = Key("stamp", "key")
"""What partners' messages are stamped with."""


def results(feed_id: str) -> str:
    """The partition of one feed of results."""
    return f"result|{feed_id}"


def result(feed_id: str, written_at: datetime, key: str) -> Key:
    """A result, in the order of writing."""
    return Key(results(feed_id), f"{micros(written_at)}|{digest(key)}")


def result_mark(feed_id: str, key: str) -> Key:
    """What makes writing a result twice impossible."""
    return Key(results(feed_id), f"mark|{digest(key)}")


def results_between(after: str, until: datetime) -> Span:
    """Results behind a cursor, written before `until`."""
    return Span(after, micros(until))


FIRST_RESULT: Final = "0" * 20
"""A cursor before every result."""


def micros(moment: datetime) -> str:
    """The time in a result's key."""
    # Whole microseconds without a float between: a float is off by some at today's dates.
    seconds = int(moment.timestamp() // 1)
    return f"{seconds * 1_000_000 + moment.microsecond:020d}"
