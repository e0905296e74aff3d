"""Whatever anybody asks of the services, over either storage and at once, the promises hold."""

import asyncio
from datetime import timedelta
from random import Random
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from shared.deciding.commands import Command
from shared.services.commands.execution import Executor
from shared.storage.engine.clients import TABLES, Clients
from shared.storage.engine.memory import Request
from tests.properties import world
from tests.properties.machine import FOUNDING, Services, anything, run
from tests.running.instances import (
    Storage,
    contents,
    expected,
    explained,
    instance,
    new_entries,
    outcome,
    stored,
)


@st.composite
def meetings(draw: st.DrawFn) -> list[Command]:
    """Two to four commands at once, often the same step of several sales."""
    if draw(st.booleans()):
        return [draw(anything()) for _ in range(draw(st.integers(2, 4)))]
    sales = [draw(world.sales()) for _ in range(draw(st.integers(2, 3)))]
    turn = draw(st.integers(0, 4))
    return [sale[min(turn, len(sale) - 1)] for sale in sales]


class BothAdapters(Services):
    """The same commands over memory and over Azurite."""

    def __init__(self, azurite: str) -> None:
        super().__init__()
        self.clients = Clients(azurite, f"t{uuid4().hex[:12]}")
        self.real = Storage.of(self.clients)
        self.executors: list[Executor] = []

    @initialize()
    def founding(self) -> None:
        self.run(self.clients.create_all())
        self.executors = [instance(one.ports, self.time) for one in (self.storage, self.real)]
        self.core = self.run(stored(self.storage))
        self.run(self.ask_all(FOUNDING))

    @rule(command=anything(), step=world.steps())
    def somebody_asks(self, command: Command, step: timedelta) -> None:
        self.time.pass_by(step)
        self.run(self.ask_all([command]))

    @rule(sale=world.sales())
    def somebody_sells(self, sale: list[Command]) -> None:
        self.run(self.ask_all(sale))

    async def ask_all(self, commands: list[Command]) -> None:
        for command in commands:
            await self.ask(command)
        for table in TABLES:
            here, there = [await contents(each.table(table)) for each in (self.storage, self.real)]
            assert there == here

    async def ask(self, command: Command) -> None:
        here, there = [await outcome(each.execute(command)) for each in self.executors]
        assert there == here
        assert here == expected(self.core, command, self.time.now())
        await self.settle(command)

    def teardown(self) -> None:
        try:
            self.run(self.all_announced())
        finally:
            self.run(self.clients.close())
            super().teardown()

    async def all_announced(self) -> None:
        queues = self.clients.sdk_queues
        queue = queues.get_queue_client(self.clients.queue_name("projections"))
        properties = await queue.get_queue_properties()
        announced = self.memory.queues.messages["projections"]
        assert properties.approximate_message_count == len(announced)


class TwoInstances(Services):
    """Commands at once in two instances that know nothing of each other."""

    @initialize(chance=st.randoms(use_true_random=False))
    def founding(self, chance: Random) -> None:
        async def give_way(_: Request) -> None:
            for _turn in range(chance.randrange(1, 5)):
                await asyncio.sleep(0)

        for table in self.memory.tables.values():
            table.before = give_way
        # Without a cache: what a stale one may do is no question of order; see tests/races.
        ports = self.storage.ports
        self.executors = [instance(ports, self.time, seed=seed, keep=0) for seed in (1, 2)]
        self.core = self.run(stored(self.storage))
        self.somebody_sells(FOUNDING)

    @rule(sale=world.sales())
    def somebody_sells(self, sale: list[Command]) -> None:
        for command in sale:
            self.run(self.ask_at_once([command]))

    @rule(commands=meetings(), step=world.steps())
    def many_ask_at_once(self, commands: list[Command], step: timedelta) -> None:
        self.time.pass_by(step)
        self.run(self.ask_at_once(commands))

    async def ask_at_once(self, commands: list[Command]) -> None:
        before = self.core
        seen = await asyncio.gather(
            *(outcome(self.executors[n % 2].execute(each)) for n, each in enumerate(commands))
        )
        await self.settle(*commands)
        written = [entry.events() for entry in new_entries(before, self.core)]
        acknowledged = [told[1:] for told in seen if told[0] == "Done" and told[1:]]
        assert sorted(map(repr, written)) == sorted(map(repr, acknowledged))
        for n, (command, told) in enumerate(zip(commands, seen, strict=True)):
            others = [*commands[:n], *commands[n + 1 :]]
            assert explained(before, command, others, told, self.time.now()), (command, told)


def test_the_adapters_and_the_pure_core_agree_on_any_sequence(azurite: str):
    run(lambda: BothAdapters(azurite), examples=12)


def test_any_interleaving_of_two_instances_keeps_the_promises_and_can_be_explained():
    run(TwoInstances, examples=25)
