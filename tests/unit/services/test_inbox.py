"""A busy storage puts messages off; it never makes dead letters of them."""

import json
from datetime import timedelta

import pytest

from shared.errors import OutcomeUnknown
from shared.services.ports.values import GuardFailed, StorageBusy, StorageDown, WriteUnknown
from shared.services.queues.cloud_events import MAX_EVENT_BYTES
from shared.services.queues.inbox import LONGEST_PAUSE, MAX_TIMES_PUT_OFF
from shared.services.queues.messages import MAX_DEQUEUE_COUNT, Delivery
from shared.storage.engine.memory import Request
from tests.cast.commands import related
from tests.cast.ids import AGENCY, subscription_id
from tests.cast.messages import encoded, event, profile, registration, sold
from tests.running.backend import wrote
from tests.running.sender import noted

TEXT = encoded(event("customer-profile", profile()))


@pytest.fixture
def busy(backend):
    """The tables answer with `error` until `backend.calm()`."""

    def begin(error: Exception) -> None:
        async def fail(request: Request) -> None:
            if request.table == "tenants":
                raise error

        backend.before = fail

    return begin


async def take_again(backend, sender, dequeue_count: int = 1) -> int:
    """Hands over what was put off; its delay."""
    (message,) = backend.queues.take("onboarding")
    await sender.text(message.text, dequeue_count)
    return message.delay


@pytest.mark.parametrize("error", [StorageBusy("429"), StorageDown("no answer")])
async def test_a_busy_storage_puts_a_message_off(backend, sender, busy, error):
    busy(error)
    await sender.text(TEXT)
    delays = [await take_again(backend, sender) for _ in range(8)]
    assert all(0 < one <= LONGEST_PAUSE for one in delays)
    assert delays[0] <= 15 < delays[3] < delays[7] >= LONGEST_PAUSE / 2
    assert sender.letters() == []
    backend.calm()
    await take_again(backend, sender)
    assert await sender.outcomes() == ["succeeded"]
    assert "onboarding" not in backend.queues.messages


async def test_no_try_is_burnt(backend, sender, busy):
    """Also the host's last try, after four defects, is put off and not a dead letter."""
    busy(StorageBusy("429"))
    await sender.text(TEXT, MAX_DEQUEUE_COUNT)
    assert sender.letters() == []
    assert len(backend.queues.messages["onboarding"]) == 1


async def test_a_lost_answer_puts_off_and_the_effect_is_one(backend, sender):
    async def lost(request: Request) -> None:
        if wrote(request, "entry|"):
            raise WriteUnknown("lost")

    backend.after = lost
    backend.clock.tick = 5
    await sender.text(TEXT)
    backend.calm()
    await take_again(backend, sender)
    assert await sender.outcomes() == ["succeeded"]
    assert (await backend.ports.tenants.head(AGENCY)).value.sequence == 1


async def test_a_result_that_cannot_be_written_comes_later_and_once(backend, sender):
    await backend.do(*related())

    async def full(request: Request) -> None:
        if request.table == "operations" and request.operations:
            raise StorageBusy("429")

    backend.before = full
    await sender.send("subscription-registration", registration())
    assert await sender.outcomes() == []
    backend.calm()
    await sender.send("subscription-status", sold(status="suspended"), id="2")
    await sender.send("subscription-status", sold(status="active"), id="3")
    await take_again(backend, sender)
    assert await sender.outcomes() == ["succeeded"] * 3
    tenant, _ = await backend.replay(AGENCY)
    assert tenant.subscription(subscription_id(1)).status.value == "active"


async def test_in_the_end_it_is_the_hosts_turn_and_then_a_dead_letter(backend, sender, busy):
    error = StorageBusy("429")
    busy(error)
    worn = noted(Delivery("q-0", TEXT, 1, MAX_TIMES_PUT_OFF - 1))
    for dequeue_count in range(1, MAX_DEQUEUE_COUNT):
        with pytest.raises(StorageBusy):
            await sender.text(worn, dequeue_count)
    await sender.text(worn, MAX_DEQUEUE_COUNT)
    (letter,) = sender.letters()
    assert letter["error"] == {"type": "StorageBusy", "message": "429"}
    assert (letter["text"], letter["dequeueCount"]) == (TEXT, MAX_DEQUEUE_COUNT)


async def test_queues_that_are_busy_too_leave_it_to_the_host(backend, sender):
    async def fail(request: Request) -> None:
        raise StorageBusy(f"429 {request.table}")

    backend.before = fail
    with pytest.raises(StorageBusy):
        await sender.text(TEXT)


async def test_a_message_without_room_for_the_note_is_left_to_the_host(backend, sender, busy):
    said = event("customer-profile", profile(), pad="x" * MAX_EVENT_BYTES)
    room = MAX_EVENT_BYTES - len(json.dumps(said)) + MAX_EVENT_BYTES
    said["pad"] = "x" * room
    busy(StorageBusy("429"))
    with pytest.raises(StorageBusy):
        await sender.text(encoded(said))
    assert "onboarding" not in backend.queues.messages


async def test_announcements_are_put_off_too(backend):
    said = f'{{"tenantId": "{AGENCY}", "commandId": "abc", "look": 1}}'

    async def fail(request: Request) -> None:
        if request.table == "tenants":
            raise OutcomeUnknown

    backend.before = fail
    await backend.services.inbox.take("projections", Delivery("p", said, 5))
    (message,) = backend.queues.take("projections")
    assert message.text.startswith(f"{said}#again=1,p,")
    backend.calm()
    await backend.services.inbox.take("projections", Delivery("p", message.text, 1))


async def test_an_announcement_that_fails_at_every_try(backend):
    """The exception's type and message, not only that the host gave up."""
    said = f'{{"tenantId": "{AGENCY}", "commandId": "abc", "look": 1}}'

    async def fail(request: Request) -> None:
        if request.table == "tenants":
            raise RuntimeError("a defect")

    backend.before = fail
    for dequeue_count in range(1, MAX_DEQUEUE_COUNT):
        with pytest.raises(RuntimeError):
            await backend.services.inbox.take("projections", Delivery("p", said, dequeue_count))
    await backend.services.inbox.take("projections", Delivery("p", said, MAX_DEQUEUE_COUNT))
    (stored,) = (await backend.ports.dead_letters.page(None, 10)).items
    letter = stored.value
    assert letter.error == {"type": "RuntimeError", "message": "a defect"}
    assert (letter.dequeue_count, letter.tenant_id) == (MAX_DEQUEUE_COUNT, AGENCY)
    assert [each.look for each in backend.announced()] == [3]


async def test_others_that_were_faster_burn_no_try(backend, sender):
    """Of many messages of one tenant the last ones wait longer than a command may."""
    await backend.do(*related())

    async def taken(request: Request) -> None:
        if wrote(request, "entry|"):
            backend.clock.tick = 5
            raise GuardFailed("another instance")

    backend.before = taken
    said = encoded(event("subscription-registration", registration()))
    await sender.text(said, MAX_DEQUEUE_COUNT)
    assert sender.letters() == []
    backend.calm()
    backend.clock.tick = 0
    await take_again(backend, sender)
    assert await sender.outcomes() == ["succeeded"]


@pytest.fixture
def unwritable(backend):
    """Letters cannot be written until `backend.calm()`."""

    async def fail(request: Request) -> None:
        if any(key.row.startswith("letter|") for key in request.keys) and request.operations:
            raise StorageBusy("429")

    backend.before = fail


@pytest.mark.usefixtures("unwritable")
async def test_a_letter_that_cannot_be_written_now_keeps_its_cause(backend, sender):
    await sender.text(encoded(event("subscription-wish", {})), MAX_DEQUEUE_COUNT)
    assert sender.letters() == []
    backend.calm()
    await take_again(backend, sender)
    assert sender.reasons() == ["unknown-type"]
    assert await sender.outcomes() == ["failed"]


@pytest.mark.usefixtures("unwritable")
async def test_poison_is_put_off_until_it_is_on_record(backend, sender):
    poison = backend.services.inbox.poison
    await poison("onboarding", Delivery("p-1", TEXT, 1))
    for _ in range(2 * MAX_TIMES_PUT_OFF):
        (message,) = backend.queues.take("onboarding-poison")
        assert 0 < message.delay <= LONGEST_PAUSE
        await poison("onboarding", Delivery("other", message.text, 1))
    backend.calm()
    (message,) = backend.queues.take("onboarding-poison")
    await poison("onboarding", Delivery("other", message.text, 1))
    (letter,) = sender.letters()
    assert (letter["reason"], letter["text"]) == ("retries-exhausted", TEXT)
    assert await sender.outcomes() == ["failed"]


async def test_poison_that_cannot_be_recorded_is_told(backend, caplog):
    """The alert poison-growth stands on this line."""

    async def fail(request: Request) -> None:
        raise RuntimeError("a defect")

    backend.before = fail
    with pytest.raises(RuntimeError):
        await backend.services.inbox.poison("onboarding", Delivery("p-1", TEXT, 1))
    (said,) = [each for each in caplog.records if each.message == "letter.not-recorded"]
    assert (said.levelname, said.queue) == ("WARNING", "onboarding-poison")
    assert said.error == "RuntimeError"


async def test_one_letter_though_its_result_could_not_be_written(backend, sender):
    async def fail(request: Request) -> None:
        if request.operations and request.keys[0].partition.startswith("result|"):
            raise StorageBusy("429")

    backend.before = fail
    await sender.text(encoded(event("subscription-wish", {})))
    assert sender.reasons() == ["unknown-type"]
    assert await sender.outcomes() == []
    for _ in range(3):
        await take_again(backend, sender)
    backend.calm()
    await take_again(backend, sender)
    assert sender.reasons() == ["unknown-type"]
    assert await sender.outcomes() == ["failed"]


async def test_a_result_whose_answer_was_lost_has_the_time_of_the_next_try(backend, sender):
    """It must not appear behind a cursor that has passed the time of the first try."""
    tries = []

    async def slow(request: Request) -> None:
        if request.operations and request.keys[0].partition.startswith("result|"):
            tries.append(backend.clock.now())
            if len(tries) == 1:
                backend.clock.pass_by(timedelta(seconds=7))
                raise WriteUnknown("no answer")

    backend.before = slow
    await sender.text(TEXT)
    (result,) = await sender.results()
    assert len(tries) == 2
    assert result.at == tries[1] == tries[0] + timedelta(seconds=7)


async def test_a_result_that_landed_without_an_answer_is_one(backend, sender):
    async def lost(request: Request) -> None:
        if request.operations and request.keys[0].partition.startswith("result|"):
            backend.calm()
            raise WriteUnknown("no answer")

    backend.after = lost
    await sender.text(TEXT)
    assert await sender.outcomes() == ["succeeded"]
