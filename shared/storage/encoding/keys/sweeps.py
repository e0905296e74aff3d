"""Partition and row keys of sweeps, findings and checkpoints, in table `operations`."""

from datetime import datetime
from typing import Final
from uuid import UUID

from shared.canonical import digest
from shared.services.ports.findings import Finding
from shared.services.ports.scanning import Partitions
from shared.storage.encoding.keys.places import Key, Span, micros, row_id, under

SWEEPS: Final = "sweep"
RUNNING_SWEEP: Final = Key(SWEEPS, "running")
"""Which sweep runs: there is one at a time."""

FINDINGS: Final = "finding"
CHECKPOINTS: Final = "checkpoint"


def _newest_first(sweep_id: str) -> str:
    # The id begins with the time: its complement sorts the other way round.
    return f"{2**128 - 1 - UUID(sweep_id).int:032x}"


def sweep(sweep_id: str) -> Key:
    """A sweep."""
    return Key(SWEEPS, f"id|{_newest_first(sweep_id)}")


def sweeps(after: str | None) -> Span:
    """Sweeps or checkpoints behind a place in their list, which is the end of a row's key."""
    return under("id", after)


def checkpoint(checkpoint_id: str) -> Key:
    """A checkpoint, which has its sweep's id."""
    return Key(CHECKPOINTS, f"id|{_newest_first(checkpoint_id)}")


def id_of(key: Key) -> str:
    """The id in the key of a sweep or checkpoint. Raises ValueError for another key."""
    return str(UUID(int=2**128 - 1 - int(row_id(key), 16)))


def sweep_shard(sweep_id: str, n: int) -> Key:
    """A shard, in the partition of its sweep."""
    return Key(sweep_id, f"shard|{n:06d}")


SHARDS: Final = under("shard")
"""All shards of a sweep."""


def sweep_sums(sweep_id: str, n: int) -> Key:
    """The sums of a shard that is done."""
    return Key(sweep_id, f"sums|{n:06d}")


SUMS: Final = under("sums")
"""The sums of all shards that are done."""


def sweep_leaves(sweep_id: str, last_tenant_id: str) -> Key:
    """Leaves up to a tenant."""
    return Key(sweep_id, f"leaf|{last_tenant_id}")


def sweep_leaves_behind(tenant_id: str) -> Span:
    """Rows of leaves that may name tenants behind one."""
    return under("leaf", tenant_id)


def sweep_subtree(sweep_id: str, level: int, n: int) -> Key:
    """A subtree of its checkpoint."""
    return Key(sweep_id, f"subtree|{level}|{n:08d}")


def sweep_subtrees(level: int, numbers: range) -> Span:
    """Those of a level with these numbers."""
    first, last = (sweep_subtree("", level, n).row for n in (numbers[0], numbers[-1]))
    return Span(first, last, closed=True)


def sweep_saw(sweep_id: str, finding_id: str) -> Key:
    """That a sweep met a finding."""
    return Key(sweep_id, f"finding|{finding_id}")


def sweep_seen(after: str | None) -> Span:
    """What a sweep met, behind a finding."""
    return under("finding", after)


def sweep_missed(sweep_id: str, tenant_id: str) -> Key:
    """That a sweep does not speak about a tenant, which may be any partition that was met."""
    return Key(sweep_id, f"missed|{digest(tenant_id)}")


MISSED: Final = under("missed")
"""All tenants that a sweep does not speak about."""


WHOLE: Final = Span("", "~")
"""Every row of a partition: row keys here begin with letters."""


def finding(finding_id: str) -> Key:
    """What says where a finding of any sweep lies."""
    return Key(FINDINGS, f"id|{finding_id}")


def finding_place(finding: Finding) -> Key:
    """A finding, in the list of its status."""
    return Key(FINDINGS, f"{finding.status}|{finding.position}")


# results, which the sweep prunes

ALL_RESULTS: Final = Partitions("result|", "result}")
"""The partitions of all feeds of results."""


def is_result_before(key: Key, until: datetime) -> bool:
    """Whether a row of such a partition is a result, not a mark, and written before."""
    written_at, bar, _ = key.row.partition("|")
    return bool(bar) and written_at.isdecimal() and written_at < micros(until)


def mark_of(key: Key) -> Key:
    """The mark of a result."""
    return Key(key.partition, f"mark|{row_id(key)}")
