"""The whole product as callers have it: over HTTP and its queue, on a host of its own."""

import asyncio
import base64
import json
import sys
import time
from dataclasses import dataclass
from itertools import batched
from typing import Any, Final, NamedTuple
from uuid import uuid4

import aiohttp
from azure.storage.queue import QueueClient

from bench.bare_storage import AT_ONCE, COMMANDS
from bench.processor import Taken, taken_below
from tests.cast.bodies import ACCEPTANCE, partner_document, sale_document
from tests.queues.pipelines import Storage
from tests.running.client import API_VERSION, GLOBAL_ADMINISTRATOR, OPERATOR_TENANT
from tests.running.system import OwnSystem

PATIENCE: Final = 300
PAUSE: Final = 0.1
AT_HAND: Final = 48
"""Messages that wait while more are sent, twice what an instance takes at a time. Not all at once:
the emulator looks through all that wait at each call, which Azure's queues do not."""


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
        """As many registrations as messages of a pipeline, three for a customer as of the commands.

        One for each customer would have followers serve each alone, which they do of no command.
        """
        customers = len(self.related)
        texts = [self._message(self.related[n // COMMANDS % customers]) for n in range(number)]
        with QueueClient.from_connection_string(self.storage.connection, "onboarding") as queue:
            started, own = time.perf_counter(), self.processor()
            for some in batched(texts, AT_HAND, strict=False):
                await self._until(queue, AT_HAND)
                for text in some:
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
            await self._until(queue, 0)
        return time.perf_counter() - started

    async def _until(self, queue: QueueClient, most: int) -> None:
        """No more messages than that are in it, hidden or not."""
        deadline = time.perf_counter() + PATIENCE
        while True:
            properties = await asyncio.to_thread(queue.get_queue_properties)
            if (properties.approximate_message_count or 0) <= most:
                return
            if time.perf_counter() > deadline:
                sys.exit(f"the queue {queue.queue_name} does not become empty")
            await asyncio.sleep(PAUSE)

    async def no_dead_letters(self) -> None:
        """Ends the run where a message was not understood: its cost would be none."""
        found = await self._call("GET", "dead-letters", self._operator)
        results = await self._call("GET", f"pipelines/{self._partner}/results", self._operator)
        outcomes = {each["outcome"] for each in results["value"]}
        if found["value"] or outcomes - {"succeeded"}:
            sys.exit(f"messages did not succeed: {outcomes} {found['value'][:1]}")

    def processor(self) -> float:
        """Seconds of the processor that the app's worker took so far."""
        return self.taken().worker

    def taken(self) -> Taken:
        """What all parts of the system took so far."""
        process = self.system.process
        return taken_below(process.pid) if process else Taken()

    async def _call(self, method: str, path: str, token: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        url = f"{self.system.base_url}/api/{path}?api-version={API_VERSION}"
        headers = {"Authorization": f"Bearer {token}"}
        async with self._http.request(method, url, json=body, headers=headers) as answer:
            if answer.status >= 300:  # noqa: PLR2004 - all successes of HTTP are below
                sys.exit(f"{method} {path}: {answer.status} {await answer.text()}")
            return await answer.json()
