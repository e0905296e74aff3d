"""Keys of table `index`: what partners and the operator list, reseller links, partners' feeds."""

from datetime import datetime
from typing import Final

from shared.clock import moment_of, rfc3339
from shared.services.ports.index import IndexKey, IndexKind
from shared.storage.encoding.keys.places import BEHIND_BAR, Key, Span, under
from shared.text.identifiers import is_guid

SHARDS: Final = "0123456789abcdef"
_MARK: Final = "mark"


def shard(partner_id: str, digit: str) -> str:
    """The partition of a partner's customers whose ids begin with `digit`."""
    return f"{partner_id}|{digit}"


def everywhere(kind: IndexKind) -> str | None:
    """The partition of what the operator lists; None for a partner's lists."""
    match kind:
        case IndexKind.PARTNER:
            return "partners"
        case IndexKind.DISPUTE:
            return "disputes"
        case IndexKind.CUSTOMER | IndexKind.INVITATION | IndexKind.SUBSCRIPTION:
            return None


def index(key: IndexKey) -> Key:
    """What a partner lists, or the operator."""
    partition = everywhere(key.kind) or shard(key.partner_id, key.customer_id[0])
    return Key(partition, f"{key.kind}|{key.position}")


def indexed(key: Key) -> IndexKey:
    """The inverse of `index`. Raises ValueError or OverflowError for another key."""
    kind, *parts = key.row.split("|")
    match IndexKind(kind), parts:
        case IndexKind.PARTNER, [partner_id]:
            found = IndexKey.of_partner(partner_id)
        case IndexKind.DISPUTE as dispute, [since, customer_id, item_id, partner_id]:
            found = IndexKey(partner_id, dispute, customer_id, item_id, moment_of(since))
        case listed, [customer_id, *item]:
            partner_id = key.partition.partition("|")[0]
            found = IndexKey(partner_id, listed, customer_id, "|".join(item) or customer_id)
        case _:
            raise ValueError(key.row)
    if not (is_guid(found.partner_id) and is_guid(found.customer_id) and index(found) == key):
        raise ValueError(key.row)
    return found


def index_rows(kind: IndexKind, after: str | None, customer_id: str | None = None) -> Span:
    """A shard's rows of one kind, or those of one customer, behind a position."""
    if customer_id is None:
        return under(kind, after)
    first = f"{kind}|{customer_id}"
    # `!` comes before `|`, digits and letters: nothing lies between a row and its key with it.
    low = max(first, f"{kind}|{after}!") if after else first
    return Span(low, first + BEHIND_BAR, closed=True)


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
    return Key(feed(partner_id), f"{_MARK}|{customer_id}")


def marks(after: str) -> Span:
    """The marks in a feed, which lie behind all its events, from the one behind `after` on."""
    return under(_MARK, after.removeprefix(f"{_MARK}|") if is_mark(after) else None)


def is_mark(row: str) -> bool:
    """Whether a row of a feed is a mark, or lies where marks do."""
    return row.startswith(f"{_MARK}|")


def marked(key: Key) -> tuple[str, str]:
    """Partner and customer of a mark. Raises ValueError for another key."""
    partner_id, customer_id = key.partition.partition("|")[0], key.row.partition("|")[2]
    if not (is_guid(partner_id) and is_guid(customer_id)):
        raise ValueError(key.row)
    if feed_mark(partner_id, customer_id) != key:
        raise ValueError(key.row)
    return partner_id, customer_id


def feed_row(partner_id: str, customer_id: str, written_at: datetime, n: int) -> Key:
    """One event in a partner's feed, in the order of writing."""
    return Key(feed(partner_id), f"{rfc3339(written_at)}|{customer_id}|{n:012d}")


def feed_written(customer_id: str, written_at: datetime) -> Span:
    """A customer's events that were written at that very time."""
    return under(f"{rfc3339(written_at)}|{customer_id}")


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
