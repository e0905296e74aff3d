"""The rules that hold by the guard of every commit, seen from outside: what is stored stays."""

import pytest

from shared.deciding import guard
from shared.deciding.guard import NonInterferenceError
from shared.deciding.linking import EndResellerLink
from shared.errors import PolicyRefused
from shared.model.models import DelegatedAdmin, SubscriptionStatus
from shared.model.state import RowKind
from shared.services.listing import Viewer
from tests.cast.commands import (
    accept,
    enrol,
    invite,
    linked,
    register,
    related,
    remove,
    request_end,
    revoke,
    set_status,
)
from tests.cast.ids import AGENCY, DIRECT, OTHER_DIRECT, PROVIDER, RESELLER, actor
from tests.cast.resources import agreement, customer, event, relationship, subscription, tenant
from tests.running.backend import Backend
from tests.unit.policy.verdicts import enforces

SOLD = subscription(1, OTHER_DIRECT)
BEFORE = tenant(AGENCY, customer(), agreement(), relationship(OTHER_DIRECT), SOLD)


@enforces("guard", "NIF-1", "NIF-2", "NIF-3", "NIF-4")
@pytest.mark.parametrize(
    ("promise", "changes"),
    [
        ("NIF-1", {"status": SubscriptionStatus.SUSPENDED}),
        ("NIF-2", {"partner_id": DIRECT}),
        ("NIF-3", {"quantity": 1}),
        ("NIF-4", {"partner_of_record": "3001"}),
    ],
)
@pytest.mark.parametrize("command", [invite(), accept(), remove(), register(2)], ids=type)
def test_nothing_of_what_another_partner_sold_changes(command, promise, changes):
    rows = BEFORE.rows.set((RowKind.SUBSCRIPTION, SOLD.id), SOLD.but(**changes))
    after = type(BEFORE)(BEFORE.head, rows)
    with pytest.raises(NonInterferenceError, match=promise):
        guard.check(BEFORE, after, guard.allowance(BEFORE, command))


@enforces("guard", "NIF-5")
@pytest.mark.parametrize("command", [invite(), remove(), revoke(), register(2)], ids=type)
def test_one_partners_command_touches_no_other_partner(command):
    dropped = relationship(OTHER_DIRECT).but(delegated_admin=DelegatedAdmin.NONE)
    after = tenant(AGENCY, customer(), agreement(), relationship(OTHER_DIRECT), SOLD, dropped)
    assert event(dropped).data == after.head.of(OTHER_DIRECT).relationship
    with pytest.raises(NonInterferenceError, match="NIF-5"):
        guard.check(BEFORE, after, guard.allowance(BEFORE, command))


@pytest.fixture
async def sold(backend):
    """Two partners with a subscription each."""
    await backend.do(*related(), register(1), enrol(OTHER_DIRECT))
    await backend.do(invite(OTHER_DIRECT, 2), accept(2), register(2, partner_id=OTHER_DIRECT))
    return backend


def subscriptions(backend: Backend):
    """As they are stored, ETags and all."""
    return backend.rows("tenants", AGENCY, "subscription|")


async def shown(backend: Backend, partner_id: str = DIRECT):
    """Status and privileges of the relationship."""
    found = await backend.services.customers.relationship(AGENCY, partner_id, Viewer())
    return found["status"], found["delegatedAdmin"]


@enforces("guard", "ACC-2")
async def test_accepting_is_all_or_nothing(backend):
    await backend.do(enrol(), invite())
    before = backend.rows("tenants", AGENCY)
    with pytest.raises(PolicyRefused):
        await backend.do(accept(customerAgreement=None))
    assert backend.rows("tenants", AGENCY) == before
    await backend.do(accept())
    head = (await backend.ports.tenants.head(AGENCY)).value
    assert head.agreement
    assert await shown(backend) == ("active", "granted")


@enforces("guard", "DAP-1")
@pytest.mark.parametrize(
    ("by", "why"), [(AGENCY, "revokedByCustomer"), (DIRECT, "revokedByPartner")]
)
async def test_taking_privileges_back_keeps_the_relationship(sold, by, why):
    before = subscriptions(sold)
    await sold.do(revoke(by=by))
    assert await shown(sold) == ("active", why)
    assert await shown(sold, OTHER_DIRECT) == ("active", "granted")
    assert subscriptions(sold) == before


@enforces("guard", "INV-7")
async def test_inviting_again_restores_what_is_gone_and_nothing_else(sold):
    before = subscriptions(sold)
    customers = sold.services.customers
    others = await customers.relationship(AGENCY, OTHER_DIRECT, Viewer())
    await sold.do(revoke(), invite(DIRECT, 3), accept(3))
    assert await shown(sold) == ("active", "granted")
    assert await customers.relationship(AGENCY, OTHER_DIRECT, Viewer()) == others
    assert subscriptions(sold) == before


@enforces("guard", "REM-2")
async def test_removing_takes_privileges_and_registration_and_changes_no_subscription(sold):
    await sold.do(set_status("suspended"))
    before = subscriptions(sold)
    await sold.do(remove())
    assert await shown(sold) == ("removed", "revokedByRemoval")
    assert subscriptions(sold) == before
    with pytest.raises(PolicyRefused, match="SUB-1"):
        await sold.do(register(3))


@enforces("guard", "REM-3")
async def test_asking_for_the_end_ends_nothing(sold):
    before = subscriptions(sold)
    await sold.do(request_end())
    seen = await sold.services.customers.relationship(AGENCY, DIRECT, Viewer(DIRECT))
    assert seen["endRequestedAt"]
    assert await shown(sold) == ("active", "granted")
    assert subscriptions(sold) == before


@enforces("guard", "REM-4")
async def test_unlinking_leaves_customers_as_they_are(backend):
    await backend.do(*linked(), invite(PROVIDER, indirectResellerId=RESELLER), accept())
    before = backend.rows("tenants", AGENCY)
    await backend.do(EndResellerLink(actor(RESELLER), PROVIDER, RESELLER))
    assert backend.rows("tenants", AGENCY) == before
    assert await shown(backend, PROVIDER) == await shown(backend, RESELLER) == ("active", "granted")
