"""What follows a sale, through the services: suspensions, ends, disputes, erasure, followers."""

from datetime import timedelta

import pytest

from shared.errors import AlreadyExists, NotFound, PolicyRefused
from shared.model.base import Model
from shared.services.ports.index import IndexKey, IndexKind
from tests.cast.commands import (
    accept,
    annul,
    block,
    dispute,
    enrol,
    erase,
    invite,
    linked,
    register,
    related,
    remove,
    request_end,
    resume,
    revoke,
    set_partner_of_record,
    set_status,
    suspend,
    update,
)
from tests.cast.ids import (
    AGENCY,
    BUREAU,
    DIRECT,
    MPN,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    invitation_id,
    subscription_id,
)


async def refusals(executing) -> list[str]:
    with pytest.raises(PolicyRefused) as caught:
        await executing
    return [each.rule_id for each in caught.value.refusals]


async def two_customers(backend) -> None:
    await backend.do(*related(), *related(customer_id=BUREAU)[1:])


async def listed(backend, kind: IndexKind, item_id: str, partner_id: str = DIRECT) -> dict:
    row = await backend.ports.index.get(IndexKey(partner_id, kind, AGENCY, item_id))
    return row.value.body


async def customer_row(backend, partner_id: str = DIRECT) -> dict:
    return await listed(backend, IndexKind.CUSTOMER, AGENCY, partner_id)


# PRT-1


async def test_a_suspension_is_seen_at_once_in_this_instance(backend):
    await backend.do(*related(), register(1), suspend())
    assert await refusals(backend.do(register(2))) == ["PRT-1"]
    assert await refusals(backend.do(update(quantity=3))) == ["PRT-1"]
    assert await refusals(backend.do(set_status("deleted"))) == ["PRT-1"]
    assert "PRT-1" in await refusals(backend.do(remove()))
    assert await refusals(backend.do(invite(number=2, customer_id=BUREAU))) == ["PRT-1"]
    await backend.do(resume())
    assert (await backend.do(register(2))).events


async def test_another_instance_sees_it_when_its_cache_is_old_and_refuses_nothing_wrongly(backend):
    await backend.do(*related())
    other = backend.instance(2).executor
    assert (await other.execute(register(1))).events
    await backend.do(suspend())
    assert (await other.execute(register(2))).events
    backend.clock.pass_by(timedelta(seconds=60))
    assert await refusals(other.execute(register(3))) == ["PRT-1"]
    await backend.do(resume())
    assert (await other.execute(register(3))).events


async def test_a_customer_cannot_accept_a_suspended_partner(backend):
    await backend.do(enrol(), invite(), suspend())
    assert await refusals(backend.do(accept())) == ["PRT-1"]
    await backend.do(resume(), accept())


# REM-1


@pytest.mark.parametrize(("count", "named"), [(1, 1), (20, 20), (25, 20)])
async def test_a_refused_removal_names_what_stands_in_its_way(backend, count, named):
    """The partner's own, by their ids, twenty at most; another's are neither named nor counted."""
    await backend.do(*related(), enrol(OTHER_DIRECT), invite(OTHER_DIRECT, 2), accept(2))
    await backend.do(register(*range(100, 140), partner_id=OTHER_DIRECT))
    await backend.do(register(*range(count)), register(200), set_status("deleted", 200))
    with pytest.raises(PolicyRefused) as caught:
        await backend.do(remove())
    (refusal,) = caught.value.refusals
    assert (refusal.rule_id, refusal.params["count"]) == ("REM-1", str(count))
    told = refusal.params["subscriptions"].split(", ")
    assert told == [subscription_id(number) for number in range(named)]


async def test_blockers_are_found_behind_a_thousand_of_others(backend):
    await backend.do(*related(), enrol(OTHER_DIRECT), invite(OTHER_DIRECT, 2), accept(2))
    for first in range(0, 1000, 50):
        await backend.do(register(*range(first, first + 50), partner_id=OTHER_DIRECT))
    await backend.do(register(2000))
    with pytest.raises(PolicyRefused) as caught:
        await backend.do(remove())
    (refusal,) = caught.value.refusals
    assert refusal.params["subscriptions"] == subscription_id(2000)


async def test_a_removal_changes_no_subscription(backend):
    await backend.do(*related(), register(1, 2))
    await backend.do(set_status("suspended", 1), set_status("deleted", 2))
    before = backend.rows("tenants", AGENCY, "subscription|")
    assert (await backend.do(remove())).events
    assert backend.rows("tenants", AGENCY, "subscription|") == before


# followers


async def test_a_removed_relationship_in_the_partners_index(backend):
    await backend.do(*related(), register(1), set_status("suspended"))
    await backend.deliver()
    assert (await customer_row(backend))["status"] == "active"
    await backend.do(remove())
    await backend.deliver()
    row = await customer_row(backend)
    assert (row["status"], row["delegatedAdmin"]) == ("removed", "revokedByRemoval")
    assert (row["name"], row["domain"]) == (None, None)
    await backend.assert_followed()


async def test_both_sides_of_a_removed_two_tier_relationship(backend):
    await backend.do(*linked(), invite(PROVIDER, indirectResellerId=RESELLER), accept())
    await backend.do(remove(PROVIDER))
    await backend.deliver()
    for side in (PROVIDER, RESELLER):
        assert (await customer_row(backend, side))["status"] == "removed"
    await backend.assert_followed()


async def test_privileges_that_are_taken_back(backend):
    await backend.do(*related(), revoke())
    await backend.deliver()
    assert (await customer_row(backend))["delegatedAdmin"] == "revokedByCustomer"
    await backend.do(request_end(), block())
    await backend.deliver()
    await backend.assert_followed()
    told = [event["type"] for event in backend.feed(DIRECT, AGENCY)]
    assert told[-3:] == [
        "dap-admin-relationship-terminated",
        "reseller-relationship-end-requested",
        "partner-blocked",
    ]


async def test_a_partner_that_never_met_the_customer_does_not_hear_of_a_block(backend):
    await backend.do(*related(), block(OTHER_DIRECT), block(OTHER_DIRECT, blocked=False))
    await backend.deliver(twice=True)
    await backend.assert_followed()
    assert backend.feed(OTHER_DIRECT, AGENCY) == []


@pytest.mark.parametrize(
    ("command", "field", "value"),
    [
        (update(quantity=7), "quantity", 7),
        (update(friendlyName="Mail"), "friendlyName", "Mail"),
        (set_status("suspended"), "status", "suspended"),
        (set_status("deleted"), "status", "deleted"),
    ],
)
async def test_a_changed_subscription_in_the_partners_index(backend, command, field, value):
    await backend.do(*related(), register(1))
    await backend.deliver()
    await backend.do(command)
    await backend.deliver()
    row = await listed(backend, IndexKind.SUBSCRIPTION, subscription_id(1))
    assert row[field] == value
    await backend.assert_followed()


async def test_a_partner_of_record_that_is_filled_in_later_lists_the_subscription(backend):
    await backend.do(*linked(), invite(PROVIDER, indirectResellerId=RESELLER), accept())
    await backend.do(register(1, partner_id=PROVIDER))
    await backend.do(set_partner_of_record(1, PROVIDER, MPN[RESELLER]))
    await backend.deliver()
    row = await listed(backend, IndexKind.SUBSCRIPTION, subscription_id(1), RESELLER)
    assert row["partnerOfRecord"] == MPN[RESELLER]
    await backend.assert_followed()


async def test_followers_that_come_late_tell_the_whole_story_once(backend):
    """One announcement is enough, and serves what every command wrote."""
    await backend.do(*related(), register(1), update(quantity=2), set_status("suspended"))
    await backend.do(set_status("active"), dispute(), annul(), revoke(), remove())
    await backend.deliver(twice=True)
    await backend.assert_followed()
    assert (await customer_row(backend))["status"] == "removed"


# SUB-6


async def test_an_annulled_id_is_free_for_another_customer(backend):
    await two_customers(backend)
    await backend.do(register(1))
    assert await refusals(backend.do(annul())) == ["SUB-6"]
    assert await refusals(backend.do(register(1, customer_id=BUREAU))) == ["SUB-2"]
    await backend.do(dispute(), annul())
    assert f"subscription|{subscription_id(1)}" not in await backend.claim_holders()
    assert (await backend.do(register(1, customer_id=BUREAU))).events
    assert (await backend.claim_holders())[f"subscription|{subscription_id(1)}"] == BUREAU
    tenant, _ = await backend.replay(AGENCY)
    assert tenant.subscription(subscription_id(1)).status.value == "annulled"


async def test_annulling_again_leaves_the_new_holder_alone(backend):
    await two_customers(backend)
    await backend.do(register(1), dispute(), annul(), register(1, customer_id=BUREAU))
    assert (await backend.do(annul())).events == ()
    assert (await backend.claim_holders())[f"subscription|{subscription_id(1)}"] == BUREAU


async def test_an_annulled_id_stays_refused_at_the_same_customer(backend):
    await backend.do(*related(), register(1), dispute(), annul())
    assert await refusals(backend.do(register(1, quantity=3))) == ["SUB-2"]
    assert (await backend.do(register(1))).events == ()
    assert f"subscription|{subscription_id(1)}" not in await backend.claim_holders()


# erasure


async def with_personal_data(backend) -> Model:
    contact = {"email": "ada@agency.example", "locale": "ko"}
    asked = invite(message="Good day", contact=contact)
    await backend.do(enrol(), asked, accept(), register(1))
    return asked


async def test_erasing_takes_the_details_and_changes_nothing_else(backend):
    asked = await with_personal_data(backend)
    before = backend.rows("tenants", AGENCY)
    done = await backend.do(erase(invitation_id(), "agreement", invitation_id(9)))
    after = backend.rows("tenants", AGENCY)
    gone = {f"details|{invitation_id()}", "details|agreement"}
    assert before.keys() - after.keys() == gone
    new = after.keys() - before.keys()
    assert new == {f"entry|{done.after.head.sequence:012d}"}
    kept = {row: each for row, each in after.items() if row not in new | {"head"}}
    assert kept == {row: each for row, each in before.items() if row not in gone | {"head"}}
    entry = await backend.ports.tenants.entry(AGENCY, done.after.head.sequence)
    assert [event.type.value for event in entry.events()] == ["personal-data-erased"]
    assert entry.events()[0].data.model_dump() == {"customerId": AGENCY, "invitationId": None}
    with pytest.raises(AlreadyExists):
        await backend.do(asked)
    await backend.deliver()
    await backend.assert_followed()


async def test_erasing_again_does_nothing(backend):
    await with_personal_data(backend)
    await backend.do(erase(invitation_id(), invitation=invitation_id()))
    assert (await backend.do(erase(invitation_id(), invitation=invitation_id()))).events == ()
    tenant, _ = await backend.replay(AGENCY)
    assert tenant.head.sequence == 4


async def test_an_invitation_whose_details_are_gone_is_still_answered(backend):
    await backend.do(enrol(), invite(message="Good day"), erase(invitation_id()))
    assert (await backend.do(accept())).events
    with pytest.raises(NotFound):
        await backend.do(accept(9))
