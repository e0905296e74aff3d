"""One tenant is one partition, changed by one transaction at a time."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.model.ledger import Entry
from shared.model.personal import Details
from shared.model.state import Head, Row, RowKey, RowKind
from shared.services.ports.values import Page, Stored


@dataclass(frozen=True, slots=True)
class Remembered:
    """A queue message that took effect, kept in the tenant it took effect on.

    `fingerprint` tells it from another message that reuses its id.
    """

    source: str
    message_id: str
    resource: str
    at: datetime
    fingerprint: str


@dataclass(frozen=True, slots=True)
class RowWrite:
    """One row: inserted when `etag` is None, else replaced under that ETag."""

    key: RowKey
    row: Row
    etag: str | None


@dataclass(frozen=True, slots=True)
class DetailsWrite:
    """Personal data: inserted when `etag` is None, else replaced under that ETag.

    With the `salt` the entry that is committed beside them names what they are.
    """

    id: str
    details: Details
    salt: str
    etag: str | None


@dataclass(frozen=True, slots=True)
class Commit:
    """One entity group transaction on one tenant, head first.

    With `head_changed` false the head is only touched, under its ETag.
    `touched` are rows the decision relied on without changing them. `entry` is inserted under
    its sequence; `erased` are ids and ETags of personal data that goes. At most 100 entities and
    4 MiB altogether.
    """

    head: Head
    head_etag: str | None
    head_changed: bool = True
    rows: tuple[RowWrite, ...] = ()
    touched: tuple[tuple[RowKey, str], ...] = ()
    details: tuple[DetailsWrite, ...] = ()
    erased: tuple[tuple[str, str], ...] = ()
    entry: Entry | None = None
    remembered: Remembered | None = None


@dataclass(frozen=True, slots=True)
class Projected:
    """How far followers were served. `commands`: the ids of those that were served last."""

    sequence: int
    commands: tuple[str, ...] = ()


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

    def entries(
        self, tenant_id: str, after: int = 0, *, through: int | None = None, at_once: int = 1000
    ) -> AsyncIterator[Entry]:
        """The ledger in order, behind the sequence `after`, up to `through`; streamed.

        Raises Undecodable for an entry that does not lie where its sequence says. `at_once`: how
        many one query reads, at most a thousand.
        """
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
        """A fence: a touch of the head, or (etag None) insert of one of kind `unknown`."""
        ...

    async def forget_message(self, tenant_id: str, row: str, etag: str) -> None:
        """Deletes a remembered message, named by its row key, under `etag`."""
        ...

    async def projected(self, tenant_id: str) -> Stored[Projected] | None:
        """How far followers were served."""
        ...

    async def save_projected(self, tenant_id: str, projected: Projected, etag: str | None) -> None:
        """Insert when `etag` is None, else replace under it."""
        ...
