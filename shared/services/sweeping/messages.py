"""What the messages of the queue `sweep-shards` are for."""

from dataclasses import dataclass
from typing import Final

from shared.errors import BadRequest
from shared.services.dead_letters import SUCCEEDED, Cause, DeadLetters
from shared.services.messages import Delivery, shard_of
from shared.services.rejections import Reason, Rejected
from shared.services.sweeping.shards import Shards

QUEUE: Final = "sweep-shards"


@dataclass(frozen=True, slots=True)
class Sharding:
    """Parts of sweeps; see `shared.services.inbox.Work`."""

    shards: Shards
    dead_letters: DeadLetters

    async def process(self, delivery: Delivery) -> str:
        """See `Work`."""
        await self.shards.run(*_shard(delivery.text))
        return SUCCEEDED

    async def authorise(self, text: str) -> None:
        """See `Work`: it is ours, if it names a shard."""
        _shard(text)

    async def bury(self, delivery: Delivery, reason: Reason, error: Exception) -> None:
        """See `Work`: the sweep ends without this part, as failed."""
        await self.dead_letters.bury(QUEUE, delivery, Cause(delivery.id, reason, error))
        try:
            shard = _shard(delivery.text)
        except Rejected:
            return
        await self.shards.give_up(*shard)


def _shard(text: str) -> tuple[str, int]:
    try:
        return shard_of(text)
    except BadRequest as error:
        raise Rejected(Reason.MALFORMED, error) from None
