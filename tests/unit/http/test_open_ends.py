"""Sales that never end, from their registration to every list, file and proof that has them."""

import csv
from typing import Any

import pytest

from tests.cast.bodies import sale_document
from tests.cast.ids import AGENCY, DIRECT, subscription_id
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin, enrol, hire, user

SALE = f"/api/customers/{AGENCY}/subscriptions/{subscription_id()}"
SELLER = user(DIRECT, "GlobalAdmin")
FOR_EVER = {"billingCycle": "oneTime", "startsAt": "2026-11-01T00:00:00Z"}
OWN = f"/api/partners/{DIRECT}/subscriptions"


@pytest.fixture
async def sold(local: LocalApp) -> LocalApp:
    await enrol(local, DIRECT)
    await hire(local, DIRECT, 1)
    body = sale_document(productType="software", term=FOR_EVER)
    made = await local.call("PUT", SALE, SELLER, body)
    assert made.status == 201
    assert (made.body["term"]["duration"], made.body["term"]["endsAt"]) == (None, None)
    nulls = sale_document(
        productType="software", term={**FOR_EVER, "duration": None, "endsAt": None}
    )
    assert (await local.call("PUT", SALE, SELLER, nulls)).status == 200
    await local.follow()
    return local


async def patched(local: LocalApp, ends_at: Any) -> Any:
    headers = {"if-match": "*", "content-type": "application/merge-patch+json"}
    return await local.call("PATCH", SALE, SELLER, {"term": {"endsAt": ends_at}}, headers)


async def test_an_end_is_set_once_and_only_ever_later(sold: LocalApp):
    early = await patched(sold, FOR_EVER["startsAt"])
    assert early.body["error"]["innererror"]["rules"] == ["SUB-8"]
    assert (await patched(sold, None)).status == 400
    ended = await patched(sold, "2030-01-01T00:00:00Z")
    assert ended.body["term"]["endsAt"] == "2030-01-01T00:00:00.000000Z"
    assert ended.body["term"]["duration"] is None
    assert (await patched(sold, "2029-01-01T00:00:00Z")).code[1] == "PolicyRefused"


async def test_lists_and_files_have_it_and_ends_before_does_not(sold: LocalApp):
    for query, number in (("", 1), ("?endsBefore=2099-01-01T00:00:00Z", 0)):
        page = await sold.call("GET", f"{OWN}{query}", SELLER)
        assert len(page.body["value"]) == number
    for path, caller in ((OWN, SELLER), (SALE.rpartition("/")[0], admin(AGENCY))):
        file = await sold.call("GET", path, caller, headers={"accept": "text/csv"})
        (found,) = csv.DictReader(file.body.splitlines(), strict=True)
        assert (found["term.endsAt"], found["term.duration"]) == ("", "")
        assert found["term.billingCycle"] == "oneTime"
    await patched(sold, "2030-01-01T00:00:00Z")
    await sold.follow()
    page = await sold.call("GET", f"{OWN}?endsBefore=2099-01-01T00:00:00Z", SELLER)
    assert len(page.body["value"]) == 1


async def test_a_sweep_finds_nothing_wrong_with_it(sold: LocalApp):
    sold.clock.pass_by(days=2)
    assert (await sold.call("POST", "/api/sweeps", OPERATOR_CLAIMS)).status < 300
    await sold.sweep()
    found = await sold.call("GET", "/api/findings", OPERATOR_CLAIMS)
    assert found.body["value"] == []
