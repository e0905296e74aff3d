"""What tells a message from another that reuses its id, for as long as its success is remembered.

It is over all that the message asks for, personal data too, and outlives an erasure. So it is a
MAC: without the deployment's key nobody can try addresses until one fits.
"""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

_PURPOSE: Final = b"fingerprint of a message"


class Fingerprints:
    """Makes and compares fingerprints of what messages ask for."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """From each of `keys` one is made for this purpose alone; the first makes fingerprints."""
        self._keys = tuple(hmac.digest(key, _PURPOSE, hashlib.sha256) for key in keys)

    def of(self, asked: bytes) -> str:
        """The fingerprint."""
        return hmac.digest(self._keys[0], asked, hashlib.sha256).hex()

    def fits(self, asked: bytes, fingerprint: str) -> bool:
        """Whether it is of that, made under any of the keys."""
        made = (hmac.digest(key, asked, hashlib.sha256).hex() for key in self._keys)
        return any(hmac.compare_digest(each, fingerprint) for each in made)
