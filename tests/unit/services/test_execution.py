"""One command, whatever the storage, other writers and stale caches do to it."""

import asyncio
from datetime import timedelta

import pytest

from shared.domain.commands import SetCustomerProfile
from shared.domain.models import PartnerType
from shared.errors import (
    AlreadyExists,
    BadRequest,
    ConcurrencyConflict,
    ConditionNotMet,
    Forbidden,
    NotFound,
    OutcomeUnknown,
    PolicyRefused,
    Throttled,
)
from shared.services.execution import ANNOUNCEMENT_LIFE, DEADLINE
from shared.services.loading import Message
from shared.services.ports import GuardFailed, StorageBusy, StorageDown, WriteUnknown
from shared.storage.memory import Request
from tests.building import (
    AGENCY,
    BUREAU,
    DIRECT,
    OTHER_DIRECT,
    RESELLER,
    STRANGER,
    actor,
    customer_body,
    subscription_id,
)

from .backend import accept, enrol, invite, linked, register, related, wrote


def profile(**changes) -> SetCustomerProfile:
    return SetCustomerProfile(actor(AGENCY, "CG"), AGENCY, customer_body(**changes))


def once(backend, hook, row: str, doing):
    """Calls `doing` around the first commit that writes `row`, and never again."""

    async def around(request: Request) -> None:
        if wrote(request, row):
            backend.calm()
            await doing()

    setattr(backend, hook, around)


async def sequence(backend, tenant_id: str = AGENCY) -> int:
    head = await backend.ports.tenants.head(tenant_id)
    return head.value.sequence


async def failure(backend, command, error: type, **how) -> Exception:
    with pytest.raises(error) as caught:
        await backend.services.executor.execute(command, **how)
    return caught.value


def rules(refused: PolicyRefused) -> list[str]:
    return [refusal.rule_id for refusal in refused.refusals]


# one writer


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
    assert backend.clock.seconds >= DEADLINE


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


# answers that are lost


async def test_a_lost_answer_of_our_own_success(backend):
    await backend.do(*related())

    async def lost() -> None:
        raise WriteUnknown("lost")

    once(backend, "after", "entry|", lost)
    done = await backend.do(register(1))
    assert done.after.head.sequence == await sequence(backend) == 3


async def test_a_transaction_that_never_arrived_is_sent_again(backend):
    await backend.do(*related())

    async def lost() -> None:
        raise WriteUnknown("lost")

    once(backend, "before", "entry|", lost)
    await backend.do(register(1))
    assert await sequence(backend) == 3


async def test_an_unknown_outcome_that_another_writer_settles(backend):
    """Ours never arrived; the entry that is there is another's."""
    await backend.do(*related())
    other = backend.instance(2).executor

    async def overtaken() -> None:
        await other.execute(profile(name="First"))
        raise WriteUnknown("lost")

    once(backend, "before", "entry|", overtaken)
    done = await backend.do(register(1))
    assert done.after.head.sequence == await sequence(backend) == 4


async def test_reading_whose_entry_it_is_may_fail_for_a_while(backend):
    await backend.do(*related())
    failures = iter([StorageBusy("busy"), StorageDown("down")])

    async def lost() -> None:
        backend.before = unreadable
        raise WriteUnknown("lost")

    async def unreadable(request: Request) -> None:
        if request.verb == "get" and request.keys[0].row.startswith("entry|"):
            for error in failures:
                raise error

    once(backend, "after", "entry|", lost)
    await backend.do(register(1))
    assert await sequence(backend) == 3
    assert next(failures, None) is None


@pytest.mark.parametrize("readable", [True, False])
async def test_an_outcome_that_stays_unknown(backend, readable):
    await backend.do(*related())
    backend.clock.tick = 2.5

    async def lost(request: Request) -> None:
        if wrote(request, "entry|"):
            if not readable:
                backend.before = unreadable
            raise WriteUnknown("lost")

    async def unreadable(request: Request) -> None:
        if request.verb == "get" and request.keys[0].row.startswith("entry|"):
            raise StorageDown("down")

    backend.before, backend.after = (lost, backend.after) if readable else (backend.before, lost)
    await failure(backend, register(1), OutcomeUnknown)
    backend.calm()
    assert f"subscription|{subscription_id(1)}" in await backend.claim_holders()
    assert await sequence(backend) == (2 if readable else 3)
    await backend.do(register(1))
    await backend.deliver()
    await backend.assert_followed()
    assert await sequence(backend) == 3


async def test_storage_that_only_ever_says_no(backend):
    await backend.do(*related())
    backend.clock.tick = 2.5
    before = backend.announced()

    async def busy(request: Request) -> None:
        if wrote(request, "entry|"):
            raise StorageBusy("busy")

    backend.before = busy
    await failure(backend, register(1), Throttled)
    backend.calm()
    assert backend.announced() == before
    assert f"subscription|{subscription_id(1)}" not in await backend.claim_holders()


async def test_storage_that_says_no_for_a_while(backend):
    await backend.do(*related())

    async def busy() -> None:
        raise StorageBusy("busy")

    once(backend, "before", "entry|", busy)
    await backend.do(register(1))
    assert await sequence(backend) == 3


async def test_nothing_happens_without_an_announcement(backend):
    async def down(request: Request) -> None:
        if request.table == "projections":
            raise StorageDown("down")

    backend.before = down
    await failure(backend, enrol(), StorageDown)
    backend.calm()
    assert await backend.ports.tenants.head(DIRECT) is None
    assert await backend.claim_holders() == {}


async def test_a_command_that_took_too_long_is_announced_again(backend):
    async def slow() -> None:
        backend.clock.pass_by(timedelta(seconds=ANNOUNCEMENT_LIFE + 1))

    once(backend, "before", "entry|", slow)
    await backend.do(enrol())
    first, second = backend.announced()
    assert first == second


# messages


MESSAGE = Message("/pipelines/one", "m-1", "/api/somewhere")


async def test_a_message_takes_effect_once(backend):
    executor = backend.services.executor
    await backend.do(*related())
    first = await executor.execute(profile(name="One"), message=MESSAGE)
    await backend.do(profile(name="Two"))
    second = await executor.execute(profile(name="One"), message=MESSAGE)
    assert (len(first.events), second.events) == (1, ())
    assert second.remembered.resource == MESSAGE.resource
    assert (await backend.ports.tenants.head(AGENCY)).value.customer.name == "Two"


async def test_a_message_without_effect_is_remembered_too(backend):
    executor = backend.services.executor
    await backend.do(*related(), profile(name="One"))
    await executor.execute(profile(name="One"), message=MESSAGE)
    await backend.do(profile(name="Two"))
    assert (await executor.execute(profile(name="One"), message=MESSAGE)).remembered
    assert await sequence(backend) == 4
    await backend.deliver()
    await backend.assert_followed()


async def test_a_lost_answer_of_only_remembering(backend):
    executor = backend.services.executor
    await backend.do(*related(), profile(name="One"))

    async def lost() -> None:
        raise WriteUnknown("lost")

    once(backend, "after", "message|", lost)
    done = await executor.execute(profile(name="One"), message=MESSAGE)
    assert done.remembered


async def test_a_refused_message_is_not_remembered(backend):
    await backend.do(enrol())
    await failure(backend, register(1), PolicyRefused, message=MESSAGE)
    assert await backend.ports.tenants.remembered(AGENCY, MESSAGE.source, MESSAGE.id) is None
    await backend.do(invite(), accept())
    done = await backend.services.executor.execute(register(1), message=MESSAGE)
    assert done.events


async def test_the_same_message_in_two_processes_at_once(backend):
    await backend.do(*related())
    both = [backend.instance(seed).executor for seed in (1, 2)]
    told = await asyncio.gather(*(one.execute(register(1), message=MESSAGE) for one in both))
    assert sorted(len(done.events) for done in told) == [0, 1]
    assert await sequence(backend) == 3


# partner profiles


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
        invite("a1000000-0000-4000-8000-000000000003", indirectResellerId=RESELLER),
        accept(),
    )
    assert done.after.head.of(RESELLER).relationship.partner_name == "Partner 3001"
    assert PartnerType.INDIRECT_RESELLER == "indirectReseller"
    assert BUREAU not in done.after.head.related
