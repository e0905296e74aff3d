"""Limited links: at most N customers, exactly N when nobody dies, and no slot for a refusal."""

import asyncio
from datetime import timedelta

import pytest

from shared.durations import GRACE_SECONDS
from shared.errors import ConcurrencyConflict, PolicyRefused
from shared.policy.catalogue import explain
from shared.policy.invitations import inv_5_taken
from shared.services.ports.values import GuardFailed, StorageDown, WriteUnknown
from shared.storage.engine.memory import Hook, Request
from tests.cast.commands import (
    accept_link,
    block,
    invite,
    issue,
    linked,
    remove,
    revoke_link,
)
from tests.cast.ids import AGENCY, BUREAU, DIRECT, PROVIDER, RESELLER, customer_id, link_id
from tests.cast.resources import invitation_link
from tests.running.backend import wrote
from tests.unit.services.limited_links import LINK, SLOT, offered, slots_of

EXHAUSTED = ["INV-5 exhausted"]
TAKEN = ["INV-5 taken"]


async def refusal(executing) -> list[str]:
    with pytest.raises(PolicyRefused) as caught:
        await executing
    return why(caught.value)


def why(refused: PolicyRefused) -> list[str]:
    return [f"{each.rule_id} {each.variant}".removesuffix(" message") for each in refused.refusals]


async def test_no_more_customers_than_the_link_allows_at_once_in_two_instances(backend):
    limit = 10
    await offered(backend, limit)
    executors = [backend.services.executor, backend.instance(2).executor]
    customers = [customer_id(number) for number in range(limit + 5)]
    told = await asyncio.gather(
        *(executors[n % 2].execute(accept_link(one)) for n, one in enumerate(customers)),
        return_exceptions=True,
    )
    done = {one for one, each in zip(customers, told, strict=True) if getattr(each, "events", None)}
    assert len(done) == limit
    refused = [why(each) for each in told if isinstance(each, PolicyRefused)]
    assert refused == [TAKEN] * 5
    assert await backend.slots(*LINK) == done
    await backend.deliver()
    for one in customers:
        await backend.assert_followed(one)


async def test_the_last_place_of_a_link(backend):
    await offered(backend)
    await backend.do(accept_link())
    assert await refusal(backend.do(accept_link(BUREAU))) == TAKEN
    backend.clock.pass_by(timedelta(seconds=GRACE_SECONDS))
    assert await refusal(backend.do(accept_link(BUREAU))) == EXHAUSTED
    assert await backend.slots(*LINK) == {AGENCY}
    assert await backend.ports.tenants.head(BUREAU) is None


@pytest.mark.parametrize("limit", [1, 3])
async def test_full_for_a_moment_is_not_full_for_good(backend, limit):
    """The one that took the last place is refused, which gives it back."""
    await offered(backend, limit)
    others = [customer_id(number) for number in range(limit - 1)]
    for one in others:
        await backend.do(accept_link(one))
    backend.clock.pass_by(timedelta(days=1))
    executor, told = backend.instance(2).executor, []

    async def overtake(request: Request) -> None:
        if request.table == "tenants" and request.operations:
            backend.calm()
            await executor.execute(block())
            told.extend(await refusal(executor.execute(accept_link(BUREAU))))

    backend.before = overtake
    assert await refusal(backend.do(accept_link())) == ["INV-9 blocked"]
    assert told == TAKEN
    assert explain(inv_5_taken(invitation_link()), "en").retryable == "afterTime"
    await backend.do(accept_link(BUREAU))
    assert await backend.slots(*LINK) == {*others, BUREAU}


async def test_accepting_again_is_the_same_acceptance_also_when_the_link_is_used_up(backend):
    await offered(backend)
    first = await backend.do(accept_link())
    assert (await backend.do(accept_link())).events == ()
    await backend.do(revoke_link())
    again = await backend.do(accept_link())
    assert (again.events, again.after.rows) == ((), first.after.rows)
    assert await backend.slots(*LINK) == {AGENCY}


async def test_the_same_customer_at_once_in_two_instances_takes_one_place(backend):
    await offered(backend, 2)
    told = await asyncio.gather(
        backend.do(accept_link()), backend.instance(2).executor.execute(accept_link())
    )
    assert sorted(bool(each.events) for each in told) == [False, True]
    assert await backend.slots(*LINK) == {AGENCY}


async def test_after_a_removal_it_is_a_new_invitation_in_the_same_place(backend):
    await offered(backend)
    first = await backend.do(accept_link())
    await backend.do(remove())
    second = await backend.do(accept_link())
    ids = [done.after.head.of(DIRECT).relationship.invitation_id for done in (first, second)]
    assert ids[0] != ids[1]
    assert (await backend.do(accept_link())).events == ()
    tenant, _ = await backend.replay(AGENCY)
    accepted = [tenant.invitation(each) for each in ids]
    assert [(each.status.value, each.link_id) for each in accepted] == [("accepted", link_id())] * 2
    assert await backend.slots(*LINK) == {AGENCY}
    assert await refusal(backend.do(accept_link(BUREAU))) == TAKEN


async def test_what_is_refused_before_takes_no_place(backend):
    await offered(backend)
    assert await refusal(backend.do(accept_link(country="KR"))) == ["ELG-6"]
    await backend.do(revoke_link())
    assert await refusal(backend.do(accept_link())) == ["INV-5 revoked"]
    assert await backend.slots(*LINK) == set()


async def test_a_link_that_has_run_out(backend):
    await offered(backend, expiresInDays=1)
    backend.clock.pass_by(timedelta(days=1))
    assert await refusal(backend.do(accept_link())) == ["INV-5 expired"]


async def test_a_link_of_two_tiers(backend):
    await backend.do(*linked(), issue(partner_id=PROVIDER, indirectResellerId=RESELLER))
    done = await backend.do(accept_link(partner_id=PROVIDER))
    assert {one for one, each in done.after.head.related.items() if each.relationship} == {
        PROVIDER,
        RESELLER,
    }
    await backend.deliver()
    await backend.assert_followed()


# refused behind the reservation


async def overtaken(backend, *commands, afterwards: Hook | None = None) -> None:
    """Others at the same customer are faster: the acceptance is decided again, then refused."""
    other = backend.instance(2)

    async def first(request: Request) -> None:
        if wrote(request, "entry|") and request.keys[0].partition == AGENCY:
            backend.calm()
            for command in commands:
                await other.executor.execute(command)
            if afterwards:
                backend.before = afterwards

    backend.before = first


async def test_what_is_refused_behind_the_reservation_gives_the_place_back(backend):
    await offered(backend)
    await overtaken(backend, invite())
    assert await refusal(backend.do(accept_link())) == ["INV-3"]
    assert await backend.slots(*LINK) == set()
    assert (await backend.do(accept_link(BUREAU))).events


async def test_a_refused_second_acceptance_does_not_give_up_the_place_of_the_first(backend):
    await offered(backend)
    await backend.do(accept_link(), remove())
    await overtaken(backend, invite())
    assert await refusal(backend.do(accept_link())) == ["INV-3"]
    assert await backend.slots(*LINK) == {AGENCY}
    assert await refusal(backend.do(accept_link(BUREAU))) == TAKEN


async def test_a_failing_commit_gives_the_place_back(backend):
    await offered(backend)

    async def down(request: Request) -> None:
        if wrote(request, "entry|"):
            raise StorageDown("down")

    backend.before = down
    with pytest.raises(StorageDown):
        await backend.do(accept_link())
    backend.calm()
    assert await backend.slots(*LINK) == set()


async def test_a_release_that_fails_leaves_the_answer_as_it_is(backend, caplog):
    """The caller is told why; the place is the sweep's to free."""
    await offered(backend)

    async def fail(request: Request) -> None:
        if wrote(request, "slot|"):
            raise GuardFailed("always")

    await overtaken(backend, invite(), afterwards=fail)
    assert await refusal(backend.do(accept_link())) == ["INV-3"]
    said = [each.message for each in caplog.records if each.levelname == "WARNING"]
    assert said == ["slot.release-failed"] * 3
    backend.calm()
    assert await backend.slots(*LINK) == {AGENCY}
    assert await slots_of(backend).release_one(SLOT)
    assert await backend.slots(*LINK) == set()


# answers that are lost


@pytest.mark.parametrize("hook", ["before", "after"])
async def test_a_lost_answer_of_a_reservation(backend, hook):
    await offered(backend)

    async def lost(request: Request) -> None:
        if wrote(request, "slot|"):
            backend.calm()
            raise WriteUnknown("lost")

    setattr(backend, hook, lost)
    assert (await backend.do(accept_link())).events
    assert await backend.slots(*LINK) == {AGENCY}


async def test_a_reservation_that_never_succeeds(backend):
    await offered(backend)
    backend.clock.tick = 1

    async def busy(request: Request) -> None:
        if wrote(request, "slot|"):
            raise GuardFailed("always")

    backend.before = busy
    with pytest.raises(ConcurrencyConflict):
        await backend.do(accept_link())
    backend.calm()
    assert await backend.slots(*LINK) == set()


@pytest.mark.parametrize("hook", ["before", "after"])
async def test_a_lost_answer_of_a_release(backend, hook):
    await offered(backend)
    await backend.ports.slots.reserve(SLOT, None)

    async def lost(request: Request) -> None:
        if wrote(request, "slot|"):
            backend.calm()
            raise WriteUnknown("lost")

    setattr(backend, hook, lost)
    await slots_of(backend).release(SLOT)
    assert await backend.slots(*LINK) == set()
