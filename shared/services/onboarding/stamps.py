"""What makes a partner's message ours: the stamp that `POST /api/onboarding` puts on it.

Whoever can write to the queue could name any source. So messages of partners carry a MAC over all
that decides what they do. Its key is made from the deployment's and lies in no table: who can read
the storage and write to the queue, as operators of pipelines can, is no partner by that.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Final

from shared.services.queues.cloud_events import CloudEvent

CALLER: Final = "caller"
STAMP: Final = "stamp"
_PURPOSE: Final = b"stamp of a partner's message"


class Stamps:
    """Makes and checks stamps."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """From each of `keys` one is made for this purpose alone; the first stamps, any checks."""
        self._keys = tuple(hmac.digest(key, _PURPOSE, hashlib.sha256) for key in keys)

    def stamped(self, event: CloudEvent, source: str, caller: str) -> CloudEvent:
        """The event as sent by `caller`, whatever it said of itself."""
        event = event.model_copy(update={"source": source, CALLER: caller})
        return event.model_copy(update={STAMP: _mac(self._keys[0], event)})

    def caller(self, event: CloudEvent) -> str | None:
        """The application that sent it; None for a stamp that is not ours."""
        extensions = event.model_extra or {}
        caller, stamp = extensions.get(CALLER), extensions.get(STAMP)
        if not isinstance(caller, str) or not isinstance(stamp, str):
            return None
        macs = [_mac(key, event) for key in self._keys]
        genuine = any(hmac.compare_digest(stamp.encode(), each.encode()) for each in macs)
        return caller if genuine else None


def _mac(key: bytes, event: CloudEvent) -> str:
    caller = (event.model_extra or {}).get(CALLER)
    said = json.dumps([event.source, event.id, event.type, caller, event.data], sort_keys=True)
    return hmac.digest(key, said.encode(), hashlib.sha256).hex()
