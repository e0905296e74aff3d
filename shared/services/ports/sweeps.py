"""Sweeps under way and finished: their shards, what they saw, and the leaves of checkpoints."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from shared.proving.checkpoints import Checkpoint
from shared.proving.history import Leaf
from shared.services.ports.scanning import Partitions
from shared.services.ports.values import Page, Stored


class SweepStatus(StrEnum):
    """Whether the sweep has ended, and how."""

    RUNNING = "running"
    """It has not ended; one runs at a time. After 30 minutes without progress, the next start makes
    it `failed`.
    """
    SUCCEEDED = "succeeded"
    """It has gone through all that it covers, but for the tenants that `busy` counts and those of
    which a finding says that they could not be examined, such as `too-large`.
    """
    FAILED = "failed"
    """It could not be finished: it names no checkpoint and, unless it was ending just then, has
    closed no finding; what it found and put right stays.
    """


@dataclass(frozen=True, slots=True)
class Tally:
    """What was looked at and met. `problems` counts by kind."""

    tenants: int = 0
    rows: int = 0
    busy: int = 0
    repaired: int = 0
    problems: Mapping[str, int] = field(default_factory=dict[str, int])

    def __add__(self, other: "Tally") -> "Tally":
        kinds = self.problems.keys() | other.problems.keys()
        return Tally(
            self.tenants + other.tenants,
            self.rows + other.rows,
            self.busy + other.busy,
            self.repaired + other.repaired,
            {
                kind: self.problems.get(kind, 0) + other.problems.get(kind, 0)
                for kind in sorted(kinds)
            },
        )


@dataclass(frozen=True, slots=True)
class Sweep:
    """One sweep, over everything or over one customer. `done` and `tally` are of a finished one."""

    id: str
    customer_id: str | None
    status: SweepStatus
    started_at: datetime
    shards: int
    previous_checkpoint_id: str | None = None
    comparing: bool = False
    finished_at: datetime | None = None
    checkpoint_id: str | None = None
    done: int = 0
    tally: Tally = field(default_factory=Tally)


class Part(StrEnum):
    """What a shard goes through.

    The comparing ones look at single rows where totals differed. Those of checkpoints go through
    leaves: the last one's, which must lead to its root, and this sweep's, which lead to a new one.
    """

    TENANTS = "tenants"
    CLAIMS = "claims"
    INDEX = "index"
    TENANTS_COMPARED = "tenants-compared"
    CLAIMS_COMPARED = "claims-compared"
    INDEX_COMPARED = "index-compared"
    OPERATIONS = "operations"
    LAST_CHECKPOINT = "last-checkpoint"
    NEW_CHECKPOINT = "new-checkpoint"


ROW: Final = "\n"
"""Between partition and row in a position: no key has one."""


@dataclass(frozen=True, slots=True)
class Shard:
    """A range of one table, and how far it is. `n` from 0 names it within its sweep.

    `position` is the last partition that is done with; or with ROW behind it the last row that is,
    where one has more rows than a message can go through. `sums` are the totals of what it saw,
    `wanted` the buckets that a comparing shard looks at, `state` is what the work on it keeps from
    one message to the next; all three opaque here.
    """

    sweep_id: str
    n: int
    part: Part
    partitions: Partitions
    updated_at: datetime
    position: str = ""
    done: bool = False
    failed: bool = False
    tally: Tally = field(default_factory=Tally)
    sums: bytes = b""
    wanted: bytes = b""
    state: bytes = b""

    @property
    def rest(self) -> Partitions:
        """What the shard has not gone through yet."""
        if not self.position:
            return self.partitions
        partition, _, row = self.position.partition(ROW)
        return Partitions(partition, self.partitions.high, behind=row)


class Subtree(NamedTuple):
    """A complete subtree of a checkpoint, or the rest behind them: its root and last tenant."""

    root: bytes
    last: str


class SweepStore(Protocol):
    """Sweeps and their shards. Everything about one sweep is one partition, but for its own row."""

    async def running(self) -> Stored[str]:
        """The id of the sweep that runs, or "" (its ETag is "" when none ever ran)."""
        ...

    async def start(
        self, sweep: Sweep, running: Stored[str], superseded: Sequence[Stored[Sweep]]
    ) -> None:
        """One transaction: takes the place of `running` under its ETag, inserts the sweep.

        `superseded` are written as they are given.
        """
        ...

    async def finish(self, sweep: Sweep, etag: str, running: Stored[str]) -> None:
        """One transaction: the sweep under its ETag, and nothing runs any more."""
        ...

    async def replace(self, sweep: Sweep, etag: str) -> None:
        """The sweep under its ETag."""
        ...

    async def get(self, sweep_id: str) -> Stored[Sweep] | None:
        """One point read."""
        ...

    async def list(self, after: str | None, limit: int) -> Page[Stored[Sweep]]:
        """Newest first; without rows that do not decode."""
        ...

    async def add_shard(self, shard: Shard) -> None:
        """Inserts the row unless it exists."""
        ...

    async def shard(self, sweep_id: str, n: int) -> Stored[Shard] | None:
        """One point read."""
        ...

    async def shards(self, sweep_id: str) -> Sequence[Stored[Shard]]:
        """All of them, by number; those that are done without their sums."""
        ...

    async def advance(self, shard: Shard, etag: str, leaves: Sequence[Leaf]) -> None:
        """One transaction: the shard under its ETag, `leaves` (at most LEAVES) inserted.

        The sums of one that is done are inserted as a row of their own: see `sums`.
        """
        ...

    def sums(self, sweep_id: str) -> AsyncIterator[bytes]:
        """Those of all shards that are done; streamed."""
        ...

    def leaves(self, sweep_id: str, after: str = "") -> AsyncIterator[Leaf]:
        """By tenant id, behind `after`; streamed."""
        ...

    async def add_subtree(self, sweep_id: str, level: int, n: int, subtree: Subtree) -> None:
        """Inserts the `n`-th subtree of a level of the sweep's checkpoint, unless it exists."""
        ...

    async def subtrees(self, sweep_id: str, level: int, numbers: range) -> Sequence[Subtree]:
        """Those of a level with these numbers, as far as there are, in order; one query."""
        ...

    async def saw(self, sweep_id: str, finding_id: str, kind: str) -> None:
        """Inserts that the sweep met the finding; once is enough."""
        ...

    async def seen(self, sweep_id: str, after: str | None, limit: int) -> Page[tuple[str, str]]:
        """Ids and kinds of the findings that the sweep met."""
        ...

    async def missed(self, sweep_id: str, tenant_id: str) -> None:
        """Inserts that the sweep could not look at a tenant as it should; once is enough."""
        ...

    async def all_missed(self, sweep_id: str) -> frozenset[str]:
        """The tenants that the sweep does not speak about."""
        ...

    async def forget(self, sweep: Stored[Sweep]) -> None:
        """Deletes a finished sweep under its ETag, and before it all that it left behind."""
        ...


LEAVES = 5000
"""The most leaves of one `advance`: they go into one entity."""


class CheckpointStore(Protocol):
    """Checkpoints; nothing ever changes or deletes one."""

    async def add(self, checkpoint: Checkpoint) -> None:
        """Inserts the row unless it exists."""
        ...

    async def get(self, checkpoint_id: str) -> Checkpoint | None:
        """One point read."""
        ...

    async def list(self, after: str | None, limit: int) -> Page[Checkpoint]:
        """Newest first; without rows that do not decode."""
        ...
