"""A state machine that asks the services for commands, and what holds behind every step."""

import asyncio
from collections.abc import Awaitable, Callable

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from shared.deciding.commands import Command
from shared.storage.wiring import Memory
from tests.cast.commands import issue
from tests.cast.ids import PROVIDER, RESELLER
from tests.properties import later, world
from tests.running.clock import Clock
from tests.running.core import Core
from tests.running.instances import Storage, assert_promises, assert_sound, stored

FOUNDING = [
    *world.founding(),
    issue(),
    issue(partner_id=PROVIDER, indirectResellerId=RESELLER),
]
"""With a link of one partner, and one of a provider that names its reseller."""


def anything() -> st.SearchStrategy[Command]:
    return st.one_of(world.commands(), later.commands())


class Services(RuleBasedStateMachine):
    """Commands over memory, on a loop of the machine's own."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.memory = Memory()
        self.storage = Storage.of(self.memory)
        self.time = Clock()
        self.core: Core

    def run[T](self, doing: Awaitable[T]) -> T:
        async def done() -> T:
            return await doing

        return self.runner.run(done())

    def teardown(self) -> None:
        self.runner.close()

    async def settle(self, *commands: Command) -> None:
        """What holds behind every step, and where the next one starts."""
        after = await stored(self.storage)
        assert_sound(after)
        assert_promises(self.core, after, commands)
        announced = self.memory.queues.messages["projections"]
        written = {entry.command_id for each in after.ledgers.values() for entry in each}
        assert len(announced) == len(written)
        assert all(any(one in each.text for each in announced) for one in written)
        self.core = after


def run(machine: Callable[[], Services], examples: int) -> None:
    bounds = settings(max_examples=examples, stateful_step_count=12)
    run_state_machine_as_test(machine, settings=bounds)
