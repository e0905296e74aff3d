"""Standard Webhooks: secrets, signatures, and secrets at rest.

https://www.standardwebhooks.com: HMAC-SHA256 over `{id}.{timestamp}.{body}`, base64 behind `v1,`.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from random import Random
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PREFIX: Final = "whsec_"
_SECRET_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_KEY_ID_CHARACTERS: Final = 8


class SealBroken(Exception):
    """A stored secret was sealed under a key that is not configured, or for another webhook."""


def new_secret(random: Random) -> str:
    """A secret as its owner gets it; `random` is the system's."""
    return PREFIX + base64.b64encode(random.randbytes(_SECRET_BYTES)).decode()


def to_sign(message_id: str, timestamp: int, body: bytes) -> bytes:
    """What a signature is over. `message_id` holds no dot, so that no two inputs meet."""
    return b".".join((message_id.encode(), str(timestamp).encode(), body))


def signatures(secrets: Sequence[str], message_id: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`: one signature per secret, any of which may be checked."""
    signed = to_sign(message_id, timestamp, body)
    keys = (base64.b64decode(secret.removeprefix(PREFIX)) for secret in secrets)
    digests = (hmac.digest(key, signed, hashlib.sha256) for key in keys)
    return " ".join(f"v1,{base64.b64encode(each).decode()}" for each in digests)


class Sealer:
    """Secrets at rest: AES-256-GCM under the first key, bound to the webhook they belong to.

    The other keys still open what they sealed, so a key is replaced by putting the new one first.
    """

    def __init__(self, keys: Sequence[bytes], random: Random) -> None:
        """`keys` have 32 bytes each; `random` is the system's."""
        self._keys = {_key_id(key): AESGCM(key) for key in keys}
        self._first = _key_id(keys[0])
        self._random = random

    def seal(self, secret: str, owner: str) -> str:
        """`{key id}.{base64 of nonce and ciphertext}`; `owner` opens it and nobody else."""
        nonce = self._random.randbytes(_NONCE_BYTES)
        sealed = nonce + self._keys[self._first].encrypt(nonce, secret.encode(), owner.encode())
        return f"{self._first}.{base64.b64encode(sealed).decode()}"

    def open(self, sealed: str, owner: str) -> str:
        """The inverse of `seal`. Raises SealBroken."""
        key_id, _, text = sealed.partition(".")
        key = self._keys.get(key_id)
        if key is None:
            raise SealBroken(f"no key {key_id}")
        data = base64.b64decode(text)
        try:
            return key.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], owner.encode()).decode()
        except InvalidTag:
            raise SealBroken(f"not sealed for {owner}") from None

    def stale(self, sealed: str) -> bool:
        """Whether another key than the first sealed it."""
        return sealed.partition(".")[0] != self._first


def _key_id(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:_KEY_ID_CHARACTERS]
