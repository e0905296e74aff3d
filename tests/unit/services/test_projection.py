"""Followers: whatever comes twice, late, out of order or half, index and feeds are exact."""

import asyncio
from datetime import timedelta

import pytest

from shared.deciding.linking import EndResellerLink
from shared.deciding.profile import SetCustomerProfile
from shared.services.followers.projection import WINDOW
from shared.services.ports.queues import Announcement
from shared.services.ports.values import GuardFailed, Undecodable, WriteUnknown
from shared.storage.engine.memory import Request
from shared.tracing import read
from tests.cast.bodies import customer_body
from tests.cast.commands import enrol, invite, linked, register, related
from tests.cast.ids import (
    AGENCY,
    DIRECT,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    STRANGER,
    actor,
    invitation_id,
)
from tests.running.backend import wrote
from tests.running.story import everything


def profile(**changes) -> SetCustomerProfile:
    return SetCustomerProfile(actor(AGENCY, "CG"), AGENCY, customer_body(**changes))


async def test_everything_is_followed(backend):
    await everything(backend)
    await backend.deliver()
    await backend.assert_followed()
    await backend.assert_followed(PROVIDER)
    assert len(backend.feed(RESELLER, AGENCY)) == len(backend.feed(PROVIDER, AGENCY)) > 5


async def test_messages_that_come_twice_and_in_reverse(backend):
    for command in (*related(), profile(name="Renamed"), register(1), invite(DIRECT, 2)):
        await backend.do(command)
    waiting = backend.queues.take("projections")
    backend.queues.messages["projections"] = list(reversed(waiting))
    await backend.deliver(twice=True)
    await backend.assert_followed()


async def test_every_message_alone_serves_what_is_there(backend):
    for command in (*related(), profile(name="Renamed"), register(1)):
        await backend.do(command)
        await backend.deliver()
        await backend.assert_followed()


async def test_a_look_serves_everything_whatever_its_message_says(backend):
    await backend.do(*related(), register(1))
    backend.queues.take("projections")
    await backend.services.projection.follow(Announcement(AGENCY, "0" * 32, look=3))
    await backend.assert_followed()


@pytest.mark.parametrize(("look", "then"), [(1, [2]), (2, [3]), (3, [])])
async def test_a_command_that_is_not_there_is_looked_for_again(backend, look, then):
    await backend.services.projection.follow(Announcement(AGENCY, "0" * 32, look))
    assert [each.look for each in backend.announced()] == then


async def test_a_command_that_was_met_is_looked_for_no_more(backend):
    await backend.do(enrol())
    (said,) = backend.announced()
    backend.queues.take("projections")
    await backend.services.projection.follow(said)
    assert backend.announced() == []


async def test_an_older_row_never_overwrites_a_newer_one(backend):
    """The slow follower has read everything when the fast one serves what came later."""
    await backend.do(*related())
    slow, fast = backend.services.projection, backend.instance().projection
    held = False

    async def overtaken(request: Request) -> None:
        nonlocal held
        if not held and wrote(request, f"customer|{AGENCY}"):
            held = True
            await backend.do(profile(name="Renamed"))
            await fast.follow(Announcement(AGENCY, "0" * 32, look=3))

    backend.before = overtaken
    await slow.follow(Announcement(AGENCY, "0" * 32, look=3))
    backend.calm()
    assert held
    await backend.assert_followed()


@pytest.mark.parametrize("seed", range(5))
async def test_two_followers_at_once(backend, seed):
    await everything(backend)
    backend.queues.take("projections")
    others = [backend.instance(seed).projection for _ in range(3)]
    await asyncio.gather(
        *(each.follow(Announcement(AGENCY, "0" * 32, look=3)) for each in others),
        backend.do(profile(name="Meanwhile"), register(9)),
    )
    await backend.deliver()
    await backend.assert_followed()


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_follower_that_dies_anywhere_is_continued(backend, when):
    """Dies around its first write, the next one around its second, and so on."""
    await everything(backend)
    backend.queues.take("projections")
    deaths = 0
    while await dies(backend, when, deaths):
        deaths += 1
    backend.calm()
    await backend.assert_followed()
    assert deaths > 2


async def dies(backend, when: str, writes: int) -> bool:
    """Whether a follower is killed at its write behind so many; else it comes to its end."""
    left = writes

    async def kill(request: Request) -> None:
        nonlocal left
        left -= bool(request.operations)
        if left < 0:
            follower.cancel()
            await asyncio.Event().wait()

    setattr(backend, when, kill)
    said = Announcement(AGENCY, "0" * 32, look=3)
    follower = asyncio.create_task(backend.instance().projection.follow(said))
    await asyncio.wait([follower])
    return follower.cancelled()


async def test_answers_that_are_lost_after_the_effect(backend):
    await everything(backend)
    lost: set[str] = set()

    async def lose(request: Request) -> None:
        for operation in request.operations:
            if request.table == "index" and operation.key.row not in lost:
                lost.update(each.key.row for each in request.operations)
                raise WriteUnknown("lost")

    backend.after = lose
    await backend.deliver()
    backend.calm()
    await backend.assert_followed()


@pytest.mark.parametrize("error", [GuardFailed, WriteUnknown])
@pytest.mark.parametrize("row", ["mark|", "customer|"])
async def test_what_never_succeeds_is_raised_and_done_later(backend, error, row):
    await backend.do(*related())

    async def refuse(request: Request) -> None:
        if wrote(request, row):
            raise error("always")

    backend.before = refuse
    with pytest.raises(error):
        await backend.services.projection.follow(Announcement(AGENCY, "0" * 32))
    assert await backend.ports.tenants.projected(AGENCY) is None
    backend.calm()
    await backend.deliver()
    await backend.assert_followed()


async def test_a_long_backlog_is_served_in_parts(backend):
    await backend.do(*related())
    for number in range(2 * WINDOW):
        await backend.do(register(number), profile(name=f"Name {number}"))
    await backend.deliver()
    await backend.assert_followed()


async def test_more_events_than_one_transaction_takes(backend):
    await backend.do(*related())
    for batch in range(5):
        await backend.do(register(*range(50 * batch, 50 * batch + 50)))
    await backend.deliver()
    await backend.assert_followed()
    assert len(backend.feed(DIRECT, AGENCY)) > 250


async def test_a_partner_hears_of_the_customer_only_while_it_is_related(backend):
    await backend.do(profile(), *related(), enrol(OTHER_DIRECT))
    await backend.do(invite(OTHER_DIRECT, 2), profile(name="Renamed"))
    await backend.deliver()
    await backend.assert_followed()
    assert [event["type"] for event in backend.feed(OTHER_DIRECT, AGENCY)] == ["invitation-created"]
    assert [event["type"] for event in backend.feed(DIRECT, AGENCY)][-1] == "customer-updated"


async def test_links_are_copied_for_the_reseller(backend):
    await backend.do(*linked())
    await backend.deliver()
    await backend.assert_followed(PROVIDER)
    await backend.do(EndResellerLink(actor(RESELLER), PROVIDER, RESELLER))
    await backend.deliver()
    (link,) = (await backend.ports.index.links(RESELLER, None, 10)).items
    assert (link.body["status"], link.body["providerId"], link.sequence) == ("ended", PROVIDER, 4)


async def test_an_event_is_a_cloud_event(backend):
    await backend.do(enrol(), invite())
    await backend.deliver()
    (event,) = backend.feed(DIRECT, AGENCY)
    data, span = event.pop("data"), read(event.pop("traceparent"))
    assert span
    assert event == {
        "specversion": "1.0",
        "id": f"{AGENCY}:{DIRECT}:1",
        "source": f"/customers/{AGENCY}",
        "type": "invitation-created",
        "time": "2026-11-01T08:00:00.000000Z",
        "datacontenttype": "application/json",
        "customerid": AGENCY,
        "feedsequence": 1,
        "actortenantid": DIRECT,
        "actorrole": "G",
    }
    assert (data["id"], data["status"]) == (invitation_id(), "pending")


async def test_feeds_are_written_at_the_time_of_the_try_that_succeeds(backend):
    """A row may not appear behind a cursor that has passed its time."""
    await backend.do(enrol(), invite())

    async def slow(request: Request) -> None:
        if wrote(request, "mark|"):
            backend.calm()
            backend.clock.pass_by(timedelta(seconds=30))
            raise WriteUnknown("slow")

    backend.before = slow
    await backend.deliver()
    (row,) = [row for row in backend.rows("index", f"{DIRECT}|feed") if not row.startswith("mark")]
    assert row.startswith("2026-11-01T08:00:30")


async def test_a_ledger_with_a_hole_is_no_ledger(backend):
    await backend.do(enrol(), invite())
    del backend.tables["tenants"]._partitions[AGENCY]["entry|000000000001"]
    with pytest.raises(Undecodable, match=AGENCY):
        await backend.deliver()


async def test_nothing_about_nobody(backend):
    await backend.services.projection.follow(Announcement(STRANGER, "0" * 32, look=3))
    assert backend.requests == ["tenants get", "tenants get"]
