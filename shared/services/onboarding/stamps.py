"""What makes a partner's message ours: the stamp that `POST /api/onboarding` puts on it.

Whoever can write to the queue could name any source. So messages of partners carry a MAC over all
that decides what they do, with a key that the system made itself and keeps with its data: whoever
can read that and write to the queue needs no message to do as it likes.
"""

import hashlib
import hmac
import json
from random import Random
from typing import Final

from shared.services.ports.operations import OperationsStore
from shared.services.queues.cloud_events import CloudEvent

CALLER: Final = "caller"
STAMP: Final = "stamp"
_KEY_BYTES: Final = 32


class Stamps:
    """Makes and checks stamps; one per process."""

    def __init__(self, operations: OperationsStore, random: Random) -> None:
        """`random` makes the key, once in the life of a storage account."""
        self._operations = operations
        self._random = random
        self._key: bytes | None = None

    async def stamped(self, event: CloudEvent, source: str, caller: str) -> CloudEvent:
        """The event as sent by `caller`, whatever it said of itself."""
        event = event.model_copy(update={"source": source, CALLER: caller})
        return event.model_copy(update={STAMP: await self._mac(event)})

    async def caller(self, event: CloudEvent) -> str | None:
        """The application that sent it; None for a stamp that is not ours."""
        extensions = event.model_extra or {}
        caller, stamp = extensions.get(CALLER), extensions.get(STAMP)
        if not isinstance(caller, str) or not isinstance(stamp, str):
            return None
        genuine = hmac.compare_digest(stamp.encode(), (await self._mac(event)).encode())
        return caller if genuine else None

    async def _mac(self, event: CloudEvent) -> str:
        caller = (event.model_extra or {}).get(CALLER)
        said = json.dumps([event.source, event.id, event.type, caller, event.data], sort_keys=True)
        return hmac.new(await self._secret(), said.encode(), hashlib.sha256).hexdigest()

    async def _secret(self) -> bytes:
        if self._key is None:
            self._key = await self._operations.stamp_key(self._random.randbytes(_KEY_BYTES))
        return self._key
