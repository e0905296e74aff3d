"""Commands a second of the whole product beside bare scripts on the same emulator, in one run.

    python -m bench.commands [ROUNDS] [SECONDS]        default: 5 rounds, sustained for 20 seconds

Each round measures all of them, in changing order, so that other work on the machine slows all, on
a host and an emulator of its own, since the emulator becomes slower with what it keeps:

    stock, sync, raw    `bench.bare_storage`: the commands' own storage calls, for a second
    burst               invite, accept, register over HTTP for a second; followers come later
    sustained           the same for 20 seconds, and until followers have caught up
    onboarding          messages on the queue, until the last is processed

Eight are in flight each time. Told are medians of the rounds' ratios beside their aims; ends with 1
where one is missed. Seconds of the
processor are those of the app's worker: not the local host's, which stands for Azure's, nor the
emulator's or this process's. They alone mean something while others work on the machine.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

import aiohttp

from bench.bare_storage import AT_ONCE
from bench.processor import Taken
from bench.product import Product, Spent
from tests.running.system import ROOT, OwnSystem

MESSAGES: Final = 1200
"""As many as take about as long as `sustained`: an idle host looks at a queue every two seconds."""
HIDDEN: Final = 3.0
"""Seconds in which followers of the last command may not have begun: announcements are hidden for
one, and the host looks at its queues now and then."""


@dataclass(slots=True)
class Round:
    """All figures of one round."""

    stock: Spent
    sync: Spent
    raw: Spent
    burst: Spent
    followed: Spent
    sustained: Spent
    onboarding: Spent
    parts: dict[str, Taken]
    """Of one command or message, followers included, by the name of what was done."""


class Figure(NamedTuple):
    """A ratio of one round, and what is asked of it: to be that, or above it, or below."""

    name: str
    of: Callable[[Round], float]
    aim: float
    least: bool = True


ONE_FOR_MANY: Final = {"COMMANDS_PER_SECOND": "1000", "INVITATIONS_PER_DAY": "100000"}
"""One partner sends here what many do, so one partner's share would end the run."""

FIGURES: Final = (
    Figure("sustained commands/s / stock script's", lambda r: r.sustained.rate / r.stock.rate, 1.5),
    Figure("burst / stock script's", lambda r: r.burst.rate / r.stock.rate, 2.5),
    Figure("burst / raw HTTP's", lambda r: r.burst.rate / r.raw.rate, 0.5),
    Figure("burst / sync handlers'", lambda r: r.burst.rate / r.sync.rate, 3),
    Figure(
        "processor a command, followers included / stock script's",
        lambda r: r.sustained.each / r.stock.each,
        0.7,
        least=False,
    ),
    Figure(
        "onboarding messages/s / sustained commands/s",
        lambda r: r.onboarding.rate / r.sustained.rate,
        0.8,
    ),
    Figure(
        "processor a message / a command's, followers included",
        lambda r: r.onboarding.each / r.sustained.each,
        1.25,
        least=False,
    ),
    Figure(
        "followers' processor / the commands' own",
        lambda r: r.followed.processor / r.burst.processor,
        0.5,
        least=False,
    ),
)


def bare(client: str, connection: str, seconds: float = 1.0) -> Spent:
    """One run of `bench.bare_storage`, in a process of its own."""
    command = [sys.executable, "-m", "bench.bare_storage", client, connection, str(seconds)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    return Spent(*json.loads(done.stdout or "[0, 1, 0]"))


async def one_round(product: Product, turn: int, seconds: float) -> Round:
    """Each of them once; scripts and product go first in turns."""
    connection = product.storage.connection
    customers = product.customers(int(60 * (seconds + 2)))

    parts: dict[str, Taken] = {}

    def scripts() -> dict[str, Spent]:
        before = product.taken()
        stock = bare("stock", connection, 2.0)
        parts["stock"] = product.taken().since(before, stock.done)
        return {"stock": stock, **{name: bare(name, connection, 2.0) for name in ("sync", "raw")}}

    found = await asyncio.to_thread(scripts) if turn % 2 else {}
    own = product.processor()
    burst = await product.commands(customers, 1.0)
    await product.until_empty("projections")
    followed = Spent(burst.done, 1.0, product.processor() - own - burst.processor)
    before = product.taken()
    window = await product.commands(customers, seconds)
    behind = max(0.0, await product.until_empty("projections") - HIDDEN)
    parts["sustained"] = product.taken().since(before, window.done)
    processor = parts["sustained"].worker * window.done
    sustained = Spent(window.done, window.clock + behind, processor)
    found = found or await asyncio.to_thread(scripts)
    before = product.taken()
    sent = await product.messages(MESSAGES)
    await product.until_empty("projections")
    parts["onboarding"] = product.taken().since(before, MESSAGES)
    onboarding = sent._replace(processor=parts["onboarding"].worker * MESSAGES)
    await product.no_dead_letters()
    return Round(
        **found,
        burst=burst,
        followed=followed,
        sustained=sustained,
        onboarding=onboarding,
        parts=parts,
    )


def told(rounds: list[Round]) -> bool:
    """Prints every figure beside its aim; whether all are met."""
    met = True
    for figure in FIGURES:
        each = [figure.of(one) for one in rounds]
        found = median(each)
        good = found >= figure.aim if figure.least else found <= figure.aim
        met = met and good
        word = "or more" if figure.least else "or less"
        span = f"{min(each):.2f} to {max(each):.2f}"
        verdict = "met " if good else "MISS"
        print(f"{verdict} {figure.name}: {found:.2f} (aim {figure.aim} {word}; {span})")
    return met


def tell_parts(rounds: list[Round]) -> None:
    """Prints where the processor's time went: what stands for Azure's takes of the same cores."""
    script = 1000 * median(one.stock.each for one in rounds)
    print("ms of the processor for one: app (or script), local host, emulator")
    for name in ("stock", "sustained", "onboarding"):
        each = [[1000 * part for part in one.parts[name]] for one in rounds]
        app, host, emulator = (median(column) for column in zip(*each, strict=True))
        print(f"  {name}: {script if name == 'stock' else app:.1f}, {host:.1f}, {emulator:.1f}")


@asynccontextmanager
async def running() -> AsyncIterator[Product]:
    """A host of its own, warm."""
    with tempfile.TemporaryDirectory(prefix="commands-bench-") as folder:
        system = OwnSystem(Path(folder) / "data", host="devhost", environ=ONE_FOR_MANY)
        system.start()
        try:
            async with aiohttp.ClientSession() as http:
                product = Product(system, http)
                await product.prepared()
                bare("make", product.storage.connection)
                await product.commands(product.customers(AT_ONCE), 1.0)
                await product.until_empty("projections")
                yield product
        finally:
            system.stop()


async def main() -> int:
    """All rounds; 1 where an aim is missed."""
    count = int(sys.argv[1]) if sys.argv[1:] else 5
    seconds = float(sys.argv[2]) if sys.argv[2:] else 20.0
    rounds: list[Round] = []
    for turn in range(count):
        async with running() as product:
            found = await one_round(product, turn, seconds)
        rounds.append(found)
        rates = ", ".join(
            f"{name} {getattr(found, name).rate:.0f}/s"
            for name in ("stock", "sync", "raw", "burst", "sustained", "onboarding")
        )
        print(f"round {turn + 1}: {rates}", flush=True)
    tell_parts(rounds)
    return 0 if told(rounds) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
