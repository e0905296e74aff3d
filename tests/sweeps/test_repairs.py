"""What a sweep puts right by itself, through ordinary commands and guarded writes."""

from datetime import timedelta

import pytest

from shared.services.ports.index import IndexKey, IndexKind
from shared.storage.engine.memory import Request
from tests.cast.commands import accept, enrol, invite, remove, revoke
from tests.cast.ids import AGENCY, BUREAU, DIRECT, OTHER_DIRECT, STRANGER, invitation_id
from tests.running.backend import Backend, wrote
from tests.running.sweeps import findings, open_findings, run_sweep, swept

LATER = timedelta(days=91)
UNTIL = "2026-12-01T00:00:00Z"
THIRD = "d9000000-0000-4000-8000-000000000009"


@pytest.fixture
def store() -> Backend:
    return Backend()


async def lapse(store: Backend) -> None:
    await store.deliver()
    store.clock.pass_by(LATER)


def overdue(customer_id: str = AGENCY, number: int = 1) -> tuple[str, str, str]:
    return ("invitation-overdue", customer_id, f"invitation|{invitation_id(number)}")


async def test_overdue_invitations_are_recorded_once(store):
    await store.do(enrol(), invite(), invite(number=2, customer_id=BUREAU, expiresInDays=365))
    await lapse(store)
    assert await swept(store) == {overdue(): True}
    tenant, _ = await store.replay(AGENCY)
    closed = tenant.invitation(invitation_id())
    assert (closed.status.value, closed.closed_by.role) == ("expired", "system")
    assert closed.closed_at == closed.expires_at
    await store.deliver()
    store.clock.pass_by(timedelta(seconds=1))
    assert await swept(store) == {}
    assert await open_findings(store.services) == set()
    await store.assert_followed()


async def test_what_is_answered_does_not_expire(store):
    await store.do(enrol(), invite(), accept())
    await lapse(store)
    assert await swept(store) == {}


async def test_privileges_that_lapsed_are_recorded_once(store):
    await store.do(enrol(), invite(), accept(delegatedAdminUntil=UNTIL))
    await lapse(store)
    sweep = await run_sweep(store.services, store.queues)
    assert sweep.tally.repaired == 1
    assert await findings(store.services) == []
    tenant, _ = await store.replay(AGENCY)
    relationship = tenant.head.of(DIRECT).relationship
    assert (relationship.status.value, relationship.delegated_admin.value) == ("active", "expired")
    await store.deliver()
    again = await run_sweep(store.services, store.queues)
    assert again.tally.repaired == 0
    await store.assert_followed()
    row = await store.ports.index.get(IndexKey(DIRECT, IndexKind.CUSTOMER, AGENCY, AGENCY))
    assert row.value.body["delegatedAdmin"] == "expired"


@pytest.mark.parametrize("ended", [revoke(), remove()])
async def test_privileges_that_were_taken_back_do_not_lapse(store, ended):
    await store.do(enrol(), invite(), accept(delegatedAdminUntil=UNTIL), ended)
    await lapse(store)
    sweep = await run_sweep(store.services, store.queues)
    assert sweep.tally.repaired == 0


async def test_what_lapses_at_one_tenant_is_recorded_in_turn(store):
    """An invitation and privileges of several partners; one that fails stops none of them."""
    await store.do(enrol(), enrol(OTHER_DIRECT), enrol(THIRD, mpnId="77"))
    for number, partner_id in enumerate((DIRECT, OTHER_DIRECT), 1):
        await store.do(invite(partner_id, number), accept(number, delegatedAdminUntil=UNTIL))
    await store.do(invite(THIRD, 3))
    await lapse(store)
    left = 1

    async def fail_once(request: Request) -> None:
        nonlocal left
        if wrote(request, "entry|") and left:
            left -= 1
            raise RuntimeError("a defect")

    store.before = fail_once
    assert await swept(store) == {overdue(number=3): False}
    await store.deliver()
    store.clock.pass_by(timedelta(seconds=1))
    assert await swept(store) == {overdue(number=3): True}


async def test_a_tenant_that_fails_stops_no_other(store):
    await store.do(enrol(), invite(), invite(customer_id=BUREAU), invite(customer_id=STRANGER))
    await lapse(store)
    store.rows("tenants", STRANGER)["head"].properties["kind"] = "no kind"

    async def fail(request: Request) -> None:
        if wrote(request, "entry|") and request.keys[0].partition == AGENCY:
            raise RuntimeError("a defect")

    store.before = fail
    met = await swept(store)
    assert met.pop(("undecodable-row", STRANGER, "head")) is False
    assert met == {overdue(): False, overdue(BUREAU): True, overdue(STRANGER): False}
    tenant, _ = await store.replay(BUREAU)
    assert tenant.invitation(invitation_id()).status.value == "expired"


async def test_followers_that_stayed_behind_are_called_again(store):
    await store.do(enrol(), invite(), accept())
    store.queues.take("projections")
    store.clock.pass_by(timedelta(minutes=6))
    behind = {
        ("projection-behind", tenant_id, "projection"): True for tenant_id in (DIRECT, AGENCY)
    }
    assert await swept(store) == behind
    await store.deliver()
    await store.assert_followed()
    store.clock.pass_by(timedelta(seconds=1))
    assert await swept(store) == {}
