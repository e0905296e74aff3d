"""Every write of a follower, late by 1, 20 and 40 s: index and feeds are exact, and read whole."""

from contextlib import suppress
from datetime import timedelta

import pytest

from shared.services.ports.queues import Announcement
from shared.services.ports.values import StorageError
from tests.cast.ids import AGENCY, DIRECT, PROVIDER, RESELLER
from tests.late.one_write import Late
from tests.late.storage import EFFECTS, Died
from tests.running.backend import SETTINGS, Backend
from tests.running.story import everything

SAID = Announcement(AGENCY, "0" * 32, look=3)
PARTNERS = (DIRECT, PROVIDER, RESELLER)


class Reader:
    """A portal of each partner, whose cursor only moves on."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.cursors: dict[str, str | None] = {}
        self.seen: set[str] = set()

    async def read(self) -> None:
        for partner_id in PARTNERS:
            events = self.backend.services.events
            page, _ = await events.of_partner(partner_id, (), self.cursors.get(partner_id), 1000)
            self.cursors[partner_id] = page.after
            self.seen |= {str(event["id"]) for event in page.items}


async def told(backend: Backend) -> set[str]:
    head = await backend.ports.tenants.head(AGENCY)
    return {f"{AGENCY}:{p}:{n}" for p in PARTNERS for n in range(1, head.value.related[p].feed + 1)}


@pytest.mark.parametrize("dies", [False, True], ids=["gives up", "dies"])
@pytest.mark.parametrize("after", EFFECTS)
async def test_a_late_write_of_a_follower(after: int, *, dies: bool):
    number = 0
    while True:
        backend = Backend()
        await everything(backend)
        backend.queues.messages.clear()
        late, reader = Late(backend, number, dies=dies), Reader(backend)
        backend.before = late
        with suppress(StorageError, Died):
            await backend.instance(97).projection.follow(SAID)
        backend.calm()
        if late.sent is None:
            break
        number += 1
        # Others' events are behind it by now, and readers have passed it.
        other = backend.instance(98).projection
        backend.clock.pass_by(timedelta(seconds=after / 2))
        for tenant_id in (PROVIDER, RESELLER):
            await other.follow(Announcement(tenant_id, "0" * 32, look=3))
        backend.clock.pass_by(timedelta(seconds=after / 2))
        await reader.read()
        await late.land()
        await reader.read()
        backend.clock.pass_by(SETTINGS.feed_hold)
        await reader.read()
        await other.follow(SAID)
        await backend.assert_followed()
        for _ in range(2):
            backend.clock.pass_by(2 * SETTINGS.feed_hold)
            await reader.read()
        assert await told(backend) - reader.seen == set()
    assert number > 8
