"""Commands whose outcome stays unknown, and what others do meanwhile."""

import asyncio
from math import inf

import pytest

from shared.deciding.commands import Command
from tests.cast.commands import accept, decline, enrol, invite, register
from tests.cast.ids import AGENCY, DIRECT, invitation_id
from tests.running.clock import Clock
from tests.running.instances import instance, outcome

from .commanding import World, did
from .proxy import Held, answers, loses_answer, refuses


@pytest.fixture(params=["one", "many"])
def registering(request) -> Command:
    return register(1) if request.param == "one" else register(1, 2, 3)


@pytest.fixture
async def ready(world) -> World:
    """A customer that accepted, so that a partner may register."""
    await world.do(enrol(DIRECT), invite(), accept())
    world.clear()
    return world


@pytest.mark.parametrize(
    ("fault", "happened"),
    [
        (answers(503), False),
        (answers(500), False),
        (refuses, False),
        (loses_answer, True),
        (answers(503, effect=True), True),
    ],
)
async def test_what_stays_unknown_is_said_to_be_and_settled_by_repeating(
    ready, registering, fault, happened
):
    ready.hurry()
    before = await ready.events(registering)
    ready.on("commit", fault, times=inf)
    assert await ready.ask(registering) == ("OutcomeUnknown",)
    assert len(await ready.events(registering)) == len(before) + happened
    ready.clear()
    told = await ready.ask(registering)
    assert told[0] == "Done"
    assert did(told) is not happened
    assert len(await ready.events(registering)) == len(before) + 1
    await ready.settled()


@pytest.mark.parametrize("lands", ["before it is repeated", "after it was repeated"])
async def test_a_commit_that_lands_after_the_deadline_counts_once(
    ready, registering, lands, monkeypatch
):
    before = await ready.events(registering)
    ready.hurry()
    ready.be_impatient("commit", monkeypatch)
    late = Held()
    ready.on("commit", late)
    ready.on("commit", answers(503), times=inf)
    assert await ready.ask(registering) == ("OutcomeUnknown",)
    ready.clear()
    if lands == "before it is repeated":
        await late.release()
    told = await ready.ask(registering)
    assert told[0] == "Done"
    await late.release()
    assert did(told) is (lands == "after it was repeated")
    assert len(await ready.events(registering)) == len(before) + 1
    await ready.settled()


async def test_a_success_that_cannot_be_recognised_is_unknown(ready, registering):
    ready.hurry()
    before = await ready.events(registering)
    ready.on("commit", loses_answer)
    ready.account.tables.on(answers(500), method="GET", path="entry", times=inf)
    assert await ready.ask(registering) == ("OutcomeUnknown",)
    ready.clear()
    assert await ready.ask(registering) == ("Done",)
    assert len(await ready.events(registering)) == len(before) + 1
    await ready.settled()


async def test_a_doubt_is_not_ended_by_an_answer_that_concerns_only_the_repetition(
    ready, registering
):
    ready.hurry()
    before = await ready.events(registering)
    ready.on("commit", loses_answer)
    ready.on("commit", answers(403, "AuthenticationFailed"), times=inf)
    assert await ready.ask(registering) == ("OutcomeUnknown",)
    assert len(await ready.events(registering)) == len(before) + 1
    await ready.settled()


@pytest.mark.parametrize(
    ("place", "fault", "reply"),
    [
        ("commit", answers(429, "TooManyRequests"), "Throttled"),
        ("commit", answers(403, "AuthenticationFailed"), "StorageDown"),
        ("claim", answers(503), "Unavailable"),
        ("claim", answers(429, "TooManyRequests"), "StorageBusy"),
        ("read", answers(503), "StorageBusy"),
        ("read", answers(500), "StorageDown"),
        ("announcement", answers(500), "StorageDown"),
    ],
)
async def test_a_storage_that_only_says_no_leaves_nothing_behind(
    ready, registering, place, fault, reply
):
    ready.hurry()
    before = await ready.settled()
    ready.on(place, fault, times=inf)
    assert await ready.ask(registering) == (reply,)
    ready.clear()
    after = await ready.settled()
    assert (after.tenants[AGENCY].rows, after.claims) == (
        before.tenants[AGENCY].rows,
        before.claims,
    )
    assert did(await ready.ask(registering))


async def test_claims_made_before_one_that_failed_are_given_back(ready):
    ready.on("claim", answers(429, "TooManyRequests"), nth=3)
    assert await ready.ask(register(1, 2, 3)) == ("StorageBusy",)
    await ready.settled()


async def test_another_writer_wins_while_ours_is_on_its_way(ready, registering, monkeypatch):
    before = await ready.events(registering)
    other = instance(ready.truth.ports, Clock(), seed=2)
    ready.be_impatient("commit", monkeypatch)
    late = Held()
    ready.on("commit", late)
    ours = asyncio.create_task(ready.ask(registering))
    await late.arrived.wait()
    assert did(await outcome(other.execute(register(8))))
    told = await ours
    assert did(told)
    await late.release()
    assert len(await ready.events(registering)) == len(before) + 2
    await ready.settled()


@pytest.mark.parametrize("late", [False, True])
async def test_who_lost_while_in_doubt_is_told_why(world, late, monkeypatch):
    await world.do(enrol(DIRECT), invite())
    other = instance(world.truth.ports, Clock(), seed=2)
    world.be_impatient("commit", monkeypatch)
    held, again = Held(), Held()
    world.on("commit", held)
    if not late:
        world.on("commit", again, nth=2)
    ours = asyncio.create_task(world.ask(decline()))
    await held.arrived.wait()
    if late:
        await held.release()
    theirs = await outcome(other.execute(accept()))
    if not late:
        await again.release()  # Behind theirs, however long that took.
    told = await ours
    await held.release()
    accepted, declined = (
        "INV-2 invitationId status=accepted",
        "ACC-3 invitationId status=declined",
    )
    if late:
        assert did(told)
        assert theirs == ("PolicyRefused", declined)
    else:
        assert did(theirs)
        assert told == ("PolicyRefused", accepted)
    core = await world.settled()
    row = core.tenant(AGENCY).invitation(invitation_id())
    assert row.status.value == ("declined" if late else "accepted")
