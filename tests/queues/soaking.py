"""A load under way: senders, a follower of the results, and a hand that kills the host."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from random import Random
from threading import Event
from typing import Any
from uuid import uuid4

import httpx
from azure.core.exceptions import AzureError
from azure.storage.queue import QueueClient

from tests.cast.bodies import SIGNER
from tests.queues.pipelines import TYPES, Storage
from tests.running.client import GLOBAL_ADMINISTRATOR, Caller, World, ok
from tests.running.system import OwnSystem, resident
from tests.running.waiting import STILL_SECONDS, Stillness

from .plan import Plan, dealt

SENDERS = 4
HOLD_SECONDS = "15"
"""As in Azure: a command may take ten, and no result may appear behind a cursor."""
TYPES_SENT = [*TYPES, "subscription-update", "subscription-status"]
LEASE_SECONDS = "4"
"""How long a killed host's messages stay hidden; ten minutes in Azure."""


class Patient(httpx.HTTPTransport):
    """A careful client: 503 says that repeating is safe, so it asks again and again."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        for _ in range(600):
            answer = super().handle_request(request)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                return answer
            answer.read()
            time.sleep(1)
        return answer


@dataclass(frozen=True, slots=True)
class Swept:
    """A sweep that found nothing."""

    seconds: float
    rows: int


class Soak:
    """One run: a host of its own, a pipeline, and a hand that kills."""

    def __init__(self, folder: Path, messages: int, customers: int, kills: int) -> None:
        environ = {"DEVHOST_LEASE_SECONDS": LEASE_SECONDS, "FEED_HOLD_SECONDS": HOLD_SECONDS}
        self.system = OwnSystem(folder / "data", environ=environ)
        self.system.start()
        self.http = httpx.Client(
            base_url=self.system.base_url, timeout=STILL_SECONDS, transport=Patient()
        )
        self.world = World(self.system, self.http)
        self.storage = Storage(self.system)
        self.pipeline = str(uuid4())
        self.feed = f"/pipelines/{self.pipeline}/results"
        source = f"https://pipelines.example/{self.pipeline}"
        self.plan = Plan(messages, source, seed=messages, customers=customers)
        self.results: dict[str, list[dict[str, Any]]] = {}
        self.sent = self.doubled = self.kills = 0
        self.peak = 0
        self._cursor: str | None = None
        self._random = Random(kills)
        self._kills_left = kills
        self._every = messages // (kills + 1)
        self._next_kill = self._random.randrange(1, self._every)
        body = {
            "source": self.plan.source,
            "partnerIds": self.plan.partners,
            "types": TYPES_SENT,
        }
        assert self.world.operator.put(f"/pipelines/{self.pipeline}", body).status_code == 201

    def phase(self, texts: list[str], wanted: set[str], letters: int) -> None:
        """Sends everything, some of it twice, and waits until each has its result."""
        sent = self.plan.twice(texts)
        self.sent += len(sent)
        self.doubled += len(sent) - len(texts)
        done = Event()
        with ThreadPoolExecutor(SENDERS + 1) as hands:
            killing = hands.submit(self._kill_on_the_way, done)
            sending = [hands.submit(self._send, hand) for hand in dealt(sent, SENDERS)]
            try:
                self._until(lambda: self._follow(killing) or wanted <= self.results.keys())
            finally:
                done.set()
            for each in (killing, *sending):
                each.result()
        self._until(lambda: len(self.storage.letters()) >= letters)

    def accept(self, customer: str, partner: str, invitation: str) -> None:
        """As the customer's Global admin."""
        caller = self.admin(customer)
        body = {"country": "US", "customerAgreement": SIGNER}
        path = f"/customers/{customer}/invitations/{invitation}/accept"
        assert ok(caller.post(path, body))["partnerId"] == partner

    def partner(self, partner: str) -> Caller:
        """One of its people."""
        return self.world.caller(partner, roles=["GlobalAdmin"])

    def admin(self, customer: str) -> Caller:
        """The customer's Global admin."""
        return self.world.caller(customer, wids=[GLOBAL_ADMINISTRATOR])

    def settle(self) -> None:
        """What was sent twice may still be on its way."""
        with QueueClient.from_connection_string(self.storage.connection, "onboarding") as queue:
            self._until(lambda: not queue.get_queue_properties().approximate_message_count)
        self._follow()

    def sweep(self) -> Swept:
        """A whole one, as an operator starts and follows it: nothing to find or to repair."""
        operator, started = self.world.operator, time.monotonic()
        answer = operator.post("/sweeps")
        assert answer.status_code in {200, 201}, answer.text
        path = f"/sweeps/{answer.json()['id']}"
        self._until(lambda: self._watched() or ok(operator.get(path))["status"] != "running")
        shown = ok(operator.get(path))
        assert shown["status"] == "succeeded"
        assert shown["findings"]["byKind"] == {}, operator.get(f"{path}/findings").text
        assert ok(operator.get("/findings"))["value"] == []
        assert (shown["repaired"], shown["busy"]) == (0, 0)
        assert shown["tenants"] == len(self.plan.customers) + len(self.plan.partners)
        return Swept(time.monotonic() - started, shown["rows"])

    def close(self) -> None:
        """Ends everything."""
        self.http.close()
        self.system.stop()

    def _send(self, texts: list[str]) -> None:
        """As a careful sender: what may not have arrived is sent again."""
        with QueueClient.from_connection_string(
            self.storage.connection, "onboarding", retry_total=0
        ) as queue:
            for text in texts:
                self._until(lambda text=text: self._sent(queue, text))

    def _sent(self, queue: QueueClient, text: str) -> bool:
        try:
            queue.send_message(text)
        except (AzureError, OSError):
            return False
        return True

    def _follow(self, killing: Future[None] | None = None) -> None:
        """Reads on in the feed of results. A host that is down or busy is asked again later."""
        if killing and killing.done():
            killing.result()  # One that did not come back is told at once.
        try:
            while True:
                asked = {"maxpagesize": 1000} | ({"after": self._cursor} if self._cursor else {})
                answer = self.world.operator.get(self.feed, params=asked)
                if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
                    return
                page = ok(answer)
                for result in page["value"]:
                    self.results.setdefault(result["messageId"], []).append(result)
                self._cursor = page["cursor"]
                if not page["value"]:
                    return
        except httpx.HTTPError:
            return
        finally:
            self._watched()

    def _watched(self) -> None:
        self.peak = max(self.peak, resident(self.system.process.pid))

    def _kill_on_the_way(self, done: Event) -> None:
        """SIGKILL to the host, worker included, at so many results; then it starts again."""
        while self._kills_left and not done.wait(0.05):
            if len(self.results) >= self._next_kill:
                self._next_kill += self._random.randrange(self._every // 2, self._every + 1)
                self._kills_left -= 1
                self.system.kill()
                self.system.start()
                self.kills += 1

    def _until(self, look: Callable[[], object]) -> None:
        stillness = Stillness()
        while not look():
            stillness.look((len(self.results), self.kills, self.system.output()[-3000:]))
            time.sleep(0.1)
