"""A system of two processes of the app on one storage, with an emulator of its own."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

import httpx
from azure.storage.queue import QueueClient, QueueServiceClient

from bench.shares.requests import PATIENCE, Partner, Site
from shared.services.ports.queues import PARTNERS, Queue, queue_of
from tests.queues.pipelines import Storage
from tests.running.client import World, ok
from tests.running.system import OwnSystem, five_free_ports

STILLNESS: Final = 240.0
"""Longer than an announcement's last look is hidden, 120 s: it may have begun just before."""


@dataclass
class Running:
    """A system, and who is in it: a partner makes its customer's acquaintance at once."""

    site: Site
    world: World
    queues: QueueServiceClient

    def __post_init__(self) -> None:
        """With two customers that nobody knows yet; all load is at the first."""
        self._customers = self.world.customer(), self.world.customer()
        here, elsewhere = (each.tenant for each in self._customers)
        self.site = Site(self.site.hosts, here, elsewhere)

    def partner(self, queue: Queue) -> Partner:
        """One of both customers', whose messages lie in that queue."""
        tenant = next(each for each in iter(lambda: str(uuid4()), "") if queue_of(each) is queue)
        person = self.world.partner(tenant=tenant)
        for customer in self._customers:
            self.world.hired(person, customer)
        sends = {"roles": ["OnboardingPipeline"], "like": "application"}
        application = self.world.caller(tenant, **sends)
        return Partner(tenant, str(person.token), str(application.token))

    async def still(self) -> None:
        """What a flood has left is thrown away; returns when nothing waits in a queue."""
        for queue in PARTNERS:
            await asyncio.to_thread(self.queues.get_queue_client(queue).clear_messages)
        for queue in (*PARTNERS, Queue.PROJECTIONS, Queue.WEBHOOK_DELIVERIES):
            await asyncio.to_thread(_until_empty, self.queues.get_queue_client(queue))


def _until_empty(queue: QueueClient) -> None:
    until = time.monotonic() + STILLNESS
    while queue.get_queue_properties().approximate_message_count:
        if time.monotonic() > until:
            raise RuntimeError(f"the queue {queue.queue_name} does not become empty")
        time.sleep(0.2)


@contextmanager
def running(data: Path) -> Generator[Running]:
    """Starts it, and ends it."""
    system = OwnSystem(data, host="devhost")
    system.start()
    try:
        with (
            _second(system) as second,
            httpx.Client(base_url=system.base_url, timeout=PATIENCE) as http,
        ):
            world = World(system, http)
            ok(world.operator.get("/partners"))
            connection = Storage(system).connection
            with QueueServiceClient.from_connection_string(connection) as queues:
                yield Running(Site((system.base_url, second), "", ""), world, queues)
    finally:
        system.stop()


@contextmanager
def _second(system: OwnSystem) -> Generator[str]:
    port = five_free_ports()
    command = [sys.executable, "-m", "bench.second_host", str(system.port), str(port)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=os.environ
    )
    try:
        assert process.stdout  # noqa: S101 - a pipe was asked for
        while process.stdout.readline().strip() != "ready":
            if process.poll() is not None:
                raise RuntimeError("the second process did not start")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)
