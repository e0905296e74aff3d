"""What queues and the announcer promise, on both adapters."""

import asyncio
import json

from shared.services.ports.queues import Announcement, Queue
from shared.storage.engine.memory import MemoryQueues
from shared.storage.engine.queues import QueueAnnouncer
from tests.cast.ids import guid

TEXT = '{"name": "<이름> & \\"x\\""}'
NEWS = Announcement(tenant_id=guid(1), command_id=guid(2))


async def waiting(backend, queue: str) -> list[str]:
    """The texts that `queue` delivers, once there are any; they are gone then."""
    if isinstance(backend.queues, MemoryQueues):
        return [message.text for message in backend.queues.take(queue)]
    clients = backend.clients
    client = clients.sdk_queues.get_queue_client(clients.queue_name(queue))
    texts: list[str] = []
    while not texts:
        async for message in client.receive_messages():
            texts.append(message.content)
            await client.delete_message(message)
        await asyncio.sleep(0.05)
    return texts


async def test_text_arrives_as_it_was_put(backend):
    await backend.queues.put("onboarding", TEXT)
    assert await waiting(backend, "onboarding") == [TEXT]


async def test_an_announcement_is_plain_json(backend):
    await QueueAnnouncer(backend.queues).announce(NEWS)
    (text,) = await waiting(backend, Queue.PROJECTIONS)
    assert json.loads(text) == {"tenantId": guid(1), "commandId": guid(2), "look": 1}


async def test_a_withdrawn_announcement_does_not_arrive(backend):
    announcer = backend.ports.announcer
    withdrawn = await announcer.announce(NEWS)
    await announcer.withdraw(withdrawn)
    await announcer.withdraw(withdrawn)
    await backend.queues.put(Queue.PROJECTIONS, "last", delay=1)
    assert await waiting(backend, Queue.PROJECTIONS) == ["last"]
