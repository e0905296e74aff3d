"""Lists: every item once, and tokens that lead nowhere else."""

from itertools import chain
from uuid import uuid4

import pytest

from tests.running.client import Caller, World, code, ok, targets


@pytest.fixture(scope="module")
def parties(world: World) -> tuple[Caller, Caller, list[str]]:
    """A partner, its customer, and the ids of seven subscriptions."""
    partner, customer = world.partner(), world.customer()
    world.hired(partner, customer)
    return partner, customer, [world.sold(partner, customer)[-36:] for _ in range(7)]


def listing(customer: Caller) -> str:
    return f"/customers/{customer.tenant}/subscriptions"


@pytest.mark.parametrize(("size", "sizes"), [(1, [1] * 7), (3, [3, 3, 1]), (7, [7]), (1000, [7])])
def test_every_item_is_on_one_page(
    parties: tuple[Caller, Caller, list[str]], size: int, sizes: list[int]
):
    partner, customer, ids = parties
    for caller in (partner, customer):
        pages = caller.pages(listing(customer), maxpagesize=size)
        assert [len(page) for page in pages] == sizes
        assert [item["id"] for item in chain(*pages)] == sorted(ids)


def test_the_next_link_is_absolute_and_keeps_the_filter(
    world: World, parties: tuple[Caller, Caller, list[str]]
):
    partner, customer, _ = parties
    params = {"maxpagesize": 2, "status": "active"}
    # The Host header says something else than the setting: the setting wins.
    answer = partner.get(listing(customer), params=params, headers={"Host": "elsewhere.example"})
    link = ok(answer)["nextLink"]
    assert link.startswith(
        f"{world.system.base_url}/api/customers/{customer.tenant}/subscriptions?"
    )
    for part in ("api-version=2026-11-01", "maxpagesize=2", "status=active", "skiptoken="):
        assert part in link
    assert ok(partner.get(listing(customer), params={"status": "deleted"})) == {"value": []}


def test_a_token_grants_nothing(world: World, parties: tuple[Caller, Caller, list[str]]):
    _, customer, _ = parties
    link = ok(customer.get(listing(customer), params={"maxpagesize": 2}))["nextLink"]
    assert code(world.nobody().get(link)) == (401, "InvalidAuthenticationToken")
    assert targets(world.partner().get(link)) == ["skiptoken"]


def test_a_token_belongs_to_one_list(world: World, parties: tuple[Caller, Caller, list[str]]):
    partner, customer, _ = parties
    link = ok(customer.get(listing(customer), params={"maxpagesize": 2}))["nextLink"]
    token = link.rpartition("skiptoken=")[2]
    other = f"/customers/{customer.tenant}/relationships"
    assert targets(customer.get(other, params={"skiptoken": token})) == ["skiptoken"]
    filtered = {"skiptoken": token, "status": "active"}
    assert targets(customer.get(listing(customer), params=filtered)) == ["skiptoken"]
    assert targets(partner.get(listing(customer), params={"skiptoken": token})) == ["skiptoken"]


@pytest.mark.parametrize("token", ["x", "!!!!", "AAAA", "é", "a" * 5000, "bm90IGEgdG9rZW4"])
def test_a_malformed_token(world: World, token: str):
    customer = world.customer()
    for path in ("subscriptions", "relationships", "invitations", "ledger"):
        answer = customer.get(f"/customers/{customer.tenant}/{path}", params={"skiptoken": token})
        assert targets(answer) == ["skiptoken"]


@pytest.mark.parametrize("size", ["0", "1001", "-1", "ten", "1.5"])
def test_an_absurd_page_size(world: World, size: str):
    answer = world.operator.get("/partners", params={"maxpagesize": size})
    assert targets(answer) == ["maxpagesize"]


def test_query_parameters_are_known(world: World):
    assert targets(world.operator.get("/partners", params={"statsu": "active"})) == ["statsu"]
    customer = world.customer()
    answer = customer.get(
        f"/customers/{customer.tenant}/invitations", params={"status": "forgotten"}
    )
    assert targets(answer) == ["status"]
    assert ok(world.operator.get("/partners", params={"MaxPageSize": "1"}))


def test_a_filter_pages_over_what_it_hides(world: World):
    customer, partner = world.customer(), world.partner()
    for _ in range(2):
        ok(customer.post(f"{world.invited(world.partner(), customer)}/decline"))
    pending = {world.invited(each, customer)[-36:] for each in (world.partner(), partner)}
    path = f"/customers/{customer.tenant}/invitations"
    pages = customer.pages(path, maxpagesize=1, status="pending")
    assert {item["id"] for item in chain(*pages)} == pending
    [mine] = chain(*partner.pages(path, maxpagesize=1))
    assert mine["partnerId"] == partner.tenant


def test_an_empty_list(world: World):
    customer = world.customer()
    for path in ("subscriptions", "relationships", "invitations", "ledger"):
        assert ok(customer.get(f"/customers/{customer.tenant}/{path}")) == {"value": []}
    nothing = ok(customer.get(f"/customers/{customer.tenant}/ledger/verification"))
    assert (nothing["verifiedThrough"], nothing["valid"]) == (0, True)
    assert code(world.operator.get(f"/customers/{uuid4()}/ledger"))[0] == 404
