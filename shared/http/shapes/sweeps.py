"""Sweeps, findings, checkpoints."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from shared.http.paging import PageQuery
from shared.http.shapes.partners import NamedPartnerShape
from shared.model.base import Model
from shared.proving.problems import ProblemKind, Severity
from shared.services.ports.findings import FindingStatus
from shared.services.ports.sweeps import SweepStatus
from shared.text.identifiers import Guid


class SweepBody(Model):
    """Over what a sweep goes."""

    customer_id: Guid | None = None
    """The one tenant to look at; left out, everything: such a sweep makes a checkpoint when it
    succeeds.
    """


class ShardsShape(Model):
    """How far a sweep has come, counted in parts; several may be gone through at the same time."""

    done: int
    """How many parts are done."""
    total: int
    """How many parts there are so far; more are added to look closer where something differs, and
    for the checkpoint.
    """


class FoundShape(Model):
    """How many findings a sweep has met so far, also those that were open before."""

    by_kind: dict[ProblemKind, int]
    """How many findings of each kind, where one may count more than once until the sweep has ended;
    a kind that was not met is not there.
    """


class SweepShape(Model):
    """A check of what is stored against the ledgers."""

    id: str
    """The sweep's id, a GUID that begins with the time of its start."""
    status: SweepStatus
    customer_id: str | None
    """The one tenant that it looks at; null where it goes over everything."""
    started_at: datetime
    """When the timer or an operator started it."""
    finished_at: datetime | None
    """When it succeeded or failed; null while it is running."""
    shards: ShardsShape
    tenants: int
    """How many tenants it has come to so far, also those that it could not examine."""
    rows: int
    """How many stored rows were read so far: of tenants, of taken ids and places, of lists, and of
    how far feeds have come. What is read a second time does not count.
    """
    busy: int
    """How often a tenant, or the count of a link's places, could not be read at rest, such as
    because others wrote to it all the time; the tenant's findings stay open.
    """
    repaired: int
    """How many things it has put right so far or, of `projection-behind`, called the followers
    again for. Some are no findings, such as privileges that lapsed by themselves, which it records.
    """
    findings: FoundShape
    checkpoint_id: str | None
    """The checkpoint with which it ended; null until then, for a sweep of one tenant, and for one
    that failed.
    """


class FindingShape(Model):
    """Something that is not as the ledgers say, or that an operator should know."""

    id: str
    """The finding's id: the same kind, tenant and place has the same id in every sweep."""
    kind: ProblemKind
    severity: Severity
    tenant_id: str
    """The tenant that it is about: whose ledger is the truth, or whose webhook it is; empty where
    it is no single tenant's, or nobody can tell whose.
    """
    partners: tuple[NamedPartnerShape, ...]
    """The partners among all tenants that the finding names, by id."""
    key: str
    """What it is about, such as `subscription|{id}`, `entry|{number}` or `head`."""
    detail: dict[str, object]
    """What was met, without personal data: `fields` lists the expected and the stored values, where
    values differ.
    """
    repaired: bool
    """Whether the sweep that met it last has put it right or, of `projection-behind`, has called
    the followers again.
    """
    first_seen_at: datetime
    """When it was met first, as far back as this record of it goes."""
    last_seen_at: datetime
    """When it was met last."""
    status: FindingStatus


class FindingsQuery(PageQuery):
    """Findings of a kind, a status, a tenant."""

    kind: ProblemKind | None = None
    """Only findings of this kind."""
    status: FindingStatus | None = None
    """Only findings that are still open, or closed ones."""
    tenant_id: Guid | None = None
    """Only findings about this tenant, by its id."""


class CheckpointShape(Model):
    """One hash for the ledgers of all tenants: a Merkle root over their last entries."""

    schema_: Annotated[int, Field(alias="schema")]
    """The form of the checkpoint, a number that grows when checkpoints get another form."""
    id: str
    """The checkpoint's id, which is that of its sweep."""
    cloud: str
    """The cloud of the deployment that made it, `public` or `usGovernment`."""
    at: datetime
    """When its sweep began. Ledgers were read after that; of one that the sweep could not read, the
    leaf is that of the checkpoint before.
    """
    size: int
    """How many leaves its tree has: one for each tenant with entries, as far as this sweep or one
    before could read them.
    """
    root: str
    """The root of the tree, SHA-256 as 64 hexadecimal digits."""
    previous: str
    """The `hash` of the checkpoint before; 64 zeros for the first, and where that one was gone."""
    hash: str
    """SHA-256 over the other fields in RFC 8785's canonical JSON: keep it outside of this system,
    as evidence.
    """


class LeafShape(Model):
    """The last entry of a tenant's ledger that the sweep could read.

    What the checkpoint before has, where the tenant could not be gone through, or an entry of that
    checkpoint is gone or replaced (`rolled-back`).
    """

    tenant_id: str
    """The tenant whose ledger it is."""
    sequence: int
    """The number of that entry in the ledger."""
    hash: str
    """The hash of that entry, SHA-256 as 64 hexadecimal digits."""
