"""Closing dead letters by hand: what an operator will not put back, and why.

close   ── record, under the letter's ETag ──> closed
replay  ── record: the ETag is gone ── finds it closed, refuses
"""

import logging
from dataclasses import dataclass, replace
from typing import Final

from shared.canonical import JsonObject
from shared.clock import Clock
from shared.errors import ConcurrencyConflict, LetterUnderWay, NotFound
from shared.model.base import Actor
from shared.services.ports.dead_letters import Closing, DeadLetter, DeadLetterStore, LetterStatus
from shared.services.ports.values import GuardFailed, changed
from shared.services.queues.letter_list import LetterList
from shared.services.queues.messages import named_in
from shared.services.queues.replays import Precondition, given_up, record, under_way

log = logging.getLogger(__name__)

_KEPT: Final = 50
"""Closings that a letter remembers, the latest."""


@dataclass(frozen=True, slots=True)
class Closings:
    """Closes dead letters."""

    letters: LetterList
    store: DeadLetterStore
    clock: Clock

    async def close(
        self, letter_id: str, actor: Actor, reason: str, precondition: Precondition
    ) -> JsonObject:
        """The letter, closed; one that is closed already stays as it is.

        Raises NotFound, LetterUnderWay, what `precondition` raises, ConcurrencyConflict,
        OutcomeUnknown.
        """

        async def closed() -> tuple[DeadLetter, bool]:
            stored = await self.store.get(letter_id)
            if stored is None:
                raise NotFound
            letter = stored.value
            if letter.status is LetterStatus.CLOSED:
                return letter, False
            if under_way(letter, self.clock):
                raise LetterUnderWay
            precondition(str((await self.letters.shown(letter))["etag"]))
            now = self._closed(letter, Closing(self.clock.now(), actor, reason))
            # An erasure finds the reason by whom it may be about: also whom it alone names.
            about = {*named_in(reason), *filter(None, [letter.tenant_id])}
            await record(self.store, now, stored, about)
            return now, True

        try:
            letter, new = await changed(closed, GuardFailed)
        except GuardFailed:
            raise ConcurrencyConflict from None
        if new:
            log.info("letter.closed", extra={"queue": letter.queue, "letter": letter_id})
        return await self.letters.shown(letter)

    def _closed(self, letter: DeadLetter, closing: Closing) -> DeadLetter:
        replays, closings = given_up(letter.replays), (*letter.closings, closing)[-_KEPT:]
        return replace(letter, status=LetterStatus.CLOSED, replays=replays, closings=closings)
