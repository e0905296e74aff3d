"""What each command costs in storage requests: the same over memory as over the real one."""

import pytest

from shared.deciding.inviting import CancelInvitation
from shared.errors import PolicyRefused
from shared.storage.engine.memory import Request
from shared.storage.engine.table import Touch
from tests.cast.commands import (
    accept,
    accept_link,
    annul,
    block,
    dispute,
    enrol,
    erase,
    invite,
    issue,
    linked,
    register,
    related,
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
from tests.cast.ids import (
    AGENCY,
    BUREAU,
    DIRECT,
    MPN,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    actor,
    customer_id,
    invitation_id,
)
from tests.requests_table import COMMANDS, Cost
from tests.running.counting import Call

PENDING = invitation_id(4)


def two_tier(number: int):
    return invite(PROVIDER, number, indirectResellerId=RESELLER)


WARM = (*related(), register(90), *linked(), two_tier(2), accept(2))
SOLD = (*WARM, register(91, partner_id=PROVIDER), issue(), issue(2))
USED_UP = (*SOLD, issue(3, maxAcceptances=1), accept_link(BUREAU, 3))

# Of the table: what goes before, and the command.
CASES = {
    "invite": (WARM, invite(DIRECT, 5)),
    "cancel": ((*WARM, invite(DIRECT, 4)), CancelInvitation(actor(DIRECT), AGENCY, PENDING)),
    "accept": ((*WARM, invite(DIRECT, 4)), accept(4)),
    "invite naming a reseller": (WARM, two_tier(6)),
    "register": (WARM, register(1)),
    "register with a partner of record": (
        WARM,
        register(1, partner_id=PROVIDER, partnerOfRecord=MPN[RESELLER]),
    ),
    "batch of 50": (WARM, register(*range(50))),
    "enrol a partner": (WARM, enrol(OTHER_DIRECT)),
    "replay of a registration": (WARM, register(90)),
    "suspend a subscription": (SOLD, set_status("suspended", 90)),
    "reactivate a subscription": (
        (*SOLD, set_status("suspended", 90)),
        set_status("active", 90),
    ),
    "delete a subscription": (SOLD, set_status("deleted", 90)),
    "update a subscription": (SOLD, update(90, quantity=3)),
    "dispute a subscription": (SOLD, dispute(90)),
    "fill in a partner of record": (SOLD, set_partner_of_record(91, PROVIDER, MPN[RESELLER])),
    "annul a subscription": ((*SOLD, dispute(90)), annul(90)),
    "suspend a partner": (SOLD, suspend()),
    "resume a partner": ((*SOLD, suspend()), resume()),
    "issue a link": (SOLD, issue(3)),
    "issue a link naming a reseller": (SOLD, issue(3, PROVIDER, indirectResellerId=RESELLER)),
    "revoke a link": (SOLD, revoke_link()),
    "accept by limited link": (SOLD, accept_link(BUREAU)),
    "block a partner": (SOLD, block()),
    "revoke a partner's privileges": (SOLD, revoke()),
    "drop own privileges": (SOLD, revoke(by=DIRECT)),
    "ask for the end": (SOLD, request_end()),
    "remove": ((*SOLD, set_status("deleted", 90)), remove()),
    "erase two": (SOLD, erase(invitation_id(), "agreement")),
    "replay of an acceptance by link": ((*SOLD, accept_link(BUREAU)), accept_link(BUREAU)),
    "refusal, of removing; what stands in the way is named": (SOLD, remove()),
    "refusal, of a link that is used up": (USED_UP, accept_link(customer_id(1), 3)),
}
REPLAYS = {name for name in CASES if name.startswith("replay")}
REFUSALS = {name for name in CASES if name.startswith("refusal")}


@pytest.fixture
def counted(backend):
    """The requests from now on, as the transport of the real storage would send them."""
    calls: list[Call] = []

    async def note(request: Request) -> None:
        calls.append(Call("memory", "", kind(request), request.table))

    backend.before = note
    return calls


def kind(request: Request) -> str:
    match request:
        case Request(verb="get"):
            return "read"
        case Request(verb="transact", operations=()):
            return "queue-put"
        case Request(operations=(Touch(),)):
            return "merge"
        case Request(verb="transact", operations=(one,)):
            return type(one).__name__.lower()
        case Request(verb="transact"):
            return "batch"
        case _:
            return "query"


def cost(counted, backend) -> Cost:
    deletes = backend.requests.count("queue delete")
    return Cost.of(counted)._replace(deletes=deletes)


@pytest.mark.parametrize("name", CASES)
async def test_memory_is_asked_for_what_the_table_says(backend, counted, name):
    given, command = CASES[name]
    await backend.do(*given)
    await backend.services.standing.profiles.read(DIRECT)
    counted.clear()
    backend.requests.clear()
    if name in REFUSALS:
        with pytest.raises(PolicyRefused):
            await backend.do(command)
    else:
        assert bool((await backend.do(command)).events) is (name not in REPLAYS)
    assert cost(counted, backend) == COMMANDS[name].cost


async def test_a_refusal_reads_its_profile_again(backend, counted):
    await backend.do(*WARM)
    counted.clear()
    backend.requests.clear()
    with pytest.raises(PolicyRefused):
        await backend.do(invite(message="see www.example.com", number=7))
    # The profile, and the row that the refusal may rest on without having seen it.
    assert cost(counted, backend) == Cost(reads=2 + 2, puts=1, deletes=1)


async def test_a_cold_cache_costs_one_read_more(backend, counted):
    await backend.do(*WARM)
    counted.clear()
    await backend.instance(2).executor.execute(register(1))
    warm = COMMANDS["register"].cost
    assert Cost.of(counted) == warm._replace(reads=warm.reads + 1)


async def test_enrolling_reads_what_it_cancels(backend, counted):
    await backend.do(enrol(), invite(customer_id=OTHER_DIRECT))
    counted.clear()
    await backend.do(enrol(OTHER_DIRECT))
    alone = COMMANDS["enrol a partner"].cost
    assert Cost.of(counted) == alone._replace(reads=alone.reads + 1)
