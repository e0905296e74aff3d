"""Limited links on a real account: as many as the link allows, whoever accepts where."""

import asyncio

import pytest

from shared.services.commands.reserving import Slots
from shared.services.ports.claims import SlotKey
from tests.cast.commands import accept, accept_link, cancel, invite, issue, remove
from tests.cast.ids import AGENCY, BUREAU, DIRECT, customer_id, link_id

LINK = (DIRECT, link_id())
EXHAUSTED = "INV-5 linkId limit={limit}"


async def reserved(two) -> int:
    counter = await two.storages[0].ports.slots.reserved(*LINK)
    return counter.value if counter else 0


async def holders(two, customers) -> set[str]:
    slots = two.storages[0].ports.slots
    held = await asyncio.gather(*(slots.held(SlotKey(*LINK, one)) for one in customers))
    return {one for one, etag in zip(customers, held, strict=True) if etag}


@pytest.mark.parametrize("limit", [1, 10])
async def test_five_customers_too_many_at_once(two, limit):
    await two.do(issue(maxAcceptances=limit))
    customers = [customer_id(number) for number in range(limit + 5)]
    told = await two.at_once(*(accept_link(one) for one in customers))
    done = {one for one, each in zip(customers, told, strict=True) if each[0] == "Done"}
    assert len(done) == limit
    refused = [each for each in told if each[0] != "Done"]
    assert refused == [("PolicyRefused", EXHAUSTED.format(limit=limit))] * 5
    assert await reserved(two) == limit
    assert await holders(two, customers) == done
    core = await two.settled()
    assert {one for one in customers if core.tenant(one).rows} == done


async def test_one_customer_accepts_twice_at_once(two):
    await two.do(issue(maxAcceptances=2))
    told = await two.at_once(accept_link(), accept_link(), accept_link(), accept_link())
    assert [each[0] for each in told] == ["Done"] * 4
    assert sum(len(each) > 1 for each in told) == 1
    assert await reserved(two) == 1
    assert len((await two.settled()).tenant(AGENCY).rows) == 1


async def test_a_removal_makes_room_for_a_new_invitation_of_the_same_customer_only(two):
    await two.do(issue(maxAcceptances=1), accept_link(), remove(), accept_link())
    assert len((await two.settled()).tenant(AGENCY).rows) == 2
    assert await reserved(two) == 1
    assert (await two.ask(accept_link(BUREAU), at=1))[0] == "PolicyRefused"


async def test_accepting_by_link_while_the_same_partner_invites(two):
    """One of them is refused, or the invitation came later; no place is left behind."""
    await two.do(issue(maxAcceptances=100))
    done = 0
    for number in range(1, 9):
        customer = customer_id(number)
        linked, invited = await two.at_once(accept_link(customer), invite(customer_id=customer))
        if linked[0] == "Done":
            done += 1
        else:
            assert linked[1].startswith("INV-3")
            assert invited[0] == "Done"
        assert await reserved(two) == done
    await two.settled()


async def test_a_place_that_is_given_back_while_its_customer_accepts(two):
    await two.do(issue(maxAcceptances=5))
    ports = two.storages[1].ports
    slots = Slots(ports.slots, ports.tenants, two.time)
    customers = [customer_id(number) for number in range(5)]
    for number, customer in enumerate(customers, 1):
        key = SlotKey(*LINK, customer)
        await ports.slots.reserve(key, await ports.slots.reserved(*LINK))
        told, _ = await asyncio.gather(two.ask(accept_link(customer)), slots.release(key))
        assert told[0] == "Done"
        assert await reserved(two) == number
    assert await holders(two, customers) == set(customers)
    assert (await two.ask(accept_link(BUREAU)))[0] == "PolicyRefused"
    await two.settled()


async def test_accepting_both_ways(two):
    """By invitation and by link at once: one relationship, one place at most."""
    await two.do(issue(maxAcceptances=1), invite())
    told = await two.at_once(accept(), accept_link())
    assert told[0][0] == "Done"
    assert await reserved(two) == (told[1][0] == "Done")
    assert (await two.ask(cancel()))[0] == "PolicyRefused"
    await two.settled()
