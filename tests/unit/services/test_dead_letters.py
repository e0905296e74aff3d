"""What queues could not process, and what a timer records as lapsed."""

from datetime import timedelta

import pytest

from shared.errors import BadRequest
from shared.services.messages import Delivery, announcement
from shared.services.ports import IndexKey, IndexKind
from shared.storage.memory import Request
from tests.building import AGENCY, BUREAU, DIRECT, OTHER_DIRECT, STRANGER, invitation_id

from .backend import accept, enrol, invite, wrote
from .commands import remove, revoke
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
THIRD = "d9000000-0000-4000-8000-000000000009"


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


UNTIL = "2026-12-01T00:00:00Z"


async def test_privileges_that_lapsed_are_recorded_once(backend):
    await backend.do(enrol(), invite(), accept(delegatedAdminUntil=UNTIL))
    assert (await backend.services.expiry.run()).privileges == 0
    backend.clock.pass_by(LATER)
    recorded = await backend.services.expiry.run()
    assert (recorded.privileges, recorded.failures) == (1, 0)
    tenant, _ = await backend.replay(AGENCY)
    relationship = tenant.head.of(DIRECT).relationship
    assert (relationship.status.value, relationship.delegated_admin.value) == ("active", "expired")
    assert (await backend.services.expiry.run()).privileges == 0
    await backend.deliver()
    await backend.assert_followed()
    row = await backend.ports.index.get(IndexKey(DIRECT, IndexKind.CUSTOMER, AGENCY, AGENCY))
    assert row.value.body["delegatedAdmin"] == "expired"


@pytest.mark.parametrize("ended", [revoke(), remove()])
async def test_privileges_that_were_taken_back_do_not_lapse(backend, ended):
    await backend.do(enrol(), invite(), accept(delegatedAdminUntil=UNTIL), ended)
    backend.clock.pass_by(LATER)
    assert (await backend.services.expiry.run()).privileges == 0


async def test_what_lapses_at_one_tenant_is_recorded_in_turn(backend):
    """An invitation and privileges of several partners; one that fails stops none of them."""
    await backend.do(enrol(), enrol(OTHER_DIRECT), enrol(THIRD, mpnId="77"))
    for number, partner_id in enumerate((DIRECT, OTHER_DIRECT), 1):
        await backend.do(invite(partner_id, number), accept(number, delegatedAdminUntil=UNTIL))
    await backend.do(invite(THIRD, 3))
    backend.clock.pass_by(LATER)
    left = 1

    async def fail_once(request: Request) -> None:
        nonlocal left
        if wrote(request, "entry|") and left:
            left -= 1
            raise RuntimeError("a defect")

    backend.before = fail_once
    recorded = await backend.services.expiry.run()
    assert (recorded.invitations, recorded.privileges, recorded.failures) == (0, 2, 1)
    recorded = await backend.services.expiry.run()
    assert (recorded.invitations, recorded.privileges, recorded.failures) == (1, 0, 0)


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


async def test_lapsed_privileges_that_fail_stop_no_other_tenant(backend):
    await backend.do(enrol())
    for customer_id in (AGENCY, BUREAU):
        await backend.do(invite(customer_id=customer_id))
        await backend.do(accept(customer_id=customer_id, delegatedAdminUntil=UNTIL))
    backend.clock.pass_by(LATER)

    async def fail(request: Request) -> None:
        if wrote(request, "entry|") and request.keys[0].partition == AGENCY:
            raise RuntimeError("a defect")

    backend.before = fail
    recorded = await backend.services.expiry.run()
    assert (recorded.privileges, recorded.failures) == (1, 1)
