"""No allowed command makes a commit that the storage refuses: of heads, entries, transactions.

Everything is at the most that the rules allow: partners, resellers, blocks, batches, and the events
of one entry, each with names of as many bytes as they may have.
"""

from datetime import timedelta
from random import Random

import pytest

from shared.deciding.commands import Command
from shared.deciding.ending import SetBlock
from shared.deciding.linking import AcceptResellerLink, RequestResellerLink
from shared.deciding.registering import RegisterSubscriptions
from shared.deciding.selling import SetPartnerOfRecord
from shared.errors import AppError, PolicyRefused
from shared.model.models import InvitationStatus
from shared.policy.invitations import (
    KEPT_FOR_BLOCKS,
    PARTNERS_PER_CUSTOMER,
    RELATED_PER_CUSTOMER,
)
from tests.cast.bodies import of_record_body, sale
from tests.cast.commands import (
    accept,
    accept_link,
    cancel,
    decline,
    enrol,
    imported,
    invite,
    issue,
    register,
    remove,
)
from tests.cast.ids import AGENCY, PROVIDER, actor, subscription_id
from tests.running.backend import Backend

WIDEST = "\U0001f3e2" * 128
FOR_PARTNERS = RELATED_PER_CUSTOMER - KEPT_FOR_BLOCKS
CROWD = 110
"""Partners that ask, resellers of the provider, and strangers: more of each than there is room."""


def partner(number: int) -> str:
    return f"d{number:07d}-0000-4000-8000-000000000000"


def reseller(number: int) -> str:
    return f"e{number:07d}-0000-4000-8000-000000000000"


def block(number: int, *, blocked: bool = True) -> SetBlock:
    stranger = f"b{number:07d}-0000-4000-8000-000000000000"
    return SetBlock(actor(AGENCY, "CG"), AGENCY, stranger, blocked)


def enrolled(number: int) -> Command:
    body = {"type": "directBill", "mpnId": str(10_000 + number), "name": WIDEST}
    return enrol(partner(number), **body)


def provider_with(*numbers: int) -> list[Command]:
    """A provider with its resellers."""
    commands: list[Command] = [enrol(PROVIDER, name=WIDEST)]
    for number in numbers:
        body = {"type": "indirectReseller", "mpnId": str(50_000 + number), "name": WIDEST}
        commands += [
            enrol(reseller(number), **body),
            RequestResellerLink(actor(PROVIDER), PROVIDER, reseller(number)),
            AcceptResellerLink(actor(reseller(number)), PROVIDER, reseller(number)),
        ]
    return commands


def sale_through(number: int) -> Command:
    return register(number, partner_id=PROVIDER, partnerOfRecord=str(50_000 + number))


async def refused(backend: Backend, command: Command) -> set[str]:
    """The rules that it breaks."""
    with pytest.raises(PolicyRefused) as caught:
        await backend.do(command)
    return {refusal.rule_id for refusal in caught.value.refusals}


async def places(backend: Backend) -> int:
    head = await backend.ports.tenants.head(AGENCY)
    return len(head.value.related)


async def test_blocks_that_take_all_room(backend):
    await backend.do(*(block(number) for number in range(FOR_PARTNERS)), enrolled(1))
    assert await refused(backend, invite(partner(1), 1)) == {"INV-9"}
    await backend.do(block(0, blocked=False), invite(partner(1), 1))
    await backend.do(*(block(1000 + number) for number in range(KEPT_FOR_BLOCKS)))
    assert await refused(backend, block(2000)) == {"INV-9"}
    assert await places(backend) == RELATED_PER_CUSTOMER
    # There is room for all that the customer's own answer adds to its head.
    await backend.do(accept(1), register(1, partner_id=partner(1)), block(1, blocked=False))


async def test_partners_and_resellers_that_take_all_room_leave_some_for_blocks(backend):
    for number in range(PARTNERS_PER_CUSTOMER - 2):
        await backend.do(enrolled(number), invite(partner(number), number), decline(number))
    resellers = range(FOR_PARTNERS - PARTNERS_PER_CUSTOMER + 2)
    await backend.do(*provider_with(*resellers))
    await backend.do(invite(PROVIDER, 900, indirectResellerId=reseller(0)), accept(900))
    full = False
    for number in resellers:
        if await places(backend) < FOR_PARTNERS:
            await backend.do(sale_through(number))
        else:
            full = await refused(backend, sale_through(number)) == {"INV-9"} or full
    assert full
    await backend.do(*(block(number) for number in range(KEPT_FOR_BLOCKS)))
    assert await refused(backend, block(2000)) == {"INV-9"}
    assert await places(backend) == RELATED_PER_CUSTOMER


async def test_the_largest_batch(backend):
    await backend.do(*provider_with(0))
    await backend.do(invite(PROVIDER, 900, indirectResellerId=reseller(0)), accept(900))
    texts = ("friendlyName", "offerName", "offerId", "unitType", "externalReference")
    sold = {"partnerOfRecord": "50000", **dict.fromkeys(texts, WIDEST)}
    await backend.do(register(*range(50), partner_id=PROVIDER, **sold))


async def test_the_largest_removal(backend):
    numbers = range(PARTNERS_PER_CUSTOMER - 1)
    await backend.do(*provider_with(*numbers))
    for number in numbers:
        asked = invite(reseller(number), number, indirectProviderId=PROVIDER)
        await backend.do(asked, accept(number))
    done = await backend.do(remove(PROVIDER))
    assert len(done.events) > PARTNERS_PER_CUSTOMER


class AtTheEdge:
    """Whatever anybody asks of a customer whose head is nearly full."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.number = 2000

    def new(self) -> int:
        """A number of an invitation, a link or a subscription that is not there yet."""
        self.number += 1
        return self.number

    def command(self) -> Command:
        pick = self.chance.randrange(12)
        return self.chance.choice(self.adding(pick) + self.other(pick))

    def adding(self, pick: int) -> list[Command]:
        """Each sort of what may take a place."""
        some = self.chance.sample(range(12), self.chance.randrange(1, 12))
        return [
            block(self.chance.randrange(400)),
            SetBlock(actor(AGENCY, "CG"), AGENCY, reseller(pick), blocked=True),
            invite(partner(pick), self.new()),
            invite(reseller(pick), self.new(), indirectProviderId=PROVIDER),
            invite(PROVIDER, self.new(), indirectResellerId=reseller(pick)),
            imported(partner_id=partner(pick)),
            imported(partner_id=PROVIDER, indirectResellerId=reseller(pick)),
            accept_link(number=pick, partner_id=partner(pick)),
            batch(self.new(), *some),
            of_record(self.chance.randrange(1, 4), pick),
        ]

    def other(self, pick: int) -> list[Command]:
        made = self.chance.randrange(2000, self.number + 1)
        return [
            block(self.chance.randrange(FOR_PARTNERS), blocked=False),
            accept(made),
            accept(made),
            decline(made, block=True),
            cancel(made, partner_id=partner(pick)),
            remove(partner(pick)),
            remove(PROVIDER),
        ]


def batch(number: int, *numbers: int) -> Command:
    """Sales through several resellers at once."""
    first = 100 * number
    sold = tuple(
        (subscription_id(first + n), sale(partnerOfRecord=str(50_000 + n))) for n in numbers
    )
    return RegisterSubscriptions(actor(PROVIDER), AGENCY, sold)


def of_record(number: int, reseller_number: int) -> Command:
    body = of_record_body(str(50_000 + reseller_number))
    return SetPartnerOfRecord(actor(PROVIDER), AGENCY, subscription_id(number), body)


async def nearly_full(backend: Backend) -> None:
    """Twelve partners with links, a provider with twelve resellers, things it sold to nobody."""
    await backend.do(*provider_with(*range(12)))
    for number in range(12):
        await backend.do(enrolled(number), issue(number, partner(number)))
    await backend.do(invite(PROVIDER, 900, indirectResellerId=reseller(0)), accept(900))
    await backend.do(register(1, 2, 3, partner_id=PROVIDER))
    await backend.do(*(block(number) for number in range(FOR_PARTNERS - 8)))


@pytest.mark.parametrize("seed", range(2))
async def test_any_history_at_the_edge(backend, seed):
    await nearly_full(backend)
    edge, done = AtTheEdge(Random(seed)), 0
    for _ in range(150):
        try:
            await backend.do(edge.command())
        except AppError:
            continue
        done += 1
    assert done > 30
    assert await places(backend) > FOR_PARTNERS - 20


async def test_what_takes_a_place_is_refused_where_there_is_none(backend):
    """One by one: each sort is heard only while there is room."""
    await nearly_full(backend)
    left = RELATED_PER_CUSTOMER - await places(backend)
    await backend.do(*(block(500 + number) for number in range(left - 1)))
    edge, refused = AtTheEdge(Random(1)), set[type[Command]]()
    asked = [command for pick in (1, 2, 3) for command in edge.adding(pick)]
    for command in asked:
        before = await places(backend)
        try:
            await backend.do(command)
        except PolicyRefused as error:
            if "INV-9" in {refusal.rule_id for refusal in error.refusals}:
                refused.add(type(command))
        limit = RELATED_PER_CUSTOMER if isinstance(command, SetBlock) else before
        assert await places(backend) <= limit, command
    assert refused == set(map(type, asked))


async def test_a_tenant_with_many_overdue_invitations_can_be_enrolled(backend):
    for number in range(PARTNERS_PER_CUSTOMER):
        await backend.do(enrolled(number), invite(partner(number), number))
        if number % 20 == 19:
            backend.clock.pass_by(timedelta(days=90))
    backend.clock.pass_by(timedelta(days=-1))
    done = await backend.do(enrol(AGENCY, type="directBill", mpnId="777"))
    closed = [row.status for row in done.after.rows.values()]
    assert closed == [InvitationStatus.CANCELED] * 20
