"""What queues could not process, and the invitations that a timer records as expired."""

from datetime import timedelta

import pytest

from shared.errors import BadRequest
from shared.services.messages import Delivery, announcement
from shared.storage.memory import Request
from tests.building import AGENCY, BUREAU, STRANGER, invitation_id

from .backend import accept, enrol, invite, wrote
from .sending import Sender


def poison(text: str, number: int = 1) -> Delivery:
    return Delivery(f"p-{number}", text, 1)


SAID = f'{{"tenantId": "{AGENCY}", "commandId": "abc", "look": 1}}'


async def test_poison_of_projections_is_announced_again_and_recorded_once(backend):
    """However often it fails: a broken tenant fills no table."""
    for number in range(3):
        await backend.services.dead_letters.poison("projections", poison(SAID, number))
    (letter,) = Sender(backend).letters()
    assert (letter["queue"], letter["reason"]) == ("projections", "retries-exhausted")
    assert (letter["tenantId"], letter["text"], letter["dequeueCount"]) == (AGENCY, SAID, 5)
    again = backend.announced()
    assert [(each.tenant_id, each.command_id, each.look) for each in again] == [
        (AGENCY, "abc", 3)
    ] * 3
    (message, *_) = backend.queues.take("projections")
    assert message.delay == 120


async def test_followers_catch_up_once_the_cause_is_gone(backend):
    await backend.do(enrol(), invite())
    (*_, message) = backend.queues.take("projections")
    await backend.services.dead_letters.poison("projections", poison(message.text))
    await backend.deliver()
    await backend.assert_followed()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"tenantId": "x"}', SAID.replace("1", "4")])
async def test_what_is_no_announcement(backend, text):
    with pytest.raises(BadRequest):
        announcement(text)
    await backend.services.dead_letters.poison("projections", poison(text))
    (letter,) = Sender(backend).letters()
    assert (letter["reason"], letter["tenantId"]) == ("malformed", None)
    assert backend.announced() == []


@pytest.mark.parametrize("queue", ["sweep-shards", "webhook-deliveries"])
async def test_poison_of_other_queues(backend, queue):
    await backend.services.dead_letters.poison(queue, poison("{}"))
    await backend.services.dead_letters.poison(queue, poison("{}"))
    (letter,) = Sender(backend).letters()
    assert (letter["queue"], letter["reason"], letter["text"]) == (
        queue,
        "retries-exhausted",
        "{}",
    )


async def test_a_long_text_is_cut_between_characters(backend):
    await backend.services.dead_letters.poison("sweep-shards", poison("a" + "한" * 9_000))
    (letter,) = Sender(backend).letters()
    assert letter["text"] == "a" + "한" * 1365


# the timer


LATER = timedelta(days=91)


async def test_overdue_invitations_are_recorded_once(backend):
    await backend.do(enrol(), invite(), invite(number=2, customer_id=BUREAU, expiresInDays=365))
    backend.clock.pass_by(LATER)
    recorded = await backend.services.expiry.run()
    assert (recorded.invitations, recorded.failures) == (1, 0)
    tenant, _ = await backend.replay(AGENCY)
    closed = tenant.invitation(invitation_id())
    assert (closed.status.value, closed.closed_by.role) == ("expired", "system")
    assert closed.closed_at == closed.expires_at
    recorded = await backend.services.expiry.run()
    assert (recorded.invitations, recorded.failures) == (0, 0)
    await backend.deliver()
    await backend.assert_followed()


async def test_what_is_answered_does_not_expire(backend):
    await backend.do(enrol(), invite(), accept())
    backend.clock.pass_by(LATER)
    assert (await backend.services.expiry.run()).invitations == 0


async def test_a_tenant_that_fails_stops_no_other(backend, caplog):
    await backend.do(enrol(), invite(), invite(customer_id=BUREAU), invite(customer_id=STRANGER))
    backend.clock.pass_by(LATER)
    broken = backend.rows("tenants", STRANGER)["head"]
    broken.properties["kind"] = "no kind"

    async def fail(request: Request) -> None:
        if wrote(request, "entry|") and request.keys[0].partition == AGENCY:
            raise RuntimeError("a defect")

    backend.before = fail
    recorded = await backend.services.expiry.run()
    assert (recorded.invitations, recorded.failures) == (1, 2)
    assert [each.message for each in caplog.records if each.levelname == "WARNING"] == [
        "expiry.failed"
    ] * 2
    tenant, _ = await backend.replay(BUREAU)
    assert tenant.invitation(invitation_id()).status.value == "expired"
