"""What the services ask of storage, in the words of the domain.

`shared/storage` implements these once, over two interchangeable tables: Azure Table Storage and an
in-memory one. Every write names its guard: an insert fails when something is there, a change or a
touch fails when the ETag differs. There is no upsert and no unconditional write.
"""

from dataclasses import dataclass

from shared.services.ports.budgets import BudgetStore
from shared.services.ports.claims import ClaimStore, SlotStore
from shared.services.ports.dead_letters import DeadLetterStore
from shared.services.ports.findings import FindingStore
from shared.services.ports.index import IndexStore
from shared.services.ports.operations import OperationsStore
from shared.services.ports.queues import Announcer, Mail, SweepQueue
from shared.services.ports.scanning import Scanner
from shared.services.ports.sweeps import CheckpointStore, SweepStore
from shared.services.ports.tenants import TenantStore
from shared.services.ports.webhooks import Waker, WebhookStore


@dataclass(frozen=True, slots=True)
class Ports:
    """The adapters that the composition root chose."""

    tenants: TenantStore
    claims: ClaimStore
    slots: SlotStore
    index: IndexStore
    operations: OperationsStore
    budgets: BudgetStore
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
