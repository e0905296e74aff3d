"""Putting dead letters back: once, by who may still send them, until they succeed."""

import asyncio
from datetime import timedelta

import pytest

from shared.errors import ConditionNotMet, NotFound, NotReplayable
from shared.services.ports.values import StorageBusy, StorageDown
from shared.services.queues.messages import MAX_DEQUEUE_COUNT, Delivery
from shared.storage.engine.memory import Request
from tests.cast.commands import enrol, register, related
from tests.cast.ids import AGENCY, subscription_id
from tests.cast.messages import encoded, event, profile, registration, sold
from tests.running.sender import Sender

from .burying import ME, NARROW, allow, dead, letters, outcome, put_back, replay, replay_is_refused


@pytest.fixture
def sender(backend) -> Sender:
    return Sender(backend)


async def test_a_replay_that_succeeds_closes_its_letter(backend, sender):
    await backend.do(*related())
    letter_id = await dead(backend, sender, "subscription-registration", registration())
    shown = await replay(backend, letter_id)
    assert (shown["status"], shown["replays"][0]["outcome"]) == ("replayed", "pending")
    assert shown["replays"][0]["by"]["objectId"] == "me"
    await put_back(backend, sender)
    assert await outcome(backend) == ("closed", ["succeeded"])
    assert sorted(await sender.outcomes()) == ["failed", "succeeded"]
    tenant, _ = await backend.replay(AGENCY)
    assert tenant.subscription(subscription_id(1))
    again = await replay(backend, letter_id)
    assert (again["status"], len(again["replays"])) == ("closed", 1)
    assert "onboarding" not in backend.queues.messages


async def test_the_queue_holds_only_a_reference(backend, sender):
    await replay(backend, await dead(backend, sender, "customer-profile", profile()))
    (message,) = backend.queues.take("onboarding")
    assert len(message.text) < 120


async def test_concurrent_replays_put_one_message(backend, sender):
    letter_id = await dead(backend, sender, "customer-profile", profile())
    many = [backend.instance(seed) for seed in range(8)]
    shown = await asyncio.gather(*(replay(backend, letter_id, each) for each in many))
    assert len(backend.queues.messages["onboarding"]) == 1
    assert {len(each["replays"]) for each in shown} == {1}
    await put_back(backend, sender)
    assert await outcome(backend) == ("closed", ["succeeded"])


async def test_a_replayed_message_that_comes_twice(backend, sender):
    """A suspension, replayed, after which others went on: it does not come back."""
    await backend.do(*related(), register(1))
    suspension = sold(status="suspended")
    letter_id = await dead(backend, sender, "subscription-status", suspension, id="s")
    await replay(backend, letter_id)
    (message,) = backend.queues.take("onboarding")
    await sender.text(message.text)
    await sender.send("subscription-status", sold(status="active"), id="a")
    await sender.text(message.text)
    tenant, _ = await backend.replay(AGENCY)
    assert tenant.subscription(subscription_id(1)).status.value == "active"
    assert sorted(await sender.outcomes()) == ["failed", "succeeded", "succeeded"]
    assert len(await letters(backend)) == 1


async def test_a_refused_replay_leaves_the_letter_open(backend, sender):
    await backend.do(enrol())
    letter_id = await dead(backend, sender, "subscription-registration", registration())
    await replay(backend, letter_id)
    await put_back(backend, sender)
    assert await outcome(backend) == ("open", ["refused"])
    await replay(backend, letter_id)
    await put_back(backend, sender)
    assert await outcome(backend) == ("open", ["refused", "refused"])
    assert sorted(await sender.outcomes()) == ["failed", "refused", "refused"]


async def test_a_replay_that_dies_again_opens_the_same_letter(backend, sender):
    letter_id = await dead(backend, sender, "customer-profile", profile())
    await replay(backend, letter_id)
    (message,) = backend.queues.take("onboarding")

    async def fail(request: Request) -> None:
        if request.table == "tenants":
            raise RuntimeError("a defect")

    backend.before = fail
    with pytest.raises(RuntimeError):
        await sender.text(message.text, 1)
    await sender.text(message.text, MAX_DEQUEUE_COUNT)
    assert await outcome(backend) == ("open", ["retries-exhausted"])
    await sender.text(message.text, 1)  # that replay is over, whatever is delivered late
    assert await outcome(backend) == ("open", ["retries-exhausted"])


async def test_a_process_that_dies_at_every_try_of_a_replay(backend, sender):
    letter_id = await dead(backend, sender, "customer-profile", profile())
    await replay(backend, letter_id)
    (message,) = backend.queues.take("onboarding")
    await backend.services.inbox.poison("onboarding", Delivery("p", message.text, 1))
    assert await outcome(backend) == ("open", ["retries-exhausted"])


async def test_a_busy_storage_puts_off_a_replay_too(backend, sender):
    letter_id = await dead(backend, sender, "customer-profile", profile())
    await replay(backend, letter_id)

    async def busy(request: Request) -> None:
        if request.table == "tenants":
            raise StorageBusy("429")

    backend.before = busy
    await put_back(backend, sender)
    backend.calm()
    await put_back(backend, sender)
    assert await outcome(backend) == ("closed", ["succeeded"])


# who may


async def test_a_source_that_may_not_is_not_replayed(backend, sender):
    await sender.start(NARROW)
    await sender.send("customer-profile", profile())
    (letter,) = await letters(backend)
    with pytest.raises(NotReplayable) as caught:
        await replay(backend, letter.id)
    assert caught.value.target == "source-not-authorised"
    assert await outcome(backend) == ("open", [])
    assert "onboarding" not in backend.queues.messages


async def test_a_right_that_went_between_replay_and_try(backend, sender):
    letter_id = await dead(backend, sender, "customer-profile", profile())
    await replay(backend, letter_id)
    await allow(backend, NARROW)
    await put_back(backend, sender)
    assert await outcome(backend) == ("open", ["source-not-authorised"])


@pytest.mark.parametrize("text", ["no base64!", encoded({}), encoded(event("unknown", {}))])
async def test_what_can_never_succeed_is_not_replayed(backend, sender, text):
    await sender.start()
    await sender.text(text)
    (letter,) = await letters(backend)
    with pytest.raises(NotReplayable):
        await replay(backend, letter.id)


async def test_there_is_no_such_letter(backend):
    with pytest.raises(NotFound):
        await replay(backend, "0" * 64)


async def test_a_condition(backend, sender):
    letter_id = await dead(backend, sender, "customer-profile", profile())

    def stale(etag: str) -> None:
        raise ConditionNotMet

    with pytest.raises(ConditionNotMet):
        await backend.services.replays.replay(letter_id, ME, stale)
    assert await outcome(backend) == ("open", [])


@pytest.mark.parametrize("text", ["replay " + "0" * 64 + " " + "0" * 32, "replay x y"])
async def test_a_forged_reference_is_undecodable(backend, sender, text):
    await sender.start()
    await sender.text(text)
    (letter,) = await letters(backend)
    assert letter.reason == "undecodable"
    await replay_is_refused(backend, letter.id)


async def test_a_guessed_nonce_replays_nothing(backend, sender):
    letter_id = await dead(backend, sender, "customer-profile", profile())
    await sender.text(f"replay {letter_id} {'0' * 32}")
    assert await outcome(backend) == ("open", [])
    assert await sender.outcomes() == ["failed"]


# what goes wrong while putting it back


@pytest.mark.parametrize("error", [StorageBusy("429"), StorageDown("no answer")])
async def test_a_message_that_could_not_be_put_back(backend, sender, error):
    letter_id = await dead(backend, sender, "customer-profile", profile())

    async def fail(request: Request) -> None:
        if request.table == "onboarding":
            raise error

    backend.before = fail
    with pytest.raises(type(error)):
        await replay(backend, letter_id)
    assert await outcome(backend) == ("open", ["not-sent"])
    backend.calm()
    await replay(backend, letter_id)
    await put_back(backend, sender)
    assert await outcome(backend) == ("closed", ["not-sent", "succeeded"])


async def test_a_put_that_landed_after_all_counts_for_nothing(backend, sender):
    letter_id = await dead(backend, sender, "customer-profile", profile())

    async def lost(request: Request) -> None:
        if request.table == "onboarding":
            raise StorageDown("no answer")

    backend.after = lost
    with pytest.raises(StorageDown):
        await replay(backend, letter_id)
    backend.calm()
    await put_back(backend, sender)
    assert await outcome(backend) == ("open", ["not-sent"])
    assert await sender.outcomes() == ["failed"]


async def test_a_replay_that_got_lost_can_be_done_again_later(backend, sender):
    letter_id = await dead(backend, sender, "customer-profile", profile())
    await replay(backend, letter_id)
    backend.queues.take("onboarding")
    await replay(backend, letter_id)
    assert "onboarding" not in backend.queues.messages
    backend.clock.pass_by(timedelta(minutes=16))
    await replay(backend, letter_id)
    await put_back(backend, sender)
    assert await outcome(backend) == ("closed", ["given-up", "succeeded"])
