"""Sweeps, findings, checkpoints."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from shared.http.paging import PageQuery
from shared.model.base import Model
from shared.proving.problems import ProblemKind, Severity
from shared.text.identifiers import Guid


class SweepBody(Model):
    """POST of a sweep: over everything, or over one customer."""

    customer_id: Guid | None = None


class ShardsShape(Model):
    """How many parts of a sweep are done."""

    done: int
    total: int


class FoundShape(Model):
    """How many findings of which kind."""

    by_kind: dict[ProblemKind, int]


class SweepShape(Model):
    """A sweep. `busy` counts tenants whose writers never let it read them whole."""

    id: str
    status: Literal["running", "succeeded", "failed"]
    customer_id: str | None
    started_at: datetime
    finished_at: datetime | None
    shards: ShardsShape
    tenants: int
    rows: int
    busy: int
    repaired: int
    findings: FoundShape
    checkpoint_id: str | None


class FindingShape(Model):
    """What a sweep met. `tenantId` is empty where it cannot be told whose row it is."""

    id: str
    kind: ProblemKind
    severity: Severity
    tenant_id: str
    key: str
    detail: dict[str, object]
    repaired: bool
    first_seen_at: datetime
    last_seen_at: datetime
    status: Literal["open", "closed"]


class FindingsQuery(PageQuery):
    """Findings of a kind, a status, a tenant."""

    kind: ProblemKind | None = None
    status: Literal["open", "closed"] | None = None
    tenant_id: Guid | None = None


class CheckpointShape(Model):
    """A Merkle root over all tenants' last entries. `hash` is what is worth keeping elsewhere."""

    schema_: Annotated[int, Field(alias="schema")]
    id: str
    cloud: str
    at: datetime
    size: int
    root: str
    previous: str
    hash: str


class LeafShape(Model):
    """A tenant's last entry, as a checkpoint's sweep has read it."""

    tenant_id: str
    sequence: int
    hash: str
