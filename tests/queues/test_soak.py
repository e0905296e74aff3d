"""Thousands of messages from four senders, while the host is killed again and again.

`SOAK_MESSAGES` sets how many, `SOAK_CUSTOMERS` to how many customers of twenty partners
(`make soak`: 10,000 and 2,000, without kills and with them). Before the sales, and after everything
has settled, a sweep of the whole store over HTTP and queues finds nothing.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import httpx
import pytest
from azure.core.exceptions import AzureError
from azure.storage.queue import QueueClient

from tests.http.client import GLOBAL_ADMINISTRATOR, SIGNER, Caller, World, eventually, ok
from tests.system import OwnSystem, resident

from .conftest import TYPES, Storage
from .plan import Plan, dealt

MESSAGES = int(os.environ.get("SOAK_MESSAGES", "1000"))
CUSTOMERS = int(os.environ.get("SOAK_CUSTOMERS", "0"))
KILLS = [0, 10] if "SOAK_MESSAGES" in os.environ else [10]
SENDERS = 4
TYPES_SENT = [*TYPES, "subscription-update", "subscription-status"]
PATIENCE_SECONDS = 60 + MESSAGES // 4
LEASE_SECONDS = "4"
"""How long a killed host's messages stay hidden; ten minutes in Azure."""


class Patient(httpx.HTTPTransport):
    """A careful client: 503 says that repeating is safe, so it asks again, for a minute."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        for _ in range(60):
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

    def __init__(self, folder: Path, kills: int) -> None:
        environ = {"DEVHOST_LEASE_SECONDS": LEASE_SECONDS, "FEED_HOLD_SECONDS": "0"}
        self.system = OwnSystem(folder / "data", environ=environ)
        self.system.start()
        self.http = httpx.Client(base_url=self.system.base_url, timeout=30, transport=Patient())
        self.world = World(self.system, self.http)
        self.storage = Storage(self.system)
        self.pipeline = str(uuid4())
        self.feed = f"/pipelines/{self.pipeline}/results"
        source = f"https://pipelines.example/{self.pipeline}"
        self.plan = Plan(MESSAGES, source, seed=MESSAGES, customers=CUSTOMERS)
        self.results: dict[str, list[dict[str, Any]]] = {}
        self.sent = self.doubled = 0
        self.peak = 0
        self._cursor: str | None = None
        self._random = Random(kills)
        self._kills_left = kills
        self._every = MESSAGES // (kills + 1)
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
        killer = Thread(target=self._kill_on_the_way, args=(done,))
        killer.start()
        try:
            with ThreadPoolExecutor(SENDERS) as senders:
                sending = [senders.submit(self._send, hand) for hand in dealt(sent, SENDERS)]
                self._until(lambda: self._follow() or wanted <= self.results.keys())
            for each in sending:
                each.result()
        finally:
            done.set()
            killer.join()
        self._until(lambda: len(self.storage.letters()) >= letters)

    def accept(self, customer: str, partner: str, invitation: str) -> None:
        """As the customer's Global admin."""
        caller = self.admin(customer)
        body = {"country": "US", "customerAgreement": SIGNER}
        path = f"/customers/{customer}/invitations/{invitation}/accept"
        assert ok(caller.post(path, body))["partnerId"] == partner

    def admin(self, customer: str) -> Caller:
        """The customer's Global admin."""
        return self.world.caller(customer, wids=[GLOBAL_ADMINISTRATOR])

    def settle(self, seconds: float) -> None:
        """What was sent twice may still be on its way."""
        with QueueClient.from_connection_string(self.storage.connection, "onboarding") as queue:
            deadline = time.monotonic() + seconds
            while queue.get_queue_properties().approximate_message_count:
                assert time.monotonic() < deadline
                time.sleep(0.2)
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

    def _follow(self) -> None:
        """Reads on in the feed of results. A host that is down or busy is asked again later."""
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

    def _until(self, look: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not look():
            assert time.monotonic() < deadline, self.system.output()[-3000:]
            time.sleep(0.1)


@pytest.fixture(params=KILLS, ids=lambda kills: f"{kills}-kills")
def soak(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Soak]:
    made = Soak(tmp_path, request.param)
    yield made
    made.close()


def sold(soak: Soak, customer: str) -> dict[str, tuple[str, str, int]]:
    """A customer's subscriptions as the API shows them."""
    pages = soak.admin(customer).pages(f"/customers/{customer}/subscriptions", maxpagesize=1000)
    return {
        row["id"]: (row["partnerId"], row["status"], row["quantity"])
        for page in pages
        for row in page
    }


@pytest.mark.timeout(300 + MESSAGES // 2)
def test_every_message_takes_effect_once(soak: Soak):
    plan, expected = soak.plan, soak.plan.expected
    for texts in plan.before():
        soak.phase(texts, set(expected.succeeded), 0)
    for customer, partner, invitation in plan.invitations:
        soak.accept(customer, partner, invitation)
    before = soak.sweep()
    started, sent_before = time.monotonic(), soak.sent
    for texts in plan.after():
        soak.phase(texts, expected.succeeded | expected.refused.keys(), len(expected.malformed))
    soak.settle(PATIENCE_SECONDS)
    seconds = time.monotonic() - started

    outcomes = {key: {each["outcome"] for each in found} for key, found in soak.results.items()}
    assert {key for key, found in outcomes.items() if found == {"succeeded"}} == expected.succeeded
    assert {key for key, found in outcomes.items() if found == {"refused"}} == set(expected.refused)
    assert Counter(len(soak.results[key]) for key in expected.succeeded).keys() == {1}
    for key, rule in expected.refused.items():
        assert soak.results[key][0]["error"]["innererror"]["rules"] == [rule]
    told = [letter["text"] for letter in soak.storage.letters()]
    letters = set(told)
    assert letters == set(expected.malformed)
    for customer in plan.customers:
        assert sold(soak, customer) == expected.sold.get(customer, {})
        verification = f"/customers/{customer}/ledger/verification"
        assert ok(soak.admin(customer).get(verification))["valid"]
    assert listed(soak) == {
        subscription: each for rows in expected.sold.values() for subscription, each in rows.items()
    }
    after = soak.sweep()
    assert after.rows > before.rows
    sold_in = (soak.sent - sent_before) / seconds
    again = sum(len(found) - 1 for found in soak.results.values()) + (len(told) - len(letters))
    report(soak, sold_in, len(letters), again, (before, after))


def report(soak: Soak, rate: float, letters: int, again: int, sweeps: tuple[Swept, Swept]) -> None:
    """For whoever runs `make soak`."""
    kills = soak.system.output().count("ready ") - 1
    swept = " and ".join(f"{each.rows} rows in {each.seconds:.1f} s" for each in sweeps)
    sys.stderr.write(
        f"\n{MESSAGES} messages for {len(soak.plan.customers)} customers of"
        f" {len(soak.plan.partners)} partners, {kills} kills: {rate:.1f} messages/s after the"
        f" acceptances; {letters} dead letters; {soak.doubled} duplicates sent, none took effect,"
        f" {again} answered again; host at most {soak.peak // 1024} MiB;"
        f" sweeps without findings before and after: {swept}\n"
    )


def listed(soak: Soak) -> dict[str, tuple[str, str, int]]:
    """Every partner's own list, once followers have caught up."""
    count = sum(map(len, soak.plan.expected.sold.values()))

    def look() -> dict[str, tuple[str, str, int]]:
        return {
            row["id"]: (row["partnerId"], row["status"], row["quantity"])
            for partner in soak.plan.partners
            for page in soak.world.caller(partner, roles=["GlobalAdmin"]).pages(
                f"/partners/{partner}/subscriptions", maxpagesize=1000
            )
            for row in page
        }

    expected = {key: row for rows in soak.plan.expected.sold.values() for key, row in rows.items()}
    return eventually(look, lambda found: len(found) == count and found == expected)
