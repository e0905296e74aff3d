"""Who asks at the same moment in two instances: one wins, nothing is lost, and all are told why."""

import asyncio
from datetime import timedelta

import pytest

from shared.model.claims import ClaimKey, ClaimKind
from shared.model.customers import TenantKind
from shared.model.models import Subscription
from shared.services.ports.claims import Claim, ClaimState
from shared.services.ports.values import Stored
from tests.cast.commands import accept, cancel, decline, enrol, invite, profile, register
from tests.cast.ids import (
    AGENCY,
    BUREAU,
    DIRECT,
    OTHER_DIRECT,
    customer_id,
    invitation_id,
    subscription_id,
)
from tests.properties.world import NEWCOMER
from tests.running.core import Core
from tests.running.instances import Outcome, instance, new_entries, outcome

ROUNDS = range(1, 6)
UNSIGNED = ("PolicyRefused", "AGR-1 partnerId")
OTHER_NEWCOMER = "c4000000-0000-4000-8000-000000000014"


def did(told: Outcome) -> bool:
    return told[0] == "Done" and len(told) > 1


def single(told: list[Outcome]) -> int:
    """The one of two that did something."""
    (winner,) = [n for n, each in enumerate(told) if did(each)]
    return winner


def sold(core: Core, customer: str) -> set[str]:
    rows = core.tenant(customer).rows.values()
    return {row.id for row in rows if isinstance(row, Subscription)}


def ids(numbers: range) -> set[str]:
    return {subscription_id(number) for number in numbers}


@pytest.mark.parametrize("first", ["accepts", "declines"])
async def test_two_global_admins_accept_and_decline(two, first):
    for number in ROUNDS:
        customer = customer_id(number)
        await two.do(invite(customer_id=customer))
        order = {
            "accepted": accept(customer_id=customer),
            "declined": decline(customer_id=customer, reason="No"),
        }
        names = list(order) if first == "accepts" else list(order)[::-1]
        told = await two.at_once(*(order[name] for name in names))
        winner = single(told)
        row = (await two.settled()).tenant(customer).invitation(invitation_id())
        assert row.status.value == names[winner]
        rule = {"accepted": "INV-2", "declined": "ACC-3"}[row.status.value]
        why = f"{rule} invitationId status={row.status.value}"
        assert told[1 - winner] == ("PolicyRefused", why)


async def test_accepting_and_canceling(two):
    for number in ROUNDS:
        customer = customer_id(number)
        await two.do(invite(customer_id=customer))
        told = await two.at_once(accept(customer_id=customer), cancel(customer_id=customer))
        why = ["INV-2 invitationId status=accepted", "ACC-3 invitationId status=canceled"]
        winner = single(told)
        assert told[1 - winner] == ("PolicyRefused", why[winner])
        await two.settled()


async def test_the_same_acceptance_twice_is_done_once_and_answered_twice(two):
    await two.do(invite())
    before = await two.settled()
    told = await two.at_once(accept(), accept())
    assert single(told) in {0, 1}
    assert [each[0] for each in told] == ["Done", "Done"]
    assert len(new_entries(before, await two.settled())) == 1


@pytest.mark.parametrize("instances", [2, 16])
async def test_sixteen_writers_of_one_customer_all_succeed(two, instances):
    await two.do(invite(), accept())
    before = await two.settled()
    writers = [instance(two.storages[n % 2].ports, two.time, seed=n) for n in range(instances)]
    told = await asyncio.gather(
        *(outcome(writers[n % instances].execute(register(n + 1))) for n in range(16))
    )
    assert all(map(did, told)), told
    after = await two.settled()
    assert sold(after, AGENCY) == ids(range(1, 17))
    assert len(new_entries(before, after)) == 16


async def test_one_subscription_id_at_two_customers_has_one_winner(two):
    await two.do(invite(), accept(), invite(number=2, customer_id=BUREAU), accept(2, BUREAU))
    for number in ROUNDS:
        told = await two.at_once(register(number), register(number, customer_id=BUREAU))
        winner = single(told)
        assert told[1 - winner] == ("PolicyRefused", "SUB-2 id")
        core = await two.settled()
        holds = [subscription_id(number) in sold(core, one) for one in (AGENCY, BUREAU)]
        assert holds == [winner == 0, winner == 1]


@pytest.mark.parametrize(
    ("here", "there"),
    [(range(1, 51), range(21, 71)), (range(21, 71), range(1, 51))],
    ids=["first-ids-first", "last-ids-first"],
)
async def test_of_two_batches_that_share_thirty_ids_one_wins_whole(two, here, there):
    await two.do(invite(), accept(), invite(number=2, customer_id=BUREAU), accept(2, BUREAU))
    before = await two.settled()
    told = await two.at_once(register(*here), register(*there, customer_id=BUREAU))
    winner = single(told)
    shared = [here, there][1 - winner].index(21)
    assert told[1 - winner] == ("PolicyRefused", f"SUB-2 subscriptions[{shared}].id")
    core = await two.settled()  # no claim is left behind: those held are those of the rows
    assert [sold(core, AGENCY), sold(core, BUREAU)] == [
        ids(here) if winner == 0 else set(),
        ids(there) if winner == 1 else set(),
    ]
    assert len(new_entries(before, core)) == 1


async def test_what_a_losing_batch_gave_up_can_be_registered_by_anybody(two):
    await two.do(
        invite(),
        accept(),
        invite(number=2, customer_id=BUREAU),
        accept(2, BUREAU),
        register(9, customer_id=BUREAU),
    )
    assert await two.ask(register(1, 2, 9)) == (
        "PolicyRefused",
        "SUB-2 subscriptions[2].id",
    )
    assert did(await two.ask(register(1, 2, customer_id=BUREAU), at=1))
    await two.settled()


async def test_an_id_that_is_being_given_up_is_waited_for(two, monkeypatch):
    await two.do(invite(), accept())
    claims = two.storages[0].ports.claims
    key = ClaimKey(ClaimKind.SUBSCRIPTION, subscription_id(1))
    await claims.insert(Claim(key, BUREAU, "somebody", ClaimState.RELEASING))
    look, looks = claims.get, []

    async def looked(at: ClaimKey) -> Stored[Claim] | None:
        looks.append(at)
        return await look(at)

    monkeypatch.setattr(claims, "get", looked)
    asking = asyncio.create_task(two.ask(register(1)))
    while len(looks) < 3 and not asking.done():
        await asyncio.sleep(0.01)
    assert not asking.done()
    assert set(looks) == {key}
    await claims.delete(key, (await look(key)).etag)
    assert did(await asking)
    await two.settled()


async def test_one_invitation_id_of_two_partners(two):
    for number in ROUNDS:
        customer = customer_id(number)
        told = await two.at_once(
            invite(customer_id=customer), invite(partner_id=OTHER_DIRECT, customer_id=customer)
        )
        winner = single(told)
        assert told[1 - winner] == ("AlreadyExists",)
        row = (await two.settled()).tenant(customer).invitation(invitation_id())
        assert row.partner_id == [DIRECT, OTHER_DIRECT][winner]


async def test_one_partner_inviting_twice_waits_for_one_answer(two):
    for number in ROUNDS:
        customer = customer_id(number)
        told = await two.at_once(
            invite(number=1, customer_id=customer), invite(number=2, customer_id=customer)
        )
        winner = single(told)
        pending = invitation_id(winner + 1)
        assert told[1 - winner] == ("PolicyRefused", f"INV-3 invitationId pending={pending}")
        await two.settled()


async def test_two_partners_with_one_mpn_id(two):
    for number in ROUNDS:
        pair = [customer_id(2 * number), customer_id(2 * number + 1)]
        told = await two.at_once(*(enrol(one, mpnId=f"77{number}") for one in pair))
        winner = single(told)
        assert told[1 - winner] == ("PolicyRefused", "ELG-8 mpnId")
        core = await two.settled()
        assert core.partner(pair[winner]).mpn_id == f"77{number}"
        assert core.partner(pair[1 - winner]) is None
        assert did(await two.ask(enrol(pair[1 - winner], mpnId=f"88{number}")))


async def test_a_partner_and_another_that_names_it_an_affiliate(two):
    names_it = enrol(OTHER_NEWCOMER, mpnId="78", affiliatedTenantIds=[NEWCOMER])
    told = await two.at_once(enrol(NEWCOMER, mpnId="77"), names_it)
    winner = single(told)
    target = ["affiliatedTenantIds", "partnerId"][winner]
    assert told[1 - winner] == ("PolicyRefused", f"ELG-8 {target}")
    await two.settled()


async def test_a_tenant_is_enrolled_as_a_partner_while_it_is_invited(two):
    for number in ROUNDS:
        tenant = customer_id(number)
        enrolled, invited = await two.at_once(
            enrol(tenant, mpnId=f"77{number}"), invite(customer_id=tenant)
        )
        assert did(enrolled)
        now = (await two.settled()).tenant(tenant)
        assert now.head.kind is TenantKind.PARTNER
        if did(invited):
            row = now.invitation(invitation_id())
            assert (row.status.value, row.close_reason) == ("canceled", "ELG-1")
        else:
            assert invited[0] == "PolicyRefused"
            assert invited[1].startswith("ELG-1")
            assert not now.rows


async def test_a_tenant_is_enrolled_as_a_partner_while_it_accepts(two):
    for number in ROUNDS:
        tenant = customer_id(number)
        await two.do(invite(customer_id=tenant))
        told = await two.at_once(accept(customer_id=tenant), enrol(tenant, mpnId=f"77{number}"))
        winner = single(told)
        assert told[1 - winner][0] == "PolicyRefused"
        kind = (await two.settled()).tenant(tenant).head.kind
        assert kind is [TenantKind.CUSTOMER, TenantKind.PARTNER][winner]
        assert {each.split()[0] for each in told[1 - winner][1:]} == [
            {"ELG-3"},
            {"ACC-3", "ELG-1"},
        ][winner]


async def test_a_profile_stated_twice_at_once_is_the_later_one(two):
    told = await two.at_once(profile(name="One"), profile(name="Two"))
    assert all(map(did, told))
    core = await two.settled()
    last = core.ledgers[AGENCY][-1].events()[0].data
    assert core.tenant(AGENCY).head.customer == last


# what another instance has cached of a partner


async def test_a_cached_profile_never_refuses(two):
    await two.do(enrol(DIRECT, partnerAgreementSignedAt=None))
    assert await two.ask(invite(), at=1) == UNSIGNED
    await two.do(enrol(DIRECT))
    assert did(await two.ask(invite(), at=1))


async def test_a_cached_profile_may_allow_until_it_is_old(two):
    assert did(await two.ask(invite(customer_id=customer_id(1)), at=1))
    await two.do(enrol(DIRECT, partnerAgreementSignedAt=None))
    told = await two.at_once(invite(customer_id=customer_id(2)), invite(customer_id=customer_id(3)))
    assert told[0] == UNSIGNED
    assert did(told[1])
    two.time.pass_by(timedelta(seconds=60))
    assert await two.ask(invite(customer_id=customer_id(4)), at=1) == UNSIGNED
    await two.settled()
