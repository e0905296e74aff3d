"""Putting messages of dead letters back, for the operator.

What is put back is not the text but a reference to the letter. So it fits whatever the text's
size, nothing of it is left in a queue when it is erased, and the letter itself says which replay
is the one that counts:

    replay A ── record A, under the letter's ETag ── put reference A ──> taken: A is under way
    replay B ── record B: the ETag is gone ── B finds A under way and puts nothing
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Final

from shared.canonical import JsonObject
from shared.clock import Clock
from shared.errors import ConcurrencyConflict, NotFound, NotReplayable, OutcomeUnknown
from shared.model.base import Actor
from shared.services.ports.dead_letters import DeadLetter, DeadLetterStore, LetterStatus, Replay
from shared.services.ports.queues import Mail
from shared.services.ports.values import (
    GuardFailed,
    StorageError,
    Stored,
    WriteUnknown,
    changed,
)
from shared.services.queues.dead_letters import TEXT_GONE, ended, text_of
from shared.services.queues.inbox import Work
from shared.services.queues.letter_list import LetterList
from shared.services.queues.messages import Recall, recall_text
from shared.services.queues.rejections import Rejected
from shared.wording import Words

NOT_SENT: Final = "not-sent"
GIVEN_UP: Final = "given-up"
"""What came of a replay without an outcome, once another begins or its letter is closed."""
_PATIENCE: Final = timedelta(minutes=15)
"""A replay without an outcome after this counts as lost: it may be done again."""
_KEPT: Final = 50
"""Replays that a letter remembers, the latest."""

type Precondition = Callable[[str], None]
"""Called with the letter's etag. Raises ConditionNotMet."""


_TEXT_GONE: Final = Words(
    "The message's text is not kept any more.", "메시지의 본문이 더 이상 보관되어 있지 않습니다."
)
_CLOSED: Final = Words("An operator has closed the letter.", "운영자가 이 메시지를 닫았습니다.")
_NOT_SERVED: Final = Words(
    "Nobody processes this queue.", "이 대기열을 처리하는 구성 요소가 없습니다."
)


def under_way(letter: DeadLetter, clock: Clock) -> bool:
    """Whether its message was put back and may still be on its way."""
    if letter.status is not LetterStatus.REPLAYED:
        return False
    return clock.now() - letter.replays[-1].at < _PATIENCE


def given_up(replays: tuple[Replay, ...]) -> tuple[Replay, ...]:
    """They are over: should one without an outcome come after all, it counts for nothing."""
    if not replays or replays[-1].outcome is not None:
        return replays
    return (*replays[:-1], replace(replays[-1], outcome=GIVEN_UP))


async def record(
    store: DeadLetterStore,
    letter: DeadLetter,
    before: Stored[DeadLetter],
    about: Collection[str] = (),
) -> None:
    """Writes what an operator did. Raises GuardFailed, OutcomeUnknown."""
    try:
        await store.replace(letter, before, about)
    except WriteUnknown:
        now = await store.get(letter.id)
        if now is None or now.value != letter:
            raise OutcomeUnknown from None


@dataclass(frozen=True, slots=True)
class Replays:
    """Puts messages of dead letters back. `works` by queue. `random` makes nonces."""

    letters: LetterList
    store: DeadLetterStore
    mail: Mail
    works: Mapping[str, Work]
    clock: Clock
    random: Random

    async def replay(self, letter_id: str, actor: Actor, precondition: Precondition) -> JsonObject:
        """Puts the message back, once; the letter as it is then.

        One that is under way, or has succeeded, stays as it is. Raises NotFound, NotReplayable,
        what `precondition` raises, ConcurrencyConflict, OutcomeUnknown.
        """

        async def begun() -> tuple[DeadLetter, bool]:
            stored = await self.store.get(letter_id)
            if stored is None:
                raise NotFound
            letter = stored.value
            if letter.closed_by_hand:
                raise NotReplayable("closed", _CLOSED)
            if letter.status is LetterStatus.CLOSED or under_way(letter, self.clock):
                return letter, False
            precondition(str((await self.letters.shown(letter))["etag"]))
            await self._check(letter)
            begun = self._begun(letter, actor)
            await record(self.store, begun, stored)
            return begun, True

        try:
            letter, new = await changed(begun, GuardFailed)
        except GuardFailed:
            raise ConcurrencyConflict from None
        if new:
            await self._put(letter)
        return await self.letters.shown(letter)

    async def _check(self, letter: DeadLetter) -> None:
        text = await text_of(self.store, letter, self.clock)
        if text is None:
            raise NotReplayable(TEXT_GONE, _TEXT_GONE)
        work = self.works.get(letter.queue)
        if work is None:
            raise NotReplayable("queue-not-served", _NOT_SERVED)
        try:
            await work.check(text)
        except Rejected as rejected:
            error = rejected.error
            raise NotReplayable(rejected.reason, error.words, error.details) from None

    def _begun(self, letter: DeadLetter, actor: Actor) -> DeadLetter:
        nonce = f"{self.random.getrandbits(128):032x}"
        replays = (*given_up(letter.replays), Replay(self.clock.now(), actor, nonce))
        return replace(letter, status=LetterStatus.REPLAYED, replays=replays[-_KEPT:])

    async def _put(self, begun: DeadLetter) -> None:
        recall = Recall(begun.id, begun.replays[-1].nonce)
        try:
            await self.mail.put(begun.queue, recall_text(recall))
        except StorageError:
            await self._take_back(begun, recall)
            raise

    async def _take_back(self, begun: DeadLetter, recall: Recall) -> None:
        """Should the reference have landed all the same, it is over: the letter says so."""
        now = await self.store.get(begun.id)
        if now and now.value.replays and now.value.replays[-1].nonce == recall.nonce:
            try:
                await self.store.replace(ended(now.value, NOT_SENT), now)
            except GuardFailed:
                return  # It was taken at this very moment, so it had been put.
