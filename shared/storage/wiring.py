"""The ports, over tables and queues of either kind."""

from collections.abc import Callable
from datetime import datetime

from shared.services.ports import Ports
from shared.storage.engine.clients import TABLES, Clients
from shared.storage.engine.memory import MemoryQueues, MemoryTable
from shared.storage.engine.queues import QueueAnnouncer, Queues, ShardQueue
from shared.storage.engine.table import Table
from shared.storage.stores.budgets import TableBudgetStore
from shared.storage.stores.claims import TableClaimStore
from shared.storage.stores.dead_letters import TableDeadLetterStore
from shared.storage.stores.findings import TableFindingStore
from shared.storage.stores.index import TableIndexStore
from shared.storage.stores.operations import TableOperationsStore
from shared.storage.stores.scanning import TableScanner
from shared.storage.stores.slots import TableSlotStore
from shared.storage.stores.sweeps import TableCheckpointStore, TableSweepStore
from shared.storage.stores.tenants import TableTenantStore
from shared.storage.stores.webhooks import QueueWaker, TableWebhookStore


def ports(table: Callable[[str], Table], queues: Queues) -> Ports:
    """Every port; `table` gives the table of a name in `clients.TABLES`."""
    return Ports(
        tenants=TableTenantStore(table("tenants")),
        claims=TableClaimStore(table("claims")),
        slots=TableSlotStore(table("claims")),
        index=TableIndexStore(table("index")),
        operations=TableOperationsStore(table("operations")),
        budgets=TableBudgetStore(table("operations")),
        scanner=TableScanner(*map(table, TABLES)),
        sweeps=TableSweepStore(table("operations")),
        findings=TableFindingStore(table("operations")),
        checkpoints=TableCheckpointStore(table("operations")),
        announcer=QueueAnnouncer(queues),
        sweep_queue=ShardQueue(queues),
        dead_letters=TableDeadLetterStore(table("operations")),
        mail=queues,
        webhooks=TableWebhookStore(table("operations")),
        waker=QueueWaker(queues),
    )


def azure(clients: Clients) -> Ports:
    """The ports over a storage account."""
    return ports(clients.table, clients.queues())


class Memory:
    """The ports over this process's memory, with the tables and queues at hand for tests."""

    def __init__(self, now: Callable[[], datetime | None] = lambda: None) -> None:
        """Everything is empty. `now` is the storage's clock, if it has one."""
        self.tables = {name: MemoryTable(name, now=now) for name in TABLES}
        self.queues = MemoryQueues()
        self.ports = ports(self.tables.__getitem__, self.queues)
