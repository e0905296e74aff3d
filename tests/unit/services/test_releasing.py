"""A release of a limited link's place and an acceptance that meet: the place is kept."""

import pytest

from shared.storage.engine.memory import Request
from tests.cast.commands import accept_link, remove
from tests.cast.ids import AGENCY
from tests.unit.services.limited_links import LINK, SLOT, offered, slots_of


async def test_a_place_in_use_is_kept(backend):
    await offered(backend)
    await backend.do(accept_link())
    assert not await slots_of(backend).release_one(SLOT)
    await backend.do(remove())
    assert not await slots_of(backend).release_one(SLOT)
    assert await backend.slots(*LINK) == {AGENCY}


@pytest.mark.parametrize("step", range(8))
async def test_an_acceptance_at_any_step_of_a_release_keeps_its_place(backend, step):
    """A place that a dead process left is found by the sweep and by its customer at once."""
    await offered(backend)
    await backend.ports.slots.reserve(SLOT, None)
    left = step

    async def meet(_: Request) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            backend.calm()
            assert (await backend.do(accept_link())).events

    backend.before = meet
    await slots_of(backend).release(SLOT)
    assert left < 0 or step > 5
    backend.calm()
    assert (await backend.do(accept_link())).after.rows
    assert await backend.slots(*LINK) == {AGENCY}


@pytest.mark.parametrize("step", range(12))
async def test_a_release_at_any_step_of_an_acceptance_takes_no_place_away(backend, step):
    await offered(backend)
    await backend.ports.slots.reserve(SLOT, None)
    left = step

    async def meet(_: Request) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            backend.calm()
            await slots_of(backend).release(SLOT)

    backend.before = meet
    assert (await backend.do(accept_link())).events
    assert await backend.slots(*LINK) == {AGENCY}
