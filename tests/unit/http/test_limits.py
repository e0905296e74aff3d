"""ISO-2 at the door: what a caller's share is, how it is told, and that it is nobody else's."""

import asyncio
import json
from typing import Any

import pytest

from shared.limit_settings import LEAST_MESSAGES_PER_SECOND
from shared.services.budgets import BACKLOG
from shared.services.onboarding.orders import Sender, order
from shared.services.ports.budgets import BudgetKey, Spending
from tests.cast.bodies import partner_document
from tests.cast.ids import AGENCY, BUREAU, DIRECT, OTHER_DIRECT, invitation_id
from tests.cast.messages import invitation, registration, registrations, submission
from tests.running.app import (
    OPERATOR_CLAIMS,
    SETTINGS,
    Answer,
    LocalApp,
    application,
    enrol,
    submit,
    user,
)

SELLER = user(DIRECT, "GlobalAdmin")
OTHER_SELLER = user(OTHER_DIRECT, "GlobalAdmin")
RATE = SETTINGS.messages_per_second
QUOTA = SETTINGS.commands_per_second * 10


def batch(number: int, count: int) -> dict[str, Any]:
    """A message that registers so many subscriptions."""
    return submission(data=registrations(*range(count)), id=f"m-{number}")


def one(number: int, partner_id: str = DIRECT) -> dict[str, Any]:
    return submission(data=registration(number, actingPartnerId=partner_id), id=f"m-{number}")


def rest(answer: Answer, name: str) -> dict[str, int]:
    """What an answer tells of a limit: quota, window, left, reset."""
    told: dict[str, int] = {}
    for header in ("RateLimit-Policy", "RateLimit"):
        (line,) = [each for each in answer.headers[header].split(", ") if f'"{name}"' in each]
        pairs = (said.partition("=") for said in line.split(";")[1:])
        told |= {key: int(value) for key, _, value in pairs}
    return told


def delays(local: LocalApp) -> list[int]:
    return [
        message.delay
        for queue in list(local.memory.queues.messages)
        if queue.startswith("onboarding")
        for message in local.memory.queues.take(queue)
    ]


async def invite(
    local: LocalApp, number: int = 1, seller: dict[str, Any] = SELLER, customer: str = AGENCY
) -> Answer:
    path = f"/api/customers/{customer}/invitations/{invitation_id(number)}"
    return await local.call("PUT", path, seller, {"delegatedAdmin": True})


@pytest.fixture
async def known(local: LocalApp) -> LocalApp:
    await enrol(local, DIRECT, OTHER_DIRECT)
    return local


async def test_messages_beyond_the_rate_wait_in_order_then_are_refused(known: LocalApp):
    put: list[int] = []
    answers = [await submit(known, batch(number, 2 * RATE)) for number in range(1, 41)]
    put = delays(known)
    taken = [answer for answer in answers if answer.status == 202]
    assert len(taken) == len(put) == 30
    assert put == sorted(put)
    assert (put[0], put[1], put[-1]) == (0, 1, 57)
    told = rest(taken[-1], "messages")
    assert (told["q"], told["w"], told["r"]) == (61 * RATE, 61, RATE)
    refused = answers[-1]
    assert refused.code == (429, "TooManyRequests")
    assert refused.body["error"]["target"] == "messages"
    assert (refused.headers["Retry-After"], rest(refused, "messages")["r"]) == ("1", RATE)
    # Another partner's is taken at once, and this one's again after what it was told.
    other = await submit(known, one(1, OTHER_DIRECT), caller=application(OTHER_DIRECT))
    assert (other.status, delays(known)) == (202, [0])
    known.clock.pass_by(seconds=1)
    assert (await submit(known, batch(50, 2 * RATE))).status == 202


def test_the_fullest_body_that_is_taken_is_less_than_a_minutes_worth():
    """So that no partner that was at rest is told 429, however it fills one."""
    # All that a sale must have, each as short as it may be.
    kept = {"offerId": "x", "offerName": "x", "unitType": "x", "quantity": 1, "autoRenew": True}
    sale = {**registrations(1)["subscriptions"][0], **kept}
    least = len(json.dumps(sale, separators=(",", ":")))
    taken = order("subscription-registration", {**registrations(), "subscriptions": [sale]}, SENDER)
    assert taken
    assert 64 * 1024 / least < LEAST_MESSAGES_PER_SECOND * BACKLOG.total_seconds()


SENDER = Sender("", "")


async def test_an_operator_raises_one_partners_rate(known: LocalApp):
    path, body = f"/api/partners/{DIRECT}", partner_document(DIRECT)
    raised = {**body, "resourcesPerSecond": 100}
    etag = (await known.call("GET", path, OPERATOR_CLAIMS)).body["etag"]
    answer = await known.call("PUT", path, OPERATOR_CLAIMS, raised, {"if-match": etag})
    assert (answer.status, answer.body["resourcesPerSecond"]) == (200, 100)
    assert rest(await submit(known, one(1)), "messages")["q"] == 6100
    other = await submit(known, one(1, OTHER_DIRECT), caller=application(OTHER_DIRECT))
    assert rest(other, "messages")["q"] == 61 * RATE
    low = {**body, "resourcesPerSecond": LEAST_MESSAGES_PER_SECOND - 1}
    assert (await known.call("PUT", path, OPERATOR_CLAIMS, low)).status == 400


async def test_what_is_refused_takes_nothing_of_the_share(known: LocalApp):
    before = rest(await submit(known, one(1)), "messages")
    assert (await submit(known, one(2), submission("partner-enrolment", id="x"))).status == 400
    assert rest(await submit(known, one(3)), "messages")["r"] == before["r"] - 1


async def test_commands_have_a_limit_in_each_process(known: LocalApp):
    answers = [await invite(known) for _ in range(QUOTA + 9)]
    assert [answer.status for answer in answers] == [201] + [200] * (QUOTA - 1) + [429] * 9
    left = [rest(answer, "commands")["r"] for answer in answers[:QUOTA]]
    assert left == [*range(QUOTA - 1, -1, -1)]
    refused = answers[-1]
    assert refused.code == (429, "TooManyRequests")
    assert (refused.body["error"]["target"], refused.headers["Retry-After"]) == ("commands", "1")
    # Nobody else notices, nor do its own reads.
    told = await invite(known, 2, OTHER_SELLER)
    assert rest(told, "commands")["r"] == QUOTA - 1
    assert (await known.call("GET", f"/api/partners/{DIRECT}", SELLER)).status == 200
    known.clock.pass_by(seconds=1)
    answers = [await invite(known) for _ in range(21)]
    assert [answer.status for answer in answers] == [200] * 20 + [429]


async def test_the_operator_has_no_limit(known: LocalApp):
    for _ in range(QUOTA + 1):
        asked = await known.call("POST", f"/api/partners/{DIRECT}/resume", OPERATOR_CLAIMS)
        assert (asked.status, "RateLimit" in asked.headers) == (200, False)


async def test_reads_at_once_have_a_limit_in_each_process(known: LocalApp):
    gate, waiting = asyncio.Event(), 0

    async def held(_: object) -> None:
        nonlocal waiting
        waiting += 1
        await gate.wait()

    async def read(caller: dict[str, Any]) -> Answer:
        return await known.call("GET", f"/api/partners/{caller['tid']}", caller)

    most = SETTINGS.reads_at_once
    known.memory.tables["tenants"].before = held
    reads = [asyncio.create_task(read(SELLER)) for _ in range(most)]
    other = asyncio.create_task(read(OTHER_SELLER))
    while waiting < most + 1 and not other.done():
        await asyncio.sleep(0)
    beyond = asyncio.create_task(read(SELLER))
    while waiting < most + 2 and not beyond.done():
        await asyncio.sleep(0)
    assert waiting == most + 1
    refused = await beyond
    assert refused.code == (429, "TooManyRequests")
    assert (refused.body["error"]["target"], refused.headers["Retry-After"]) == ("reads", "1")
    gate.set()
    assert {answer.status for answer in await asyncio.gather(*reads, other)} == {200}
    assert (await read(SELLER)).status == 200


async def test_a_day_has_so_many_invitations_whichever_way_they_come():
    local = LocalApp(SETTINGS.model_copy(update={"invitations_per_day": 3}))
    await enrol(local, DIRECT, OTHER_DIRECT)

    assert rest(await invite(local), "invitations") == {"q": 3, "w": 86400, "r": 2, "t": 28800}
    message = submission("invitation-request", invitation(2), id="m-2")
    assert rest(await submit(local, message), "invitations")["r"] == 1
    two = [submission("invitation-request", invitation(n), id=f"m-{n}") for n in (3, 4)]
    for refused in (await submit(local, *two), await submit(local, *two)):
        assert (refused.code, refused.body["error"]["target"]) == (
            (429, "TooManyRequests"),
            "invitations",
        )
    assert (await invite(local, 5, customer=BUREAU)).status == 201
    assert (await invite(local, 6)).headers["Retry-After"] == "28800"
    assert (await invite(local, 7, OTHER_SELLER)).status == 201
    local.clock.pass_by(hours=8)
    assert (await invite(local, 6)).status != 429


async def test_a_day_has_so_many_new_targets():
    local = LocalApp(SETTINGS.model_copy(update={"webhook_changes_per_day": 2}))
    await enrol(local, DIRECT)
    path = f"/api/partners/{DIRECT}/webhooks/7c000000-0000-4000-8000-000000000001"
    made = [
        await local.call("PUT", path, SELLER, {"url": f"https://a{n}.example/"}, {"if-match": "*"})
        for n in (1, 2, 3)
    ]
    assert [answer.status for answer in made][2] == 429
    assert made[2].body["error"]["target"] == "webhook-changes"


async def test_a_stranger_and_a_suspended_partner_are_sold_nothing(known: LocalApp):
    stranger = user("99999999-0000-4000-8000-000000000001", "GlobalAdmin")
    assert (await known.call("POST", f"/api/partners/{DIRECT}/suspend", OPERATOR_CLAIMS)).status
    for caller in (stranger, SELLER):
        assert (await invite(known, 1, caller)).status in {403, 409}
        key = BudgetKey(caller["tid"], Spending.INVITATIONS)
        assert await known.memory.ports.budgets.sold(key) is None
