"""Queue messages take effect once."""

import asyncio

from shared.errors import PolicyRefused
from shared.services.commands.loading import Message
from shared.services.ports.values import WriteUnknown
from tests.cast.commands import accept, enrol, invite, profile, register, related
from tests.cast.ids import AGENCY
from tests.running.backend import failure, once, sequence

MESSAGE = Message("/pipelines/one", "m-1", "/api/somewhere")


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
