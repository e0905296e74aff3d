"""Readiness: whoever asks, the storage is asked once in a few seconds."""

import asyncio

import pytest

from shared.errors import Unavailable
from shared.services.readiness import REMEMBERED, Readiness
from tests.running.app import LocalApp, Time

ASKERS = 50


class Probed:
    """Something that is asked; `gate` holds its answers back."""

    def __init__(self) -> None:
        self.asked, self.broken, self.gate = 0, False, asyncio.Event()
        self.gate.set()

    async def __call__(self) -> None:
        self.asked += 1
        await self.gate.wait()
        if self.broken:
            raise OSError


async def test_all_who_ask_at_once_share_one_round():
    probed, time = Probed(), Time()
    probed.gate.clear()
    readiness = Readiness({"a table": probed}, time)
    asking = [asyncio.create_task(readiness.check()) for _ in range(ASKERS)]
    await asyncio.sleep(0)
    asking[0].cancel()  # whoever goes away takes nobody's answer along
    await asyncio.sleep(0)
    probed.gate.set()
    told = await asyncio.gather(*asking, return_exceptions=True)
    assert isinstance(told[0], asyncio.CancelledError)
    assert (set(told[1:]), probed.asked) == ({None}, 1)


@pytest.mark.parametrize("broken", [False, True])
async def test_what_was_found_is_remembered_and_then_asked_again(broken: bool):
    probed, time = Probed(), Time()
    probed.broken = broken
    readiness = Readiness({"a table": probed}, time)

    async def ready() -> bool:
        try:
            await readiness.check()
        except Unavailable:
            return False
        return True

    assert [await ready() for _ in range(ASKERS)] == [not broken] * ASKERS
    assert probed.asked == 1
    probed.broken = not broken
    time.pass_by(seconds=REMEMBERED - 0.1)
    assert await ready() is not broken
    time.pass_by(seconds=0.1)
    assert await ready() is broken
    assert probed.asked == 2


async def test_anonymous_readers_cost_the_storage_what_one_does():
    local, probed = LocalApp(), Probed()
    local.probes["a table"] = probed
    for _ in range(ASKERS):
        assert (await local.call("GET", "/api/health/ready")).status == 200
    assert probed.asked == 1
