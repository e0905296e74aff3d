"""One partner's messages hold a share of the places of their queue, and no more (ISO-2)."""

import asyncio
from contextlib import ExitStack
from dataclasses import replace

import pytest

from shared.services.onboarding.onboarding_queue import OnboardingQueue
from shared.services.ports.queues import queue_of
from shared.services.queues.crowds import AT_ONCE, LONGEST_SECONDS, Crowded, Crowds
from shared.services.queues.messages import MAX_DEQUEUE_COUNT, Delivery
from tests.cast.ids import AGENCY, DIRECT, OTHER_DIRECT, subscription_id
from tests.cast.messages import registration, submission
from tests.running.app import LocalApp, Time, admin, application, enrol, hire, submit

MANY = 3 * AT_ONCE
TURNS = 1000
"""Of the loop, until nothing goes on but what waits for the gate."""


def refused(crowds: Crowds, partner_id: str = "a") -> int:
    """After how many seconds one more is to come again."""
    with pytest.raises(Crowded) as told, crowds.place(partner_id):
        pass
    return told.value.seconds


def test_each_partner_has_its_places_and_gives_them_back():
    crowds = Crowds(Time())
    for _ in range(2):
        with ExitStack() as held:
            for _ in range(AT_ONCE):
                held.enter_context(crowds.place("a"))
            assert refused(crowds) == 1
            held.enter_context(crowds.place("b"))
    with pytest.raises(OSError, match="x"), crowds.place("a"):
        raise OSError("x")
    assert vars(crowds)["_crowds"] == {}


def test_what_goes_back_comes_again_when_those_before_it_are_likely_to_be_through():
    time = Time()
    crowds = Crowds(time)
    with ExitStack() as held:
        for _ in range(AT_ONCE - 1):
            held.enter_context(crowds.place("a"))
        with crowds.place("a"):
            time.pass_by(seconds=AT_ONCE / 2)  # so every half a second one is through
        held.enter_context(crowds.place("a"))
        assert [refused(crowds) for _ in range(6)] == [1, 1, 2, 2, 3, 3]
        time.pass_by(seconds=2)
        assert refused(crowds) == 2
        seconds = [refused(crowds) for _ in range(3 * LONGEST_SECONDS)]
        assert max(seconds) == seconds[-1] == LONGEST_SECONDS


@pytest.fixture
async def hired() -> LocalApp:
    """Two partners of one customer."""
    local = LocalApp()
    await enrol(local, DIRECT, OTHER_DIRECT)
    for number, partner_id in enumerate((DIRECT, OTHER_DIRECT), 1):
        await hire(local, partner_id, number)
    return local


async def sent(local: LocalApp, partner_id: str, numbers: range) -> list[Delivery]:
    """Messages of its application, as the host hands them over."""
    for number in numbers:
        data = registration(number, actingPartnerId=partner_id)
        event = submission(data=data, id=f"m-{number}")
        await submit(local, event, caller=application(partner_id))
    taken = local.memory.queues.take(queue_of(partner_id))
    return [Delivery(f"{partner_id}-{n}", each.text, 1) for n, each in enumerate(taken)]


async def there(local: LocalApp, partner_id: str) -> set[str]:
    """The partner's subscriptions at the customer."""
    path = f"/api/customers/{AGENCY}/subscriptions?partnerId={partner_id}"
    return {each["id"] for each in (await local.call("GET", path, admin(AGENCY))).body["value"]}


async def test_a_flood_holds_no_place_in_which_another_partners_message_would_wait(
    hired: LocalApp,
):
    flood = await sent(hired, DIRECT, range(MANY))
    (other,) = await sent(hired, OTHER_DIRECT, range(MANY, MANY + 1))
    own, gate = queue_of(DIRECT), asyncio.Event()

    async def held(_: object) -> None:
        await gate.wait()

    hired.memory.tables["tenants"].before = held
    inbox = hired.services.inbox
    works = [asyncio.create_task(inbox.take(own, each)) for each in (*flood, other)]
    for _ in range(TURNS):
        await asyncio.sleep(0)
    assert sum(work.done() for work in works) == MANY - AT_ONCE
    # The host has so many places free again, and the other's message is none that went back.
    again = hired.memory.queues.take(own)
    assert [each.text for each in again] == [each.text for each in flood[AT_ONCE:]]
    assert all(each.delay >= 1 for each in again)
    gate.set()
    await asyncio.gather(*works)
    assert len(await there(hired, DIRECT)) == AT_ONCE
    assert await there(hired, OTHER_DIRECT) == {subscription_id(MANY)}
    for number, message in enumerate(again):
        await inbox.take(own, Delivery(f"again-{number}", message.text, 1))
    assert await there(hired, DIRECT) == {subscription_id(number) for number in range(MANY)}


async def test_going_back_is_no_failure_and_forgets_none(hired: LocalApp):
    """However often: no try of the host's is burnt, and what was put off once stays so."""
    (message,) = await sent(hired, DIRECT, range(1))
    own, inbox = queue_of(DIRECT), hired.services.inbox
    work = inbox.works[own]
    assert isinstance(work, OnboardingQueue)
    delivery = replace(message, text=inbox.notes.noted(own, message))
    with ExitStack() as places:
        for _ in range(AT_ONCE):
            places.enter_context(work.crowds.place(DIRECT))
        for _ in range(MANY):
            await inbox.take(own, delivery)
            (put,) = hired.memory.queues.take(own)
            delivery = Delivery("another", put.text, 1)
            known = inbox.notes.read(own, delivery)
            assert (known.id, known.times_put_off, known.first) == (message.id, 1, False)
    await inbox.take(own, delivery)
    assert await there(hired, DIRECT) == {subscription_id(0)}
    assert hired.memory.queues.take(own) == ()


async def test_what_failed_before_does_not_go_back_so_its_tries_come_to_an_end(hired: LocalApp):
    """A message that goes back is a new one to the host, which would try it for ever."""
    failing, dying = await sent(hired, DIRECT, range(2))
    own, inbox = queue_of(DIRECT), hired.services.inbox
    work = inbox.works[own]
    assert isinstance(work, OnboardingQueue)
    with ExitStack() as places:
        for _ in range(AT_ONCE):
            places.enter_context(work.crowds.place(DIRECT))
        await inbox.take(own, replace(failing, dequeue_count=2))
        await inbox.take(own, replace(dying, dequeue_count=MAX_DEQUEUE_COUNT))
    assert await there(hired, DIRECT) == {subscription_id(0), subscription_id(1)}
    assert hired.memory.queues.take(own) == ()
