"""Whole tables in key order, row by row as they are stored: only the sweep reads like this."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from shared.model.ledger import Entry
from shared.model.state import Head, Row
from shared.proving.checkpoints import Checkpoint
from shared.services.ports.claims import Claim, SlotKey
from shared.services.ports.index import FeedMark, IndexRow
from shared.services.ports.tenants import Remembered
from shared.services.ports.values import Undecodable


class Partitions(NamedTuple):
    """Partition keys between two bounds, which belong to it only when `closed`.

    Without `high` there is no end. With `behind` also what follows that row in the partition `low`.
    """

    low: str = ""
    high: str | None = None
    closed: bool = False
    behind: str = ""

    @staticmethod
    def only(partition: str) -> "Partitions":
        """Just the one."""
        return Partitions(partition, partition, closed=True)


def _nothing(_: object) -> bool:
    return False


@dataclass(slots=True)
class Scanned[T]:
    """A row as it is stored, not decoded yet. Not frozen, which would double what it costs.

    `sequence` is that of the tenant's entry that wrote it, and `body` its text, where it has them.
    `written_as`: whether the row is, to the last character, what is written for a value; where that
    holds, nobody has to decode it. Only tenants' heads and rows can tell.
    """

    partition: str
    row: str
    etag: str
    decode: Callable[[], T | Undecodable]
    written_as: Callable[[T], bool] = _nothing
    sequence: int = 0
    body: str = ""

    @property
    def value(self) -> T | Undecodable:
        """What it holds: Undecodable for one that this system does not write."""
        return self.decode()


class Committed(NamedTuple):
    """What personal data come to, and nothing of them."""

    commitment: str


class Served(NamedTuple):
    """How far a tenant's followers were served."""

    sequence: int


class Reserved(NamedTuple):
    """How many slots a limited link's counter says there are."""

    partner_id: str
    link_id: str
    slots: int


class Marked(NamedTuple):
    """How far a partner's feed of a customer has come."""

    partner_id: str
    customer_id: str
    mark: FeedMark


class Altered(NamedTuple):
    """A checkpoint whose record is not what its hash says."""

    checkpoint_id: str


class Attested(NamedTuple):
    """That a sweep ended with a checkpoint."""

    checkpoint_id: str


type TenantValue = Head | Row | Entry | Committed | Remembered | Served
type OperationsValue = Checkpoint | Altered | Attested | None
"""None for a row of which no more is looked at than that it decodes."""
type ClaimValue = Claim | Reserved | SlotKey
type IndexValue = IndexRow | Marked


class Scanner(Protocol):
    """Streams of pages; a bad row is a value like others and stops nothing.

    `page` is the most rows of a page, and a page is one request. Raises StorageError.
    """

    def tenants(
        self, partitions: Partitions, page: int
    ) -> AsyncIterator[tuple[Scanned[TenantValue], ...]]:
        """Rows of tenants, in the order of tenants' ids."""
        ...

    def claims(
        self, partitions: Partitions, page: int
    ) -> AsyncIterator[tuple[Scanned[ClaimValue], ...]]:
        """Claims, and counters with slots of limited links (a counter comes before its slots)."""
        ...

    def index(
        self, partitions: Partitions, page: int
    ) -> AsyncIterator[tuple[Scanned[IndexValue], ...]]:
        """What partners list and the marks of feeds, without events and resellers' copies of links.

        Marks behind more events than a page holds come in pages of their own.
        """
        ...

    def operations(
        self, partitions: Partitions, page: int
    ) -> AsyncIterator[tuple[Scanned[OperationsValue], ...]]:
        """What operators and pipelines follow, without what each sweep keeps while it runs."""
        ...
