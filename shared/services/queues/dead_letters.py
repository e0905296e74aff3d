"""Messages that cannot be processed: kept with their reason, never lost.

    dies ──> open ──(replay)──> replayed ──(succeeds)──> closed
              ^ └──────────────────│──────(by hand)──────> ┘ │
              ├──────(dies again, or is refused)             │
              └───────────────(dies again)───────────────────┘

Recorded once, however often the same message dies.
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Final

from pydantic import ValidationError

from shared.canonical import digest
from shared.clock import Clock
from shared.errors import AppError
from shared.services.ports.dead_letters import (
    DeadLetter,
    DeadLetterStore,
    LetterStatus,
    Replay,
    Sent,
)
from shared.services.ports.values import GuardFailed, Undecodable, changed, items
from shared.services.queues.messages import Delivery, Recall, named_in
from shared.services.queues.rejections import Reason
from shared.wording import Locale, Words

log = logging.getLogger(__name__)

EXCERPT_BYTES: Final = 4096
"""What is shown of a message's text."""
KEPT: Final = timedelta(days=30)
"""How long a text stays: it may hold personal data. Then it counts as gone, erased or not yet."""
TEXT_GONE: Final = "text-gone"
_MESSAGE_LENGTH: Final = 1000
_BATCH: Final = 100


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a message is dead; `key` says which message it is, so that it is recorded once.

    `locale` is the language that its sender reads; `sent` is known of an event.
    """

    key: str
    reason: Reason
    error: Exception
    tenant_id: str | None = None
    locale: Locale = "en"
    sent: Sent | None = None


class GaveUpError(Exception):
    """Every try of the host failed; its log says how."""


EVERY_TRY_FAILED: Final = Words(
    "Every try failed. The host's log says how.",
    "모든 시도가 실패했습니다. 원인은 호스트의 로그에 있습니다.",
)
GAVE_UP: Final = GaveUpError(EVERY_TRY_FAILED.en)


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """Writes dead letters, what became of them, and the end of their texts."""

    store: DeadLetterStore
    clock: Clock

    async def bury(self, queue: str, delivery: Delivery, cause: Cause) -> None:
        """Records the message, or that replaying it was in vain.

        One that was recorded already stays as it is; one that was closed is open again.
        """
        if delivery.recall:
            await self.settle(delivery, cause.reason.value)
            return
        error = cause.error
        letter = DeadLetter(
            id=digest([queue, cause.key]),
            queue=queue,
            reason=cause.reason.value,
            error={
                "type": type(error).__name__,
                "message": _told(error, cause.locale)[:_MESSAGE_LENGTH],
            },
            tenant_id=cause.tenant_id,
            excerpt=delivery.text.encode()[:EXCERPT_BYTES].decode(errors="ignore"),
            dequeue_count=delivery.dequeue_count,
            dead_at=self.clock.now(),
            sent=cause.sent,
        )
        if not await self.store.add(letter, delivery.text, _about(letter, delivery.text)):
            await self._reopen(letter.id)
        log.warning(
            "message.dead",
            extra={"queue": queue, "reason": letter.reason, "letter": letter.id},
        )

    async def recalled(self, queue: str, delivery: Delivery, recall: Recall) -> Delivery | None:
        """The message that a replay means; None when that replay is over.

        `delivery` itself when it only looks like a replay: its letter is not here.
        """
        stored = await self.store.get(recall.letter_id)
        if stored is None or stored.value.queue != queue:
            return delivery
        if not _under_way(stored.value, recall):
            log.info("letter.stale", extra={"queue": queue, "letter": recall.letter_id})
            return None
        delivery = replace(delivery, recall=recall)
        text = await text_of(self.store, stored.value, self.clock)
        if text is None:
            await self.settle(delivery, TEXT_GONE)
            return None
        return replace(delivery, text=text)

    async def settle(self, delivery: Delivery, outcome: str) -> None:
        """Records the end of a replay, once. Ignores a message that is no replay."""
        recall = delivery.recall
        if recall is None:
            return

        async def settled() -> bool:
            stored = await self.store.get(recall.letter_id)
            if stored is None or not _under_way(stored.value, recall):
                return False
            # Its text may be erased meanwhile: that changes the same record.
            await self.store.replace(ended(stored.value, outcome), stored)
            return True

        if await changed(settled, GuardFailed):
            log.info("letter.settled", extra={"letter": recall.letter_id, "outcome": outcome})

    async def expire_texts(self) -> int:
        """Erases the texts of letters that died over 30 days ago; how many.

        One that another writer changed at the same time goes in the next run. One that was altered
        stays; where there is a whole batch of such, so does what died later.
        """
        until, erased = self.clock.now() - KEPT, 0
        while ids := await self.store.older(until, _BATCH):
            done = [await self._erase(letter_id) for letter_id in ids]
            erased += sum(done)
            if not any(done):
                break
        log.info("letters.expired", extra={"texts": erased})
        return erased

    async def erase_texts(self, tenant_id: str, invitation_id: str | None = None) -> None:
        """The texts about a tenant, or of those the ones that name an invitation.

        One that is no event may be about anybody whose id it has in it. Reads what names the
        tenant, whatever else there is. Raises Undecodable for one that was altered, behind all
        others.
        """
        altered: Undecodable | None = None
        async for letter_id in items(partial(self.store.of_tenant, tenant_id), _BATCH):
            try:
                await self._erase_of(letter_id, tenant_id, invitation_id)
            except Undecodable as error:
                altered = error
        if altered:
            raise altered

    async def _erase_of(self, letter_id: str, tenant_id: str, invitation_id: str | None) -> None:
        async def erased() -> None:
            stored = await self.store.get(letter_id)
            if stored is None:
                return  # It dies this moment, and is not recorded yet.
            text = await self.store.text(stored.value)
            said = " ".join(stored.value.reasons)
            if stored.value.tenant_id not in {None, tenant_id}:
                # Another's: nothing but a reason names this one, and the message may be put back.
                if invitation_id is None or invitation_id in named_in(said):
                    await self.store.replace(_unreasoned(stored.value), stored)
            elif text is None:
                await self.store.erase_text(stored, [tenant_id], reasons=True)
            elif invitation_id is None or invitation_id in named_in(text) | named_in(said):
                about = {*_about(stored.value, text), *named_in(said), tenant_id}
                await self.store.erase_text(stored, about, reasons=True)

        await changed(erased, GuardFailed)

    async def _erase(self, letter_id: str) -> bool:
        try:
            stored = await self.store.get(letter_id)
            text = stored and await self.store.text(stored.value)
        except Undecodable:
            return False  # One that was altered, of which sweeps tell, keeps no other's text.
        if stored is None:
            return False
        # Whoever is named still finds the reasons for closings, which stay.
        about = () if stored.value.reasons else _about(stored.value, text or "")
        try:
            await self.store.erase_text(stored, about, reasons=False)
        except GuardFailed:
            return False
        return True

    async def _reopen(self, letter_id: str) -> None:
        stored = await self.store.get(letter_id)
        if stored and stored.value.status is LetterStatus.CLOSED:
            await self.store.replace(replace(stored.value, status=LetterStatus.OPEN), stored)


def expired(letter: DeadLetter, clock: Clock) -> bool:
    """Whether its text is over 30 days old, which the next run of the timer erases."""
    return letter.dead_at < clock.now() - KEPT


async def text_of(store: DeadLetterStore, letter: DeadLetter, clock: Clock) -> str | None:
    """Its whole text, for whoever would process it; None once it is gone or expired."""
    return None if expired(letter, clock) else await store.text(letter)


def ended(letter: DeadLetter, outcome: str) -> DeadLetter:
    """The letter after its last replay came to `outcome`; only success closes it."""
    *earlier, last = letter.replays
    closed = outcome == SUCCEEDED
    return replace(
        letter,
        status=LetterStatus.CLOSED if closed else LetterStatus.OPEN,
        replays=(*earlier, replace(last, outcome=outcome)),
    )


def _unreasoned(letter: DeadLetter) -> DeadLetter:
    return replace(letter, closings=tuple(replace(each, reason=None) for each in letter.closings))


SUCCEEDED: Final = "succeeded"


def _about(letter: DeadLetter, text: str) -> Collection[str]:
    """Whom the text may be about: of an event one is known, else whoever it names."""
    return [letter.tenant_id] if letter.tenant_id else named_in(text)


def _under_way(letter: DeadLetter, recall: Recall) -> bool:
    last: Replay | None = letter.replays[-1] if letter.replays else None
    return last is not None and last.nonce == recall.nonce and last.outcome is None


def _told(error: Exception, locale: Locale) -> str:
    if isinstance(error, ValidationError):
        # Its text quotes the values, and no erasure reaches what a letter died of.
        found = error.errors(include_input=False, include_url=False, include_context=False)
        return " ".join(f"{'.'.join(map(str, each['loc']))}: {each['type']}" for each in found)
    if not isinstance(error, AppError):
        return str(error)
    details = (f"{each.target}: {each.words.said(locale)}" for each in error.details)
    return " ".join([error.words.said(locale), *details])
