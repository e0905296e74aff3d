"""Histories by chance: three processes with clocks apart, two customers of one partner, readers.

Every write of feeds and results may be late, be lost, or outlive its process. Between all steps,
and whenever time passes inside of one, a portal reads the partner's feed, a webhook gets it, and a
pipeline reads its results: each goes on from its cursor, and never back.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random

from shared import clock
from shared.canonical import digest
from shared.deciding.commands import SetCustomerProfile
from shared.services.application import Services
from shared.services.ports.queues import Queue
from shared.services.ports.values import StorageError
from shared.services.ports.webhooks import Answered, Wake, WebhookKey
from shared.services.queues.internal_messages import announcement
from shared.services.queues.messages import Delivery
from shared.storage.engine.table import Operation
from shared.wiring import wire
from tests.cast.bodies import customer_body
from tests.cast.commands import accept, enrol, invite
from tests.cast.ids import AGENCY, AT, BUREAU, DIRECT, actor
from tests.cast.messages import PIPELINE, encoded, event, profile
from tests.late.storage import EFFECTS, Died, Fate, Storage
from tests.running.app import SETTINGS, LocalApp
from tests.unit.webhooks.hooked import HOOK, PATH, SELLER

CUSTOMERS = (AGENCY, BUREAU)
PROCESSES = 3
APART = 7.0
"""Seconds by which each clock may be ahead of the storage's or behind it."""
HOLD = SETTINGS.feed_hold
KEY = WebhookKey(DIRECT, HOOK)
MOST_TRIES = 4
"""One less than those after which a message is dead."""


@dataclass(slots=True)
class Clock:
    """A process's: the storage's, but for a difference."""

    storage: Storage
    apart: timedelta

    def now(self) -> datetime:
        return self.storage.time + self.apart

    def monotonic(self) -> float:
        return (self.storage.time - AT).total_seconds()


@dataclass(slots=True)
class Receiver:
    """What a webhook was sent, and a pipeline or a portal read."""

    events: set[str] = field(default_factory=set)

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> Answered:
        if method == "POST":
            self.events.add(json.loads(body)["id"])
        return Answered(200, {"webhook-allowed-origin": "*"})


class History:
    """One of them, all of it from its seed."""

    def __init__(self, seed: int, founded: Storage) -> None:
        self.random = Random(seed)
        self.storage = founded.copy()
        self.webhook, self.portal, self.results = Receiver(), Receiver(), Receiver()
        self.processes = [self._process() for _ in range(PROCESSES)]
        self.cursors: dict[str, str | None] = {}
        self.messages: dict[str, int] = {}
        self.sent: set[str] = set()
        self.numbers = count(1)

    def _process(self) -> Services:
        apart = timedelta(seconds=self.random.uniform(-APART, APART))
        chance = Random(self.random.random())
        mine = self._clock(apart)
        return wire(SETTINGS, self.storage.ports, mine, chance, {}, self.webhook)

    def _clock(self, apart: timedelta) -> clock.Clock:
        return Clock(self.storage, apart)

    async def run(self, steps: int) -> None:
        """Everything that is to be told has been told, or AssertionError says what was not."""
        self.before = await events(self.storage)
        self.storage.passing = self.read
        for _ in range(steps):
            self.storage.fates = self._fate
            await self.random.choice(
                (self.change, self.send, self.follow, self.follow, self.rest)
            )()
            self.storage.fates = _no_fate
            await self.read()
        await self.storage.settle()
        while self.messages or self.storage.queues.messages.get(Queue.PROJECTIONS):
            await self.follow()
            await self.take()
        await self.storage.pass_by(2 * HOLD)
        await self.storage.pass_by(2 * HOLD)
        await self.hold_to_account()

    def _fate(self, table: str, operations: Sequence[Operation]) -> Fate | None:
        partition = operations[0].key.partition
        told = table == "index" and partition.endswith("|feed")
        told = told or (table == "operations" and partition.startswith("result|"))
        if not told or self.random.random() < 0.5:
            return None
        after = self.random.choice((*EFFECTS, *EFFECTS, None))
        seconds = None if after is None else timedelta(seconds=after)
        return Fate(seconds, dies=self.random.random() < 0.5)

    def somebody(self) -> Services:
        return self.random.choice(self.processes)

    async def change(self) -> None:
        """A customer's profile: an event for its partner."""
        customer = self.random.choice(CUSTOMERS)
        body = customer_body(name=f"Renamed {next(self.numbers)}")
        command = SetCustomerProfile(actor(customer, "CG"), customer, body)
        await self.somebody().executor.execute(command)

    async def send(self) -> None:
        """A message of a pipeline, and its first try."""
        said = profile(name=f"Renamed {next(self.numbers)}")
        identity = f"e-{next(self.numbers)}"
        self.sent.add(identity)
        self.messages[encoded(event("customer-profile", said, id=identity))] = 0
        await self.take()

    async def take(self) -> None:
        """Some message once more; who fails leaves it in the queue."""
        if not self.messages:
            return
        text = self.random.choice(list(self.messages))
        tries = self.messages[text] = min(self.messages[text] + 1, MOST_TRIES)
        try:
            delivery = Delivery(digest(text), text, tries)
            await self.somebody().inbox.take(Queue.ONBOARDING, delivery)
        except (Died, StorageError):
            return
        del self.messages[text]
        # A storage that is too busy for it: put off, as a message of its own.
        put_off = self.storage.queues.take(Queue.ONBOARDING)
        self.messages |= {message.text: 0 for message in put_off}

    async def follow(self) -> None:
        """One announcement; who fails leaves it in the queue."""
        if self.messages and self.random.random() < 0.3:
            await self.take()
        waiting = list(self.storage.queues.take(Queue.PROJECTIONS))
        if not waiting:
            return
        one = waiting.pop(self.random.randrange(len(waiting)))
        self.storage.queues.messages[Queue.PROJECTIONS] = waiting
        try:
            await self.somebody().projection.follow(announcement(one.text))
        except (Died, StorageError):
            self.storage.queues.messages.setdefault(Queue.PROJECTIONS, []).append(one)

    async def rest(self) -> None:
        """Time passes."""
        await self.storage.pass_by(timedelta(seconds=self.random.choice((1, 3, 8, 20))))

    async def read(self) -> None:
        """All cursors move, each in another process's time."""
        fates, self.storage.fates = self.storage.fates, _no_fate
        await self.somebody().webhooks.deliveries.deliver(Wake(KEY))
        page, _ = await self.somebody().events.of_partner(
            DIRECT, (), self.cursors.get("portal"), 1000
        )
        self.cursors["portal"] = page.after
        self.portal.events |= {str(each["id"]) for each in page.items}
        page, _ = await self.somebody().pipelines.results(
            PIPELINE.id, self.cursors.get("results"), 1000
        )
        self.cursors["results"] = page.after
        self.results.events |= {str(each["messageId"]) for each in page.items}
        self.storage.fates = fates

    async def hold_to_account(self) -> None:
        """Against the ledgers, and the messages that were sent."""
        told = await events(self.storage)
        assert told - self.portal.events == set(), "a portal missed events"
        assert told - self.before - self.webhook.events == set(), "a webhook missed events"
        assert self.sent - self.results.events == set(), "a pipeline missed results"


async def events(storage: Storage) -> set[str]:
    """The ids of all that the partner is to be told, by the ledgers."""
    told: set[str] = set()
    for customer in CUSTOMERS:
        head = await storage.ports.tenants.head(customer)
        assert head
        last = head.value.related[DIRECT].feed
        told |= {f"{customer}:{DIRECT}:{n}" for n in range(1, last + 1)}
    return told


async def founded() -> Storage:
    """Two customers of a partner, its webhook and a pipeline; everybody has been told of it."""
    storage = Storage()
    local = LocalApp(ports=storage.ports)
    executor = local.services.executor
    await executor.execute(enrol())
    for customer in CUSTOMERS:
        await executor.execute(invite(customer_id=customer))
        await executor.execute(accept(customer_id=customer))
    await storage.ports.operations.put_pipeline(PIPELINE, None)
    while waiting := storage.queues.take(Queue.PROJECTIONS):
        for message in waiting:
            await local.services.projection.follow(announcement(message.text))
    storage.time += timedelta(minutes=5)
    local.clock.at = storage.time
    made = await local.call("PUT", PATH, SELLER, {"url": "https://partner.example/events"})
    assert made.status == 201, made
    await local.services.webhooks.deliveries.deliver(Wake(KEY))
    storage.queues.messages.clear()
    return storage


def _no_fate(_table: str, _operations: Sequence[Operation]) -> Fate | None:
    return None
