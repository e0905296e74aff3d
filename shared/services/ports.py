"""What the services ask of storage, in the words of the domain.

`shared/storage` implements these once, over two interchangeable tables: Azure Table Storage and an
in-memory one. Every write names its guard: an insert fails when something is there, a change or a
touch fails when the ETag differs. There is no upsert and no unconditional write.

    StorageError
    ├── GuardFailed      a guard of a write did not hold: nothing was written
    ├── WriteUnknown     no answer, or an answer that says neither: it may land, even later
    ├── StorageBusy      throttled (429, 503 ServerBusy on a read): nothing was written
    ├── StorageDown      a read got no answer within the time-outs
    └── Undecodable      what is stored is not what this system writes; names the key
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from shared.domain.claims import ClaimKey
from shared.domain.events import JsonObject
from shared.domain.models import Details
from shared.domain.state import Head, Row, RowKey, RowKind
from shared.ledger import Entry


class StorageError(Exception):
    """Branch on the type; the text is for logs and names keys, never content."""


class GuardFailed(StorageError):
    """409 or 412, or 404 for a change: nothing was written."""


class WriteUnknown(StorageError):
    """Any transport error, 500, 503 or 504 of a write: it may have happened, or happen later."""


class StorageBusy(StorageError):
    """The storage asks to slow down; nothing was done."""


class StorageDown(StorageError):
    """A read could not be answered."""


class Undecodable(StorageError):
    """A stored row does not decode."""


@dataclass(frozen=True, slots=True)
class Stored[T]:
    """A value with the ETag it was read under, and the tenant's sequence that last wrote it."""

    value: T
    etag: str
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Page[T]:
    """A part of a list. `after` goes into the next call; None means there is no more."""

    items: tuple[T, ...]
    after: str | None


class Outcome(StrEnum):
    """How a queue message ended."""

    SUCCEEDED = "succeeded"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Remembered:
    """A queue message that took effect, kept in the tenant it took effect on."""

    source: str
    message_id: str
    resource: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RowWrite:
    """One row: inserted when `etag` is None, else replaced under that ETag."""

    key: RowKey
    row: Row
    etag: str | None


@dataclass(frozen=True, slots=True)
class DetailsWrite:
    """Personal data: inserted when `etag` is None, else replaced under that ETag."""

    id: str
    details: Details
    etag: str | None


@dataclass(frozen=True, slots=True)
class Commit:
    """One entity group transaction on one tenant, head first.

    With `head_changed` false the head is only touched (an empty merge under its ETag).
    `touched` are rows the decision relied on without changing them. `entry` is inserted under
    its sequence. At most 100 entities and 4 MiB altogether.
    """

    head: Head
    head_etag: str | None
    head_changed: bool = True
    rows: tuple[RowWrite, ...] = ()
    touched: tuple[tuple[RowKey, str], ...] = ()
    details: tuple[DetailsWrite, ...] = ()
    entry: Entry | None = None
    remembered: Remembered | None = None


class TenantStore(Protocol):
    """Everything about one tenant: one partition."""

    async def head(self, tenant_id: str) -> Stored[Head] | None:
        """One point read."""
        ...

    async def row(self, tenant_id: str, key: RowKey) -> Stored[Row] | None:
        """One point read."""
        ...

    async def details(self, tenant_id: str, details_id: str) -> Stored[Details] | None:
        """One point read."""
        ...

    async def remembered(self, tenant_id: str, source: str, message_id: str) -> Remembered | None:
        """One point read."""
        ...

    async def entry(self, tenant_id: str, sequence: int) -> Entry | None:
        """One point read."""
        ...

    async def commit(self, commit: Commit) -> None:
        """One transaction. Raises GuardFailed, WriteUnknown or StorageBusy."""
        ...

    def entries(self, tenant_id: str, after: int = 0) -> AsyncIterator[Entry]:
        """The ledger in order, from the sequence behind `after`; streamed."""
        ...

    async def rows(
        self, tenant_id: str, kind: RowKind, after: str | None, limit: int
    ) -> Page[Stored[Row]]:
        """The tenant's rows of one kind in the order of their ids, behind the id `after`."""
        ...

    async def details_of(self, tenant_id: str, first: str, last: str) -> Mapping[str, Details]:
        """Details of the ids in [first, last], one range query."""
        ...

    def heads(self) -> AsyncIterator[Stored[Head]]:
        """Every head, streamed; only the sweep calls this."""
        ...

    async def touch_head(self, tenant_id: str, etag: str | None) -> None:
        """A fence: empty merge of the head, or (etag None) insert of one of kind `unknown`."""
        ...

    async def projected(self, tenant_id: str) -> Stored[int] | None:
        """How far followers were served."""
        ...

    async def save_projected(self, tenant_id: str, sequence: int, etag: str | None) -> None:
        """Insert when `etag` is None, else replace under it."""
        ...


class ClaimState(StrEnum):
    """A claim that is being released blocks until its release is finished or undone."""

    HELD = "held"
    RELEASING = "releasing"


@dataclass(frozen=True, slots=True)
class Claim:
    """Who holds an id: `holder` is the tenant whose partition has (or gets) the row."""

    key: ClaimKey
    holder: str
    command_id: str
    state: ClaimState


class ClaimStore(Protocol):
    """Ids that exist once in the whole system."""

    async def get(self, key: ClaimKey) -> Stored[Claim] | None:
        """One point read."""
        ...

    async def insert(self, claim: Claim) -> None:
        """GuardFailed when the id is claimed already."""
        ...

    async def replace(self, claim: Claim, etag: str) -> None:
        """Changes the state under `etag`."""
        ...

    async def delete(self, key: ClaimKey, etag: str) -> None:
        """Removes the claim under `etag`; one that is gone is GuardFailed."""
        ...


class IndexKind(StrEnum):
    """What a partner lists."""

    CUSTOMER = "customer"
    INVITATION = "invitation"
    SUBSCRIPTION = "subscription"


@dataclass(frozen=True, slots=True)
class IndexKey:
    """A row of a partner's index. `item_id` is the customer's own id for kind `customer`."""

    partner_id: str
    kind: IndexKind
    customer_id: str
    item_id: str


@dataclass(frozen=True, slots=True)
class IndexRow:
    """`body` is what the partner sees; made from the customer's ledger up to `sequence`."""

    key: IndexKey
    sequence: int
    body: JsonObject


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One event in a partner's feed; `n` counts the partner's events of that customer."""

    n: int
    written_at: datetime
    event: JsonObject


class IndexStore(Protocol):
    """What partners list and follow. Lags the tenants by seconds."""

    async def get(self, key: IndexKey) -> Stored[IndexRow] | None:
        """One point read."""
        ...

    async def put(self, row: IndexRow, etag: str | None) -> None:
        """Insert when `etag` is None, else replace under it."""
        ...

    async def list(
        self, partner_id: str, kind: IndexKind, after: str | None, limit: int
    ) -> Page[IndexRow]:
        """The partner's rows of one kind in a fixed order, across its 16 shards."""
        ...

    async def link(self, reseller_id: str, provider_id: str) -> Stored[IndexRow] | None:
        """The reseller's copy of its link with a provider (partition `{reseller}|links`)."""
        ...

    async def put_link(
        self, reseller_id: str, provider_id: str, row: tuple[int, JsonObject], etag: str | None
    ) -> None:
        """Writes that copy: (sequence of the provider's ledger, body)."""
        ...

    async def links(self, reseller_id: str, after: str | None, limit: int) -> Page[IndexRow]:
        """The reseller's links, by provider id."""
        ...

    async def feed_mark(self, partner_id: str, customer_id: str) -> Stored[int] | None:
        """The number of the last event that was written to the partner's feed."""
        ...

    async def append_feed(
        self, partner_id: str, customer_id: str, rows: Sequence[FeedRow], mark_etag: str | None
    ) -> None:
        """One transaction: the mark moves to the last row's `n`, the rows are inserted."""
        ...


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Which `source` may send what, for whom, to the raw queue."""

    id: str
    source: str
    partner_ids: tuple[str, ...]
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a queue message. `key` makes writing it twice impossible."""

    key: str
    feed_id: str
    message_id: str
    source: str
    type: str
    outcome: Outcome
    at: datetime
    resource: str | None = None
    error: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that cannot be processed, with its reason. `text` is bounded."""

    id: str
    queue: str
    reason: str
    error: JsonObject
    tenant_id: str | None
    text: str
    dequeue_count: int
    dead_at: datetime


class OperationsStore(Protocol):
    """Pipelines, their results, dead letters."""

    async def pipeline(self, pipeline_id: str) -> Stored[Pipeline] | None:
        """One point read."""
        ...

    async def pipeline_of(self, source: str) -> Pipeline | None:
        """The one pipeline that owns `source`; two point reads."""
        ...

    async def put_pipeline(self, pipeline: Pipeline, previous: Stored[Pipeline] | None) -> None:
        """One transaction with the reservation of its source (GuardFailed if taken)."""
        ...

    async def pipelines(self, after: str | None, limit: int) -> Page[Stored[Pipeline]]:
        """All pipelines by id."""
        ...

    async def add_result(self, result: Result) -> None:
        """One transaction with a mark under `key`; a second call with the same key does nothing."""
        ...

    async def results(
        self, feed_id: str, after: str | None, limit: int, *, until: datetime
    ) -> Page[Result]:
        """Results in the order of writing, behind the cursor, written before `until`.

        The page's `after` is a cursor always, also when the page is empty and none was given.
        """
        ...

    async def add_dead_letter(self, letter: DeadLetter) -> None:
        """Insert; one that is there already stays."""
        ...


@dataclass(frozen=True, slots=True)
class Receipt:
    """An announcement that can be taken back."""

    message_id: str
    pop_receipt: str


@dataclass(frozen=True, slots=True)
class Announcement:
    """`projections`: the tenant may have news. `look` counts the looks for `command_id`."""

    tenant_id: str
    command_id: str
    look: int = 1


class Announcer(Protocol):
    """The internal queue that keeps followers from being lost."""

    async def announce(self, announcement: Announcement) -> Receipt:
        """Puts it, invisible for as long as its look says, never expiring.

        Raises StorageDown or StorageBusy; a doubtful put may have landed, which is harmless.
        """
        ...

    async def withdraw(self, receipt: Receipt) -> None:
        """Deletes it; best effort, never raises."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """The adapters that the composition root chose."""

    tenants: TenantStore
    claims: ClaimStore
    index: IndexStore
    operations: OperationsStore
    announcer: Announcer
