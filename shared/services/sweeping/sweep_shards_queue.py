"""What the messages of the queue `sweep-shards` are for."""

from contextlib import suppress
from dataclasses import dataclass

from shared.services.ports.queues import Queue
from shared.services.queues.dead_letters import SUCCEEDED, Cause, DeadLetters
from shared.services.queues.internal_messages import shard_of
from shared.services.queues.messages import Delivery
from shared.services.queues.rejections import Reason, Rejected
from shared.services.sweeping.shards import Shards


@dataclass(frozen=True, slots=True)
class SweepShardsQueue:
    """Parts of sweeps; see `shared.services.queues.inbox.Work`."""

    shards: Shards
    dead_letters: DeadLetters

    async def process(self, delivery: Delivery) -> str:
        """See `Work`."""
        await self.shards.run(*shard_of(delivery.text))
        return SUCCEEDED

    async def check(self, text: str) -> None:
        """See `Work`: it is ours, if it names a shard."""
        shard_of(text)

    async def bury(self, delivery: Delivery, reason: Reason, error: Exception) -> None:
        """See `Work`: the sweep ends without this part, as failed."""
        cause = Cause(delivery.id, reason, error)
        await self.dead_letters.bury(Queue.SWEEP_SHARDS, delivery, cause)
        with suppress(Rejected):
            await self.shards.give_up(*shard_of(delivery.text))
