"""Every write of a sweep that has something to repair, late by 1, 20 and 40 s."""

from contextlib import suppress
from datetime import timedelta

import pytest

from shared.errors import AppError
from shared.services.ports.values import StorageError
from shared.services.queues.internal_messages import shard_of
from tests.cast.commands import register, related
from tests.cast.ids import AGENCY
from tests.late.one_write import Late
from tests.late.storage import EFFECTS, Died
from tests.running.backend import Backend
from tests.running.instances import Storage, assert_sound, stored
from tests.running.sweeps import limited, open_findings, run_sweep


async def left_behind() -> Backend:
    """Of a process that died on its way: a claim without a row."""
    backend = Backend()
    await backend.do(*related(), register(1))
    await backend.deliver()
    backend.before = Late(backend, 1, dies=True)
    with suppress(Died):
        await backend.instance(97).executor.execute(register(2))
    backend.calm()
    backend.queues.messages.clear()
    assert len(await backend.claim_holders()) == 4
    return backend


async def swept(backend: Backend, late: Late) -> None:
    """A sweep whose failing messages come again, once what was late has landed."""
    sweeping = limited(backend.services)
    backend.before = late
    with suppress(AppError, StorageError, Died):
        await sweeping.sweeps.start(None)
    while waiting := backend.queues.take("sweep-shards"):
        for message in waiting:
            try:
                await sweeping.shards.run(*shard_of(message.text))
            except (StorageError, Died):
                await backend.queues.put("sweep-shards", message.text)
        if late.sent:
            backend.calm()


@pytest.mark.parametrize("dies", [False, True], ids=["gives up", "dies"])
@pytest.mark.parametrize("after", EFFECTS)
async def test_a_late_write_of_a_sweep(after: int, *, dies: bool):
    number = 0
    while True:
        backend = await left_behind()
        late = Late(backend, number, dies=dies)
        await swept(backend, late)
        backend.calm()
        if late.sent is None:
            break
        number += 1
        backend.clock.pass_by(timedelta(seconds=after))
        await late.land()
        for _ in range(2):  # One repairs what is left, one sees that nothing is.
            backend.clock.pass_by(timedelta(hours=1))  # What ended midway is dead by then.
            await run_sweep(backend.services, backend.queues)
        assert await open_findings(backend.services) == set()
        assert_sound(await stored(Storage(backend.ports, backend.tables.__getitem__)))
        await backend.assert_followed(AGENCY)
    assert number > 10
