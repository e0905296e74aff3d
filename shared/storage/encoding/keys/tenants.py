"""Keys of table `tenants`: everything about one tenant is one partition.

What a sweep names in its findings is written by `shared.proving.problems`; it is the same text.
"""

from typing import Final
from uuid import UUID

from shared.canonical import digest
from shared.model.state import RowKey, RowKind
from shared.proving.problems import (
    HEAD_PLACE,
    PROJECTION_PLACE,
    details_place,
    entry_place,
    row_place,
)
from shared.storage.encoding.keys.places import Key, Span, under

HEAD: Final = HEAD_PLACE


def head(tenant_id: str) -> Key:
    """The small state of a tenant."""
    return Key(tenant_id, HEAD)


def row(tenant_id: str, key: RowKey) -> Key:
    """An invitation, reseller link or subscription."""
    return Key(tenant_id, row_place(key))


def rows(kind: RowKind, after: str | None) -> Span:
    """A tenant's rows of one kind, behind the id `after`."""
    return under(kind, after)


def details(tenant_id: str, details_id: str) -> Key:
    """The erasable part of an invitation or of the agreement."""
    return Key(tenant_id, details_place(details_id))


def details_between(first: str, last: str) -> Span:
    """Details of the ids in [first, last]."""
    return Span(details_place(first), details_place(last), closed=True)


def entry(tenant_id: str, sequence: int) -> Key:
    """A ledger entry."""
    return Key(tenant_id, entry_place(sequence))


def entries(after: int, through: int | None = None) -> Span:
    """The ledger behind a sequence, up to another one."""
    span = under("entry", f"{after:012d}")
    return span if through is None else span._replace(high=entry_place(through + 1))


def message(tenant_id: str, source: str, message_id: str) -> Key:
    """A queue message's remembered success."""
    return Key(tenant_id, f"message|{digest([source, message_id])}")


def projection(tenant_id: str) -> Key:
    """How far followers were served."""
    return Key(tenant_id, PROJECTION_PLACE)


RELATED_PREFIX: Final = "r_"


def related(partner_id: str) -> str:
    """The head's property for one related partner."""
    return RELATED_PREFIX + UUID(partner_id).hex


def related_partner(name: str) -> str:
    """The inverse of `related`. Raises ValueError for another property's name."""
    partner_id = str(UUID(name.removeprefix(RELATED_PREFIX)))
    if related(partner_id) != name:
        raise ValueError(name)
    return partner_id
