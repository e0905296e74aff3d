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
from shared.services.queues.internal_messages import announcement
from tests.cast.interrupted import COMMANDS, expected
from tests.late.one_write import Late
from tests.late.storage import EFFECTS, Died
from tests.running.backend import Backend
from tests.running.instances import Storage, assert_sound, stored
from tests.running.sweeps import run_sweep

BEFORE_IT_LANDS = {
    "nobody": (),
    "a sweep": ("sweep",),
    "everybody": ("ask", "look", "sweep", "ask"),
}


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
