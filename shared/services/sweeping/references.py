"""References: rows elsewhere that a tenant's state requires, and totals to check them. Pure.

Claims, slots and index rows lie in other partitions, in another order: to look for each of them on
its own would cost a request per row. Instead the sweep adds up a keyed hash of all that tenants
ask for, and takes away the hash of all that is there. Where a bucket of tenants comes to nothing,
both are the same set, up to one chance in 2^64; only in the others single rows are looked at.
The key is of the sweep, so nobody can prepare rows whose hashes cancel out.
"""

import json
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Final, Self, assert_never

from shared.model.claims import ClaimKey
from shared.model.models import (
    Invitation,
    InvitationLink,
    RelationshipStatus,
    ResellerLink,
    Subscription,
)
from shared.model.state import Related, Row, RowKey, RowKind
from shared.proving.examination import Examined
from shared.proving.history import Told
from shared.services.ports.claims import SlotKey
from shared.services.ports.index import FeedMark, IndexKey, IndexKind, IndexRow
from shared.services.ports.scanning import Marked, Partitions
from shared.services.views import Views

_DIGITS: Final = 3
_HEXADECIMAL: Final = frozenset("0123456789abcdef")
BUCKETS: Final = 16**_DIGITS
_ENTRY: Final = struct.Struct(">HQ")
_BUCKET: Final = struct.Struct(">H")
_MODULUS: Final = 2**64


@dataclass(frozen=True, slots=True)
class Held:
    """A claim and its holder."""

    key: ClaimKey
    holder: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the index: `body` is its text, `sequence` that of the item."""

    key: IndexKey
    sequence: int
    body: str


@dataclass(frozen=True, slots=True)
class Followed:
    """The mark of a partner's feed of a customer, as it must be whenever it was written."""

    partner_id: str
    customer_id: str
    mark: FeedMark


type Reference = Held | SlotKey | Listed | Followed


def bucket_of(tenant_id: str) -> int:
    """The bucket of a tenant: by the first digits of its id, so a range of ids is few buckets."""
    first = tenant_id[:_DIGITS]
    return int(first, 16) if _HEXADECIMAL.issuperset(first) and len(first) == _DIGITS else 0


def owner(reference: Reference) -> str:
    """The tenant because of which it must be there."""
    match reference:
        case Held(holder=holder):
            return holder
        case SlotKey(customer_id=customer_id):
            return customer_id
        case Listed(key=key):
            return key.customer_id
        case Followed(customer_id=customer_id):
            return customer_id


def _text(reference: Reference) -> str:
    match reference:
        case Held(key=key, holder=holder):
            return f"{key.kind}|{key.id}|{holder}"
        case SlotKey(partner_id, link_id, customer_id):
            return f"slot|{partner_id}|{link_id}|{customer_id}"
        case Listed(key=key, sequence=sequence, body=body):
            # A row that shows a head is as of when it was served: any later one is as good while
            # it shows the same.
            known = 0 if key.kind.of_head else sequence
            return f"{key.partner_id}|{key.kind}|{key.position}|{key.item_id}|{known}|{body}"
        case Followed(partner_id, customer_id, mark):
            said = (mark.n, mark.sequence, mark.position, mark.active)
            return f"mark|{partner_id}|{customer_id}|{said}"


class Sums:
    """A total per bucket; zero where all that was added was taken away again."""

    def __init__(self, sweep_id: str, packed: bytes = b"") -> None:
        """Empty, or what `pack` gave."""
        self._key = sweep_id.encode()
        self.totals = dict(_ENTRY.iter_unpack(packed))

    def add(self, reference: Reference) -> None:
        """A tenant asks for it."""
        self._change(owner(reference), self._hash(reference))

    def remove(self, reference: Reference) -> None:
        """Takes away the hash of a row that is stored."""
        self._change(owner(reference), -self._hash(reference))

    def include(self, other: "Sums") -> None:
        """The totals of another shard."""
        for bucket, total in other.totals.items():
            self.totals[bucket] = (self.totals.get(bucket, 0) + total) % _MODULUS

    def spoil(self, tenant_id: str) -> None:
        """Whatever comes to it, the bucket of this tenant is to be looked at."""
        self._change(tenant_id, self._hash_of(f"spoilt|{tenant_id}"))

    @property
    def differing(self) -> tuple[int, ...]:
        """The buckets whose required and stored rows differ."""
        return tuple(sorted(bucket for bucket, total in self.totals.items() if total))

    def pack(self) -> bytes:
        """At most 40 KiB."""
        return b"".join(_ENTRY.pack(*each) for each in sorted(self.totals.items()) if each[1])

    def _change(self, tenant_id: str, by: int) -> None:
        bucket = bucket_of(tenant_id)
        self.totals[bucket] = (self.totals.get(bucket, 0) + by) % _MODULUS

    def _hash(self, reference: Reference) -> int:
        return self._hash_of(_text(reference))

    def _hash_of(self, text: str) -> int:
        return int.from_bytes(blake2b(_bytes(text), digest_size=8, key=self._key).digest())


def _bytes(text: str) -> bytes:
    """Of any stored text, also one that has no UTF-8 form."""
    return text.encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The buckets that are looked at row by row."""

    buckets: frozenset[int] = frozenset()

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """The inverse of `pack`."""
        return cls(frozenset(bucket for (bucket,) in _BUCKET.iter_unpack(packed)))

    @staticmethod
    def pack(buckets: Iterable[int]) -> bytes:
        """At most 8 KiB."""
        return b"".join(map(_BUCKET.pack, sorted(buckets)))

    def __contains__(self, tenant_id: str) -> bool:
        return bucket_of(tenant_id) in self.buckets


EVERY_BUCKET: Final = Wanted.pack(range(BUCKETS))


def listed(row: IndexRow, text: str) -> Listed:
    """What lies in a partner's index, with its text as it is stored."""
    return Listed(row.key, row.sequence, text)


def followed(stored: Marked) -> Followed:
    """What lies in a partner's feed."""
    mark = replace(stored.mark, written_at=None)
    return Followed(stored.partner_id, stored.customer_id, mark)


def references(
    examined: Examined, sequences: Mapping[RowKey, int], views: Views
) -> Iterator[Reference]:
    """Every reference that the tenant's replayed state requires.

    `sequences` are those that its stored rows name.
    """
    tenant = examined.tenant
    for key in examined.claims:
        yield Held(key, tenant.id)
    for partner_id, link_id in examined.slots:
        yield SlotKey(partner_id, link_id, tenant.id)
    for partner_id, known in tenant.head.related.items():
        if told := examined.told.get(partner_id):
            yield Followed(partner_id, tenant.id, _mark(known, told))
        if shown := views.partners_customer(tenant, partner_id):
            key = IndexKey(partner_id, IndexKind.CUSTOMER, tenant.id, tenant.id)
            yield Listed(key, tenant.head.sequence, _compact(shown))
    if partner := tenant.head.partner:
        body = _compact(partner.model_dump(mode="json"))
        yield Listed(IndexKey.of_partner(tenant.id), tenant.head.sequence, body)
    for row_key, row in tenant.rows.items():
        if places := listings(row):
            body = row.model_dump_json()
            for key in places:
                yield Listed(key, sequences.get(row_key, 0), body)


STORED: Final = {
    IndexKind.INVITATION: RowKind.INVITATION,
    IndexKind.SUBSCRIPTION: RowKind.SUBSCRIPTION,
    IndexKind.DISPUTE: RowKind.SUBSCRIPTION,
}
"""Of which row of the tenant a row of the index is."""


def listings(row: Row) -> frozenset[IndexKey]:
    """Where a row is listed: by its partners, and by the operator."""
    match row:
        case Invitation():
            kind = IndexKind.INVITATION
            several = {row.partner_id, row.indirect_reseller_id, row.indirect_provider_id}
        case Subscription():
            kind = IndexKind.SUBSCRIPTION
            several = {row.partner_id, row.indirect_reseller_id}
        case InvitationLink() | ResellerLink():
            return frozenset()
        case _:
            assert_never(row)
    partners = (IndexKey(one, kind, row.customer_id, row.id) for one in several if one)
    disputed = IndexKey.of_dispute(row) if isinstance(row, Subscription) else None
    return frozenset([*partners, *filter(None, [disputed])])


def _mark(known: Related, told: Told) -> FeedMark:
    bound = known.relationship
    active = bound is not None and bound.status is RelationshipStatus.ACTIVE
    return FeedMark(known.feed, told.sequence, told.position, active)


def _compact(shown: Mapping[str, object]) -> str:
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


def runs(wanted: Wanted, partitions: Partitions) -> Iterator[Partitions]:
    """The parts of a range of tenants that lie in wanted buckets, neighbours together."""
    buckets = sorted(wanted.buckets)
    while buckets:
        first = last = buckets.pop(0)
        while buckets and buckets[0] == last + 1:
            last = buckets.pop(0)
        low = max(partitions.low, f"{first:0{_DIGITS}x}")
        end = f"{last + 1:0{_DIGITS}x}" if last + 1 < BUCKETS else None
        high = min((each for each in (end, partitions.high) if each is not None), default=None)
        if high is None or low < high:
            yield Partitions(low, high)
