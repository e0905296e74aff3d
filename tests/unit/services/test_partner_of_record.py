"""Whose an MPN id is, its reseller's own profile says: never the claim that goes before it."""

from contextlib import suppress

import pytest

from shared.errors import PolicyRefused
from shared.services.ports.values import StorageDown
from shared.storage.engine.memory import Request
from tests.cast.commands import accept, enrol, invite, linked, register
from tests.cast.ids import AGENCY, DIRECT, PROVIDER, RESELLER, STRANGER, subscription_id
from tests.running.backend import Backend, wrote
from tests.running.sweeps import swept

SOLD = f"subscription|{subscription_id(1)}"


@pytest.fixture
async def backend() -> Backend:
    """A provider that may sell through its reseller; somebody else's affiliate is STRANGER."""
    made = Backend()
    await made.do(*linked(), enrol(DIRECT, affiliatedTenantIds=[STRANGER]))
    await made.do(invite(PROVIDER, 1, indirectResellerId=RESELLER), accept(1))
    await made.deliver()
    return made


def sell(mpn_id: str):
    return register(1, partner_id=PROVIDER, partnerOfRecord=mpn_id)


async def test_an_enrolment_that_will_be_refused_lends_nobody_its_new_id(backend):
    other = backend.instance(2)
    refused: list[PolicyRefused] = []

    async def meanwhile(request: Request) -> None:
        if request.verb == "transact" and f"tenant|{STRANGER}" in {k[0] for k in request.keys}:
            backend.calm()
            try:
                await other.executor.execute(sell("3999"))
            except PolicyRefused as error:
                refused.append(error)

    backend.before = meanwhile
    with pytest.raises(PolicyRefused):
        await backend.do(enrol(RESELLER, mpnId="3999", affiliatedTenantIds=[STRANGER]))
    assert [each.rule_id for each in refused[0].refusals] == ["POR-2"]
    assert SOLD not in backend.rows("tenants", AGENCY)


@pytest.mark.parametrize("row", ["entry|", "claim"], ids=["before the commit", "behind it"])
async def test_an_enrolment_that_died_lends_nobody_an_id(backend, row):
    """It dies with the new id claimed and not committed, or with the former one not given back."""
    former = enrol(RESELLER).body.mpn_id
    committed = dead = False

    async def die(request: Request) -> None:
        nonlocal committed, dead
        dead = dead or (row == "entry|" and wrote(request, row))
        dead = dead or (committed and request.table == "claims")
        if dead:
            raise StorageDown("the process dies")
        committed = committed or wrote(request, "entry|")

    backend.before = die
    with suppress(StorageDown):
        await backend.do(enrol(RESELLER, mpnId="3999"))
    backend.calm()
    other = backend.instance(2)
    with pytest.raises(PolicyRefused) as refused:
        await other.executor.execute(sell("3999" if row == "entry|" else former))
    assert [each.rule_id for each in refused.value.refusals] == ["POR-2"]


async def test_a_sale_whose_id_is_not_its_resellers_any_more_is_told(backend):
    await backend.do(sell(enrol(RESELLER).body.mpn_id))
    await backend.do(enrol(RESELLER, mpnId="3999"))
    await backend.deliver()
    place = ("rights-lapsed", AGENCY, f"sales|{PROVIDER}|{RESELLER}")
    assert await swept(backend) == {place: False}
