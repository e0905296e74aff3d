"""A message of any queue: what the host hands over, and what a replay puts in its place."""

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from shared.services.queues.envelopes import said

MAX_TEXT_BYTES: Final = 64 * 1024

MAX_DEQUEUE_COUNT: Final = 5
"""Tries of one message; host.json says the same to the host."""


@dataclass(frozen=True, slots=True)
class Recall:
    """What a replayed message holds instead of a text: the dead letter, and which replay."""

    letter_id: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as the host hands it over, for the `dequeue_count`-th time.

    `times_put_off`: earlier messages of this text that a busy storage put off, `id` is the first
    one's. `recall` is set when the text came from a dead letter.
    """

    id: str
    text: str
    dequeue_count: int
    times_put_off: int = 0
    recall: Recall | None = None

    @property
    def first(self) -> bool:
        """Whether this is the first try of its text, as far as the queue knows."""
        return self.dequeue_count == 1 and not self.times_put_off and self.recall is None


_RECALL: Final = re.compile(r"replay (?P<letter>[0-9a-f]{64}) (?P<nonce>[0-9a-f]{32})")
"""Neither base64 nor JSON, so no message of any queue looks like one."""


def recall_in(text: str) -> Recall | None:
    """The replay that a text means."""
    match = _RECALL.fullmatch(text)
    return Recall(match["letter"], match["nonce"]) if match else None


def recall_text(recall: Recall) -> str:
    """The inverse of `recall_in`."""
    return f"replay {recall.letter_id} {recall.nonce}"


def named_in(text: str) -> frozenset[str]:
    """The GUIDs in a message's text, however that is encoded and these are spelt.

    They say whom a text that is no event may be about.
    """
    found = (match for matches in _GUIDS.findall(said(text).lower()) for match in matches if match)
    return frozenset(str(UUID(each)) for each in found)


_GUIDS: Final = re.compile(
    r"(?=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))|(?<![0-9a-f])([0-9a-f]{32})(?![0-9a-f])"
)
"""Also one that begins inside another."""
