"""The app over memory with a receiver beside it, and hands that move messages and time."""

from collections.abc import AsyncIterator

import pytest

from shared.clock import SystemClock
from shared.outbound.courier import HttpCourier
from tests.cast.ids import DIRECT
from tests.running.app import SETTINGS, LocalApp, enrol, hire
from tests.unit.webhooks.hooked import Hooked
from tests.unit.webhooks.receiver import receiving


@pytest.fixture
async def hooked() -> AsyncIterator[Hooked]:
    """Enrolled and hired, so the feed has some events already, which no webhook made later gets."""
    allowing = SETTINGS.model_copy(update={"webhook_loopback": True})
    local = LocalApp(allowing, HttpCourier(loopback=True))
    local.clock.at = SystemClock().now()  # a receiver's library looks at the time
    async with receiving() as receiver:
        await enrol(local, DIRECT)
        await hire(local, DIRECT, 1)
        await local.follow()
        local.clock.pass_by(seconds=16)
        yield Hooked(local, receiver)
