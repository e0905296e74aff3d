"""A sweep against the floor: the SDK's bare reading of the same rows, in the same run.

    python -m bench.sweep [CUSTOMERS ...]        default: 620 2000 6200, of twenty partners:
                                                 about 10,000, 32,000 and 100,000 rows

For each size the two take turns, so that other work on the machine slows both: `list_entities` over
the three tables, and a whole sweep with replay, of the same rows: of feeds only the marks are
written, since a sweep leaps over events. Told are the medians of rows per second by the clock, by
the processor time of this process, and by that of the emulator added. Then the requests to these
tables, and how much Python's memory grew at most in one shard of one more sweep.

Ends with 1 when a sweep finds anything, or a median misses its aim: 0.9 of the floor's rate by the
processor time of both, and at the largest size 1.5 times the memory of the smallest.
"""

import asyncio
import os
import sys
import tempfile
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import SystemRandom
from statistics import median
from typing import Final

from devhost.azurite import Azurite
from shared.clock import SystemClock
from shared.services.ports.sweeps import Sweep, SweepStatus
from shared.services.ports.values import GuardFailed, StorageDown, WriteUnknown
from shared.services.queues.internal_messages import shard_of
from shared.services.sweeping.wiring import Limits, SweepServices, sweep_services
from shared.storage.encoding.keys.index import is_mark
from shared.storage.engine.clients import Clients
from shared.storage.engine.memory import MemoryQueues, MemoryTable
from shared.storage.engine.queues import ShardQueue
from shared.storage.engine.table import Insert
from shared.storage.wiring import ports
from shared.wiring import wire
from tests.cast.commands import accept, enrol, invite, register
from tests.running.backend import SETTINGS, Backend
from tests.running.counting import counting, kinds
from tests.running.system import five_free_ports

TABLES: Final = ("tenants", "claims", "index")
PARTNERS: Final = [f"{n:08x}-0000-4000-8000-00000000fee0" for n in range(20)]
FEED: Final = "|feed"
AIM: Final = 0.9
MEMORY_AIM: Final = 1.5
FILLERS: Final = 3
"""Processes that write the store."""
AT_ONCE: Final = 2
MOST_ROUNDS: Final = 5
ROWS_IN_ALL: Final = 100_000  # a small store is read more often than a large one


def customer(number: int) -> str:
    """Spread over all shards and buckets."""
    return f"{number * 2654435761 % 2**32:08x}-0000-4000-8000-000000000000"


async def fill(connection: str, prefix: str, part: int, customers: range) -> int:
    """Customers with two subscriptions each, made by commands, then written; how many rows."""
    made = Backend()
    await made.do(*(enrol(each, mpnId=f"{700 + n}") for n, each in enumerate(PARTNERS)))
    await made.deliver()
    # The partners are the same in every part: the first one writes them.
    written = keys(made) if part else set()
    for number in customers:
        one, partner = customer(number), PARTNERS[number % len(PARTNERS)]
        await made.do(invite(partner, number, one), accept(number, one))
        await made.do(register(2 * number, 2 * number + 1, partner_id=partner, customer_id=one))
        made.requests.clear()
    await made.deliver()
    clients = Clients(connection, prefix)
    try:
        return await copied(made, clients, written)
    finally:
        await clients.close()


def keys(source: Backend) -> set[tuple[str, str, str]]:
    """Table, partition and row of all that is there."""
    return {
        (name, partition, row)
        for name in TABLES
        for partition, rows in source.tables[name]._partitions.items()  # noqa: SLF001 - all of it
        for row in rows
    }


async def copied(source: Backend, clients: Clients, without: set[tuple[str, str, str]]) -> int:
    """The same rows in the emulator; how many."""
    room = asyncio.Semaphore(AT_ONCE)
    rows = 0

    async def put(table: str, inserts: list[Insert]) -> None:
        async with room:
            try:
                await clients.table(table).transact(inserts)
            except WriteUnknown:
                # A busy machine: the same again either succeeds or says that it is there.
                with suppress(GuardFailed):
                    await clients.table(table).transact(inserts)

    for name in TABLES:
        work = []
        for partition, found in source.tables[name]._partitions.items():  # noqa: SLF001 - all of it
            inserts = [
                Insert(each.key, each.properties)
                for row, each in found.items()
                if (name, partition, row) not in without
                and (is_mark(row) or not partition.endswith(FEED))
            ]
            rows += len(inserts)
            work += [put(name, inserts[at : at + 90]) for at in range(0, len(inserts), 90)]
        await asyncio.gather(*work)
    return rows


def filled(connection: str, prefix: str, customers: int) -> int:
    """The store of one size; how many rows."""
    each = -(-customers // FILLERS)
    parts = [range(at, min(at + each, customers)) for at in range(0, customers, each)]
    with ProcessPoolExecutor(FILLERS) as pool:
        work = [pool.submit(_fill, connection, prefix, n, part) for n, part in enumerate(parts)]
        return sum(done.result() for done in work)


def _fill(connection: str, prefix: str, part: int, customers: range) -> int:
    return asyncio.run(fill(connection, prefix, part, customers))


@dataclass
class Spent:
    """Seconds for so many rows: by the clock, of this process's CPU, of the emulator's too."""

    clock: float = 0.0
    own: float = 0.0
    both: float = 0.0
    rows: int = 0


@contextmanager
def spending(emulator: int) -> Iterator[Spent]:
    """What passes inside; the rows are told by who reads them."""
    spent, started, own, others = (
        Spent(),
        time.perf_counter(),
        time.process_time(),
        cpu_of(emulator),
    )
    yield spent
    spent.clock = time.perf_counter() - started
    spent.own = time.process_time() - own
    spent.both = spent.own + cpu_of(emulator) - others


def cpu_of(pid: int) -> float:
    """The processor seconds of another process, as Linux tells them."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def bare(clients: Clients) -> int:
    """The SDK's `list_entities` over the tables; how many rows."""
    rows = 0
    for name in TABLES:
        client = clients.sdk_tables.get_table_client(clients._prefix + name)  # noqa: SLF001 - the floor
        async for _ in client.list_entities(results_per_page=1000):
            rows += 1
    return rows


class Sweeping:
    """Whole sweeps of a store, message after message."""

    def __init__(self, clients: Clients) -> None:
        """Of what `clients` lead to; messages and the sweeps' own rows stay in memory.

        A few seconds after any write the emulator saves all that it holds, which at the largest
        size costs more than reading it; a storage account does nothing like it.
        """
        own, self._queues = MemoryTable("operations"), MemoryQueues()
        self._ports = ports(
            lambda name: own if name == own.name else clients.table(name), self._queues
        )
        services = wire(SETTINGS, self._ports, SystemClock(), SystemRandom(), {})
        self._machine: SweepServices = sweep_services(
            services.ports,
            services.executor,
            services.views,
            services.clock,
            SystemRandom(),
            Limits(),
        )
        self.growth = 0
        """The most bytes that one message's work took while memory was traced."""

    async def sweep(self) -> Sweep:
        """From start to end. Ends the program if the store is not clean."""
        begun, _ = await self._machine.sweeps.start()
        while waiting := self._queues.take("sweep-shards"):
            for message in waiting:
                await self._work(*shard_of(message.text))
        stored = await self._ports.sweeps.get(begun.id)
        done = stored.value if stored else begun
        if done.status is not SweepStatus.SUCCEEDED or done.tally.problems or done.comparing:
            sys.exit(f"the store is not clean: {done}")
        return done

    async def _work(self, sweep_id: str, n: int) -> None:
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        try:
            await self._machine.shards.run(sweep_id, n)
        except StorageDown:
            # A busy machine: the message comes again, as from the host, and goes on where it was.
            await ShardQueue(self._queues).put(sweep_id, n)
        _, peak = tracemalloc.get_traced_memory()
        self.growth = max(self.growth, peak - before)


def rate(rounds: list[Spent], name: str) -> float:
    """The median of rows per second, by one of the three times."""
    return median(each.rows / getattr(each, name) for each in rounds)


async def measure(clients: Clients, emulator: int, customers: int, rows: int) -> tuple[float, int]:
    """One size: the ratio by the processor time of both, and the bytes that a shard took."""
    floor: list[Spent] = []
    sweeps: list[Spent] = []
    sweeping = Sweeping(clients)
    async with counting(clients) as calls:  # which also warms up
        if (await sweeping.sweep()).tally.rows != rows:
            sys.exit("not all rows were swept")
    for turn in range(max(2, min(MOST_ROUNDS, ROWS_IN_ALL // rows))):
        for kind in (floor, sweeps) if turn % 2 else (sweeps, floor):
            with spending(emulator) as spent:
                spent.rows = rows
                if kind is sweeps:
                    await sweeping.sweep()
                elif await bare(clients) != rows:
                    sys.exit("not all rows were read")
            kind.append(spent)
    tracemalloc.start()
    await sweeping.sweep()
    tracemalloc.stop()
    ratios = {name: rate(sweeps, name) / rate(floor, name) for name in ("clock", "own", "both")}
    print(
        f"{customers} customers, {rows} rows; {len(floor)} turns each:"
        f" list_entities {rate(floor, 'clock'):,.0f} rows/s by the clock,"
        f" {rate(floor, 'own'):,.0f} of own CPU, {rate(floor, 'both'):,.0f} with the emulator's;"
        f" sweep {rate(sweeps, 'clock'):,.0f}, {rate(sweeps, 'own'):,.0f},"
        f" {rate(sweeps, 'both'):,.0f};"
        f" ratio {ratios['clock']:.2f}, {ratios['own']:.2f}, {ratios['both']:.2f};"
        f" a shard's memory {sweeping.growth / 2**20:.1f} MiB;"
        f" requests {dict(Counter(kinds(calls)))}; no findings",
        flush=True,
    )
    return ratios["both"], sweeping.growth


async def main() -> int:
    """All sizes, each on tables of its own; whether the aims are met, as an exit code."""
    sizes = [int(each) for each in sys.argv[1:]] or [620, 2000, 6200]
    port = five_free_ports()
    ratios: list[float] = []
    growth: list[int] = []
    with (
        tempfile.TemporaryDirectory(prefix="sweep-bench-") as data,
        Azurite(Path(data), blob=port, queue=port + 1, table=port + 2) as running,
    ):
        for size in sizes:
            clients = Clients(running.connection_string, f"n{size}")
            try:
                await clients.create_all()
                fill_it = partial(filled, running.connection_string, f"n{size}", size)
                rows = await asyncio.to_thread(fill_it)
                ratio, grown = await measure(clients, running.pid or 0, size, rows)
            finally:
                await clients.close()
            ratios.append(ratio)
            growth.append(grown)
    grows = growth[-1] / growth[0]
    least = min(ratios)
    print(f"aims: ratio {least:.2f} ({AIM} or more), memory {grows:.2f} ({MEMORY_AIM} or less)")
    return 0 if least >= AIM and grows <= MEMORY_AIM else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
