"""SUB-6: who is refused an id that another pair holds is told to the operator, and only there."""

from collections import Counter
from datetime import timedelta

import pytest

from shared.errors import PolicyRefused
from shared.services.ports.values import StorageBusy
from shared.services.sweeping.finishing import ONCE_KEPT
from tests.cast.commands import accept, enrol, invite, register, related
from tests.cast.ids import AGENCY, BUREAU, DIRECT, OTHER_DIRECT, subscription_id
from tests.running.backend import Backend
from tests.running.sweeps import findings, open_findings, run_sweep

ID = subscription_id(1)


@pytest.fixture
async def sold(backend) -> Backend:
    """DIRECT has sold it to AGENCY; BUREAU buys of it too, AGENCY also of OTHER_DIRECT."""
    await backend.do(*related(), *related(customer_id=BUREAU)[1:], enrol(OTHER_DIRECT))
    await backend.do(invite(OTHER_DIRECT, 2), accept(2), register(1))
    await backend.deliver()
    return backend


async def refused(backend: Backend, command) -> list[tuple[str, str]]:
    with pytest.raises(PolicyRefused) as caught:
        await backend.do(command)
    return [(refusal.rule_id, refusal.target) for refusal in caught.value.refusals]


def contest(partner_id: str, customer_id: str) -> tuple[str, str, str]:
    place = f"subscription|{ID}|refused|{partner_id}|{customer_id}"
    return ("subscription-id-contested", AGENCY, place)


CONTESTS = {
    "at another customer": (register(1, customer_id=BUREAU), contest(DIRECT, BUREAU)),
    "of another partner": (register(1, partner_id=OTHER_DIRECT), contest(OTHER_DIRECT, AGENCY)),
}


@pytest.mark.parametrize("how", CONTESTS)
async def test_it_is_one_finding_however_often_it_is_tried(sold, how):
    command, expected = CONTESTS[how]
    assert await refused(sold, command) == [("SUB-2", "id")]
    first = sold.clock.now()
    sold.clock.pass_by(timedelta(hours=1))
    assert await refused(sold, command) == [("SUB-2", "id")]
    assert await open_findings(sold.services) == {expected}
    [finding] = await findings(sold.services)
    assert finding.first_seen_at == first
    assert finding.last_seen_at == sold.clock.now()
    assert finding.severity == "notice"


async def test_other_refusals_are_no_contest(sold):
    assert await refused(sold, register(1, quantity=3)) == [("SUB-2", "id")]
    with pytest.raises(PolicyRefused):
        await sold.do(enrol(OTHER_DIRECT, mpnId=enrol(DIRECT).body.mpn_id))
    assert await findings(sold.services) == []


async def test_it_costs_a_read_and_a_write_of_the_finding(sold):
    sold.requests.clear()
    await refused(sold, register(1, customer_id=BUREAU))
    of_findings = {"operations get": 1, "operations EGT": 1}
    told = {key: count for key, count in Counter(sold.requests).items() if key in of_findings}
    assert told == of_findings


async def test_the_refusal_stands_where_the_finding_cannot_be_written(sold):
    async def busy(request) -> None:
        if request.table == "operations":
            raise StorageBusy

    sold.before = busy
    assert await refused(sold, register(1, customer_id=BUREAU)) == [("SUB-2", "id")]
    sold.calm()
    assert await findings(sold.services) == []
    assert (await sold.claim_holders())[f"subscription|{ID}"] == AGENCY


async def test_it_outlives_sweeps_for_a_while(sold):
    await refused(sold, register(1, customer_id=BUREAU))
    sold.clock.pass_by(ONCE_KEPT - timedelta(hours=1))
    await run_sweep(sold.services, sold.queues)
    assert await open_findings(sold.services) == {contest(DIRECT, BUREAU)}
    sold.clock.pass_by(timedelta(hours=2))
    await run_sweep(sold.services, sold.queues)
    assert await open_findings(sold.services) == set()
    await refused(sold, register(1, customer_id=BUREAU))
    assert await open_findings(sold.services) == {contest(DIRECT, BUREAU)}
