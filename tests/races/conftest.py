"""Two instances of the app on one storage account: clients, locks and caches of their own."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import uuid4

import pytest

from shared.deciding.commands import Command
from shared.services.commands import execution
from shared.services.commands.execution import Executor
from shared.storage.engine.clients import Clients
from tests.properties import world
from tests.running.clock import Clock
from tests.running.core import Core
from tests.running.instances import Outcome, Storage, assert_sound, instance, outcome, stored


@dataclass(frozen=True, slots=True)
class Two:
    """Instances that know nothing of each other."""

    storages: tuple[Storage, Storage]
    executors: tuple[Executor, Executor]
    time: Clock

    async def ask(self, command: Command, at: int = 0) -> Outcome:
        return await outcome(self.executors[at].execute(command))

    async def do(self, *commands: Command) -> None:
        for command in commands:
            told = await self.ask(command)
            assert told[0] == "Done", told

    async def at_once(self, *commands: Command) -> list[Outcome]:
        """Every other one in the second instance."""
        return await asyncio.gather(
            *(self.ask(command, at=n % 2) for n, command in enumerate(commands))
        )

    async def settled(self) -> Core:
        """All that is stored; it is sound."""
        core = await stored(self.storages[0])
        assert_sound(core)
        return core


@pytest.fixture(autouse=True)
def nobody_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind others of its process a command waits by the machine's time: here, without end."""
    monkeypatch.setattr(execution, "COMMAND_SECONDS", 3600.0)


@pytest.fixture
async def two(azurite: str) -> AsyncIterator[Two]:
    prefix = f"t{uuid4().hex[:12]}"
    clients = [Clients(azurite, prefix) for _ in range(2)]
    await clients[0].create_all()
    first, second = (Storage.of(each) for each in clients)
    time = Clock()
    executors = instance(first.ports, time, seed=1), instance(second.ports, time, seed=2)
    instances = Two((first, second), executors, time)
    for command in world.founding():
        await instances.ask(command)
    yield instances
    for each in clients:
        await each.close()
