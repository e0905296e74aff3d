"""Whatever anybody might ask: a dry run writes nothing and tells what the command comes to."""

from datetime import timedelta

from hypothesis.stateful import initialize, rule

from shared.deciding.commands import Command
from shared.deciding.facts import Decided
from shared.errors import PolicyRefused
from shared.services.commands.deciding import consider
from shared.services.commands.evaluating import Evaluations
from shared.services.commands.execution import Done
from shared.storage.engine.clients import TABLES
from tests.properties import later, world
from tests.properties.machine import FOUNDING, Services, anything, run
from tests.running.instances import contents, instance, outcome, stored


class DryRuns(Services):
    """Every command is tried out before it is asked for."""

    @initialize()
    def founding(self) -> None:
        self.executor = instance(self.storage.ports, self.time)
        self.evaluations = Evaluations(self.executor._loader)
        self.run(self.ask_all(FOUNDING))

    @rule(command=anything(), step=world.steps())
    def somebody_asks(self, command: Command, step: timedelta) -> None:
        self.time.pass_by(step)
        self.run(self.ask_all([command]))

    @rule(sale=world.sales())
    def somebody_sells(self, sale: list[Command]) -> None:
        self.run(self.ask_all(sale))

    @rule(life=later.lives())
    def somebody_goes_on(self, life: list[Command]) -> None:
        self.run(self.ask_all(life))

    async def ask_all(self, commands: list[Command]) -> None:
        for command in commands:
            before = await self.everything()
            told = await outcome(self.tried(command))
            assert await self.everything() == before
            contested = await self.contested(command) if told == ("Done",) else False
            seen = await outcome(self.executor.execute(command))
            if contested:
                assert seen[0] == "PolicyRefused"
            else:
                assert told == (seen[:1] if seen[0] == "Done" else seen)

    async def tried(self, command: Command) -> Done:
        if refusals := (await self.evaluations.evaluate(command)).refusals:
            raise PolicyRefused(refusals)
        loaded = await self.executor._loader.load(command, None)
        return Done(loaded.tenant, loaded.tenant)

    async def contested(self, command: Command) -> bool:
        """Whether another tenant holds an id that the command claims: no dry run looks at it."""
        loader = self.executor._loader
        _, decision = await consider(loader, command, await loader.load(command, None))
        assert isinstance(decision, Decided)
        return (await stored(self.storage)).contested(command, decision.events)

    async def everything(self) -> tuple[object, ...]:
        tables = [await contents(self.memory.tables[name]) for name in TABLES]
        return *tables, repr(self.memory.queues.messages)


def test_a_dry_run_tells_what_the_command_comes_to():
    run(DryRuns, examples=25)
