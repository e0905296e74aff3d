"""Whether a partner stands, whatever the cache still says."""

import pytest

from shared.errors import Forbidden, PolicyRefused
from shared.services.active_partners import ActivePartners
from shared.services.profiles import Profiles
from shared.storage.engine.memory import Request
from tests.cast.commands import enrol, resume, suspend
from tests.cast.ids import AGENCY, DIRECT


@pytest.mark.parametrize("seconds", [0, 60])
async def test_a_refusal_rests_on_what_is_stored(backend, seconds):
    standing = ActivePartners(Profiles(backend.ports.tenants, backend.clock, seconds))
    await backend.do(enrol())
    await standing.require(DIRECT)
    await backend.do(suspend())
    fresh = ActivePartners(Profiles(backend.ports.tenants, backend.clock, seconds))
    with pytest.raises(PolicyRefused) as refused:
        await fresh.require(DIRECT)
    assert [each.rule_id for each in refused.value.refusals] == ["PRT-1"]
    assert not await fresh.stands(DIRECT)
    await backend.do(resume())
    assert await fresh.stands(DIRECT)


@pytest.mark.parametrize("seconds", [0, 60])
async def test_a_cached_profile_may_allow(backend, seconds):
    standing = ActivePartners(Profiles(backend.ports.tenants, backend.clock, seconds))
    await backend.do(enrol())
    await standing.require(DIRECT)
    await backend.do(suspend())
    assert await standing.stands(DIRECT) is (seconds > 0)


async def test_a_tenant_that_is_no_partner(backend):
    standing = ActivePartners(Profiles(backend.ports.tenants, backend.clock, 60))
    with pytest.raises(Forbidden):
        await standing.require(AGENCY)


async def test_a_read_that_began_before_a_commit_is_not_kept(backend):
    """Its answer comes behind the drop: kept, it would let a suspended partner go on."""
    await backend.do(enrol(DIRECT))
    profiles = Profiles(backend.ports.tenants, backend.clock, 60)
    await profiles.read(DIRECT)

    async def commit(_: Request) -> None:
        backend.calm()
        profiles.drop(DIRECT)

    backend.after = commit
    assert await profiles.read(DIRECT)
    assert profiles.peek(DIRECT) is None
    await profiles.read(DIRECT)
    assert profiles.peek(DIRECT)
