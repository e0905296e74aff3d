"""What the services ask of storage, in the words of the domain.

`shared/storage` implements these once, over two interchangeable tables: Azure Table Storage and an
in-memory one. Every write names its guard: an insert fails when something is there, a change or a
touch fails when the ETag differs. There is no upsert and no unconditional write.
"""

from dataclasses import dataclass

from shared.services.ports.claims import Claim, ClaimState, ClaimStore, SlotKey, SlotStore
from shared.services.ports.dead_letters import (
    DeadLetter,
    DeadLetterStore,
    LetterStatus,
    Replay,
    Sent,
)
from shared.services.ports.findings import Finding, FindingStatus, FindingStore
from shared.services.ports.index import (
    EVERY_ROW,
    FeedMark,
    FeedRow,
    IndexFilter,
    IndexKey,
    IndexKind,
    IndexRow,
    IndexStore,
)
from shared.services.ports.operations import OperationsStore, Outcome, Pipeline, Result
from shared.services.ports.queues import Announcement, Announcer, Mail, Queue, Receipt, SweepQueue
from shared.services.ports.scanning import (
    ClaimValue,
    Partitions,
    Reserved,
    Scanned,
    Scanner,
    Served,
    TenantValue,
)
from shared.services.ports.sweeps import (
    LEAVES,
    CheckpointStore,
    Part,
    Shard,
    Sweep,
    SweepStatus,
    SweepStore,
    Tally,
)
from shared.services.ports.tenants import Commit, DetailsWrite, Remembered, RowWrite, TenantStore
from shared.services.ports.values import (
    GuardFailed,
    Page,
    StorageBusy,
    StorageDown,
    StorageError,
    Stored,
    Undecodable,
    WriteUnknown,
)
from shared.services.ports.webhooks import (
    Answered,
    Courier,
    DisabledReporter,
    Progress,
    SealedSecret,
    Unreachable,
    Wake,
    Waker,
    Webhook,
    WebhookKey,
    WebhookStatus,
    WebhookStore,
)

__all__ = [
    "EVERY_ROW",
    "LEAVES",
    "Announcement",
    "Announcer",
    "Answered",
    "CheckpointStore",
    "Claim",
    "ClaimState",
    "ClaimStore",
    "ClaimValue",
    "Commit",
    "Courier",
    "DeadLetter",
    "DeadLetterStore",
    "DetailsWrite",
    "DisabledReporter",
    "FeedMark",
    "FeedRow",
    "Finding",
    "FindingStatus",
    "FindingStore",
    "GuardFailed",
    "IndexFilter",
    "IndexKey",
    "IndexKind",
    "IndexRow",
    "IndexStore",
    "LetterStatus",
    "Mail",
    "OperationsStore",
    "Outcome",
    "Page",
    "Part",
    "Partitions",
    "Pipeline",
    "Ports",
    "Progress",
    "Queue",
    "Receipt",
    "Remembered",
    "Replay",
    "Reserved",
    "Result",
    "RowWrite",
    "Scanned",
    "Scanner",
    "SealedSecret",
    "Sent",
    "Served",
    "Shard",
    "SlotKey",
    "SlotStore",
    "StorageBusy",
    "StorageDown",
    "StorageError",
    "Stored",
    "Sweep",
    "SweepQueue",
    "SweepStatus",
    "SweepStore",
    "Tally",
    "TenantStore",
    "TenantValue",
    "Undecodable",
    "Unreachable",
    "Wake",
    "Waker",
    "Webhook",
    "WebhookKey",
    "WebhookStatus",
    "WebhookStore",
    "WriteUnknown",
]


@dataclass(frozen=True, slots=True)
class Ports:
    """The adapters that the composition root chose."""

    tenants: TenantStore
    claims: ClaimStore
    slots: SlotStore
    index: IndexStore
    operations: OperationsStore
    scanner: Scanner
    sweeps: SweepStore
    findings: FindingStore
    checkpoints: CheckpointStore
    announcer: Announcer
    dead_letters: DeadLetterStore
    sweep_queue: SweepQueue
    mail: Mail
    webhooks: WebhookStore
    waker: Waker
