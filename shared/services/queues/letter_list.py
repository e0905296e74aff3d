"""The list of dead letters, as operators read it: what is shown of a letter, and of which ones."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Final

from shared.canonical import JsonObject
from shared.clock import Clock, rfc3339
from shared.errors import NotFound
from shared.services.listing import ROUNDS, collect
from shared.services.partner_names import Names, PartnerNames, ids_in, named
from shared.services.ports.dead_letters import DeadLetter, DeadLetterStore, LetterStatus
from shared.services.ports.values import Page, Stored
from shared.services.queues.dead_letters import KEPT, expired
from shared.services.views import etag_of

_BATCH: Final = 100
"""The least that one read fetches where most may not be asked for."""


@dataclass(frozen=True, slots=True)
class Filters:
    """None means any."""

    status: LetterStatus | None = None
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
class LetterList:
    """Reads of dead letters; of an expired text nothing is shown, erased or not yet."""

    store: DeadLetterStore
    names: PartnerNames
    clock: Clock

    async def page(self, filters: Filters, after: str | None, limit: int) -> Page[JsonObject]:
        """Letters, the newest first; those of one status come without a look at others."""
        found = await collect(
            partial(self.store.page, status=filters.status),
            lambda stored: stored.value if filters.match(stored.value) else None,
            _position,
            after,
            limit,
            at_once=_BATCH,
            rounds=ROUNDS,
        )
        letters = [self._today(letter) for letter in found.items]
        names = await self.names.of(each for letter in letters for each in _ids(letter))
        return Page(tuple(shown(letter, names) for letter in letters), found.after)

    async def letter(self, letter_id: str) -> JsonObject:
        """One letter, with its history. Raises NotFound."""
        stored = await self.store.get(letter_id)
        if stored is None:
            raise NotFound
        return await self.shown(stored.value)

    async def shown(self, letter: DeadLetter) -> JsonObject:
        """The letter, with the partners that it names as they are called now."""
        letter = self._today(letter)
        return shown(letter, await self.names.of(_ids(letter)))

    def _today(self, letter: DeadLetter) -> DeadLetter:
        return letter.without_text if expired(letter, self.clock) else letter


def _position(stored: Stored[DeadLetter]) -> str:
    return stored.value.position


def _ids(letter: DeadLetter) -> Iterable[str]:
    return ids_in(letter.tenant_id or "", letter.sent.source if letter.sent else "")


def shown(letter: DeadLetter, names: Names) -> JsonObject:
    """The dead letter."""
    document: JsonObject = {
        "id": letter.id,
        "queue": letter.queue,
        "reason": letter.reason,
        "error": letter.error,
        "tenantId": letter.tenant_id,
        "partners": named(names, _ids(letter)),
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
        "closings": [
            {
                "at": rfc3339(each.at),
                "by": each.by.model_dump(mode="json"),
                "reason": each.reason,
            }
            for each in letter.closings
        ],
    }
    return {**document, "etag": etag_of(document)}
