"""How many resources a worker takes in a second of processor time: what default rates rest on.

    python -m bench.throughput [ROUNDS]        default: 3

A partner's application hands in registrations at `POST /api/onboarding`, one in a message and fifty
in a message, for customers in turn; until all have taken effect and followers have served them. By
the processor's time of the worker alone, so that a busy machine changes little: the local host
stands for Azure's, the emulator for its storage. Told are medians, and the rate that follows for
one partner of four when half of an instance with one core is theirs (MESSAGES_PER_SECOND).
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import batched, count, islice
from pathlib import Path
from statistics import median
from typing import Any, Final
from uuid import uuid4

import httpx
from azure.storage.queue import QueueServiceClient

from bench.processor import taken_below
from shared.services.ports.queues import Queue, queue_of
from tests.cast.bodies import sale_document
from tests.queues.pipelines import Storage
from tests.running.client import Caller, World
from tests.running.system import OwnSystem

CUSTOMERS: Final = 8
WARM_UP: Final = 100
HIGHEST: Final = 1000
"""Resources a second, as many as an operator may give a partner."""
BODIES: Final = {1: 50, 50: 3}
"""How many messages fit a body, by how many registrations they have."""
RESOURCES: Final = {1: 400, 50: 1000}
"""How many are handed in in a round, likewise."""
PATIENCE: Final = 300
ANEW: Final = httpx.Limits(max_keepalive_connections=0)
"""While the queues become empty the host closes what is idle."""
BUSY_AT_ONCE: Final = 4
PART: Final = 0.5


@dataclass(frozen=True, slots=True)
class Bench:
    """A partner and its customers, on a host of their own."""

    system: OwnSystem
    partner: Caller
    application: Caller
    customers: tuple[str, ...]
    waiting: Callable[[], bool]

    def processor(self) -> float:
        """Seconds that the worker took so far."""
        process = self.system.process
        return taken_below(process.pid).worker if process else 0.0

    def messages(self, registrations: int) -> Iterator[dict[str, Any]]:
        """Each for the next customer."""
        for number in count():
            ids = {
                "actingPartnerId": self.partner.tenant,
                "customerId": self.customers[number % len(self.customers)],
            }
            sales = [
                {"subscriptionId": str(uuid4()), **sale_document()} for _ in range(registrations)
            ]
            data = {**ids, **sales[0]} if registrations == 1 else {**ids, "subscriptions": sales}
            kind = "subscription-registration"
            said = {"specversion": "1.0", "id": str(uuid4()), "source": "/bench", "type": kind}
            yield {**said, "data": data}

    def handed_in(self, registrations: int, resources: int) -> float:
        """Resources per second of processor time."""
        own, wanted = self.processor(), resources // registrations
        messages = islice(self.messages(registrations), wanted)
        for body in batched(messages, BODIES[registrations], strict=False):
            answer = self.application.post("/onboarding", list(body))
            if not answer.is_success:
                sys.exit(f"POST /api/onboarding: {answer.status_code} {answer.text}")
        until = time.monotonic() + PATIENCE
        while self.waiting():
            if time.monotonic() > until:
                sys.exit("the queues do not become empty")
            time.sleep(0.2)
        return resources / (self.processor() - own)

    def checked(self, messages: int) -> None:
        """Ends the run where one did not succeed: its cost would be none."""
        path = f"/partners/{self.partner.tenant}/onboarding-results"
        until = time.monotonic() + PATIENCE
        found: list[str] = []
        while len(found) < messages and time.monotonic() < until:
            time.sleep(1)  # A feed holds back what is newest.
            pages = self.application.pages(path, maxpagesize=1000)
            found = [each["outcome"] for page in pages for each in page]
        if found != ["succeeded"] * messages:
            sys.exit(f"of {messages} messages: {Counter(found)}")


def bench(system: OwnSystem, http: httpx.Client, queues: QueueServiceClient) -> Bench:
    """Everybody is there."""
    world = World(system, http)
    partner = world.partner(resourcesPerSecond=HIGHEST)
    customers = [world.customer() for _ in range(CUSTOMERS)]
    for each in customers:
        world.hired(partner, each)
    sends = {"roles": ["OnboardingPipeline"], "like": "application"}
    looked_at = [
        queues.get_queue_client(each) for each in (queue_of(partner.tenant), Queue.PROJECTIONS)
    ]

    def waiting() -> bool:
        return any(each.get_queue_properties().approximate_message_count for each in looked_at)

    return Bench(
        system,
        partner,
        world.caller(partner.tenant, **sends),
        tuple(each.tenant for each in customers),
        waiting,
    )


def main(rounds: int) -> None:
    """Starts a host and tells what was found."""
    with tempfile.TemporaryDirectory(prefix="throughput-bench-") as folder:
        system = OwnSystem(Path(folder) / "data", host="devhost")
        system.start()
        try:
            connection = Storage(system).connection
            with (
                httpx.Client(base_url=system.base_url, timeout=PATIENCE, limits=ANEW) as http,
                QueueServiceClient.from_connection_string(connection) as queues,
            ):
                made = bench(system, http, queues)
                made.handed_in(1, WARM_UP)
                found = {
                    each: [made.handed_in(each, RESOURCES[each]) for _ in range(rounds)]
                    for each in BODIES
                }
                made.checked(WARM_UP + sum(rounds * RESOURCES[each] // each for each in BODIES))
        finally:
            system.stop()
    print("| registrations in a message | resources/s of processor time | a partner's rate |")
    print("|---|---|---|")
    for registrations, each in found.items():
        rate = median(each)
        spread = f"{min(each):.0f} to {max(each):.0f}"
        print(f"| {registrations} | {rate:.0f} ({spread}) | {rate * PART / BUSY_AT_ONCE:.1f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 3)
