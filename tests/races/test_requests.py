"""What each command asks of storage, exactly: `COMMANDS` of tests/requests_table.py, counted.

The cases are one story, asked in this order in one instance; each row is one command in it.
"""

from datetime import timedelta
from typing import NamedTuple, get_args
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from shared.deciding.commands import (
    AcceptResellerLink,
    Command,
    EndResellerLink,
    Invite,
    RecordExpiry,
    RegisterSubscriptions,
    RequestResellerLink,
)
from shared.deciding.commands_relationships import RecordLapse
from shared.model.base import SYSTEM
from shared.services.commands.loading import Message
from shared.storage.engine.clients import Clients
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
    invitation_id,
)
from tests.counting import Call, counting
from tests.properties.instances import Storage, Time, instance, outcome
from tests.properties.world import NEWCOMER
from tests.requests_table import COMMANDS, Cost
from tests.unit.services.commands import (
    accept_link,
    annul,
    block,
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

from .asking import accept, cancel, customer_id, decline, enrol, imported, invite, profile, register

DONE, REFUSED = "Done", "PolicyRefused"


class Case(NamedTuple):
    """One row of the table. `reply` is how the answer begins; `days` go by before."""

    name: str
    command: Command
    reply: str = DONE
    message: Message | None = None
    days: int = 0


LINK = (PROVIDER, RESELLER)
MESSAGE = Message("/pipelines/one", "m-1", "/subscriptions/20")
BATCH = range(101, 151)
BY_LINK, USED_UP, LAPSING, LATE, IMPORTED = (customer_id(number) for number in range(1, 6))
UNTIL = {"delegatedAdminUntil": "2026-12-01T00:00:00Z"}


def two_tier(number: int, customer: str) -> Invite:
    return invite(customer, number, PROVIDER, indirectResellerId=RESELLER)


def sold_through_reseller(customer: str, *numbers: int) -> RegisterSubscriptions:
    return register(customer, *numbers, partner=PROVIDER, partnerOfRecord=MPN[RESELLER])


# fmt: off
STORY = [
    # A partner's claims: its MPN id, its own tenant, each affiliate.
    Case("enrol a partner", enrol(DIRECT)),
    Case("enrol a second", enrol(OTHER_DIRECT)),
    Case("enrol a provider", enrol(PROVIDER)),
    Case("enrol a reseller", enrol(RESELLER)),
    Case("replace a partner", enrol(RESELLER, name="New")),
    Case("replace a partner, one affiliate more",
         enrol(RESELLER, name="New", affiliatedTenantIds=[STRANGER])),
    Case("replay of an enrolment", enrol(DIRECT)),
    Case("ask for a link, reseller's profile not cached",
         RequestResellerLink(actor(PROVIDER), *LINK)),
    Case("accept a link", AcceptResellerLink(actor(RESELLER), *LINK)),
    Case("set a profile", profile(BUREAU)),

    Case("invite, own profile not cached", invite(AGENCY, 1)),
    Case("invite", invite(BUREAU, 2)),
    Case("replay of an invitation, compared by its digest",
         invite(AGENCY, 1)),
    Case("invite naming a reseller, own profile not cached",
         two_tier(3, AGENCY)),
    Case("invite naming a reseller", two_tier(4, BUREAU)),
    Case("accept", accept(AGENCY, 1)),
    Case("accept what names a reseller", accept(AGENCY, 3)),
    Case("replay of an acceptance, profile cached", accept(AGENCY, 1)),
    Case("decline", decline(BUREAU, 2)),
    Case("decline with a reason, kept beside the contact",
         decline(BUREAU, 4, reason="No")),
    Case("invite again", invite(BUREAU, 5)),
    Case("refusal, of a second one pending; profile read fresh",
         invite(BUREAU, 6), REFUSED),
    Case("cancel", cancel(BUREAU, 5)),
    Case("refusal, of accepting what was canceled; profile read fresh",
         accept(BUREAU, 5), REFUSED),
    Case("refusal, of canceling what was accepted; profile read fresh",
         cancel(AGENCY, 1), REFUSED),
    Case("not found; profile read fresh", cancel(AGENCY, 99), "NotFound"),
    Case("invite for the last time", invite(BUREAU, 7)),
    Case("accept at the second customer", accept(BUREAU, 7)),

    Case("register", register(AGENCY, 1)),
    Case("register, nothing named by a provider", register(AGENCY, 30, partner=PROVIDER)),
    Case("register with a partner of record",
         sold_through_reseller(AGENCY, 2)),
    Case("batch of two with one partner of record",
         sold_through_reseller(AGENCY, 3, 4)),
    Case("batch of 50", register(AGENCY, *BATCH)),
    Case("replay of a registration", register(AGENCY, 1)),
    Case("refusal, id held by another tenant: who holds it is read",
         register(BUREAU, 1), REFUSED),
    Case("refusal, other content; profile read fresh",
         register(AGENCY, 1, quantity=1), REFUSED),
    Case("register by a queue message, which is remembered",
         register(AGENCY, 20), DONE, MESSAGE),
    Case("the same message again", register(AGENCY, 20), DONE, MESSAGE),

    Case("invite a newcomer", invite(NEWCOMER, 1)),
    Case("invite it by another, own profile not cached",
         invite(NEWCOMER, 2, OTHER_DIRECT)),
    Case("enrol a tenant with two invitations",
         enrol(NEWCOMER, mpnId="77")),
    Case("refusal, a partner is never invited; profile and link read fresh",
         invite(NEWCOMER, 3), REFUSED),
    Case("fill in a partner of record", set_partner_of_record(30, PROVIDER, MPN[RESELLER])),
    Case("issue a link naming a reseller", issue(2, PROVIDER, indirectResellerId=RESELLER)),
    Case("set another profile", profile(IMPORTED)),
    Case("import a relationship", imported(IMPORTED)),
    Case("replay of an import", imported(IMPORTED)),
    Case("import in two tiers", imported(IMPORTED, PROVIDER, indirectResellerId=RESELLER)),
    Case("end a link", EndResellerLink(actor(PROVIDER), *LINK)),

    Case("suspend a subscription", set_status("suspended")),
    Case("reactivate a subscription", set_status("active")),
    Case("update a subscription", update(quantity=3)),
    Case("delete a subscription", set_status("deleted")),
    Case("dispute a subscription", dispute()),
    Case("annul a subscription", annul()),
    Case("refusal, of removing; what stands in the way is named", remove(), REFUSED),
    Case("block a partner", block(STRANGER)),
    Case("lift the block", block(STRANGER, blocked=False)),
    Case("issue a link", issue(maxAcceptances=1)),
    Case("accept by limited link", accept_link(BY_LINK)),
    Case("replay of an acceptance by link", accept_link(BY_LINK)),
    # Behind the decision: the counter, the customer's slot, and the counter as it was.
    Case("refusal, of a link that is used up", accept_link(USED_UP), REFUSED),
    Case("revoke a link", revoke_link()),
    Case("revoke a partner's privileges", revoke(PROVIDER)),
    Case("drop own privileges", revoke(by=DIRECT)),
    Case("ask for the end", request_end()),
    Case("erase", erase("agreement")),
    Case("erase two", erase(invitation_id(3), "agreement", invitation=invitation_id(3))),
    Case("remove", remove(customer=BY_LINK)),
    Case("suspend a partner", suspend()),
    Case("resume a partner", resume()),

    Case("invite, own profile just changed", invite(LAPSING, 1)),
    Case("accept with privileges that will lapse", accept(LAPSING, 1, **UNTIL)),
    Case("invite somebody who never answers", invite(LATE, 1)),
    Case("record an expiry", RecordExpiry(SYSTEM, LATE, invitation_id(1)), days=100),
    Case("record a lapse", RecordLapse(SYSTEM, LAPSING, DIRECT)),
    Case("refusal, of importing what was removed", imported(BY_LINK), REFUSED),
]
# fmt: on


def in_order(calls: list[Call]) -> bool:
    """Announced before anything is written; claims before the commit; nothing follows it."""
    steps = [call.kind for call in calls if call.kind in {"queue-put", "insert", "batch"}]
    return steps == sorted(steps, key=["queue-put", "insert", "batch"].index)


@pytest.fixture
async def clients(whole_pages: str):
    clients = Clients(whole_pages, f"t{uuid4().hex[:12]}")
    await clients.create_all()
    yield clients
    await clients.close()


async def test_every_command_sends_these_requests_and_no_more(clients):
    time = Time()
    executor = instance(Storage.of(clients).ports, time)
    costs, replies = {}, {}
    async with counting(clients) as calls:
        for case in STORY:
            time.pass_by(timedelta(days=case.days))
            calls.clear()
            told = await outcome(executor.execute(case.command, message=case.message))
            costs[case.name], replies[case.name] = Cost.of(calls), told[0]
            assert in_order(calls), case.name
    assert replies == {case.name: case.reply for case in STORY}
    assert costs == {name: row.cost for name, row in COMMANDS.items()}


def test_there_is_no_other_command():
    assert {type(case.command) for case in STORY} == set(get_args(Command.__value__))


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
