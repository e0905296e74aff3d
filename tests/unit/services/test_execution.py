"""One command, whatever other writers and stale caches do to it."""

import asyncio
from datetime import timedelta

import pytest

from shared.durations import COMMAND_SECONDS
from shared.errors import (
    AlreadyExists,
    BadRequest,
    ConcurrencyConflict,
    ConditionNotMet,
    Forbidden,
    NotFound,
    PolicyRefused,
)
from shared.services.ports.values import GuardFailed
from shared.storage.engine.memory import Request
from tests.cast.commands import accept, enrol, invite, linked, profile, register, related
from tests.cast.ids import (
    AGENCY,
    DIRECT,
    MPN,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    STRANGER,
    subscription_id,
)
from tests.running.backend import failure, once, rules, sequence, wrote


async def test_success(backend):
    await backend.do(*related())
    done = await backend.do(register(1))
    assert [event.type for event in done.events] == ["subscription-registered"]
    assert (done.before.head.sequence, done.after.head.sequence) == (2, 3)
    entry = await backend.ports.tenants.entry(AGENCY, 3)
    assert entry.command_id == backend.announced()[-1].command_id
    assert entry.document["command"] == "register-subscriptions"
    await backend.replay(AGENCY)


async def test_a_replay_writes_nothing_and_takes_its_announcement_back(backend):
    await backend.do(*related(), register(1))
    before = backend.announced()
    done = await backend.do(register(1))
    assert done.events == ()
    assert done.after == done.before
    assert backend.announced() == before
    assert await sequence(backend) == 3


async def test_a_refusal_writes_nothing_and_takes_its_announcement_back(backend):
    await backend.do(*related())
    before = backend.announced()
    refused = await failure(backend, register(1, partner_id=OTHER_DIRECT), Forbidden)
    assert refused.status == 403
    await backend.do(enrol(OTHER_DIRECT))
    assert rules(await failure(backend, register(1, partner_id=OTHER_DIRECT), PolicyRefused)) == [
        "SUB-1"
    ]
    assert len(backend.announced()) == len(before) + 1
    assert await sequence(backend) == 2


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (accept(7), NotFound),
        (invite(delegatedAdmin=True, message="Other content"), AlreadyExists),
        (enrol(STRANGER, affiliatedTenantIds=[STRANGER]), BadRequest),
        (invite(STRANGER, 2), Forbidden),
    ],
)
async def test_each_other_answer_has_its_error(backend, command, error):
    await backend.do(*related())
    await failure(backend, command, error)
    assert await sequence(backend) == 2


async def test_a_precondition_that_does_not_hold(backend):
    def stale(tenant, decided):
        assert decided.events
        raise ConditionNotMet

    await backend.do(enrol())
    await failure(backend, enrol(name="New"), ConditionNotMet, precondition=stale)
    await backend.services.executor.execute(enrol(), precondition=stale)
    assert await sequence(backend, DIRECT) == 1


# other writers


async def test_a_lost_race_is_decided_again(backend):
    await backend.do(*related())
    other = backend.instance(2).executor
    once(backend, "before", "head", lambda: other.execute(register(1)))
    done = await backend.do(register(2))
    assert (done.before.head.sequence, done.after.head.sequence) == (3, 4)
    assert await sequence(backend) == 4


async def test_a_lost_race_may_turn_into_a_refusal(backend):
    await backend.do(*related())
    other = backend.instance(2).executor
    once(backend, "before", "head", lambda: other.execute(register(1, quantity=7)))
    assert rules(await failure(backend, register(1), PolicyRefused)) == ["SUB-2"]
    assert (await backend.claim_holders())[f"subscription|{subscription_id(1)}"] == AGENCY


async def test_other_writers_that_always_win(backend):
    await backend.do(*related())
    backend.clock.tick = 2.5

    async def lose(request: Request) -> None:
        if wrote(request, "entry|"):
            raise GuardFailed("another writer")

    backend.before = lose
    announced = backend.announced()
    await failure(backend, register(1), ConcurrencyConflict)
    backend.calm()
    assert backend.announced() == announced
    assert f"subscription|{subscription_id(1)}" not in await backend.claim_holders()
    assert backend.clock.seconds >= COMMAND_SECONDS


async def test_writers_of_one_tenant_line_up(backend):
    """Sixteen at once, each with one commit: none collides with another of its process."""
    await backend.do(*related())
    backend.requests.clear()
    numbers = range(1, 17)
    await asyncio.gather(*(backend.do(register(number)) for number in numbers))
    assert backend.requests.count("tenants EGT") == 16
    assert await sequence(backend) == 18
    await backend.deliver()
    await backend.assert_followed()


async def test_a_row_that_is_newer_than_its_head_is_loaded_again(backend):
    """The head is read, another writer commits, the row is read."""
    await backend.do(*related())
    other = backend.instance(2).executor

    async def between(request: Request) -> None:
        if request.verb == "get" and request.keys[0].row.startswith("subscription|"):
            backend.calm()
            await other.execute(register(1))

    backend.before = between
    done = await backend.do(register(1))
    assert done.events == ()
    assert (done.after.head.sequence, len(done.after.rows)) == (3, 1)


async def test_a_cached_profile_is_enough_to_allow(backend):
    await backend.do(*related(), register(1))
    backend.requests.clear()
    await backend.do(register(2))
    assert backend.requests.count("tenants get") == 2


async def test_a_refusal_rests_on_fresh_profiles_only(backend):
    """Another process has signed the agreement for the partner in the meantime."""
    await backend.do(enrol(partnerAgreementSignedAt=None))
    assert rules(await failure(backend, invite(), PolicyRefused)) == ["AGR-1"]
    await backend.instance(2).executor.execute(enrol())
    assert (await backend.do(invite())).events


async def test_a_cached_profile_may_be_behind_until_it_is_old(backend):
    await backend.do(*related(), register(1))
    unsigned = enrol(partnerAgreementSignedAt=None)
    await backend.instance(2).executor.execute(unsigned)
    assert (await backend.do(register(2))).events
    backend.clock.pass_by(timedelta(seconds=61))
    assert rules(await failure(backend, register(3), PolicyRefused)) == ["AGR-1"]


async def test_a_change_of_a_partner_is_known_to_its_own_process_at_once(backend):
    await backend.do(*related(), register(1), enrol(partnerAgreementSignedAt=None))
    assert rules(await failure(backend, register(2), PolicyRefused)) == ["AGR-1"]


async def test_a_partner_that_was_absent_is_found_when_it_is_there(backend):
    await failure(backend, invite(), Forbidden)
    await backend.instance(2).executor.execute(enrol())
    assert (await backend.do(invite())).events


async def test_time_in_the_ledger_never_runs_backwards(backend):
    await backend.do(enrol(), invite())
    backend.clock.pass_by(timedelta(hours=-1))
    done = await backend.do(profile())
    assert done.after.head.at == done.before.head.at


async def test_both_sides_of_an_invitation_are_loaded(backend):
    await backend.do(*linked())
    done = await backend.do(
        invite(PROVIDER, indirectResellerId=RESELLER),
        accept(),
    )
    head = done.after.head
    names = {each: head.of(each).relationship.partner_name for each in (PROVIDER, RESELLER)}
    assert names == {each: f"Partner {MPN[each]}" for each in names}
    assert head.of(PROVIDER).relationship.indirect_reseller_id == RESELLER
    assert head.of(RESELLER).relationship.indirect_provider_id == PROVIDER
