"""Commands a second of the whole product beside bare scripts on the same emulator, in one run.

    python -m bench.commands [ROUNDS] [SECONDS]        default: 5 rounds, sustained for 20 seconds

Each round measures all of them, in changing order, so that other work on the machine slows all:

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
import base64
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple
from uuid import uuid4

import aiohttp
from azure.storage.queue import QueueClient

from bench.bare_storage import AT_ONCE, COMMANDS
from bench.processor import seconds_below
from tests.cast.bodies import ACCEPTANCE, partner_document, sale_document
from tests.queues.pipelines import Storage
from tests.running.client import API_VERSION, GLOBAL_ADMINISTRATOR, OPERATOR_TENANT
from tests.running.system import ROOT, OwnSystem

MESSAGES: Final = 200
HIDDEN: Final = 3.0
"""Seconds in which followers of the last command may not have begun: announcements are hidden for
one, and the host looks at its queues now and then."""
PATIENCE: Final = 300


class Spent(NamedTuple):
    """What was done, in so many seconds by the clock and of the processor."""

    done: int
    clock: float
    processor: float

    @property
    def rate(self) -> float:
        """A second, by the clock."""
        return self.done / self.clock

    @property
    def each(self) -> float:
        """Seconds of the processor for one."""
        return self.processor / self.done


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer that nobody knows yet, and its Global admin's token."""

    id: str
    token: str


class Product:
    """The whole host over HTTP."""

    def __init__(self, system: OwnSystem, http: aiohttp.ClientSession) -> None:
        """`system` runs."""
        self.system = system
        self.storage = Storage(system)
        self._http = http
        self._partner = str(uuid4())
        self._operator = system.token(OPERATOR_TENANT, roles=["PlatformOperator"])
        self._seller = system.token(self._partner, roles=["GlobalAdmin"])
        self._source = f"https://pipelines.example/{self._partner}"
        self.related: list[str] = []

    async def prepared(self) -> None:
        """A partner that may invite, and its pipeline."""
        document = partner_document(self._partner, mpnId="7700001")
        await self._call("PUT", f"partners/{self._partner}", self._operator, document)
        types = ["subscription-registration"]
        body = {"source": self._source, "partnerIds": [self._partner], "types": types}
        await self._call("PUT", f"pipelines/{self._partner}", self._operator, body)

    def customers(self, number: int) -> list[Customer]:
        """New ones; their tokens are made ahead of what is measured."""
        ids = [str(uuid4()) for _ in range(number)]
        wids = [GLOBAL_ADMINISTRATOR]
        return [Customer(each, self.system.token(each, wids=wids)) for each in ids]

    async def commands(self, waiting: list[Customer], seconds: float) -> Spent:
        """Three commands for each customer, eight customers at once, for so long."""
        started, own = time.perf_counter(), self.processor()

        async def work() -> int:
            done = 0
            while waiting and time.perf_counter() < started + seconds:
                await self._told(waiting.pop())
                done += COMMANDS
            return done

        done = sum(await asyncio.gather(*(work() for _ in range(AT_ONCE))))
        return Spent(done, time.perf_counter() - started, self.processor() - own)

    async def _told(self, customer: Customer) -> None:
        here = f"customers/{customer.id}"
        invitation = f"{here}/invitations/{uuid4()}"
        asked = {"delegatedAdmin": True}
        await self._call("PUT", invitation, self._seller, asked)
        await self._call("POST", f"{invitation}/accept", customer.token, ACCEPTANCE)
        sale = f"{here}/subscriptions/{uuid4()}"
        await self._call("PUT", sale, self._seller, sale_document())
        self.related.append(customer.id)

    async def messages(self, number: int) -> Spent:
        """As many registrations as messages of a pipeline, for customers that are related."""
        texts = [self._message(self.related[n % len(self.related)]) for n in range(number)]
        with QueueClient.from_connection_string(self.storage.connection, "onboarding") as queue:
            started, own = time.perf_counter(), self.processor()
            for text in texts:
                await asyncio.to_thread(queue.send_message, text)
            await self.until_empty("onboarding")
        return Spent(number, time.perf_counter() - started, self.processor() - own)

    def _message(self, customer: str) -> str:
        event = {
            "specversion": "1.0",
            "id": str(uuid4()),
            "source": self._source,
            "type": "subscription-registration",
            "data": {
                "actingPartnerId": self._partner,
                "customerId": customer,
                "subscriptionId": str(uuid4()),
                **sale_document(),
            },
        }
        return base64.b64encode(json.dumps(event).encode()).decode()

    async def until_empty(self, name: str) -> float:
        """Seconds until nothing waits in the queue, hidden or not."""
        started = time.perf_counter()
        with QueueClient.from_connection_string(self.storage.connection, name) as queue:
            while (await asyncio.to_thread(queue.get_queue_properties)).approximate_message_count:
                if time.perf_counter() > started + PATIENCE:
                    sys.exit(f"the queue {name} does not become empty")
                await asyncio.sleep(0.1)
        return time.perf_counter() - started

    async def no_dead_letters(self) -> None:
        """Ends the run where a message was not understood: its cost would be none."""
        found = await self._call("GET", "dead-letters", self._operator)
        results = await self._call("GET", f"pipelines/{self._partner}/results", self._operator)
        outcomes = {each["outcome"] for each in results["value"]}
        if found["value"] or outcomes - {"succeeded"}:
            sys.exit(f"messages did not succeed: {outcomes} {found['value'][:1]}")

    def processor(self) -> float:
        """Seconds of the processor that the app's worker took so far."""
        process = self.system.process
        return seconds_below(process.pid)[1] if process else 0.0

    async def _call(self, method: str, path: str, token: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        url = f"{self.system.base_url}/api/{path}?api-version={API_VERSION}"
        headers = {"Authorization": f"Bearer {token}"}
        async with self._http.request(method, url, json=body, headers=headers) as answer:
            if answer.status >= 300:  # noqa: PLR2004 - all successes of HTTP are below
                sys.exit(f"{method} {path}: {answer.status} {await answer.text()}")
            return await answer.json()


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


class Figure(NamedTuple):
    """A ratio of one round, and what is asked of it: to be that, or above it, or below."""

    name: str
    of: Callable[[Round], float]
    aim: float
    least: bool = True


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

    def scripts() -> dict[str, Spent]:
        return {name: bare(name, connection, 2.0) for name in ("stock", "sync", "raw")}

    found = await asyncio.to_thread(scripts) if turn % 2 else {}
    own = product.processor()
    burst = await product.commands(customers, 1.0)
    await product.until_empty("projections")
    followed = Spent(burst.done, 1.0, product.processor() - own - burst.processor)
    own = product.processor()
    window = await product.commands(customers, seconds)
    behind = max(0.0, await product.until_empty("projections") - HIDDEN)
    sustained = Spent(window.done, window.clock + behind, product.processor() - own)
    found = found or await asyncio.to_thread(scripts)
    onboarding = await product.messages(MESSAGES)
    await product.until_empty("projections")
    await product.no_dead_letters()
    return Round(
        **found, burst=burst, followed=followed, sustained=sustained, onboarding=onboarding
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


@asynccontextmanager
async def running() -> AsyncIterator[Product]:
    """A host of its own, warm."""
    with tempfile.TemporaryDirectory(prefix="commands-bench-") as folder:
        system = OwnSystem(Path(folder) / "data", host="devhost")
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
    async with running() as product:
        for turn in range(count):
            found = await one_round(product, turn, seconds)
            rounds.append(found)
            rates = ", ".join(
                f"{name} {getattr(found, name).rate:.0f}/s"
                for name in ("stock", "sync", "raw", "burst", "sustained", "onboarding")
            )
            print(f"round {turn + 1}: {rates}", flush=True)
    return 0 if told(rounds) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
