"""What partners list and follow."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from shared.canonical import JsonObject
from shared.clock import newest_first
from shared.model.models import Subscription
from shared.services.ports.values import Page, Stored


class IndexKind(StrEnum):
    """What a partner lists, and the operator: all partners, and all that is disputed."""

    CUSTOMER = "customer"
    INVITATION = "invitation"
    SUBSCRIPTION = "subscription"
    PARTNER = "partner"
    DISPUTE = "dispute"

    @property
    def of_head(self) -> bool:
        """Whether its rows show the tenant's head, at whatever sequence, and not a row of it."""
        return self in {IndexKind.CUSTOMER, IndexKind.PARTNER}


@dataclass(frozen=True, slots=True)
class IndexKey:
    """A row of the index: a partner's, or one of the operator's about that partner.

    `customer_id` is the tenant whose ledger it follows from; `item_id` is that as well for kinds
    that show a head. `at`: of the kind `dispute`, since when.
    """

    partner_id: str
    kind: IndexKind
    customer_id: str
    item_id: str
    at: datetime | None = None

    @staticmethod
    def of_partner(partner_id: str) -> "IndexKey":
        """A partner, among all."""
        return IndexKey(partner_id, IndexKind.PARTNER, partner_id, partner_id)

    @staticmethod
    def of_dispute(disputed: Subscription) -> "IndexKey | None":
        """A subscription, among all that are disputed (SUB-6)."""
        at, kind = disputed.disputed_at, IndexKind.DISPUTE
        if at is None:
            return None
        return IndexKey(disputed.partner_id, kind, disputed.customer_id, disputed.id, at)

    @property
    def position(self) -> str:
        """Where it stands in a list of its kind, within a shard and across shards."""
        match self.kind:
            case IndexKind.CUSTOMER | IndexKind.PARTNER:
                return self.customer_id
            case IndexKind.INVITATION | IndexKind.SUBSCRIPTION:
                return f"{self.customer_id}|{self.item_id}"
            case IndexKind.DISPUTE:
                since = newest_first(self.at) if self.at else ""
                return f"{since}|{self.customer_id}|{self.item_id}|{self.partner_id}"


@dataclass(frozen=True, slots=True)
class IndexRow:
    """`body` is what the partner sees; made from the customer's ledger up to `sequence`."""

    key: IndexKey
    sequence: int
    body: JsonObject


@dataclass(frozen=True, slots=True)
class IndexFilter:
    """Which rows of a kind are meant: those that meet every condition which is not empty.

    `statuses`: one of these. `updated_since`: `updatedAt` is that or later, `updated_until`: that
    or earlier. `ends_before`: an invitation's `expiresAt`, or the `endsAt` of a subscription's
    term, is earlier.
    """

    customer_id: str | None = None
    statuses: frozenset[str] = frozenset()
    updated_since: datetime | None = None
    updated_until: datetime | None = None
    ends_before: datetime | None = None


EVERY_ROW: Final = IndexFilter()


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One event in a partner's feed; `n` counts the partner's events of that customer.

    `position` is the cursor behind it, known once it was read.
    """

    n: int
    written_at: datetime
    event: JsonObject
    position: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class FeedMark:
    """How far a partner's feed of one customer has come.

    `n` is the number of the last event, `sequence` that of its ledger entry and `position` its
    place there: the entry may go on behind it. `active`: whether the relationship was active
    afterwards. So the number of every later event follows from the mark and the entries from there
    on alone. No later event stands in the feed before `written_at`, whatever the clock of whoever
    writes it says.
    """

    n: int = 0
    sequence: int = 0
    position: int = 0
    active: bool = False
    written_at: datetime | None = None


class IndexStore(Protocol):
    """What partners list and follow. Lags the tenants by seconds."""

    async def get(self, key: IndexKey) -> Stored[IndexRow] | None:
        """One point read."""
        ...

    async def put(self, row: IndexRow, etag: str | None) -> None:
        """Insert when `etag` is None, else replace under it."""
        ...

    async def put_together(self, rows: Sequence[tuple[IndexRow, str | None]]) -> None:
        """One partner's rows of one customer in one transaction, each as by `put`."""
        ...

    async def delete(self, key: IndexKey, etag: str) -> None:
        """Under `etag`; only the sweep does this, with a row that has no tenant behind it."""
        ...

    async def list(
        self,
        partner_id: str,
        kind: IndexKind,
        after: str | None,
        limit: int,
        *,
        wanted: IndexFilter = EVERY_ROW,
    ) -> Page[IndexRow]:
        """The partner's rows of one kind in a fixed order, across its 16 shards.

        A position stays good whatever is wanted: it is a row's place, not a number of rows.
        """
        ...

    async def spread(
        self, partner_id: str, kind: IndexKind, each: int | None, *, wanted: IndexFilter
    ) -> tuple[tuple[IndexRow, ...], bool]:
        """The partner's rows of one kind from its 16 shards, in no order; whether these are all.

        `each`: the most of a shard, which is asked once; None: all that there are.
        """
        ...

    async def everywhere(
        self, kind: IndexKind, after: str | None, limit: int, *, wanted: IndexFilter = EVERY_ROW
    ) -> Page[IndexRow]:
        """The operator's rows of one kind: partners by id, disputes with the newest first.

        One query for 1000. Without rows that do not decode.
        """
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

    async def feed_mark(self, partner_id: str, customer_id: str) -> Stored[FeedMark] | None:
        """How far the partner's feed of that customer has come, and when; one point read."""
        ...

    async def feed_rows(
        self, partner_id: str, customer_id: str, written_at: datetime
    ) -> tuple[FeedRow, ...]:
        """That customer's events which stand in the feed at that very time; one query."""
        ...

    async def feed(
        self, partner_id: str, after: str | None, limit: int, *, until: datetime
    ) -> Page[FeedRow]:
        """The partner's events in the order of writing, behind the cursor, written before `until`.

        The page's `after` is a cursor always, also when the page is empty and none was given.
        """
        ...

    def feed_position(self, written_at: datetime) -> str:
        """A cursor before everything that is written at `written_at` or later."""
        ...

    async def append_feed(
        self,
        partner_id: str,
        customer_id: str,
        mark: FeedMark,
        rows: Sequence[FeedRow],
        mark_etag: str | None,
    ) -> datetime | None:
        """One transaction: the mark is written under its ETag, the rows are inserted.

        When it had taken effect, by the storage's clock, if that tells.
        """
        ...
