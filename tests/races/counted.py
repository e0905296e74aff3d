"""The app over an account, with every storage request counted by what it was for."""

from collections.abc import Awaitable, Callable
from typing import Any

from shared.services.ports.queues import Announcement
from shared.storage.engine.clients import Clients
from tests.requests_table import Cost
from tests.running.app import Answer, LocalApp
from tests.running.counting import Call
from tests.running.made_up_time import timeless


class Counted:
    """An instance of the app over an account, and what was asked of the account by name."""

    def __init__(self, clients: Clients, calls: list[Call]) -> None:
        self.local = LocalApp(ports=timeless(clients))
        self.clients = clients
        self.calls = calls
        self.endpoints: dict[str, Cost] = {}
        self.messages: dict[str, Cost] = {}

    async def ask(
        self,
        method: str,
        path: str,
        caller: Any = None,
        body: Any = None,
        case: str = "",
        **headers: str,
    ) -> Answer:
        """A request, counted as its endpoint's, in that case."""
        found = self.local.routes.match(method, path.partition("?")[0])
        assert found, path
        self.calls.clear()
        sent = {name.replace("_", "-"): text for name, text in headers.items()}
        answer = await self.local.call(method, path, caller, body, sent)
        assert answer.status < 300, (method, path, answer)
        self._note(self.endpoints, f"{found[0]}: {case}" if case else found[0])
        return answer

    async def take(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        """A queue's message, counted by that name."""
        self.calls.clear()
        await work()
        self._note(self.messages, name)

    async def follow(self, tenant_id: str, name: str = "") -> None:
        """Serves followers."""
        said = Announcement(tenant_id, "0" * 32, look=3)
        if name:
            await self.take(name, lambda: self.local.services.projection.follow(said))
        else:
            await self.local.services.projection.follow(said)

    async def waiting(self, queue: str) -> list[str]:
        """Takes the texts of all messages that are to be seen."""
        return await waiting(self.clients, queue)

    def _note(self, table: dict[str, Cost], name: str) -> None:
        assert name not in table, name
        table[name] = Cost.of(self.calls)


async def waiting(clients: Clients, queue: str) -> list[str]:
    """Takes the texts of all messages that are to be seen."""
    client = clients.sdk_queues.get_queue_client(clients.queue_name(queue))
    found = [message async for message in client.receive_messages(max_messages=32)]
    for message in found:
        await client.delete_message(message)
    return [str(message.content) for message in found]
