"""What faults mean for results, for dead letters and in the queue."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from shared.services.ports.dead_letters import DeadLetter
from shared.services.ports.operations import Outcome, Result
from shared.services.ports.queues import Announcement, Receipt
from shared.services.ports.values import GuardFailed, StorageBusy, StorageDown, WriteUnknown
from shared.storage.wiring import azure
from tests.cast.ids import PRECISE_AT

from .proxy import answers, loses_answer, refuses

RESULT = Result(
    key="k",
    feed_id="feed",
    message_id="m",
    source="s",
    type="t",
    outcome=Outcome.SUCCEEDED,
    at=PRECISE_AT,
)
LETTER = DeadLetter(
    id="letter",
    queue="onboarding",
    reason="malformed",
    error={},
    tenant_id=None,
    excerpt="{",
    dequeue_count=1,
    dead_at=PRECISE_AT,
)
NEWS = Announcement(tenant_id=str(uuid4()), command_id=str(uuid4()))


@pytest.fixture
def ports(clients):
    return azure(clients)


async def results(ports) -> tuple[Result, ...]:
    page = await ports.operations.results("feed", None, 10, until=PRECISE_AT + timedelta(days=1))
    return page.items


@pytest.mark.parametrize(
    ("fault", "happened"),
    [
        (loses_answer, True),
        (refuses, False),
        (answers(503, effect=True), True),
        (answers(503), False),
    ],
)
async def test_a_result_of_unknown_outcome_is_repeated_and_there_once(
    ports, account, fault, happened
):
    rule = account.tables.on(fault, path="batch")
    with pytest.raises(WriteUnknown):
        await ports.operations.put_result(RESULT, None)
    assert rule.matched == 1, "it is sent once"
    assert await results(ports) == ((RESULT,) if happened else ())
    again, later = (replace(RESULT, at=PRECISE_AT + timedelta(seconds=n)) for n in (1, 2))
    for each in (again, later)[happened:]:
        with nullcontext() if each == again else pytest.raises(GuardFailed):
            await ports.operations.put_result(each, None)
    assert await results(ports) == (RESULT if happened else again,)


async def test_a_dead_letter_whose_answer_is_lost_may_be_added_again(ports, account):
    account.tables.on(loses_answer)
    with pytest.raises(WriteUnknown):
        await ports.dead_letters.add(LETTER, "{", [])
    assert not await ports.dead_letters.add(LETTER, "{", []), "the first one is there"


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        (answers(429, "TooManyRequests"), StorageBusy),
        (answers(503, "ServerBusy"), StorageBusy),
        (answers(500), StorageDown),
        (answers(403, "AuthenticationFailed"), StorageDown),
        (refuses, StorageDown),
        (loses_answer, StorageDown),
    ],
)
async def test_an_announcement_that_fails_is_sent_once_and_told(ports, account, fault, meaning):
    account.queues.on(fault)
    with pytest.raises(meaning):
        await ports.announcer.announce(NEWS)
    assert len(account.queues.seen) == 1


@pytest.mark.parametrize("fault", [answers(429), answers(500), answers(404), refuses, loses_answer])
async def test_withdrawing_never_raises(ports, account, fault):
    receipt = await ports.announcer.announce(NEWS)
    rule = account.queues.on(fault, method="DELETE")
    await ports.announcer.withdraw(receipt)
    assert rule.matched == 1, "it is tried once"
    await ports.announcer.withdraw(Receipt("none", "none"))
    assert rule.matched == 2


@pytest.mark.parametrize(("look", "delay"), [(1, 1), (2, 5), (3, 120)])
async def test_each_look_has_its_delay_and_no_announcement_expires(ports, account, look, delay):
    await ports.announcer.announce(replace(NEWS, look=look))
    target = account.queues.seen[-1].target
    assert f"visibilitytimeout={delay}" in target
    assert "messagettl=-1" in target


@pytest.mark.parametrize("service", ["tables", "queues"])
async def test_creating_without_storage_is_told(clients, account, service):
    getattr(account, service).on(refuses)
    with pytest.raises(StorageDown):
        await clients.create_all()
