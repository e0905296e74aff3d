"""The one way in for messages of every queue: one try of one message, whatever it comes to.

    raw ─> put off earlier? ─> a replay? ─> work ─┬─> done: a replayed letter is closed
                                                  ├─> never possible: dead letter at once
                                                  ├─> not now: put off, no try is burnt
                                                  └─> failed: the host tries again; the last
                                                      try makes a dead letter with its cause

Not now: the storage is busy, other messages of the same tenant are at work, or its partner has its
share of the places already (`crowds`), which counts as no failure. A dead letter that
cannot be written is put off as well, so that its cause is not lost with it.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Final, Protocol

from shared.errors import ConcurrencyConflict, OutcomeUnknown, Throttled, Unavailable
from shared.services.ports.queues import Mail
from shared.services.ports.values import StorageBusy, StorageDown, StorageError, WriteUnknown
from shared.services.queues.crowds import Crowded
from shared.services.queues.dead_letters import GAVE_UP, Cause, DeadLetters
from shared.services.queues.envelopes import traceparent
from shared.services.queues.messages import (
    MAX_DEQUEUE_COUNT,
    MAX_TEXT_BYTES,
    Delivery,
    recall_in,
)
from shared.services.queues.put_off_notes import PutOffNotes
from shared.services.queues.rejections import Reason, Rejected
from shared.tracing import TRAFFIC, span

log = logging.getLogger(__name__)
traffic = logging.getLogger(TRAFFIC)

MAX_TIMES_PUT_OFF: Final = 20
"""Some two hours altogether; then the host's own tries begin. Behind those of a message of a poison
queue nothing is left, so it is put off until it is on record."""
POISON: Final = "-poison"
FIRST_PAUSE: Final = 15
LONGEST_PAUSE: Final = 600
"""Seconds."""

_BUSY: Final = (
    StorageBusy,
    StorageDown,
    WriteUnknown,
    Throttled,
    OutcomeUnknown,
    Unavailable,
    ConcurrencyConflict,
)
"""The storage says 429 or 503, or nothing, or others were faster: no fault of the message."""


class Work(Protocol):
    """What the messages of one queue are for."""

    async def process(self, delivery: Delivery) -> str:
        """Processes the message; its outcome. Raises Rejected if it can never succeed."""
        ...

    async def bury(self, delivery: Delivery, reason: Reason, error: Exception) -> None:
        """Makes it a dead letter."""
        ...

    async def check(self, text: str) -> None:
        """Raises Rejected for a message that could not even be tried."""
        ...


@dataclass(frozen=True, slots=True)
class Inbox:
    """Takes messages; one per process. `works` by queue. `random` makes the jitter."""

    works: Mapping[str, Work]
    dead_letters: DeadLetters
    mail: Mail
    notes: PutOffNotes
    random: Random

    async def take(self, queue: str, delivery: Delivery) -> None:
        """Tries the message once. Raises what the host should try again."""
        started, outcome = time.perf_counter(), "failed"
        delivery = self.notes.read(queue, delivery)
        with span(traceparent(delivery.text)):
            try:
                outcome = await self._tried(queue, delivery)
            finally:
                seconds = time.perf_counter() - started
                extra = {"queue": queue, "outcome": outcome, "seconds": seconds}
                traffic.debug("message.taken", extra=extra)

    async def _tried(self, queue: str, delivery: Delivery) -> str:
        """The outcome of one try. Raises a failure that the host tries again."""
        work = self.works[queue]
        opened: Delivery | None = delivery
        try:
            opened = await self._opened(queue, delivery)
            if opened is None:
                return "stale"
            outcome = await work.process(opened)
            await self.dead_letters.settle(opened, outcome)
        except Rejected as rejected:
            reason, cause = rejected.reason, rejected.error
        except Exception as error:
            if await self._put_off(queue, delivery, error):
                return "put-off"
            if delivery.dequeue_count < MAX_DEQUEUE_COUNT:
                raise
            reason, cause = Reason.RETRIES_EXHAUSTED, error
        else:
            return outcome
        try:
            await work.bury(opened or delivery, reason, cause)
        except Exception as error:
            if await self._put_off(queue, delivery, error):
                return "put-off"
            raise
        return "dead"

    async def poison(self, queue: str, delivery: Delivery) -> None:
        """A message with which the process died at every try."""
        delivery = self.notes.read(queue + POISON, delivery)
        delivery = replace(delivery, dequeue_count=MAX_DEQUEUE_COUNT)
        with span(traceparent(delivery.text)):
            try:
                await self._buried(queue, delivery)
            except Exception as error:
                if not await self._put_off(queue + POISON, delivery, error):
                    said = {"queue": queue + POISON, "error": type(error).__name__}
                    log.warning("letter.not-recorded", extra=said)
                    raise

    async def _buried(self, queue: str, delivery: Delivery) -> None:
        opened = await self._opened(queue, delivery)
        if opened is None:
            return
        if work := self.works.get(queue):
            await work.bury(opened, Reason.RETRIES_EXHAUSTED, GAVE_UP)
        else:
            cause = Cause(opened.id, Reason.RETRIES_EXHAUSTED, GAVE_UP)
            await self.dead_letters.bury(queue, opened, cause)

    async def _opened(self, queue: str, delivery: Delivery) -> Delivery | None:
        recall = recall_in(delivery.text)
        return await self.dead_letters.recalled(queue, delivery, recall) if recall else delivery

    async def _put_off(self, queue: str, delivery: Delivery, error: Exception) -> bool:
        """Another message with the same text, later, instead of this one's next try."""
        if isinstance(error, Crowded):
            text, seconds = self.notes.moved(queue, delivery), error.seconds
            return await self._put(queue, text, seconds, error)
        worn_out = delivery.times_put_off >= MAX_TIMES_PUT_OFF and not queue.endswith(POISON)
        if not isinstance(error, _BUSY) or worn_out:
            return False
        longest = min(FIRST_PAUSE * 2**delivery.times_put_off, LONGEST_PAUSE)
        delay = round(self.random.uniform(longest / 2, longest))
        return await self._put(queue, self.notes.noted(queue, delivery), delay, error)

    async def _put(self, queue: str, text: str, seconds: int, error: Exception) -> bool:
        if len(text.encode()) > MAX_TEXT_BYTES:
            return False
        try:
            await self.mail.put(queue, text, seconds)
        except StorageError:
            return False  # The queues are busy too: the host makes it visible again.
        level = logging.INFO if isinstance(error, Crowded) else logging.WARNING
        extra = {"queue": queue, "seconds": seconds, "error": type(error).__name__}
        log.log(level, "message.put-off", extra=extra)
        return True
