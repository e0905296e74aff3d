"""Every write of every command, late by 1, 20 and 40 s, while others ask again, look and sweep.

    process 1      write n sent ── gives up or dies
    process 2                        asks again ── looks ── sweeps
    storage                                                     write n lands, or its guard fails
    process 2                                                   looks ── asks again: done, once

The last of these times is beyond what the service allows itself: guards hold whatever the time.
"""

from contextlib import suppress
from datetime import timedelta

import pytest

from shared.errors import AppError
from shared.services.ports.queues import Queue
from shared.services.ports.values import GuardFailed, WriteUnknown
from shared.services.queues.internal_messages import announcement
from shared.storage.engine.memory import MemoryTable, Request
from tests.late.storage import EFFECTS, GAVE_UP, Died
from tests.properties.instances import Storage, assert_sound, stored
from tests.sweeps.running import run_sweep
from tests.unit.services.backend import Backend
from tests.unit.services.test_crashes import COMMANDS, expected

BEFORE_IT_LANDS = {
    "nobody": (),
    "a sweep": ("sweep",),
    "everybody": ("ask", "look", "sweep", "ask"),
}


class Late:
    """The write behind so many others is late, and its process may die."""

    def __init__(self, backend: Backend, number: int, *, dies: bool) -> None:
        self.backend = backend
        self.left = number
        self.dies = dies
        self.sent: Request | None = None

    async def __call__(self, request: Request) -> None:
        if not request.operations or self.sent:
            return
        self.left -= 1
        if self.left >= 0:
            return
        self.sent = request
        if self.dies:
            raise Died
        self.backend.clock.pass_by(GAVE_UP)
        raise WriteUnknown("no answer")

    async def land(self) -> None:
        """If its guards still hold."""
        if self.sent and self.sent.table in self.backend.tables:
            table = self.backend.tables[self.sent.table]
            with suppress(GuardFailed):
                await MemoryTable.transact(table, self.sent.operations)


async def act(backend: Backend, what: str, command) -> None:
    match what:
        case "ask":
            with suppress(AppError):
                await backend.instance(98).executor.execute(command)
        case "look":  # The first two: the third comes when nothing can land any more.
            for _ in range(2):
                for message in backend.queues.take(Queue.PROJECTIONS):
                    await backend.services.projection.follow(announcement(message.text))
        case "sweep":
            await run_sweep(backend.services, backend.queues)


@pytest.mark.parametrize("meanwhile", BEFORE_IT_LANDS)
@pytest.mark.parametrize("dies", [False, True], ids=["gives up", "dies"])
@pytest.mark.parametrize("after", EFFECTS)
@pytest.mark.parametrize("name", COMMANDS)
async def test_a_late_write_of_a_command(name, after, dies, meanwhile):
    given, command = COMMANDS[name]
    number = 0
    while True:
        backend = Backend()
        await backend.do(*given)
        await backend.deliver()
        backend.clock.tick = 1
        late = Late(backend, number, dies=dies)
        backend.before = late
        with suppress(AppError, Died):
            await backend.instance(97).executor.execute(command)
        backend.calm()
        if late.sent is None:
            break
        number += 1
        for what in BEFORE_IT_LANDS[meanwhile]:
            await act(backend, what, command)
        backend.clock.pass_by(timedelta(seconds=after))
        await late.land()
        backend.clock.tick = 0
        await backend.deliver()
        await backend.instance(99).executor.execute(command)
        await backend.deliver()
        await backend.assert_followed(command.tenant_id)
        tenant, _ = await backend.replay(command.tenant_id)
        assert tenant.head.sequence == expected(given, command)
        await act(backend, "sweep", command)  # what a dead process was releasing
        assert_sound(await stored(Storage(backend.ports, backend.tables.__getitem__)))
    assert number
