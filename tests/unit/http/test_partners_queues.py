"""Partners' own messages lie in queues by partner: a flood shares its one with few."""

from collections import Counter
from uuid import UUID

from shared.services.ports.queues import PARTNERS, Queue, queue_of
from shared.services.queues.messages import MAX_DEQUEUE_COUNT, Delivery
from tests.cast.ids import DIRECT
from tests.cast.messages import registration, submission
from tests.running.app import OPERATOR_CLAIMS, LocalApp, enrol, hire, submit

MANY = 4000


def test_partners_are_spread_and_each_stays_where_it_is():
    partners = [str(UUID(int=number << 64)) for number in range(MANY)]
    spread = Counter(map(queue_of, partners))
    assert spread.keys() == set(PARTNERS)
    assert max(spread.values()) < 1.2 * MANY / len(PARTNERS)
    assert [queue_of(each) for each in partners] == [queue_of(each) for each in partners]


def test_pipelines_share_with_no_partner():
    assert Queue.ONBOARDING not in PARTNERS
    assert set(PARTNERS) == {each for each in Queue if each.value.startswith("onboarding-")}


async def test_a_dead_letter_goes_back_to_the_queue_that_it_came_from(local: LocalApp):
    await enrol(local, DIRECT)
    await hire(local, DIRECT, 1)
    own = queue_of(DIRECT)
    await submit(local, submission(data=registration(1)))
    assert list(local.memory.queues.messages) == ["projections", own]
    (message,) = local.memory.queues.take(own)
    await local.services.inbox.poison(own, Delivery("p", message.text, MAX_DEQUEUE_COUNT))
    (letter,) = (await local.call("GET", "/api/dead-letters", OPERATOR_CLAIMS)).body["value"]
    assert letter["queue"] == own
    path = f"/api/dead-letters/{letter['id']}/replay"
    assert (await local.call("POST", path, OPERATOR_CLAIMS)).status == 200
    (again,) = local.memory.queues.take(own)
    assert again.delay == 0
    await local.services.inbox.take(own, Delivery("r", again.text, 1))
    (closed,) = (await local.call("GET", "/api/dead-letters", OPERATOR_CLAIMS)).body["value"]
    assert (closed["status"], closed["replays"][0]["outcome"]) == ("closed", "succeeded")
