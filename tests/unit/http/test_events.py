"""Feeds of events over HTTP."""

from shared.services.listing import ROUNDS
from tests.cast.ids import AGENCY, BUREAU, DIRECT, OTHER_DIRECT, invitation_id
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin, enrol, user
from tests.unit.http.feeds import EVENTS, FEED, READER, SELLER, trade, walk


async def test_a_customers_feed_is_its_ledger(local: LocalApp):
    await trade(local)
    ledger = (await local.call("GET", f"/api/customers/{AGENCY}/ledger", admin(AGENCY))).body
    expected = [
        f"{AGENCY}:{entry['sequence']}:{place}"
        for entry in ledger["value"]
        for place, _ in enumerate(entry["events"], 1)
    ]
    for size in (1, 2, 1000):
        found = await walk(local, EVENTS, READER, size)
        assert [event["id"] for event in found] == expected
    assert found[0]["type"] == "invitation-created"
    assert "feedsequence" not in found[0]


async def test_a_customers_feed_goes_on(local: LocalApp):
    empty = (await local.call("GET", EVENTS, READER)).body
    assert empty["value"] == []
    await trade(local)
    behind = (await local.call("GET", f"{EVENTS}?after={empty['cursor']}", READER)).body
    assert len(behind["value"]) == len(await walk(local, EVENTS, READER, 100))
    end = (await local.call("GET", f"{EVENTS}?after={behind['cursor']}", READER)).body
    assert (end["value"], end["cursor"]) == ([], behind["cursor"])
    bad = await local.call("GET", f"{EVENTS}?after=x", READER)
    assert (bad.status, bad.body["error"]["target"]) == (400, "after")
    for claims in (SELLER, OPERATOR_CLAIMS):
        assert (await local.call("GET", EVENTS, claims)).status == 403
    foreign = f"/api/customers/{BUREAU}/events"
    assert (await local.call("GET", foreign, READER)).status == 404


async def test_a_partners_feed_shows_its_own_in_order(local: LocalApp):
    await trade(local)
    await local.follow()
    assert await walk(local, FEED, SELLER, 100) == []
    local.clock.pass_by(seconds=16)
    found = await walk(local, FEED, SELLER, 100)
    assert [event["feedsequence"] for event in found] == list(range(1, len(found) + 1))
    assert {event["data"].get("partnerId", DIRECT) for event in found} == {DIRECT}
    assert found[-1]["type"] == "subscription-registered"
    for size in (1, 3):
        assert await walk(local, FEED, SELLER, size) == found
    assert len(found) < len(await walk(local, EVENTS, READER, 100))
    other = user(OTHER_DIRECT, "GlobalAdmin")
    assert (await local.call("GET", FEED, other)).status == 404


async def test_a_partners_feed_of_some_types(local: LocalApp):
    await trade(local)
    await local.follow()
    local.clock.pass_by(seconds=16)
    wanted = f"{FEED}?types=subscription-registered,invitation-created"
    for size in (1, 100):
        found = await walk(local, wanted, SELLER, size)
        assert [event["type"] for event in found] == [
            "invitation-created",
            "subscription-registered",
        ]
    bad = await local.call("GET", f"{FEED}?types=subscription-registered,lunch", SELLER)
    assert (bad.status, bad.body["error"]["target"]) == (400, "types")


async def test_a_page_of_rare_events_may_be_empty_and_goes_on(local: LocalApp):
    await enrol(local, DIRECT)
    path = f"/api/customers/{AGENCY}/invitations"
    for number in range(ROUNDS + 1):
        local.clock.pass_by(days=1)
        invitation = f"{path}/{invitation_id(number)}"
        made = await local.call("PUT", invitation, SELLER, {"delegatedAdmin": True})
        assert made.status in {201, 409}
        await local.call("POST", f"{invitation}/cancel", SELLER)
        local.clock.pass_by(days=30)
    await local.follow()
    local.clock.pass_by(seconds=16)
    rare = f"{FEED}?types=subscription-registered&maxpagesize=1"
    first = (await local.call("GET", rare, SELLER)).body
    assert first["value"] == []
    assert "nextLink" in first
    assert await walk(local, f"{FEED}?types=subscription-registered", SELLER, 1) == []
