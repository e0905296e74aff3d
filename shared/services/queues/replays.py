"""Dead letters for the operator: which there are, and putting their messages back.

What is put back is not the text but a reference to the letter. So it fits whatever the text's
size, nothing of it is left in a queue when it is erased, and the letter itself says which replay
is the one that counts:

    replay A ── record A, under the letter's ETag ── put reference A ──> taken: A is under way
    replay B ── record B: the ETag is gone ── B finds A under way and puts nothing
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from random import Random
from typing import Final

from shared.canonical import JsonObject
from shared.clock import Clock, rfc3339
from shared.errors import ConcurrencyConflict, NotFound, NotReplayable, OutcomeUnknown
from shared.model.base import Actor
from shared.services.listing import ROUNDS, collect
from shared.services.ports.dead_letters import DeadLetter, DeadLetterStore, LetterStatus, Replay
from shared.services.ports.queues import Mail
from shared.services.ports.values import (
    GuardFailed,
    Page,
    StorageError,
    Stored,
    WriteUnknown,
    changed,
)
from shared.services.queues.dead_letters import KEPT, TEXT_GONE, ended
from shared.services.queues.inbox import Work
from shared.services.queues.messages import Recall, recall_text
from shared.services.queues.rejections import Rejected
from shared.services.views import etag_of
from shared.wording import Words

NOT_SENT: Final = "not-sent"
_PATIENCE: Final = timedelta(minutes=15)
"""A replay without an outcome after this got lost: it may be done again."""
_KEPT: Final = 50
"""Replays that a letter remembers, the latest."""
_BATCH: Final = 100

type Precondition = Callable[[str], None]
"""Called with the letter's etag. Raises ConditionNotMet."""


_TEXT_GONE: Final = Words(
    "The message's text is not kept any more.", "메시지의 본문이 더 이상 보관되어 있지 않습니다."
)
_NOT_SERVED: Final = Words(
    "Nobody processes this queue.", "이 대기열을 처리하는 구성 요소가 없습니다."
)


@dataclass(frozen=True, slots=True)
class Filters:
    """None means any."""

    status: str | None = None
    queue: str | None = None
    reason: str | None = None
    tenant_id: str | None = None

    def match(self, letter: DeadLetter) -> bool:
        """Whether the letter matches the filter."""
        pairs = (
            (self.status, letter.status.value),
            (self.queue, letter.queue),
            (self.reason, letter.reason),
            (self.tenant_id, letter.tenant_id),
        )
        return all(wanted is None or wanted == found for wanted, found in pairs)


@dataclass(frozen=True, slots=True)
class Replays:
    """What operators do with dead letters. `works` by queue. `random` makes nonces."""

    store: DeadLetterStore
    mail: Mail
    works: Mapping[str, Work]
    clock: Clock
    random: Random

    async def page(self, filters: Filters, after: str | None, limit: int) -> Page[JsonObject]:
        """Letters by id."""

        def show(stored: Stored[DeadLetter]) -> JsonObject | None:
            return shown(stored.value) if filters.match(stored.value) else None

        def position(stored: Stored[DeadLetter]) -> str:
            return stored.value.id

        # Closed letters stay for good: those asked for may be few among many.
        return await collect(
            self.store.page, show, position, after, limit, at_once=_BATCH, rounds=ROUNDS
        )

    async def replay(self, letter_id: str, actor: Actor, precondition: Precondition) -> JsonObject:
        """Puts the message back, once; the letter as it is then.

        One that is under way, or closed, stays as it is. Raises NotFound, NotReplayable, what
        `precondition` raises, ConcurrencyConflict, OutcomeUnknown.
        """

        async def begun() -> tuple[DeadLetter, bool]:
            stored = await self.store.get(letter_id)
            if stored is None:
                raise NotFound
            letter = stored.value
            if letter.status is LetterStatus.CLOSED or self._under_way(letter):
                return letter, False
            precondition(str(shown(letter)["etag"]))
            await self._check(letter)
            return await self._record(self._begun(letter, actor), stored.etag), True

        try:
            letter, new = await changed(begun, GuardFailed)
        except GuardFailed:
            raise ConcurrencyConflict from None
        if new:
            await self._put(letter)
        return shown(letter)

    def _under_way(self, letter: DeadLetter) -> bool:
        if letter.status is not LetterStatus.REPLAYED:
            return False
        return self.clock.now() - letter.replays[-1].at < _PATIENCE

    async def _check(self, letter: DeadLetter) -> None:
        text = await self.store.text(letter)
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
        replays = (*letter.replays, Replay(self.clock.now(), actor, nonce))
        return replace(letter, status=LetterStatus.REPLAYED, replays=replays[-_KEPT:])

    async def _record(self, begun: DeadLetter, etag: str) -> DeadLetter:
        try:
            await self.store.replace(begun, etag)
        except WriteUnknown:
            now = await self.store.get(begun.id)
            if now is None or now.value.replays != begun.replays:
                raise OutcomeUnknown from None
        return begun

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
                await self.store.replace(ended(now.value, NOT_SENT), now.etag)
            except GuardFailed:
                return  # It was taken at this very moment, so it had been put.


def shown(letter: DeadLetter) -> JsonObject:
    """The dead letter."""
    document: JsonObject = {
        "id": letter.id,
        "queue": letter.queue,
        "reason": letter.reason,
        "error": letter.error,
        "tenantId": letter.tenant_id,
        "message": letter.sent and asdict(letter.sent),
        "text": letter.excerpt,
        "textExpiresAt": None if letter.excerpt is None else rfc3339(letter.dead_at + KEPT),
        "dequeueCount": letter.dequeue_count,
        "deadAt": rfc3339(letter.dead_at),
        "status": letter.status.value,
        "replays": [
            {
                "at": rfc3339(each.at),
                "by": each.by.model_dump(mode="json"),
                "outcome": each.outcome or "pending",
            }
            for each in letter.replays
        ],
    }
    return {**document, "etag": etag_of(document)}
