"""The load, as a process of its own: what it takes of the processor is not the driver's.

Run as `python -m bench.shares.load` it reads what to do as JSON from its first line of input, says
`running`, and at the end of its input what it was answered.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import count, cycle
from typing import Final
from uuid import uuid4

import httpx

from bench.shares.receivers import Receiver
from bench.shares.requests import PATIENCE, Asker, Partner, Site
from tests.cast.bodies import sale_document

MESSAGES: Final = 2000
BATCH: Final = 50
SLOW_SECONDS: Final = 9
SLOW_RECEIVERS: Final = 4
READERS: Final = 4
WRITERS: Final = 16
PUBLIC: Final = ("/api/openapi.json", "/api/health/ready", "/api/health/live", "/docs")


@dataclass(frozen=True, slots=True)
class Orders:
    """Which kinds of load, by which partner."""

    site: Site
    busy: Partner
    kinds: tuple[str, ...]

    def line(self) -> str:
        """For the process that does it."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, line: str) -> "Orders":
        """What `line` made."""
        said = json.loads(line)
        site = Site(**(said["site"] | {"hosts": tuple(said["site"]["hosts"])}))
        return cls(site, Partner(**said["busy"]), tuple(said["kinds"]))


class Load:
    """All that is done at once."""

    def __init__(self, asker: Asker, busy: Partner) -> None:
        """Nothing is done yet."""
        self._asker = asker
        self._busy = busy
        self._webhooks = [str(uuid4()) for _ in range(SLOW_RECEIVERS)]

    async def flood(self) -> None:
        """All the messages, as fast as they are taken."""
        site, sender = self._asker.site, self._busy
        for _ in range(0, MESSAGES, BATCH):
            batch = [site.message(sender, str(uuid4())) for _ in range(BATCH)]
            await self._asker.ask(sender.application, "POST", "/api/onboarding", batch)

    async def write(self) -> None:
        """New registrations at the same customer, one after the other in each of many lines."""

        async def line() -> None:
            for _ in count():
                place = self._asker.site.place(str(uuid4()))
                await self._asker.ask(self._busy.person, "PUT", place, sale_document())

        await asyncio.gather(*(line() for _ in range(WRITERS)))

    async def read(self) -> None:
        """All that needs no token, again and again."""

        async def reader() -> None:
            for path in cycle(PUBLIC):
                await self._asker.ask(None, "GET", path)

        await asyncio.gather(*(reader() for _ in range(READERS)))

    async def receive(self) -> None:
        """Slowly, whatever the busy one's webhooks are told."""
        receiver = Receiver(SLOW_SECONDS)
        await receiver.start()
        for number, webhook in enumerate(self._webhooks):
            await self._asker.subscribe(self._busy, webhook, f"{receiver.url}/{number}")

    async def leave(self) -> None:
        """Nothing of it is told on."""
        for webhook in self._webhooks:
            path = f"/api/partners/{self._busy.tenant}/webhooks/{webhook}"
            await self._asker.ask(self._busy.person, "DELETE", path)


KINDS: Final[dict[str, Callable[[Load], Awaitable[None]]]] = {
    "receivers": Load.receive,
    "flood": Load.flood,
    "writers": Load.write,
    "readers": Load.read,
}


async def main() -> None:
    """See the module."""
    orders = Orders.read(sys.stdin.readline())
    async with httpx.AsyncClient(timeout=PATIENCE, limits=httpx.Limits()) as http:
        asker = Asker(http, orders.site)
        load = Load(asker, orders.busy)
        if "receivers" in orders.kinds:
            await load.receive()
        asker.told.clear()
        others = [KINDS[kind](load) for kind in orders.kinds if kind != "receivers"]
        work = [asyncio.ensure_future(each) for each in others]
        print("running", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        for each in work:
            each.cancel()
        for each in work:
            with suppress(asyncio.CancelledError, httpx.HTTPError):
                await each
        told = dict(sorted(asker.told.items()))
        if "receivers" in orders.kinds:
            await load.leave()
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
