"""What each command asks of storage, exactly: the table of docs/architecture.md, counted.

The cases are one story, asked in this order in one instance; each row is one command in it.
"""

from collections import Counter
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from shared.domain.commands import (
    AcceptResellerLink,
    Command,
    EndResellerLink,
    Invite,
    RegisterSubscriptions,
    RequestResellerLink,
)
from shared.services.loading import Message
from shared.storage.clients import Clients
from tests.building import (
    AGENCY,
    BUREAU,
    DIRECT,
    MPN,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    STRANGER,
    actor,
)
from tests.counting import Call, counting
from tests.properties.instances import Storage, Time, instance, outcome
from tests.properties.world import NEWCOMER
from tests.unit.services.commands import (
    accept_link,
    dispute,
    erase,
    issue,
    remove,
    request_end,
    resume,
    revoke,
    revoke_link,
    set_status,
    suspend,
    update,
)

from .asking import accept, cancel, customer_id, decline, enrol, invite, profile, register

DONE, REFUSED = "Done", "PolicyRefused"


class Case(NamedTuple):
    """One row of the table. `replies` is how the answer begins."""

    name: str
    command: Command
    reads: int
    claims: int
    commits: int
    puts: int
    deletes: int
    reply: str = DONE
    message: Message | None = None


LINK = (PROVIDER, RESELLER)
MESSAGE = Message("/pipelines/one", "m-1", "/subscriptions/20")
BATCH = range(101, 151)
BY_LINK, USED_UP = customer_id(1), customer_id(2)


def two_tier(number: int, customer: str) -> Invite:
    return invite(customer, number, PROVIDER, indirectResellerId=RESELLER)


def sold_through_reseller(customer: str, *numbers: int) -> RegisterSubscriptions:
    return register(customer, *numbers, partner=PROVIDER, partnerOfRecord=MPN[RESELLER])


# fmt: off
STORY = [
    #    command                                                 reads claims commits puts deletes
    # A partner's claims: its MPN id, its own tenant, each affiliate.
    Case("enrol a partner", enrol(DIRECT),                           1, 2, 1, 1, 0),
    Case("enrol a second", enrol(OTHER_DIRECT),                      1, 2, 1, 1, 0),
    Case("enrol a provider", enrol(PROVIDER),                        1, 2, 1, 1, 0),
    Case("enrol a reseller", enrol(RESELLER),                        1, 2, 1, 1, 0),
    Case("replace a partner", enrol(RESELLER, name="New"),           1, 0, 1, 1, 0),
    Case("replace it, one affiliate more",
         enrol(RESELLER, name="New", affiliatedTenantIds=[STRANGER]), 1, 1, 1, 1, 0),
    Case("replay of an enrolment", enrol(DIRECT),                    1, 0, 0, 1, 1),
    Case("ask for a link, reseller's profile not cached",
         RequestResellerLink(actor(PROVIDER), *LINK),                3, 0, 1, 1, 0),
    Case("accept a link", AcceptResellerLink(actor(RESELLER), *LINK), 2, 0, 1, 1, 0),
    Case("set a profile", profile(BUREAU),                           1, 0, 1, 1, 0),

    Case("invite, own profile not cached", invite(AGENCY, 1),        3, 0, 1, 1, 0),
    Case("invite", invite(BUREAU, 2),                                2, 0, 1, 1, 0),
    Case("replay of an invitation, compared by its digest",
         invite(AGENCY, 1),                                          3, 0, 0, 1, 1),
    Case("invite naming a reseller, own profile not cached",
         two_tier(3, AGENCY),                                        4, 0, 1, 1, 0),
    Case("invite naming a reseller", two_tier(4, BUREAU),            3, 0, 1, 1, 0),
    Case("accept", accept(AGENCY, 1),                                2, 0, 1, 1, 0),
    Case("accept what names a reseller", accept(AGENCY, 3),          3, 0, 1, 1, 0),
    Case("replay of an acceptance, profile cached", accept(AGENCY, 1), 2, 0, 0, 1, 1),
    Case("decline", decline(BUREAU, 2),                              2, 0, 1, 1, 0),
    Case("decline with a reason, kept beside the contact",
         decline(BUREAU, 4, reason="No"),                            3, 0, 1, 1, 0),
    Case("invite again", invite(BUREAU, 5),                          2, 0, 1, 1, 0),
    Case("refusal, of a second one pending; profile read fresh",
         invite(BUREAU, 6),                                          4, 0, 0, 1, 1, REFUSED),
    Case("cancel", cancel(BUREAU, 5),                                2, 0, 1, 1, 0),
    Case("refusal, of accepting what was canceled; profile read fresh",
         accept(BUREAU, 5),                                          3, 0, 0, 1, 1, REFUSED),
    Case("refusal, of canceling what was accepted; profile read fresh",
         cancel(AGENCY, 1),                                          3, 0, 0, 1, 1, REFUSED),
    Case("not found; profile read fresh", cancel(AGENCY, 99),        3, 0, 0, 1, 1, "NotFound"),
    Case("invite for the last time", invite(BUREAU, 7),              2, 0, 1, 1, 0),
    Case("accept at the second customer", accept(BUREAU, 7),         2, 0, 1, 1, 0),

    Case("register", register(AGENCY, 1),                            2, 1, 1, 1, 0),
    Case("register with a partner of record",
         sold_through_reseller(AGENCY, 2),                           4, 1, 1, 1, 0),
    Case("batch of two with one partner of record",
         sold_through_reseller(AGENCY, 3, 4),                        5, 2, 1, 1, 0),
    Case("batch of 50", register(AGENCY, *BATCH),                   51, 50, 1, 1, 0),
    Case("replay of a registration", register(AGENCY, 1),            2, 0, 0, 1, 1),
    Case("refusal, id held by another tenant: who holds it is read",
         register(BUREAU, 1),                                        3, 1, 0, 1, 1, REFUSED),
    Case("refusal, other content; profile read fresh",
         register(AGENCY, 1, quantity=1),                            3, 0, 0, 1, 1, REFUSED),
    Case("register by a queue message, which is remembered",
         register(AGENCY, 20),                                       3, 1, 1, 1, 0, DONE, MESSAGE),
    Case("the same message again", register(AGENCY, 20),             3, 0, 0, 1, 1, DONE, MESSAGE),

    Case("invite a newcomer", invite(NEWCOMER, 1),                   2, 0, 1, 1, 0),
    Case("invite it by another, own profile not cached",
         invite(NEWCOMER, 2, OTHER_DIRECT),                          3, 0, 1, 1, 0),
    Case("enrol a tenant with two invitations",
         enrol(NEWCOMER, mpnId="77"),                                3, 2, 1, 1, 0),
    Case("refusal, a partner is never invited; profile and link read fresh",
         invite(NEWCOMER, 3),                                        5, 0, 0, 1, 1, REFUSED),
    Case("end a link", EndResellerLink(actor(PROVIDER), *LINK),      2, 0, 1, 1, 0),

    Case("suspend a subscription", set_status("suspended"),          2, 0, 1, 1, 0),
    Case("reactivate it", set_status("active"),                      2, 0, 1, 1, 0),
    Case("update it", update(quantity=3),                            2, 0, 1, 1, 0),
    Case("delete it", set_status("deleted"),                         2, 0, 1, 1, 0),
    Case("dispute it", dispute(),                                    2, 0, 1, 1, 0),
    Case("issue a link", issue(maxAcceptances=1),                    2, 0, 1, 1, 0),
    # The counter is read too, and moves in a transaction of its own with the slot.
    Case("accept by limited link", accept_link(BY_LINK),             4, 0, 2, 1, 0),
    Case("replay of that", accept_link(BY_LINK),                     3, 0, 0, 1, 1),
    # Behind the decision: the counter, the customer's slot, and the counter as it was.
    Case("refusal, of a link that is used up", accept_link(USED_UP), 6, 0, 0, 1, 1, REFUSED),
    Case("revoke a link", revoke_link(),                             2, 0, 1, 1, 0),
    Case("drop own privileges", revoke(by=DIRECT),                   1, 0, 1, 1, 0),
    Case("ask for the end", request_end(),                           1, 0, 1, 1, 0),
    Case("erase", erase("agreement"),                                2, 0, 1, 1, 0),
    Case("remove", remove(customer=BY_LINK),                         1, 0, 1, 1, 0),
    Case("suspend a partner", suspend(),                             1, 0, 1, 1, 0),
    Case("resume it", resume(),                                      1, 0, 1, 1, 0),
]
# fmt: on

KINDS = {
    "read": "reads",
    "insert": "claims",
    "batch": "commits",
    "queue-put": "puts",
    "queue-delete": "deletes",
}


def counted(calls: list[Call]) -> Counter[str]:
    assert {call.kind for call in calls} <= KINDS.keys()
    return Counter(KINDS[call.kind] for call in calls)


def in_order(calls: list[Call]) -> bool:
    """Announced before anything is written; claims before the commit; nothing follows it."""
    steps = [call.kind for call in calls if call.kind in {"queue-put", "insert", "batch"}]
    return steps == sorted(steps, key=["queue-put", "insert", "batch"].index)


@pytest.fixture
async def clients(azurite: str):
    clients = Clients(azurite, f"t{uuid4().hex[:12]}")
    await clients.create_all()
    yield clients
    await clients.close()


async def test_every_command_sends_these_requests_and_no_more(clients):
    executor = instance(Storage.of(clients).ports, Time())
    table = {}
    async with counting(clients) as calls:
        for case in STORY:
            calls.clear()
            executing = executor.execute(case.command, message=case.message)
            told = await outcome(executing)
            table[case.name] = (*(counted(calls)[column] for column in KINDS.values()), told[0])
            assert in_order(calls), case.name
    assert table == {
        case.name: (case.reads, case.claims, case.commits, case.puts, case.deletes, case.reply)
        for case in STORY
    }


async def test_the_announcement_is_acknowledged_before_the_commit_is_sent(clients):
    executor = instance(Storage.of(clients).ports, Time())
    order: list[str] = []
    transport = clients.transport
    send = transport.send

    async def noting(request, **options):
        place = urlsplit(request.url).path.rpartition("/")[2]
        order.append(f"{place} sent")
        answer = await send(request, **options)
        order.append(f"{place} answered")
        return answer

    transport.send = noting
    await executor.execute(enrol(DIRECT))
    assert order.index("messages answered") < order.index("$batch sent")
