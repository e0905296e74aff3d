"""What each command costs in storage requests: the table of the design, exactly."""

from collections import Counter

import pytest

from shared.domain.commands import CancelInvitation
from shared.errors import PolicyRefused
from tests.building import (
    AGENCY,
    BUREAU,
    DIRECT,
    MPN,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    actor,
    invitation_id,
)

from .backend import accept, enrol, invite, linked, register, related
from .commands import (
    accept_link,
    annul,
    block,
    customer_id,
    dispute,
    erase,
    issue,
    remove,
    request_end,
    resume,
    revoke,
    revoke_link,
    set_partner_of_record,
    set_status,
    suspend,
    update,
)

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


SOLD = (*WARM, register(91, partner_id=PROVIDER), issue(), issue(2))
ONE_ROW = {READ: 2, EGT: 1, PUT: 1}
HEAD_ALONE = {READ: 1, EGT: 1, PUT: 1}
LATER = {
    "suspend": ((), set_status("suspended", 90), ONE_ROW),
    "reactivate": ((set_status("suspended", 90),), set_status("active", 90), ONE_ROW),
    "delete": ((), set_status("deleted", 90), ONE_ROW),
    "update": ((), update(90, quantity=3), ONE_ROW),
    "dispute": ((), dispute(90), ONE_ROW),
    "fill in a partner of record": (
        (),
        set_partner_of_record(91, PROVIDER, MPN[RESELLER]),
        {READ: 3, CLAIM_READ: 1, EGT: 1, PUT: 1},
    ),
    # Behind its transaction: read, set `releasing`, fence, read, the row, delete.
    "annul": (
        (dispute(90),),
        annul(90),
        {READ: 2 + 2, EGT: 1 + 1, PUT: 1, CLAIM_READ: 2, CLAIM: 2},
    ),
    "suspend a partner": ((), suspend(), HEAD_ALONE),
    "resume a partner": ((suspend(),), resume(), HEAD_ALONE),
    "issue a link": ((), issue(3), ONE_ROW),
    "issue a link, naming a reseller": (
        (),
        issue(3, PROVIDER, indirectResellerId=RESELLER),
        {READ: 3, EGT: 1, PUT: 1},
    ),
    "revoke a link": ((), revoke_link(), ONE_ROW),
    # Head, link and invitation; the counter; counter and slot in one; then as an acceptance.
    "accept by limited link": (
        (),
        accept_link(BUREAU),
        {READ: 3, CLAIM_READ: 1, CLAIM: 1, EGT: 1, PUT: 1},
    ),
    "block": ((), block(), HEAD_ALONE),
    "revoke privileges": ((), revoke(), HEAD_ALONE),
    "drop own privileges": ((), revoke(by=DIRECT), HEAD_ALONE),
    "ask for the end": ((), request_end(), HEAD_ALONE),
    "remove": ((set_status("deleted", 90),), remove(), HEAD_ALONE),
    "erase": ((), erase(invitation_id(), "agreement"), {READ: 3, EGT: 1, PUT: 1}),
}


@pytest.mark.parametrize("name", LATER)
async def test_requests_after_the_main_job(backend, name):
    given, command, requests = LATER[name]
    await backend.do(*SOLD, *given)
    if given:
        await backend.services.profiles.read(DIRECT)
    backend.requests.clear()
    assert (await backend.do(command)).events
    assert Counter(backend.requests) == requests


async def test_a_refused_removal_names_its_blockers_by_one_range_query(backend):
    await backend.do(*SOLD)
    backend.requests.clear()
    with pytest.raises(PolicyRefused):
        await backend.do(remove())
    assert Counter(backend.requests) == {READ: 2, "tenants range": 1, PUT: 1, DELETE: 1}


async def test_accepting_by_link_again_reserves_nothing(backend):
    await backend.do(*SOLD, accept_link(BUREAU))
    backend.requests.clear()
    await backend.do(accept_link(BUREAU))
    assert Counter(backend.requests) == {READ: 3, PUT: 1, DELETE: 1}


async def test_a_used_up_link_is_refused_by_reads_alone(backend):
    await backend.do(*SOLD, issue(3, maxAcceptances=1), accept_link(BUREAU, 3))
    backend.requests.clear()
    with pytest.raises(PolicyRefused):
        await backend.do(accept_link(customer_id(1), 3))
    assert Counter(backend.requests) == {READ: 3, CLAIM_READ: 3, PUT: 1, DELETE: 1}


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
