"""What tells a message from another that reuses its id, for as long as its success is remembered.

It is over all that the message said, personal data too, and outlives an erasure. So it is a MAC:
without the deployment's key nobody can try addresses until one fits.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Final

from shared.services.queues.messages import CloudEvent

_PURPOSE: Final = b"fingerprint of a message"


class Fingerprints:
    """Makes and compares fingerprints."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """From each of `keys` one is made for this purpose alone; the first makes them."""
        self._keys = tuple(hmac.digest(key, _PURPOSE, hashlib.sha256) for key in keys)

    def of(self, event: CloudEvent) -> str:
        """The event's fingerprint."""
        return _mac(self._keys[0], event)

    def fits(self, event: CloudEvent, fingerprint: str) -> bool:
        """Whether it is the event's, made under any of the keys."""
        return any(hmac.compare_digest(_mac(key, event), fingerprint) for key in self._keys)


def _mac(key: bytes, event: CloudEvent) -> str:
    said = json.dumps([event.type, event.data], sort_keys=True)
    return hmac.digest(key, said.encode(), hashlib.sha256).hex()
