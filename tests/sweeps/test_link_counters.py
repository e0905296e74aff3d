"""How often an invitation link was accepted, held against the places that are taken."""

from datetime import timedelta

from shared.services.ports.claims import SlotKey
from shared.storage.encoding.keys import claims as keys
from tests.cast.commands import accept_link, issue
from tests.cast.ids import BUREAU, DIRECT, customer_id, link_id
from tests.running.sweeps import findings, open_findings, run_sweep, swept


async def test_a_wrong_counter_of_a_link(backend):
    entity = backend.rows("claims", f"link|{DIRECT}|{link_id()}")["counter"]
    entity.properties["n"] = 4
    wrong = ("counter-wrong", DIRECT, f"link|{DIRECT}|{link_id()}")
    assert await swept(backend) == {wrong: False}
    (finding,) = await findings(backend.services)
    assert finding.detail == {"counter": 4, "slots": 1}


async def test_a_sweep_of_the_partner_alone_closes_no_counter_that_it_does_not_see(backend):
    place = f"link|{DIRECT}|{link_id()}"
    backend.rows("claims", place)["counter"].properties["n"] = 4
    wrong = ("counter-wrong", DIRECT, place)
    assert await swept(backend) == {wrong: False}
    backend.clock.pass_by(timedelta(seconds=1))
    await run_sweep(backend.services, backend.queues, DIRECT)
    assert await open_findings(backend.services) == {wrong}


async def test_a_slot_that_is_gone(backend):
    key = keys.slot(SlotKey(DIRECT, link_id(), BUREAU))
    del backend.tables["claims"]._partitions[key.partition][key.row]
    assert await swept(backend) == {
        ("counter-wrong", DIRECT, f"link|{DIRECT}|{link_id()}"): False,
        ("counter-wrong", BUREAU, f"link|{DIRECT}|{link_id()}|slot|{BUREAU}"): False,
    }


async def test_a_counter_that_is_gone_is_noticed_before_more_are_let_in(backend):
    """A link of two, both taken: without its counter, two more would get in."""
    await backend.do(issue(2, maxAcceptances=2))
    await backend.do(accept_link(customer_id(5), 2), accept_link(customer_id(6), 2))
    await backend.deliver()
    place = f"link|{DIRECT}|{link_id(2)}"
    del backend.tables["claims"]._partitions[place]["counter"]
    assert await swept(backend) == {("counter-wrong", DIRECT, place): False}
    [found] = await findings(backend.services)
    assert found.detail == {"counter": None, "slots": 2}
