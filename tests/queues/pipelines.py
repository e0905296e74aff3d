"""Pipelines that send to the running system, and the raw storage that they send to."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from uuid import uuid4

import httpx
from azure.core.exceptions import ResourceExistsError
from azure.storage.queue import QueueClient

from devhost.azurite import ACCOUNT, ACCOUNT_KEY
from shared.services.queues.letter_list import shown
from shared.storage.engine.clients import Clients
from shared.storage.wiring import azure
from tests.running.client import World, ok
from tests.running.system import System
from tests.running.waiting import eventually

TYPES = [
    "partner-enrolment",
    "customer-profile",
    "invitation-request",
    "subscription-registration",
]


class Storage:
    """The storage behind the system; devhost puts its emulator on the ports after its own."""

    def __init__(self, system: System) -> None:
        port = httpx.URL(system.base_url).port or 0
        services = {"Blob": port + 2, "Queue": port + 3, "Table": port + 4}
        endpoints = "".join(
            f"{name}Endpoint=http://127.0.0.1:{each}/{ACCOUNT};" for name, each in services.items()
        )
        self.connection = (
            f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};"
            f"AccountKey={ACCOUNT_KEY};{endpoints}"
        )

    def put(self, queue: str, text: str) -> str:
        """Puts raw text, as it is; the message's id."""
        with QueueClient.from_connection_string(self.connection, queue) as client:
            with suppress(ResourceExistsError):
                client.create_queue()
            return str(client.send_message(text).id)

    def run[T](self, doing: Callable[[Clients], Awaitable[T]]) -> T:
        """What `doing` finds through the storage adapter."""

        async def done() -> T:
            clients = Clients(self.connection)
            try:
                return await doing(clients)
            finally:
                await clients.close()

        return asyncio.run(done())

    def letters(self) -> list[dict[str, Any]]:
        """All dead letters, as the operator sees them, with their whole texts."""

        async def read(clients: Clients) -> list[dict[str, Any]]:
            letters = azure(clients).dead_letters
            page = await letters.page(None, 1000)
            found = [each.value for each in page.items]
            return [{**shown(each, {}), "text": await letters.text(each)} for each in found]

        return self.run(read)

    def letter(self, text: str) -> dict[str, Any]:
        """The one dead letter with that text, once it is there."""

        def look() -> list[dict[str, Any]]:
            return [each for each in self.letters() if each["text"] == text]

        (found,) = eventually(look, bool)
        return found


class Pipeline:
    """A registered pipeline that may do everything for some partners."""

    def __init__(self, world: World, storage: Storage, partners: list[str]) -> None:
        self.id = str(uuid4())
        self.source = f"https://pipelines.example/{self.id}"
        self.world = world
        self.storage = storage
        body = {"source": self.source, "partnerIds": partners, "types": TYPES}
        assert world.operator.put(f"/pipelines/{self.id}", body).status_code == 201

    def event(self, kind: str, data: object, **changes: Any) -> dict[str, Any]:
        said = {"specversion": "1.0", "id": str(uuid4()), "source": self.source, "type": kind}
        return {**said, "data": data, **changes}

    def send(self, kind: str, data: object, **changes: Any) -> str:
        """Sends one event; its id."""
        event = self.event(kind, data, **changes)
        self.storage.put("onboarding", encoded(event))
        return event["id"]

    def results(self) -> list[dict[str, Any]]:
        return ok(self.world.operator.get(f"/pipelines/{self.id}/results"))["value"]

    def outcomes(self, count: int) -> dict[str, str]:
        """Outcomes by the events' ids, once there are so many."""
        found = eventually(self.results, lambda results: len(results) >= count)
        outcomes = {each["messageId"]: each["outcome"] for each in found}
        assert len(outcomes) == count
        return outcomes

    def result(self, event_id: str) -> dict[str, Any]:
        """The event's one result, once it is there."""

        def look() -> list[dict[str, Any]]:
            mine = [each for each in self.results() if each["messageId"] == event_id]
            return list({each["outcome"]: each for each in mine}.values())

        (found,) = eventually(look, bool)
        return found


def encoded(document: object) -> str:
    return base64.b64encode(json.dumps(document).encode()).decode()
