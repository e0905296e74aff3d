"""Runs the phases, and holds them against each other; see the package."""

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final
from uuid import uuid4

import httpx

from bench.shares.load import KINDS, Orders
from bench.shares.neighbour import Neighbour
from bench.shares.receivers import Receiver
from bench.shares.requests import PATIENCE, Asker, Partner
from bench.shares.systems import Running, running
from shared.services.ports.queues import Queue

AIM: Final = 2.0
WARM_UP: Final = 15
"""Seconds of load before anything is measured under it."""
COMMANDS: Final = 8
MESSAGES: Final = 4
"""How many of these there are for each sample of a webhook, which takes longest."""
IDLE: Final = 5.0
"""Seconds before a message, so that it is a single one: the host looks into a queue the less often
the longer it found nothing there, every two seconds at last. Behind one another they would be the
slower to be found the slower they are."""
FLOODED: Final = Queue.ONBOARDING_0
ELSEWHERE: Final = Queue.ONBOARDING_1

type Times = dict[str, list[float]]


@dataclass
class Measured:
    """Two partners of one system: one shares the flood's queue."""

    neighbour: Neighbour
    elsewhere: Neighbour
    times: Times = field(default_factory=dict[str, list[float]])

    def _noted(self, name: str, seconds: float) -> None:
        self.times.setdefault(name, []).append(seconds)

    async def commands(self) -> None:
        """One after the other."""
        for _ in range(COMMANDS):
            self._noted("command, same customer", await self.neighbour.command(elsewhere=False))
            self._noted("command, another", await self.neighbour.command(elsewhere=True))

    async def messages(self) -> None:
        """One in each of both queues."""
        flooded, other = await asyncio.gather(self.neighbour.message(), self.elsewhere.message())
        self._noted("message, the flood's queue", flooded)
        self._noted("message, another queue", other)

    async def webhook(self) -> None:
        """Of one event."""
        self._noted("webhook", await self.neighbour.webhook())

    def taken(self) -> Times:
        """What was measured since the last time that this was asked."""
        times, self.times = self.times, {}
        return times


@dataclass(frozen=True, slots=True)
class Phase:
    """What was measured in it, by what it is of."""

    product: Times
    bystander: Times


async def phase(name: str, product: Measured, bystander: Measured, samples: int) -> Phase:
    """The same of both, one behind the other; what mostly waits, side by side."""
    for _ in range(samples):
        for each in (product, bystander):
            await each.commands()
        for _ in range(MESSAGES):
            await asyncio.sleep(IDLE)
            await asyncio.gather(product.messages(), bystander.messages())
        await asyncio.gather(product.webhook(), bystander.webhook())
    found = Phase(product.taken(), bystander.taken())
    for who, times in (("product", found.product), ("bystander", found.bystander)):
        middles = ", ".join(f"{what} {median(each):.3f}" for what, each in times.items())
        print(f"{name}, {who}: {middles}", flush=True)
    return found


@asynccontextmanager
async def loaded(orders: Orders) -> AsyncIterator[None]:
    """The load runs for as long as the block; what it was answered is printed."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.shares.load"), stdin=pipe, stdout=pipe
    )
    assert process.stdin  # noqa: S101 - a pipe was asked for
    assert process.stdout  # noqa: S101 - likewise
    try:
        process.stdin.write(orders.line().encode() + b"\n")
        if await process.stdout.readline() != b"running\n":
            raise RuntimeError("the load did not start")
        await asyncio.sleep(WARM_UP)
        yield
        process.stdin.close()
        told = json.loads(await process.stdout.readline())
        print("answers to the load:", told, flush=True)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def measured(system: Running, stack: AsyncExitStack) -> Measured:
    """Its two partners, one with a webhook."""
    http = httpx.AsyncClient(timeout=PATIENCE, limits=httpx.Limits())
    asker = Asker(await stack.enter_async_context(http), system.site)
    receiver = Receiver(0)
    await receiver.start()
    partners = [await asyncio.to_thread(system.partner, each) for each in (FLOODED, ELSEWHERE)]
    neighbour, elsewhere = (Neighbour(asker, each, receiver) for each in partners)
    await asker.subscribe(neighbour.partner, str(uuid4()), f"{receiver.url}/0")
    return Measured(neighbour, elsewhere)


async def one_round(
    under_load: Running, beside: Running, samples: int, kinds: tuple[str, ...]
) -> tuple[list[Phase], Phase]:
    """The quiet phases around a loaded one, and that."""
    async with AsyncExitStack() as stack:
        product = await measured(under_load, stack)
        bystander = await measured(beside, stack)
        await phase("warm-up", product, bystander, 1)
        before = await phase("quiet", product, bystander, samples)
        partner: Partner = await asyncio.to_thread(under_load.partner, FLOODED)
        async with loaded(Orders(under_load.site, partner, kinds)):
            busy = await phase("loaded", product, bystander, samples)
        await under_load.still()
        return [before, await phase("quiet", product, bystander, samples)], busy


def told(quiet: list[Phase], busy: list[Phase]) -> bool:
    """Prints each figure; whether all meet the aim."""

    def middle(phases: list[Phase], of: Callable[[Phase], Times], name: str) -> float:
        return median(each for one in phases for each in of(one)[name])

    print("| another partner's | alone, s | beside it, s | ratio | bystander's | over it |")
    print("|---|---|---|---|---|---|")
    met = True
    for name in quiet[0].product:
        alone, beside = (middle(each, lambda one: one.product, name) for each in (quiet, busy))
        still, slowed = (middle(each, lambda one: one.bystander, name) for each in (quiet, busy))
        ratio, floor = beside / alone, slowed / still
        over = ratio / max(floor, 1.0)
        met = met and over <= AIM
        print(f"| {name} | {alone:.3f} | {beside:.3f} | {ratio:.1f} | {floor:.1f} | {over:.1f} |")
    return met


def main(rounds: int, samples: int, kinds: tuple[str, ...]) -> bool:
    """Starts both systems for each round."""
    quiet, busy = list[Phase](), list[Phase]()
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="shares-bench-") as folder:
            data = Path(folder)
            with running(data / "product") as product, running(data / "bystander") as bystander:
                still, slow = asyncio.run(one_round(product, bystander, samples, kinds))
        quiet += still
        busy.append(slow)
    return told(quiet, busy)


if __name__ == "__main__":
    given = sys.argv[1:]
    rounds, samples = map(int, [*given[:2], *("2", "4")[len(given) :]])
    sys.exit(not main(rounds, samples, tuple(given[2:]) or tuple(KINDS)))
