"""The note on a message that was put off: how often, and which message was the first.

    text ──(busy)──> text#again=1,{first id},{seal} ──(busy)──> text#again=2,{first id},{seal} …

Whoever can send a message can write such a note. So it carries a seal over the queue, the text and
all that it says: without a true one it is a part of the text like any other.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from shared.services.queues.messages import Delivery

_NOTE: Final = re.compile(
    r"(?P<text>.*)#again=(?P<times>[0-9]{1,2}),(?P<id>[0-9A-Za-z-]{1,64}),(?P<seal>[0-9a-f]{32})",
    re.ASCII | re.DOTALL,
)
_PURPOSE: Final = b"message put off"
_MOST_TIMES: Final = 99
"""As far as the note counts."""
_SEAL_BYTES: Final = 16


class PutOffNotes:
    """Writes and reads notes.

    Its keys are the deployment's, not the storage's like those of stamps: a note is written when
    the storage does not answer. It is sealed under the first, and read under any.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        """From each of `keys` one is made for this purpose alone."""
        self._keys = tuple(hmac.digest(key, _PURPOSE, hashlib.sha256) for key in keys)

    def noted(self, queue: str, delivery: Delivery) -> str:
        """The text of the message that takes its place later, in `queue`."""
        return self._noted(queue, delivery, min(delivery.times_put_off + 1, _MOST_TIMES))

    def moved(self, queue: str, delivery: Delivery) -> str:
        """The same where it only makes room for others, which counts as no failure.

        A first try stays one: nothing of it can have happened.
        """
        if delivery.first:
            return delivery.text
        return self._noted(queue, delivery, max(delivery.times_put_off, 1))

    def _noted(self, queue: str, delivery: Delivery, times: int) -> str:
        seal = _seal(self._keys[0], queue, delivery.text, times, delivery.id)
        return f"{delivery.text}#again={times},{delivery.id},{seal}"

    def read(self, queue: str, delivery: Delivery) -> Delivery:
        """Without its note, and as what that says; as it is where it has none of ours."""
        match = _NOTE.fullmatch(delivery.text)
        if match is None:
            return delivery
        text, times, first = match["text"], int(match["times"]), match["id"]
        seals = (_seal(key, queue, text, times, first) for key in self._keys)
        if not any(hmac.compare_digest(each, match["seal"]) for each in seals):
            return delivery
        return replace(delivery, id=first, text=text, times_put_off=times)


def _seal(key: bytes, queue: str, text: str, times: int, first: str) -> str:
    """Parts that hold no line break come first, so that no two inputs meet."""
    said = f"{queue}\n{times}\n{first}\n{text}".encode()
    return hmac.digest(key, said, hashlib.sha256)[:_SEAL_BYTES].hex()
