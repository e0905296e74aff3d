"""Commands whose requests go wrong on the way: nothing acknowledged is lost, nothing done twice.

app ──> FaultProxy ──> Azurite <── what the test reads
"""

from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.deciding.commands import Command
from shared.deciding.enrolment import EnrolPartner
from shared.deciding.registering import RegisterSubscriptions
from tests.cast.commands import accept, decline, enrol, invite, profile, register
from tests.cast.ids import BUREAU, DIRECT, customer_id

from .commanding import FAULTS, PLACES, did
from .proxy import Held

STORY: list[Command] = [
    enrol(DIRECT),
    invite(),
    accept(),
    register(1),
    register(2, 3, 4),
    invite(number=2, customer_id=BUREAU),
    decline(2, BUREAU, reason="No"),
    profile(name="Renamed"),
]


def meets(command: Command, place: str) -> bool:
    """Whether a command sends a request of that place. Only some claim ids."""
    return place != "claim" or isinstance(command, EnrolPartner | RegisterSubscriptions)


def first_reply(place: str, fault: str) -> set[str]:
    """How the first answer begins. Only what comes before the commit may fail for good."""
    if place == "announcement":
        return (
            {"StorageBusy"}
            if fault in {"throttled", "503 before", "503 after"}
            else {"StorageDown"}
        )
    return {"StorageBusy", "Done"} if (place, fault) == ("claim", "throttled") else {"Done"}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("place", PLACES)
async def test_each_command_meets_a_fault(world, place, fault, monkeypatch):
    for command in STORY:
        before = await world.events(command)
        breaking = FAULTS[fault]()
        rule = world.on(place, breaking)
        with monkeypatch.context() as patch:
            if fault in {"no answer", "late"}:
                world.be_impatient(place, patch)
            told = await world.ask(command)
        assert told[0] in first_reply(place, fault)
        assert rule.met is meets(command, place)
        if isinstance(breaking, Held) and rule.met:
            await breaking.release()
        world.clear()
        if told[0] != "Done":
            assert await world.events(command) == before
            told = await world.ask(command)
        assert did(told), "our own success is neither refused nor taken for an earlier one"
        assert await world.events(command) == [*before, told[1:]]
        assert await world.ask(command) == ("Done",)
        assert await world.events(command) == [*before, told[1:]]
    await world.settled()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    faults=st.lists(
        st.tuples(
            st.sampled_from(list(PLACES)),
            st.sampled_from([name for name in FAULTS if name not in {"no answer", "late"}]),
            st.integers(1, 3),
        ),
        min_size=1,
        max_size=4,
    ),
)
async def test_any_faults_of_any_requests(world, faults):
    number = uuid4().int % 0x1000_0000  # the same tables for all examples
    customer = customer_id(number)
    await world.ask(enrol(DIRECT))
    await world.do(invite(customer_id=customer))
    world.clear()
    rules = [(place, world.on(place, FAULTS[fault](), nth=nth)) for place, fault, nth in faults]
    commands = [
        accept(customer_id=customer),
        register(number, customer_id=customer),
        profile(customer, name="Renamed"),
    ]
    for count, command in enumerate(commands, start=2):
        told = await world.ask(command)
        while not did(told):
            assert told[0] in {"StorageBusy", "StorageDown"}
            assert len(await world.events(command)) == count - 1
            told = await world.ask(command)
        events = await world.events(command)
        assert len(events) == count
        assert events[-1] == told[1:]
    for place, rule in rules:
        assert rule.matched >= sum(meets(command, place) for command in commands)
    world.clear()
    await world.settled()
