"""What a `ClaimStore` promises, on both adapters."""

import asyncio
from dataclasses import replace

import pytest

from shared.model.claims import ClaimKey, ClaimKind
from shared.services.ports.claims import Claim, ClaimState
from shared.services.ports.values import GuardFailed, Undecodable
from shared.storage.encoding.keys import claims as keys
from shared.storage.engine.table import Insert
from tests.cast.ids import guid

KEY = ClaimKey(ClaimKind.SUBSCRIPTION, guid(1))
CLAIM = Claim(key=KEY, holder=guid(7), command_id=guid(8), state=ClaimState.HELD)


@pytest.fixture
def claims(backend):
    return backend.ports.claims


async def test_a_claim_is_taken_once(claims):
    assert await claims.get(KEY) is None
    await claims.insert(CLAIM)
    assert (await claims.get(KEY)).value == CLAIM
    with pytest.raises(GuardFailed):
        await claims.insert(replace(CLAIM, holder=guid(6)))
    assert (await claims.get(KEY)).value == CLAIM


async def test_kinds_do_not_collide(claims):
    for kind in ClaimKind:
        await claims.insert(replace(CLAIM, key=ClaimKey(kind, "1")))
    assert (await claims.get(ClaimKey(ClaimKind.MPN, "1"))).value.key.kind is ClaimKind.MPN


async def test_of_concurrent_claimants_one_wins(claims):
    outcomes = await asyncio.gather(
        *(claims.insert(replace(CLAIM, holder=guid(n))) for n in range(16)),
        return_exceptions=True,
    )
    winners = [guid(n) for n, outcome in enumerate(outcomes) if outcome is None]
    assert [(await claims.get(KEY)).value.holder] == winners
    assert [type(outcome) for outcome in outcomes].count(GuardFailed) == 15


async def test_release_in_steps(claims):
    await claims.insert(CLAIM)
    held = await claims.get(KEY)
    await claims.replace(replace(CLAIM, state=ClaimState.RELEASING), held.etag)
    releasing = await claims.get(KEY)
    assert releasing.value.state is ClaimState.RELEASING
    with pytest.raises(GuardFailed):
        await claims.delete(KEY, held.etag)
    with pytest.raises(GuardFailed):
        await claims.replace(CLAIM, held.etag)
    await claims.delete(KEY, releasing.etag)
    assert await claims.get(KEY) is None


async def test_deleting_what_is_gone_fails(claims):
    await claims.insert(CLAIM)
    held = await claims.get(KEY)
    await claims.delete(KEY, held.etag)
    with pytest.raises(GuardFailed):
        await claims.delete(KEY, held.etag)
    with pytest.raises(GuardFailed):
        await claims.replace(CLAIM, held.etag)


async def test_an_old_etag_does_not_fit_a_new_claim(claims):
    await claims.insert(CLAIM)
    old = await claims.get(KEY)
    await claims.delete(KEY, old.etag)
    await claims.insert(CLAIM)
    with pytest.raises(GuardFailed):
        await claims.delete(KEY, old.etag)


async def test_an_undecodable_claim(claims, backend):
    await backend.table("claims").transact(
        [Insert(keys.claim(KEY), {"v": 1, "holder": "h", "commandId": "c", "state": "lost"})]
    )
    with pytest.raises(Undecodable, match=KEY.id):
        await claims.get(KEY)
