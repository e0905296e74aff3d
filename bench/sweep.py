"""A sweep against the floor: the SDK's bare reading of the same rows, in the same run.

    python -m bench.sweep [CUSTOMERS ...]        default: 430 2000 4300, of twenty partners;
                                                 the first and last: about 10,000 and 100,000 rows

For each size: rows, seconds and rows per second of `list_entities` over the three tables and of a
sweep with replay, which leaps over feeds; the ratio of these rates, each of the rows it has read;
the peak of memory that Python allocated in a second sweep, and the first one's requests.
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
from shared.clock import SystemClock
from shared.services.messages import shard_of
from shared.services.sweeping.machine import Limits, machine
from shared.storage.clients import Clients
from shared.storage.memory import MemoryQueues
from shared.storage.queues import ShardQueue
from shared.storage.store import azure
from shared.storage.table import Insert
from shared.wiring import wire
from tests.counting import counting, kinds
from tests.system import five_free_ports
from tests.unit.services.backend import SETTINGS, Backend, accept, enrol, invite, register

TABLES = ("tenants", "claims", "index")
AT_ONCE = 4
PARTNERS = [f"{n:08x}-0000-4000-8000-00000000fee0" for n in range(20)]


def customer(number: int) -> str:
    """Spread over all shards and buckets."""
    return f"{number * 2654435761 % 2**32:08x}-0000-4000-8000-000000000000"


async def filled(customers: int) -> Backend:
    """Customers with two subscriptions each, made by commands, in memory."""
    made = Backend()
    await made.do(*(enrol(each, mpnId=f"{700 + n}") for n, each in enumerate(PARTNERS)))
    for number in range(customers):
        one, partner = customer(number), PARTNERS[number % len(PARTNERS)]
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


class Spent:
    """Seconds that went by, and seconds of this process's CPU: the emulator has its own."""

    def __init__(self) -> None:
        """From now on."""
        self.wall, self.cpu = -time.perf_counter(), -time.process_time()

    def stop(self) -> None:
        """Until now."""
        self.wall += time.perf_counter()
        self.cpu += time.process_time()


async def bare(clients: Clients) -> tuple[int, Spent]:
    """The SDK's `list_entities` over the tables: rows and seconds."""
    spent, rows = Spent(), 0
    for name in TABLES:
        client = clients._tables.get_table_client(clients._prefix + name)  # noqa: SLF001 - the floor
        async for _ in client.list_entities(results_per_page=1000):
            rows += 1
    spent.stop()
    return rows, spent


async def swept(clients: Clients) -> tuple[int, Spent, dict[str, int]]:
    """A whole sweep, its messages one after another: rows, seconds, requests by kind."""
    ports, queues = azure(clients), MemoryQueues()
    services = wire(SETTINGS, ports, SystemClock(), SystemRandom(), {})
    sweeping = machine(
        services.ports, services.executor, services.views, services.clock, SystemRandom(), Limits()
    )
    object.__setattr__(sweeping.sweeps, "_queue", ShardQueue(queues))
    spent = Spent()
    async with counting(clients) as calls:
        sweep, _ = await sweeping.sweeps.start()
        while waiting := queues.take("sweep-shards"):
            for message in waiting:
                await sweeping.shards.run(*shard_of(message.text))
    spent.stop()
    stored = await ports.sweeps.get(sweep.id)
    if stored is None or stored.value.tally.problems or stored.value.comparing:
        sys.exit(f"the store is not clean: {stored}")
    count: dict[str, int] = defaultdict(int)
    for kind in kinds(calls):
        count[kind] += 1
    return stored.value.tally.rows, spent, dict(count)


async def measure(connection: str, customers: int) -> None:
    """One size, one line."""
    clients = Clients(connection, f"n{customers}")
    try:
        await clients.create_all()
        rows = await copied(await filled(customers), clients)
        listed, floor = await bare(clients)
        seen, sweep, requests = await swept(clients)
        tracemalloc.start()
        await swept(clients)
        peak = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
        by_time, by_cpu = (
            (seen / ours) / (listed / theirs)
            for ours, theirs in ((sweep.wall, floor.wall), (sweep.cpu, floor.cpu))
        )
        print(
            f"{customers} customers, {rows} rows, {seen} without feeds:"
            f" bare {listed / floor.wall:,.0f} rows/s ({floor.wall:.1f} s, CPU {floor.cpu:.1f} s),"
            f" sweep {seen / sweep.wall:,.0f} rows/s ({sweep.wall:.1f} s, CPU {sweep.cpu:.1f} s),"
            f" ratio {by_time:.2f}, of CPU {by_cpu:.2f}, peak {peak:.1f} MiB, requests {requests}",
            flush=True,
        )
    finally:
        await clients.close()


async def main() -> None:
    """All sizes, each on tables of its own."""
    sizes = [int(each) for each in sys.argv[1:]] or [430, 2000, 4300]
    port = five_free_ports()
    with (
        tempfile.TemporaryDirectory(prefix="sweep-bench-") as data,
        Azurite(Path(data), blob=port, queue=port + 1, table=port + 2) as running,
    ):
        for size in sizes:
            await measure(running.connection_string, size)


if __name__ == "__main__":
    asyncio.run(main())
