"""Ids that exist once: two holders, claims that are given back, and fences."""

import asyncio

import pytest

from shared.errors import ConcurrencyConflict, PolicyRefused
from shared.model.claims import ClaimKey, ClaimKind
from shared.services.commands.claiming import Claims
from shared.services.ports.claims import Claim, ClaimState
from shared.services.ports.values import GuardFailed, StorageDown, WriteUnknown
from shared.storage.engine.memory import Request
from tests.cast.commands import enrol, register, related
from tests.cast.ids import AGENCY, BUREAU, DIRECT, OTHER_DIRECT, STRANGER, subscription_id
from tests.running.backend import wrote


def key(number: int = 1) -> ClaimKey:
    return ClaimKey(ClaimKind.SUBSCRIPTION, subscription_id(number))


def place(number: int = 1) -> str:
    return f"subscription|{subscription_id(number)}"


async def both(backend) -> None:
    """Two customers of one partner."""
    await backend.do(*related(), *related(customer_id=BUREAU)[1:])


async def hold(backend, number: int, holder: str, state: ClaimState = ClaimState.HELD) -> None:
    await backend.ports.claims.insert(Claim(key(number), holder, "somebody", state))


def targets(refused: PolicyRefused) -> list[str]:
    return [f"{refusal.rule_id} {refusal.target}" for refusal in refused.refusals]


async def refusal(backend, command) -> list[str]:
    with pytest.raises(PolicyRefused) as caught:
        await backend.do(command)
    return targets(caught.value)


async def test_a_foreign_claim_refuses_and_gives_back_what_was_claimed_before_it(backend):
    await both(backend)
    await backend.do(register(2, customer_id=BUREAU))
    told = await refusal(backend, register(3, 2, 1))
    assert told == ["SUB-2 subscriptions[1].id"]
    holders = await backend.claim_holders()
    assert {each: holders.get(place(each)) for each in (1, 2, 3)} == {1: None, 2: BUREAU, 3: None}
    assert (await backend.do(register(1, 3, customer_id=BUREAU))).events


async def test_what_another_command_of_the_same_holder_claimed_is_not_given_back(backend):
    """Its transaction may be on its way."""
    await both(backend)
    await hold(backend, 1, AGENCY)
    await backend.do(register(2, customer_id=BUREAU))
    await refusal(backend, register(1, 2))
    assert (await backend.claim_holders())[place(1)] == AGENCY


async def test_an_own_claim_without_a_row_serves_again(backend):
    await both(backend)
    await hold(backend, 1, AGENCY)
    assert (await backend.do(register(1))).events


async def test_a_claim_that_is_not_used_yet_is_waited_for(backend):
    """Its command may be refused after all. Then nobody holds the id, and it never was held."""
    await both(backend)
    await hold(backend, 1, BUREAU)
    waiting = asyncio.create_task(backend.do(register(1)))
    await asyncio.sleep(0.02)
    assert not waiting.done()
    claims = Claims(backend.ports.claims, backend.ports.tenants, backend.clock)
    assert await claims.release_one(key(), BUREAU)
    assert (await waiting).events


async def test_a_claim_that_comes_into_use_refuses(backend):
    await both(backend)
    await hold(backend, 1, BUREAU)
    waiting = asyncio.create_task(refusal(backend, register(1)))
    await asyncio.sleep(0.02)
    assert not waiting.done()
    await backend.do(register(1, customer_id=BUREAU))
    assert await waiting == ["SUB-2 id"]


async def test_a_claim_that_is_never_used_is_no_refusal(backend):
    """Whoever made it has died: a sweep frees it, and the same again succeeds."""
    await both(backend)
    backend.clock.tick = 1
    await hold(backend, 1, BUREAU)
    with pytest.raises(ConcurrencyConflict):
        await backend.do(register(1))


async def test_a_claim_that_is_being_released_is_waited_for(backend):
    await both(backend)
    await hold(backend, 1, AGENCY, ClaimState.RELEASING)
    waited = asyncio.create_task(backend.do(register(1)))
    await asyncio.sleep(0.02)
    assert not waited.done()
    claims = Claims(backend.ports.claims, backend.ports.tenants, backend.clock)
    assert await claims.release_one(key(), AGENCY)
    assert (await waited).events
    assert (await backend.claim_holders())[place()] == AGENCY


async def test_a_release_that_never_ends(backend):
    await both(backend)
    backend.clock.tick = 1
    await hold(backend, 2, AGENCY, ClaimState.RELEASING)
    with pytest.raises(ConcurrencyConflict):
        await backend.do(register(1, 2))
    assert place(1) not in await backend.claim_holders()


async def test_a_failing_claim_gives_back_those_before_it(backend):
    await both(backend)

    async def down(request: Request) -> None:
        if request.operations and request.keys[0].partition == place(2):
            raise StorageDown("down")

    backend.before = down
    with pytest.raises(StorageDown):
        await backend.do(register(1, 2))
    backend.calm()
    assert place(1) not in await backend.claim_holders()


@pytest.mark.parametrize("hook", ["before", "after"])
async def test_a_lost_answer_of_a_claim(backend, hook):
    await both(backend)

    async def lost(request: Request) -> None:
        if request.table == "claims" and request.operations:
            backend.calm()
            raise WriteUnknown("lost")

    setattr(backend, hook, lost)
    assert (await backend.do(register(1))).events
    assert (await backend.claim_holders())[place()] == AGENCY


async def test_a_claim_in_use_stays_held(backend):
    await both(backend)
    await backend.do(register(1))
    claims = Claims(backend.ports.claims, backend.ports.tenants, backend.clock)
    assert not await claims.release_one(key(), AGENCY)
    assert (await backend.claim_holders())[place()] == AGENCY


async def test_nobody_releases_a_claim_of_others(backend):
    await both(backend)
    await backend.do(register(1, customer_id=BUREAU))
    claims = Claims(backend.ports.claims, backend.ports.tenants, backend.clock)
    assert await claims.release_one(key(), AGENCY)
    assert await claims.release_one(key(7), AGENCY)
    assert (await backend.claim_holders())[place()] == BUREAU


async def test_a_commit_that_was_prepared_before_a_release_fails(backend):
    """The fence: the releaser finds no row, so none may come any more."""
    await both(backend)
    claims = Claims(backend.ports.claims, backend.ports.tenants, backend.clock)
    seen: list[bool] = []

    async def released(request: Request) -> None:
        if wrote(request, "entry|"):
            backend.calm()
            seen.append(await claims.release_one(key(), AGENCY))

    backend.before = released
    assert (await backend.do(register(1))).events
    assert seen == [True]
    assert (await backend.claim_holders())[place()] == AGENCY


async def test_a_commit_between_the_steps_of_a_release_keeps_its_claim(backend):
    """It lands before the fence, so the releaser finds its row."""
    await both(backend)
    claims = Claims(backend.ports.claims, backend.ports.tenants, backend.clock)
    prepared, released = asyncio.Event(), asyncio.Event()

    async def order(request: Request) -> None:
        if wrote(request, "entry|"):
            prepared.set()
            await released.wait()
        elif wrote(request, "head"):
            backend.calm()
            released.set()
            await registered

    backend.before = order
    registered = asyncio.create_task(backend.do(register(1)))
    await prepared.wait()
    assert not await claims.release_one(key(), AGENCY)
    assert registered.result().events
    assert (await backend.claim_holders())[place()] == AGENCY


async def test_a_release_that_fails_is_tried_again_and_left_to_the_sweep(backend):
    await both(backend)
    await hold(backend, 1, AGENCY)
    tries = 0

    async def fail(request: Request) -> None:
        nonlocal tries
        if request.table == "claims" and request.operations:
            tries += 1
            raise GuardFailed("always")

    backend.before = fail
    claims = Claims(backend.ports.claims, backend.ports.tenants, backend.clock)
    await claims.release([key()], AGENCY)
    assert tries == 3
    backend.calm()
    assert (await backend.claim_holders())[place()] == AGENCY


async def test_a_release_for_a_tenant_without_head(backend):
    await hold(backend, 1, STRANGER)
    claims = Claims(backend.ports.claims, backend.ports.tenants, backend.clock)
    assert await claims.release_one(key(), STRANGER)
    head = await backend.ports.tenants.head(STRANGER)
    assert (head.value.kind.value, head.value.sequence) == ("unknown", 0)
    await backend.replay(STRANGER)


async def test_mpn_ids_and_affiliates(backend):
    await backend.do(enrol(affiliatedTenantIds=[BUREAU]))
    assert await refusal(backend, enrol(OTHER_DIRECT, mpnId="1001")) == ["ELG-8 mpnId"]
    assert await refusal(backend, enrol(BUREAU)) == ["ELG-8 partnerId"]
    told = await refusal(backend, enrol(OTHER_DIRECT, affiliatedTenantIds=[BUREAU]))
    assert told == ["ELG-8 affiliatedTenantIds"]
    assert set((await backend.claim_holders()).values()) == {DIRECT}


async def test_a_partner_that_changes_its_mpn_id_frees_the_old_one(backend):
    await backend.do(enrol(affiliatedTenantIds=[BUREAU]))
    await backend.do(enrol(mpnId="5005"))
    assert await backend.claim_holders() == {"mpn|5005": DIRECT, f"tenant|{DIRECT}": DIRECT}
    assert (await backend.do(enrol(OTHER_DIRECT, mpnId="1001"))).events


async def test_two_batches_that_share_ids(backend):
    await both(backend)
    other = backend.instance(2).executor
    told = await asyncio.gather(
        backend.do(register(*range(1, 41))),
        other.execute(register(*range(40, 10, -1), customer_id=BUREAU)),
        return_exceptions=True,
    )
    winners = [one for one in told if not isinstance(one, Exception)]
    assert len(winners) == 1
    (refused,) = [one for one in told if isinstance(one, PolicyRefused)]
    assert targets(refused)[0].startswith("SUB-2 subscriptions[")
    holders = {who for where, who in (await backend.claim_holders()).items() if "subscr" in where}
    assert holders == {winners[0].after.id}
