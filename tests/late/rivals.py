"""Histories of commands by chance: partners and customers who want the same ids, places, partners.

They come at once to three processes whose clocks are apart. Any write of a command may be late, be
lost, or outlive its process, also those of claims and places, and of whoever follows it. Each
command has a person of its own, whom its ledger entry names: so it can be told what it left.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

from shared.deciding.commands import Command
from shared.errors import AppError, OutcomeUnknown
from shared.model.claims import ClaimKey, claims_of
from shared.services.commands.execution import Done
from shared.services.ports.queues import Queue
from shared.services.ports.values import StorageError
from shared.services.queues.internal_messages import announcement, shard_of
from shared.storage.engine.table import Operation
from tests.cast.commands import (
    accept,
    accept_link,
    annul,
    block,
    decline,
    dispute,
    enrol,
    invite,
    issue,
    linked,
    register,
    remove,
    revoke,
    set_status,
    update,
)
from tests.cast.ids import (
    AGENCY,
    BUREAU,
    DIRECT,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    customer_id,
    link_id,
)
from tests.late.histories import History
from tests.late.storage import EFFECTS, Died, Fate, Storage
from tests.running.app import LocalApp
from tests.running.core import Core
from tests.running.instances import Storage as Account
from tests.running.instances import assert_sound, stored
from tests.running.sweeps import limited

PLACES: Final = 2
GUESTS: Final = tuple(map(customer_id, range(4)))
"""Customers that accept by link, of which there is not room for all."""
_LOOK: Final = timedelta(milliseconds=50)
"""What passes when a command looks at its clock: so its deadline comes."""


@dataclass(slots=True)
class Told:
    """What a command's caller was told: what it did, or that it did nothing, or neither."""

    command: Command
    done: Done | None = None
    refused: AppError | StorageError | None = None


@dataclass(slots=True)
class Impatient:
    """The clock of a process in which time passes while it waits."""

    storage: Storage
    apart: timedelta

    def now(self) -> datetime:
        return self.storage.time + self.apart

    def monotonic(self) -> float:
        self.storage.time += _LOOK
        return self.storage.time.timestamp()


class Rivals(History):
    """One history."""

    def __init__(self, seed: int, founded: Storage) -> None:
        self.told: list[Told] = []
        super().__init__(seed, founded)

    def _clock(self, apart: timedelta) -> Impatient:
        return Impatient(self.storage, apart)

    async def run(self, steps: int) -> None:
        """Everything is as the answers said, or AssertionError says what is not."""
        for _ in range(steps):
            self.storage.fates = self._fate
            commands = [self._any() for _ in range(self.random.choice((1, 2, 2, 3)))]
            beside = (self._sweeping,) if self.random.random() < 0.2 else ()
            await asyncio.gather(*map(self._ask, commands), *(each() for each in beside))
            await self.random.choice((self.look, self.look, self.rest))()
        self.storage.fates = _none
        await self.storage.settle()
        for _ in range(2):  # What dead processes left behind is the first one's to put right.
            await self.storage.pass_by(timedelta(minutes=10))
            await self._follow_all()
            await self._sweep()
        await self.hold_to_account()

    def _fate(self, table: str, operations: Sequence[Operation]) -> Fate | None:
        if table == "operations" or self.random.random() < 0.75:
            return None
        after = self.random.choice((*EFFECTS, None))
        seconds = None if after is None else timedelta(seconds=after)
        return Fate(seconds, dies=self.random.random() < 0.2)

    def _any(self) -> Command:
        """Some command, in the name of a person of its own."""
        command = self.random.choice(_COMMANDS)(self.random)
        person = f"person {next(self.numbers)}"
        return replace(command, actor=command.actor.model_copy(update={"object_id": person}))

    async def _ask(self, command: Command) -> None:
        told = Told(command)
        self.told.append(told)
        try:
            told.done = await self.somebody().executor.execute(command)
        except (OutcomeUnknown, Died):
            return
        except (AppError, StorageError) as error:
            told.refused = error

    async def look(self) -> None:
        """One announcement; who fails leaves it in the queue."""
        with suppress(Died, StorageError):
            await self.follow()

    async def _follow_all(self) -> None:
        while waiting := self.storage.queues.take(Queue.PROJECTIONS):
            for message in waiting:
                await self.processes[0].projection.follow(announcement(message.text))

    async def _sweeping(self) -> None:
        """A sweep beside commands; its process may die of what it writes."""
        with suppress(Died, AppError, StorageError):
            await self._sweep()

    async def _sweep(self) -> None:
        sweeping = limited(self.somebody())
        await sweeping.sweeps.start(None)
        while waiting := self.storage.queues.take(Queue.SWEEP_SHARDS):
            for message in waiting:
                await sweeping.shards.run(*shard_of(message.text))

    async def hold_to_account(self) -> None:
        """Against what every caller was told."""
        core = await stored(Account(self.storage.ports, self.storage.tables.__getitem__))
        assert_sound(core)
        owners: dict[ClaimKey, str] = {}
        for tenant in core.tenants.values():
            for key in claims_of(tenant):
                assert key not in owners, f"{key} has two owners"
                owners[key] = tenant.id
        left = {
            entry.actor.object_id: (tenant_id, entry)
            for tenant_id, entries in core.ledgers.items()
            for entry in entries
        }
        for told in self.told:
            place = left.get(told.command.actor.object_id)
            if told.refused:
                assert place is None, f"refused with {told.refused!r}, left an entry: {told}"
            if told.done and told.done.events:
                assert place, f"what was answered is in no ledger: {told}"
                tenant_id, entry = place
                assert tenant_id == told.command.tenant_id
                assert entry.events() == told.done.events, told
        await self._hold_places(core)

    async def _hold_places(self, core: Core) -> None:
        accepted = {
            tenant.id
            for tenant in core.tenants.values()
            for row in tenant.rows.values()
            if getattr(row, "link_id", None) == link_id()
        }
        assert len(accepted) <= PLACES, f"{len(accepted)} customers had room for {PLACES}"
        assert await self.storage.ports.slots.count(DIRECT, link_id()) == len(accepted)
        counter = await self.storage.ports.slots.reserved(DIRECT, link_id())
        assert (counter.value if counter else 0) == len(accepted)


def _none(_table: str, _operations: Sequence[Operation]) -> Fate | None:
    return None


def _seller(chance: Random) -> str:
    return chance.choice((DIRECT, OTHER_DIRECT))


def _sale(chance: Random) -> Command:
    numbers = chance.sample(range(1, 5), chance.choice((1, 1, 2)))
    customer = chance.choice((AGENCY, AGENCY, BUREAU))
    return register(*numbers, partner_id=_seller(chance), customer_id=customer)


_COMMANDS: Final = (
    _sale,
    _sale,
    _sale,
    lambda chance: update(chance.randint(1, 4), _seller(chance), quantity=chance.randint(1, 99)),
    lambda chance: set_status(chance.choice(("suspended", "active", "deleted")), 1),
    lambda chance: dispute(chance.randint(1, 4)),
    lambda chance: annul(chance.randint(1, 4)),
    lambda chance: enrol(_seller(chance), mpnId=chance.choice(("1001", "1002", "4001", "4002"))),
    lambda chance: accept_link(chance.choice(GUESTS)),
    lambda chance: accept_link(chance.choice(GUESTS)),
    lambda chance: block(_seller(chance), blocked=chance.random() < 0.5),
    lambda chance: invite(_seller(chance), chance.randint(10, 13)),
    lambda chance: accept(chance.randint(10, 13)),
    lambda chance: decline(chance.randint(10, 13)),
    lambda chance: revoke(_seller(chance)),
    lambda chance: remove(_seller(chance)),
)


async def rivalry() -> Storage:
    """Two partners of two customers, and a link with fewer places than guests; all followed."""
    storage = Storage()
    local = LocalApp(ports=storage.ports)
    executor = local.services.executor
    for command in (
        *linked(),
        enrol(DIRECT),
        enrol(OTHER_DIRECT),
        *(invite(DIRECT, 1, each) for each in (AGENCY, BUREAU)),
        *(accept(1, each) for each in (AGENCY, BUREAU)),
        *(invite(OTHER_DIRECT, 2, each) for each in (AGENCY, BUREAU)),
        *(accept(2, each) for each in (AGENCY, BUREAU)),
        invite(PROVIDER, 3, AGENCY, indirectResellerId=RESELLER),
        issue(maxAcceptances=PLACES),
    ):
        await executor.execute(command)
    while waiting := storage.queues.take(Queue.PROJECTIONS):
        for message in waiting:
            await local.services.projection.follow(announcement(message.text))
    storage.time += timedelta(minutes=5)
    storage.queues.messages.clear()
    return storage
