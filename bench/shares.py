"""What another partner notices of one partner's load (ISO-2).

    python -m bench.shares [SAMPLES]        default: 7

Two processes of the app on one storage. First alone, then beside a flood of 2,000 messages, four
receivers that take nine seconds for each event, four anonymous readers of all that is public, and
16 writers of one customer, all of one partner but the readers: another partner's single command at
that very customer, its message (until what it asks for is there), and its webhook (from the command
to the receiver). Who is told 429 waits as long as it was told. Ends with 1 where a median is more
than twice the quiet one.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path
from statistics import median
from typing import Any, Final
from uuid import uuid4

import httpx
from aiohttp import web

from tests.cast.bodies import sale_document
from tests.running.client import API_VERSION, Caller, World, ok
from tests.running.system import OwnSystem, five_free_ports

AIM: Final = 2.0
MESSAGES: Final = 2000
BATCH: Final = 50
SLOW_SECONDS: Final = 9
SLOW_RECEIVERS: Final = 4
READERS: Final = 4
WRITERS: Final = 16
PUBLIC: Final = ("/api/openapi.json", "/api/health/ready", "/api/health/live", "/docs")
WARM_UP: Final = 15
"""Seconds of load before anything is measured under it."""
PATIENCE: Final = 120.0
_TOO_MANY: Final = 429


@dataclass
class Receiver:
    """Takes events, the slow ones late; `awaited` by the subscription that they tell of."""

    awaited: dict[str, asyncio.Event] = field(default_factory=dict[str, asyncio.Event])
    url: str = ""

    async def consent(self, request: web.Request) -> web.Response:
        """To everybody."""
        origin = request.headers.get("WebHook-Request-Origin", "*")
        return web.Response(headers={"WebHook-Allowed-Origin": origin})

    async def take(self, request: web.Request) -> web.Response:
        """Says when it came."""
        event = await request.json()
        if request.match_info["kind"] == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        else:
            self.awaited.setdefault(str(event["data"].get("id")), asyncio.Event()).set()
        return web.Response(status=204)

    async def start(self) -> None:
        """On a free port."""
        app = web.Application()
        app.router.add_route("OPTIONS", "/{kind}/{n}", self.consent)
        app.router.add_route("POST", "/{kind}/{n}", self.take)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"


@dataclass
class Bench:
    """Two partners of one customer, and what both do."""

    http: httpx.AsyncClient
    hosts: list[str]
    busy: Caller
    other: Caller
    customer: str
    application: dict[str, Caller]
    receiver: Receiver
    told: Counter[str] = field(default_factory=Counter[str])

    def __post_init__(self) -> None:
        self.turns = cycle(self.hosts)

    async def ask(
        self, who: Caller | None, method: str, path: str, body: object = None
    ) -> httpx.Response:
        """One request to the processes in turn; again where it is told to wait."""
        headers = {"Authorization": f"Bearer {who.token}"} if who else {}
        while True:
            answer = await self.http.request(
                method,
                next(self.turns) + path,
                params={"api-version": API_VERSION} if who else None,
                headers=headers,
                json=body,
            )
            self.told[f"{method} {answer.status_code}"] += 1
            if answer.status_code != _TOO_MANY:
                return answer
            await asyncio.sleep(float(answer.headers["Retry-After"]))

    def place(self, sale: str) -> str:
        """Where a subscription is."""
        return f"/api/customers/{self.customer}/subscriptions/{sale}"

    def message(self, who: Caller, sale: str) -> dict[str, Any]:
        """A message that registers it."""
        ids = {"actingPartnerId": who.tenant, "customerId": self.customer, "subscriptionId": sale}
        kind = "subscription-registration"
        said = {"specversion": "1.0", "id": sale, "source": "/bench", "type": kind}
        return {**said, "data": {**ids, **sale_document()}}

    # what the other partner does

    async def command(self) -> float:
        """Seconds of one registration over HTTP."""
        began = time.monotonic()
        answer = await self.ask(self.other, "PUT", self.place(str(uuid4())), sale_document())
        answer.raise_for_status()
        return time.monotonic() - began

    async def by_message(self) -> float:
        """Seconds until what one message asks for is there."""
        sale, began = str(uuid4()), time.monotonic()
        sender = self.application[self.other.tenant]
        sent = await self.ask(sender, "POST", "/api/onboarding", [self.message(self.other, sale)])
        sent.raise_for_status()
        while time.monotonic() - began < PATIENCE:
            found = await self.ask(self.other, "GET", self.place(sale))
            if found.is_success:
                break
            await asyncio.sleep(0.1)
        return time.monotonic() - began

    async def by_webhook(self) -> float:
        """Seconds from a command until the receiver has its event."""
        sale, began = str(uuid4()), time.monotonic()
        came = self.receiver.awaited.setdefault(sale, asyncio.Event())
        answer = await self.ask(self.other, "PUT", self.place(sale), sale_document())
        answer.raise_for_status()
        with suppress(TimeoutError):
            await asyncio.wait_for(came.wait(), PATIENCE)
        return time.monotonic() - began

    # what the busy one does, and those whom nobody knows

    async def flood(self) -> None:
        """All the messages, as fast as they are taken."""
        sender = self.application[self.busy.tenant]
        for _ in range(0, MESSAGES, BATCH):
            batch = [self.message(self.busy, str(uuid4())) for _ in range(BATCH)]
            await self.ask(sender, "POST", "/api/onboarding", batch)

    async def write(self) -> None:
        """One new registration after the other, at the same customer."""
        for _ in count():
            await self.ask(self.busy, "PUT", self.place(str(uuid4())), sale_document())

    async def read(self) -> None:
        """All that needs no token, again and again."""
        for path in cycle(PUBLIC):
            await self.ask(None, "GET", path)

    async def subscribe(self, who: Caller, kind: str, number: int) -> None:
        """A webhook of the partner's, active."""
        path = f"/api/partners/{who.tenant}/webhooks/{uuid4()}"
        body = {"url": f"{self.receiver.url}/{kind}/{number}", "types": ["subscription-registered"]}
        (await self.ask(who, "PUT", path, body)).raise_for_status()
        for _ in range(round(PATIENCE * 5)):
            if (await self.ask(who, "GET", path)).json()["status"] == "active":
                return
            await asyncio.sleep(0.2)
        raise RuntimeError("the webhook does not become active")


MEASURED: Final[dict[str, Callable[[Bench], Awaitable[float]]]] = {
    "command": Bench.command,
    "message": Bench.by_message,
    "webhook": Bench.by_webhook,
}


async def measure(bench: Bench, samples: int) -> dict[str, float]:
    """The median seconds of each."""
    found: dict[str, list[float]] = {name: [] for name in MEASURED}
    for _ in range(samples):
        for name, take in MEASURED.items():
            found[name].append(await take(bench))
    return {name: median(each) for name, each in found.items()}


async def run(bench: Bench, samples: int) -> bool:
    """Whether the other partner notices little."""
    await bench.subscribe(bench.other, "quick", 0)
    await measure(bench, 1)
    quiet = await measure(bench, samples)
    for number in range(SLOW_RECEIVERS):
        await bench.subscribe(bench.busy, "slow", number)
    bench.told.clear()
    work = [bench.flood(), *(bench.write() for _ in range(WRITERS))]
    work += [bench.read() for _ in range(READERS)]
    load = [asyncio.create_task(each) for each in work]
    await asyncio.sleep(WARM_UP)
    loaded = await measure(bench, samples)
    for each in load:
        each.cancel()
    for each in load:
        with suppress(asyncio.CancelledError, httpx.HTTPError):
            await each
    print("| another partner's | alone, s | beside it, s | ratio |\n|---|---|---|---|")
    for name, alone in quiet.items():
        print(f"| {name} | {alone:.2f} | {loaded[name]:.2f} | {loaded[name] / alone:.1f} |")
    print("answers under load:", dict(sorted(bench.told.items())))
    return all(loaded[name] <= AIM * alone for name, alone in quiet.items())


async def begin(world: World, hosts: list[str], samples: int) -> bool:
    """Makes the two partners and their customer, then runs."""
    busy, other, customer = world.partner(), world.partner(), world.customer()
    for partner in (busy, other):
        world.hired(partner, customer)
    sends = {"roles": ["OnboardingPipeline"], "like": "application"}
    application = {each.tenant: world.caller(each.tenant, **sends) for each in (busy, other)}
    receiver = Receiver()
    await receiver.start()
    async with httpx.AsyncClient(timeout=PATIENCE, limits=httpx.Limits()) as http:
        bench = Bench(http, hosts, busy, other, customer.tenant, application, receiver)
        return await run(bench, samples)


def main(samples: int) -> bool:
    """Starts a system and one process more."""
    with tempfile.TemporaryDirectory() as folder:
        system = OwnSystem(Path(folder) / "data", host="devhost")
        system.start()
        port = five_free_ports()
        command = [sys.executable, "-m", "bench.second_host", str(system.port), str(port)]
        second = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=os.environ
        )
        try:
            assert second.stdout  # noqa: S101 - a pipe was asked for
            while second.stdout.readline().strip() != "ready":
                if second.poll() is not None:
                    raise RuntimeError("the second process did not start")
            with httpx.Client(base_url=system.base_url, timeout=PATIENCE) as http:
                world = World(system, http)
                ok(world.operator.get("/partners"))
                hosts = [system.base_url, f"http://127.0.0.1:{port}"]
                return asyncio.run(begin(world, hosts, samples))
        finally:
            second.terminate()
            second.wait(60)
            system.stop()


if __name__ == "__main__":
    sys.exit(not main(int(sys.argv[1]) if sys.argv[1:] else 7))
