"""Queue messages take effect once."""

import asyncio
from dataclasses import replace

import pytest

from shared.errors import AlreadyExists, PolicyRefused
from shared.services.commands.answers import TAKEN
from shared.services.commands.loading import Message
from shared.services.ports.values import WriteUnknown
from shared.storage.engine.memory import Request
from tests.cast.commands import (
    accept,
    annul,
    dispute,
    enrol,
    invite,
    profile,
    register,
    related,
)
from tests.cast.ids import AGENCY, BUREAU, DIRECT, OTHER_DIRECT
from tests.running.backend import failure, once, sequence
from tests.running.sweeps import open_findings

MESSAGE = Message("/pipelines/one", "m-1", "/api/somewhere")
NEW = replace(MESSAGE, new=True)
"""As a queue hands over what it has not handed over before, though its sender may have sent it."""


async def test_a_message_takes_effect_once(backend):
    executor = backend.services.executor
    await backend.do(*related())
    first = await executor.execute(profile(name="One"), message=MESSAGE)
    await backend.do(profile(name="Two"))
    second = await executor.execute(profile(name="One"), message=MESSAGE)
    assert (len(first.events), second.events) == (1, ())
    assert second.remembered.resource == MESSAGE.resource
    assert (await backend.ports.tenants.head(AGENCY)).value.customer.name == "Two"


async def test_a_message_without_effect_is_remembered_too(backend):
    executor = backend.services.executor
    await backend.do(*related(), profile(name="One"))
    await executor.execute(profile(name="One"), message=MESSAGE)
    await backend.do(profile(name="Two"))
    assert (await executor.execute(profile(name="One"), message=MESSAGE)).remembered
    assert await sequence(backend) == 4
    await backend.deliver()
    await backend.assert_followed()


async def test_a_lost_answer_of_only_remembering(backend):
    executor = backend.services.executor
    await backend.do(*related(), profile(name="One"))

    async def lost() -> None:
        raise WriteUnknown("lost")

    once(backend, "after", "message|", lost)
    done = await executor.execute(profile(name="One"), message=MESSAGE)
    assert done.remembered


async def test_a_refused_message_is_not_remembered(backend):
    await backend.do(enrol())
    await failure(backend, register(1), PolicyRefused, message=MESSAGE)
    assert await backend.ports.tenants.remembered(AGENCY, MESSAGE.source, MESSAGE.id) is None
    await backend.do(invite(), accept())
    done = await backend.services.executor.execute(register(1), message=MESSAGE)
    assert done.events


async def test_the_same_message_in_two_processes_at_once(backend):
    await backend.do(*related())
    both = [backend.instance(seed).executor for seed in (1, 2)]
    told = await asyncio.gather(*(one.execute(register(1), message=MESSAGE) for one in both))
    assert sorted(len(done.events) for done in told) == [0, 1]
    assert await sequence(backend) == 3


@pytest.fixture
def looks(backend):
    """The tenants at which it was asked whether a message is remembered."""
    asked = []

    async def before(request: Request) -> None:
        if request.verb == "get":
            asked.extend(key.partition for key in request.keys if key.row.startswith("message|"))

    backend.before = before
    return asked


async def test_a_new_message_is_not_asked_for(backend, looks):
    await backend.do(*related())
    done = await backend.services.executor.execute(register(1), message=NEW)
    assert (len(done.events), looks) == (1, [])
    assert await backend.ports.tenants.remembered(AGENCY, MESSAGE.source, MESSAGE.id)


SINCE = {
    "it would have an effect": (profile(name="One"), [profile(name="Two")]),
    "it would have none": (profile(name="One"), []),
    "it would be refused": (
        register(1),
        [dispute(), annul(), *related(customer_id=BUREAU)[1:], register(1, customer_id=BUREAU)],
    ),
    "another holds what it would claim": (
        enrol(DIRECT, mpnId="771"),
        [enrol(DIRECT, mpnId="772"), enrol(OTHER_DIRECT, mpnId="771")],
    ),
}


@pytest.mark.parametrize("since", SINCE)
async def test_a_new_message_that_was_sent_before_is_done(backend, looks, since):
    command, others = SINCE[since]
    await backend.do(*related())
    await backend.services.executor.execute(command, message=NEW)
    if others:
        await backend.do(*others)
    before, held = await sequence(backend, command.tenant_id), await backend.claim_holders()
    looks.clear()
    done = await backend.services.executor.execute(command, message=NEW)
    assert (done.events, done.remembered.message_id, looks) == ((), MESSAGE.id, [command.tenant_id])
    assert await sequence(backend, command.tenant_id) == before
    assert await backend.claim_holders() == held
    assert await open_findings(backend.services) == set()


async def test_a_new_message_that_fails_its_precondition_may_be_done(backend, looks):
    def taken(*_: object) -> None:
        raise AlreadyExists(TAKEN)

    await backend.do(*related())
    await failure(backend, register(1), AlreadyExists, message=NEW, precondition=taken)
    assert looks == [AGENCY]
    await backend.do(register(2))
    await backend.services.executor.execute(profile(name="One"), message=NEW)
    await backend.do(profile(name="Two"))
    done = await backend.services.executor.execute(
        profile(name="One"), message=NEW, precondition=taken
    )
    assert done.remembered


async def test_a_new_message_that_is_refused_is_looked_for_once(backend, looks):
    """Then it costs what it costs one that is not new: nothing is read twice."""
    await backend.do(enrol(), invite())
    spent: list[list[str]] = []
    for message in (MESSAGE, NEW):
        backend.requests.clear()
        await failure(backend, register(1), PolicyRefused, message=message)
        spent.append(sorted(backend.requests))
    assert spent[0] == spent[1]
    assert looks == [AGENCY] * 2
