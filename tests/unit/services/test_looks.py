"""What one look of the followers costs, and which looks need not be taken."""

import pytest

from shared.services.followers import projection
from shared.services.ports.queues import Announcement
from shared.services.ports.tenants import Projected
from shared.services.ports.values import StorageDown
from shared.storage.engine.memory import Request
from tests.cast.commands import accept, enrol, invite, register, related
from tests.cast.ids import AGENCY, BUREAU, DIRECT, subscription_id
from tests.running.backend import wrote


async def test_requests_of_one_follow_up(backend):
    """head + projection + entries + new rows of a partner at once + feed, projection write"""
    await backend.do(*related(), *related(customer_id=BUREAU)[1:])
    await backend.deliver()
    await backend.do(register(1, 2))
    (said,) = backend.announced()
    backend.requests.clear()
    await backend.services.projection.follow(said)
    assert sorted(backend.requests) == sorted(
        [
            *["tenants get"] * 2,  # head, projection
            "tenants get",  # the entry
            "index EGT",  # two subscriptions, new
            *["index get", "index EGT"],  # the partner's feed
            "tenants EGT",  # projection
        ]
    )
    assert subscription_id(2) in {row[-36:] for row in backend.rows("index", f"{DIRECT}|c")}


async def test_requests_of_rows_that_change(backend):
    """Rows of one customer go together; what was there before is read."""
    await backend.do(enrol(), invite())
    await backend.deliver()
    await backend.do(accept())
    (said,) = backend.announced()
    backend.requests.clear()
    await backend.services.projection.follow(said)
    assert sorted(backend.requests) == sorted(
        [
            *["tenants get"] * 3,  # head, projection, the entry
            *["index get"] * 2,  # the invitation, the customer
            "index EGT",  # both
            *["index get", "index EGT"],  # the partner's feed
            "tenants EGT",  # projection
        ]
    )


async def test_commands_that_were_served_together_are_looked_for_once(backend):
    await backend.do(*related(), register(1))
    first, *others = [said for said in backend.announced() if said.tenant_id == AGENCY]
    backend.queues.take("projections")
    await backend.services.projection.follow(first)
    backend.requests.clear()
    for said in others:
        await backend.services.projection.follow(said)
    assert (len(others), backend.requests, backend.announced()) == (2, [], [])
    await backend.assert_followed()


async def test_commands_that_another_process_served_are_looked_for_once(backend):
    await backend.do(*related(), register(1))
    first, *others = [said for said in backend.announced() if said.tenant_id == AGENCY]
    backend.queues.take("projections")
    await backend.services.projection.follow(first)
    another = backend.instance().projection
    backend.requests.clear()
    for said in others:
        await another.follow(said)
    assert (len(others), backend.requests) == (2, ["tenants get"] * 2)  # head, projection
    assert backend.announced() == []


async def test_other_processes_are_told_of_the_latest_commands(backend):
    await backend.do(*related(), *(register(number) for number in range(1, 24)))
    said = [each for each in backend.announced() if each.tenant_id == AGENCY]
    for each in said:
        await backend.services.projection.follow(each)
    told = (await backend.ports.tenants.projected(AGENCY)).value
    assert told.sequence == len(said)
    assert told.commands == tuple(each.command_id for each in said[-projection.WINDOW :])


async def test_one_that_was_served_but_not_noted_is_served_again(backend):
    await backend.do(*related())
    said = backend.announced()[-1]

    async def refuse(request: Request) -> None:
        if wrote(request, "projection"):
            raise StorageDown("away")

    backend.before = refuse
    with pytest.raises(StorageDown):
        await backend.services.projection.follow(said)
    backend.calm()
    await backend.services.projection.follow(said)
    assert (await backend.ports.tenants.projected(AGENCY)).value.sequence == 2


async def test_one_that_lost_to_a_follower_who_served_less_is_served_again(backend):
    """What neither noted is not done, or lists would stay behind until the tenant's next command.

    here     reads head 2 ── serves 1, 2 ── note: lost ── away │ again: serves 2
    another  reads head 1 ── serves 1 ── note: 1 ─┘
    """
    await backend.do(*related())
    first, last = (each for each in backend.announced() if each.tenant_id == AGENCY)
    lost = False

    async def less(request: Request) -> None:
        nonlocal lost
        if not wrote(request, "projection"):
            return
        if lost:
            raise StorageDown("away")
        lost = True
        backend.calm()
        noted = Projected(1, (first.command_id,))
        await backend.ports.tenants.save_projected(AGENCY, noted, None)
        backend.before = less

    backend.before = less
    with pytest.raises(StorageDown):
        await backend.services.projection.follow(last)
    backend.calm()
    await backend.services.projection.follow(last)
    assert (await backend.ports.tenants.projected(AGENCY)).value.sequence == 2


async def test_rows_that_are_there_though_their_items_are_new(backend):
    """A follower that died left them: all are looked at then, and none goes back."""
    await backend.do(*related(), register(1))
    first = backend.instance().projection
    died = False

    async def die(request: Request) -> None:
        nonlocal died
        if not died and wrote(request, "projection"):
            died = True
            raise StorageDown("away")

    backend.before = die
    with pytest.raises(StorageDown):
        await first.follow(Announcement(AGENCY, "0" * 32, look=3))
    backend.calm()
    await backend.do(register(2))
    await backend.deliver()
    await backend.assert_followed()
    assert died


async def test_what_is_remembered_of_served_commands_is_bounded(backend, monkeypatch):
    monkeypatch.setattr(projection, "_MOST_MET", 2)
    await backend.do(*related(), register(1), register(2))
    await backend.deliver()
    assert len(backend.services.projection._met) == 2
