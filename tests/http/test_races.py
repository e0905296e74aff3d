"""Many callers at once: one winner where there can be one, and nothing lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import httpx

from tests.cast.bodies import SIGNER, sale_document
from tests.running.client import GLOBAL_ADMINISTRATOR, World, ok, rules

ACCEPT = {"country": "US", "customerAgreement": SIGNER}


def lost(answer: httpx.Response) -> bool:
    """Nothing was done: others won until the deadline, and a careful caller asks again.

    In as many turns as there are callers each has won once, however slow the machine is.
    """
    return answer.headers.get("x-ms-error-code") == "ConcurrencyConflict"


def at_once(*calls: Callable[[], httpx.Response]) -> list[httpx.Response]:
    """All calls, started together."""
    start = Barrier(len(calls))

    def run(call: Callable[[], httpx.Response]) -> httpx.Response:
        start.wait()
        answer = call()
        for _ in calls:
            if not lost(answer):
                break
            answer = call()
        return answer

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def whole(world: World, tenant: str) -> int:
    """The length of an unbroken ledger."""
    found = ok(world.operator.get(f"/customers/{tenant}/ledger/verification"))
    assert found["valid"], found
    return found["verifiedThrough"]


def test_two_global_admins_accept_and_decline(world: World):
    for _ in range(5):
        partner, first = world.partner(), world.customer()
        second = world.caller(first.tenant, wids=[GLOBAL_ADMINISTRATOR], objectId=str(uuid4()))
        path = world.invited(partner, first)
        accepted, declined = at_once(
            lambda path=path, first=first: first.post(f"{path}/accept", ACCEPT),
            lambda path=path, second=second: second.post(f"{path}/decline"),
        )
        status = ok(first.get(path))["status"]
        if status == "accepted":
            assert accepted.status_code == 200
            assert rules(declined) == ["INV-2"]
        else:
            assert (status, declined.status_code) == ("declined", 200)
            assert rules(accepted) == ["ACC-3"]
        active = ok(first.get(f"/customers/{first.tenant}/relationships"))["value"]
        assert len(active) == (status == "accepted")
        assert whole(world, first.tenant) == 2


def test_sixteen_writers_register_sixteen_subscriptions(world: World):
    partner, customer = world.partner(), world.customer()
    world.hired(partner, customer)
    paths = [f"/customers/{customer.tenant}/subscriptions/{uuid4()}" for _ in range(16)]
    answers = at_once(*(lambda path=path: partner.put(path, sale_document()) for path in paths))
    assert [answer.status_code for answer in answers] == [201] * 16
    listed = ok(customer.get(f"/customers/{customer.tenant}/subscriptions"))["value"]
    assert {item["id"] for item in listed} == {path[-36:] for path in paths}
    assert whole(world, customer.tenant) == 18


def test_the_same_subscription_at_once(world: World):
    partner, customer = world.partner(), world.customer()
    world.hired(partner, customer)
    path = f"/customers/{customer.tenant}/subscriptions/{uuid4()}"
    answers = at_once(*[lambda: partner.put(path, sale_document())] * 8)
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.text for answer in answers}) == 1
    assert whole(world, customer.tenant) == 3


def test_one_id_at_two_customers(world: World):
    for _ in range(5):
        partner, one, other = world.partner(), world.customer(), world.customer()
        world.hired(partner, one)
        world.hired(partner, other)
        item = uuid4()
        answers = at_once(
            *(
                lambda tenant=tenant, item=item, partner=partner: partner.put(
                    f"/customers/{tenant}/subscriptions/{item}", sale_document()
                )
                for tenant in (one.tenant, other.tenant)
            )
        )
        assert sorted(answer.status_code for answer in answers) == [201, 409]
        [loser] = [answer for answer in answers if answer.status_code == 409]
        assert rules(loser) == ["SUB-2"]
        assert one.tenant not in loser.text
        assert other.tenant not in loser.text
        assert whole(world, one.tenant) + whole(world, other.tenant) == 5


def test_many_invitations_of_one_partner(world: World):
    partner, customer = world.partner(), world.customer()
    answers = at_once(
        *(
            lambda: partner.put(
                f"/customers/{customer.tenant}/invitations/{uuid4()}", {"delegatedAdmin": True}
            )
            for _ in range(6)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]
    assert {tuple(rules(answer)) for answer in answers if answer.status_code == 409} == {("INV-3",)}
    assert whole(world, customer.tenant) == 1


def test_twelve_changes_of_one_version_of_a_sale(world: World):
    partner, customer = world.partner(), world.customer()
    world.hired(partner, customer)
    path = world.sold(partner, customer)
    condition = {"If-Match": ok(partner.get(path))["etag"]}
    answers = at_once(
        *(
            lambda quantity=quantity: partner.call(
                "PATCH",
                path,
                json={"quantity": quantity},
                headers={"Content-Type": "application/merge-patch+json", **condition},
            )
            for quantity in range(101, 113)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, *[412] * 11]
    [winner] = [answer for answer in answers if answer.status_code == 200]
    assert ok(partner.get(path)) == winner.json()
    assert whole(world, customer.tenant) == 4


def test_replacing_a_partner_from_the_same_version(world: World):
    partner = world.partner()
    path = f"/partners/{partner.tenant}"
    seen = ok(world.operator.get(path))
    answers = at_once(
        *(
            lambda name=name: world.operator.put(
                path, {**seen, "name": name}, headers={"If-Match": seen["etag"]}
            )
            for name in ("Contoso One", "Contoso Two", "Contoso Three")
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
    [winner] = [answer for answer in answers if answer.status_code == 200]
    assert ok(world.operator.get(path)) == winner.json()
