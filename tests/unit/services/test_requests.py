"""What each command costs in storage requests: the table of the design, exactly."""

from collections import Counter

import pytest

from shared.domain.commands import CancelInvitation
from shared.errors import PolicyRefused
from tests.building import AGENCY, DIRECT, OTHER_DIRECT, PROVIDER, RESELLER, actor, invitation_id

from .backend import accept, enrol, invite, linked, register, related

READ, EGT, CLAIM = "tenants get", "tenants EGT", "claims EGT"
CLAIM_READ, PUT, DELETE = "claims get", "queue put", "queue delete"


def two_tier(number: int):
    return invite(PROVIDER, number, indirectResellerId=RESELLER)


WARM = (*related(), register(90), *linked(), two_tier(2), accept(2))
CASES = {
    "invite": (invite(DIRECT, 5), {READ: 2, EGT: 1, PUT: 1}),
    "cancel": (
        CancelInvitation(actor(DIRECT), AGENCY, invitation_id(4)),
        {READ: 2, EGT: 1, PUT: 1},
    ),
    "accept": (accept(4), {READ: 2, EGT: 1, PUT: 1}),
    "invite, naming a reseller": (two_tier(6), {READ: 3, EGT: 1, PUT: 1}),
    "register": (register(1), {READ: 2, CLAIM: 1, EGT: 1, PUT: 1}),
    "register, with a partner of record": (
        register(1, partner_id=PROVIDER, partnerOfRecord="3001"),
        {READ: 3, CLAIM_READ: 1, CLAIM: 1, EGT: 1, PUT: 1},
    ),
    "register 50": (register(*range(50)), {READ: 51, CLAIM: 50, EGT: 1, PUT: 1}),
    "enrol": (enrol(OTHER_DIRECT), {READ: 1, CLAIM: 2, EGT: 1, PUT: 1}),
    "replay": (register(90), {READ: 2, PUT: 1, DELETE: 1}),
}


@pytest.mark.parametrize("name", CASES)
async def test_requests_of(backend, name):
    command, requests = CASES[name]
    await backend.do(*WARM)
    if name in {"accept", "cancel"}:
        await backend.do(invite(DIRECT, 4))
    backend.requests.clear()
    assert (await backend.do(command)).events or name == "replay"
    assert Counter(backend.requests) == requests


async def test_a_refusal_reads_its_profile_again(backend):
    await backend.do(*WARM)
    backend.requests.clear()
    with pytest.raises(PolicyRefused):
        await backend.do(invite(message="see www.example.com", number=7))
    assert Counter(backend.requests) == {READ: 3, PUT: 1, DELETE: 1}


async def test_a_cold_cache_costs_one_read_more(backend):
    await backend.do(*WARM)
    backend.requests.clear()
    await backend.instance(2).executor.execute(register(1))
    assert Counter(backend.requests) == {READ: 3, CLAIM: 1, EGT: 1, PUT: 1}


async def test_enrolling_reads_what_it_cancels(backend):
    await backend.do(enrol(), invite(customer_id=OTHER_DIRECT))
    backend.requests.clear()
    await backend.do(enrol(OTHER_DIRECT))
    assert Counter(backend.requests) == {READ: 2, CLAIM: 2, EGT: 1, PUT: 1}
