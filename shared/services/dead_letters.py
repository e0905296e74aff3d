"""Messages that cannot be processed: kept with their reason, never lost."""

import logging
from dataclasses import dataclass, replace
from typing import Final

from shared.clock import Clock
from shared.errors import AppError, BadRequest
from shared.ledger import digest
from shared.services.messages import MAX_DEQUEUE_COUNT, Delivery, Reason, announcement
from shared.services.ports import Announcer, DeadLetter, OperationsStore
from shared.services.projection import LAST_LOOK

log = logging.getLogger(__name__)

TEXT_BYTES: Final = 4096
"""What is kept of a message's text."""
_MESSAGE_LENGTH: Final = 1000

PROJECTIONS: Final = "projections"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a message is dead; `key` says which message it is, so that it is recorded once."""

    key: str
    reason: Reason
    error: Exception
    tenant_id: str | None = None


class GaveUpError(Exception):
    """Every try of the host failed; its log says how."""


GAVE_UP: Final = GaveUpError("Every try failed. The host's log says how.")


class DeadLetters:
    """Writes dead letters."""

    def __init__(self, operations: OperationsStore, announcer: Announcer, clock: Clock) -> None:
        """Everything from outside is an argument."""
        self._operations = operations
        self._announcer = announcer
        self._clock = clock

    async def bury(self, queue: str, delivery: Delivery, cause: Cause) -> None:
        """Records the message. One that was recorded already stays as it is."""
        error = cause.error
        letter = DeadLetter(
            id=digest([queue, cause.key]),
            queue=queue,
            reason=cause.reason.value,
            error={"type": type(error).__name__, "message": _told(error)[:_MESSAGE_LENGTH]},
            tenant_id=cause.tenant_id,
            text=delivery.text.encode()[:TEXT_BYTES].decode(errors="ignore"),
            dequeue_count=delivery.dequeue_count,
            dead_at=self._clock.now(),
        )
        await self._operations.add_dead_letter(letter)
        log.warning(
            "message.dead",
            extra={"queue": queue, "reason": letter.reason, "letter": letter.id},
        )

    async def poison(self, queue: str, delivery: Delivery) -> None:
        """A message of `queue` that the host gave up on.

        One of `projections` is announced again, late, so that followers catch up by themselves
        once the cause is gone. However often that fails, it stays one dead letter.
        """
        delivery = replace(delivery, dequeue_count=MAX_DEQUEUE_COUNT)
        cause = Cause(delivery.id, Reason.RETRIES_EXHAUSTED, GAVE_UP)
        if queue == PROJECTIONS:
            try:
                said = announcement(delivery.text)
            except BadRequest as error:
                cause = Cause(delivery.id, Reason.MALFORMED, error)
            else:
                await self._announcer.announce(replace(said, look=LAST_LOOK))
                cause = replace(
                    cause, key=f"{said.tenant_id} {said.command_id}", tenant_id=said.tenant_id
                )
        await self.bury(queue, delivery, cause)


def _told(error: Exception) -> str:
    details = error.details if isinstance(error, AppError) else ()
    return " ".join([str(error), *(f"{each.target}: {each.message}" for each in details)])
