"""A sweep against the floor: the SDK's bare reading of the same rows, in the same run.

    python -m bench.sweep [CUSTOMERS ...]        default: 800 8000, about 10,000 and 100,000 rows

For each size: rows, seconds and rows per second of `list_entities` over the three tables and of a
sweep with replay, their ratio, the peak of memory that Python allocated in the sweep, and requests.
"""

import asyncio
import sys
import tempfile
import time
import tracemalloc
from collections import defaultdict
from pathlib import Path
from random import SystemRandom

from devhost.azurite import Azurite
from shared.bootstrap import wire
from shared.clock import SystemClock
from shared.services.messages import shard_of
from shared.services.sweeping.machine import Limits, machine
from shared.storage.clients import Clients
from shared.storage.memory import MemoryQueues
from shared.storage.queues import ShardQueue
from shared.storage.store import azure
from shared.storage.table import Insert
from tests.building import DIRECT, OTHER_DIRECT
from tests.counting import counting, kinds
from tests.system import five_free_ports
from tests.unit.services.backend import SETTINGS, Backend, accept, enrol, invite, register

TABLES = ("tenants", "claims", "index")
AT_ONCE = 4


def customer(number: int) -> str:
    """Spread over all shards and buckets."""
    return f"{number * 2654435761 % 2**32:08x}-0000-4000-8000-000000000000"


async def filled(customers: int) -> Backend:
    """Customers with two subscriptions each of two partners, made by commands, in memory."""
    made = Backend()
    await made.do(enrol(), enrol(OTHER_DIRECT))
    for number in range(customers):
        one = customer(number)
        partner = DIRECT if number % 2 else OTHER_DIRECT
        await made.do(invite(partner, number, one), accept(number, one))
        await made.do(register(2 * number, 2 * number + 1, partner_id=partner, customer_id=one))
        made.requests.clear()
    await made.deliver()
    return made


async def copied(source: Backend, clients: Clients) -> int:
    """The same rows in the emulator; how many."""
    room = asyncio.Semaphore(AT_ONCE)
    rows = 0

    async def put(table: str, inserts: list[Insert]) -> None:
        async with room:
            await clients.table(table).transact(inserts)

    for name in TABLES:
        work = []
        for found in source.tables[name]._partitions.values():  # noqa: SLF001 - a copy of it all
            inserts = [Insert(each.key, each.properties) for each in found.values()]
            rows += len(inserts)
            work += [put(name, inserts[at : at + 90]) for at in range(0, len(inserts), 90)]
        await asyncio.gather(*work)
    return rows


async def bare(clients: Clients) -> tuple[int, float]:
    """The SDK's `list_entities` over the tables: rows and seconds."""
    started, rows = time.perf_counter(), 0
    for name in TABLES:
        client = clients._tables.get_table_client(clients._prefix + name)  # noqa: SLF001 - the floor
        async for _ in client.list_entities(results_per_page=1000):
            rows += 1
    return rows, time.perf_counter() - started


async def swept(clients: Clients) -> tuple[int, float, dict[str, int]]:
    """A whole sweep, its messages one after another: rows, seconds, requests by kind."""
    ports, queues = azure(clients), MemoryQueues()
    services = wire(SETTINGS, ports, SystemClock(), SystemRandom(), {})
    sweeping = machine(
        services.ports, services.executor, services.views, services.clock, SystemRandom(), Limits()
    )
    object.__setattr__(sweeping.sweeps, "_queue", ShardQueue(queues))
    started = time.perf_counter()
    async with counting(clients) as calls:
        sweep, _ = await sweeping.sweeps.start()
        while waiting := queues.take("sweep-shards"):
            for message in waiting:
                await sweeping.shards.run(*shard_of(message.text))
    seconds = time.perf_counter() - started
    stored = await ports.sweeps.get(sweep.id)
    if stored is None or stored.value.tally.problems or stored.value.comparing:
        sys.exit(f"the store is not clean: {stored}")
    count: dict[str, int] = defaultdict(int)
    for kind in kinds(calls):
        count[kind] += 1
    return stored.value.tally.rows, seconds, dict(count)


async def measure(connection: str, customers: int) -> None:
    """One size, one line."""
    clients = Clients(connection, f"n{customers}")
    try:
        await clients.create_all()
        rows = await copied(await filled(customers), clients)
        listed, floor = await bare(clients)
        seen, seconds, requests = await swept(clients)
        tracemalloc.start()
        await swept(clients)
        peak = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
        # The sweep leaps over feeds where it can; both are held against the same stored rows.
        ratio = floor / seconds
        print(
            f"{customers} customers, {rows} rows:"
            f" bare {listed / floor:,.0f} rows/s ({floor:.1f} s),"
            f" sweep {listed / seconds:,.0f} rows/s ({seconds:.1f} s; {seen} without feeds),"
            f" ratio {ratio:.2f}, peak {peak:.1f} MiB, requests {requests}",
            flush=True,
        )
    finally:
        await clients.close()


async def main() -> None:
    """All sizes, each on tables of its own."""
    sizes = [int(each) for each in sys.argv[1:]] or [800, 8000]
    port = five_free_ports()
    with (
        tempfile.TemporaryDirectory(prefix="sweep-bench-") as data,
        Azurite(Path(data), blob=port, queue=port + 1, table=port + 2) as running,
    ):
        for size in sizes:
            await measure(running.connection_string, size)


if __name__ == "__main__":
    asyncio.run(main())
