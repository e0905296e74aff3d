"""Onboarding messages: the same commands and policy as HTTP, at least once in, one effect.

    text ─> CloudEvent ─> its source, registered ─> command ─> executor ─> result
      └──────────┴──────────────────┴──────────────────┴─> dead letter at once, and result `failed`

A success is remembered in the transaction of its effect; a refusal is not, and is decided again
when the event is sent again. What is transient is raised, so that the host tries again; the last
try makes it a dead letter with its cause.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from shared.canonical import JsonObject, digest
from shared.clock import Clock
from shared.deciding.facts import Decided
from shared.errors import AlreadyExists, AppError, BadRequest
from shared.model.models import Partner
from shared.model.state import Tenant
from shared.services.commands.answers import REFUSALS, TAKEN
from shared.services.commands.execution import Executor
from shared.services.commands.loading import Message
from shared.services.onboarding.fingerprints import Fingerprints
from shared.services.onboarding.orders import Order, order
from shared.services.onboarding.pipelines import MessageType
from shared.services.onboarding.results import Results
from shared.services.onboarding.retryability import retryable
from shared.services.onboarding.sources import Source, Sources, not_authorised
from shared.services.ports.dead_letters import Sent
from shared.services.ports.operations import Outcome, Result
from shared.services.ports.queues import PARTNERS, Queue
from shared.services.queues.cloud_events import CloudEvent, cloud_event
from shared.services.queues.crowds import Crowds
from shared.services.queues.dead_letters import EVERY_TRY_FAILED, Cause, DeadLetters
from shared.services.queues.envelopes import Envelope, claimed_tenant, envelopes
from shared.services.queues.messages import Delivery
from shared.services.queues.rejections import MessageIdReused, Reason, Rejected, UnknownType
from shared.wording import Locale

log = logging.getLogger(__name__)

type Explain = Callable[[AppError, Locale], JsonObject]
"""An error as the contract shows it: `{"error": {…}}`."""


def _never_replacing(tenant: Tenant, decided: Decided) -> None:
    """A message has no If-Match: an old one that comes late must not undo what came since."""
    if tenant.head.partner and any(isinstance(each.data, Partner) for each in decided.events):
        raise AlreadyExists(TAKEN)


@dataclass(frozen=True, slots=True)
class OnboardingQueue:
    """Processes messages of the queue `onboarding`, or of one of partners' own."""

    queue: Queue
    results: Results
    sources: Sources
    fingerprints: Fingerprints
    executor: Executor
    dead_letters: DeadLetters
    clock: Clock
    operator_tenant_id: str
    explain: Explain
    crowds: Crowds

    async def process(self, delivery: Delivery) -> str:
        """See `Work`: the outcome in the words of the result.

        Raises Crowded for a partner's application that has its share in work already; the
        operator's pipelines, which act for all partners, have none. Nor has what was tried before
        and failed: put again it would count as new, and so be tried for ever.
        """
        event = cloud_event(delivery.text)
        source = await self._source(event)
        wanted = self._order(event, source)
        if self.queue not in PARTNERS or delivery.dequeue_count > 1:
            return await self._effect(delivery, event, source, wanted)
        with self.crowds.place(wanted.command.actor.tenant_id):
            return await self._effect(delivery, event, source, wanted)

    async def _effect(
        self, delivery: Delivery, event: CloudEvent, source: Source, wanted: Order
    ) -> str:
        # An id is remembered where it took effect: at another tenant it is another effect.
        key = digest([event.source, event.id, wanted.command.tenant_id])
        outcome, error = Outcome.SUCCEEDED, None
        asked = wanted.asked(event.type)
        said = self.fingerprints.of(asked)
        message = Message(event.source, event.id, wanted.resource, said, delivery.first)
        try:
            source.check_role(wanted)
            done = await self.executor.execute(
                wanted.command, precondition=_never_replacing, message=message
            )
            known = done.remembered
            if known and not self.fingerprints.fits(asked, known.fingerprint):
                raise Rejected(Reason.MESSAGE_ID_REUSED, MessageIdReused())
        except BadRequest as malformed:
            raise Rejected(Reason.MALFORMED, malformed) from None
        except REFUSALS as refusal:
            # Of this very message once; of the same event sent again, a newer one.
            key, outcome, error = f"refused {delivery.id}", Outcome.REFUSED, refusal
        await self._report(_opened(event), source, (key, outcome), wanted.resource, error)
        return outcome.value

    async def check(self, text: str) -> None:
        """Raises Rejected for a message that could not even be tried."""
        event = cloud_event(text)
        self._order(event, await self._source(event))

    async def _source(self, event: CloudEvent) -> Source:
        source = await self.sources.of(event)
        if source is None:
            raise not_authorised()
        return source

    def _order(self, event: CloudEvent, source: Source) -> Order:
        """What the event asks for, if its source may. Raises Rejected."""
        try:
            wanted = order(event.type, event.data, source.sender(self.operator_tenant_id))
        except BadRequest as error:
            raise Rejected(Reason.MALFORMED, error) from None
        if wanted is None:
            raise Rejected(Reason.UNKNOWN_TYPE, UnknownType())
        source.check(event.type, wanted)
        return wanted

    async def bury(self, delivery: Delivery, reason: Reason, error: Exception) -> None:
        """See `Work`: and the result `failed` where it is known who sent it."""
        reads = await self._whose(delivery.text)
        read = reads[0][0] if len(reads) == 1 else Envelope()
        about = claimed_tenant(read.data)
        cause = Cause(delivery.id, reason, error, about, read.locale, read.sent)
        await self.dead_letters.bury(self.queue, delivery, cause)
        told = error if isinstance(error, AppError) else AppError(EVERY_TRY_FAILED)
        for number, (each, source) in enumerate(reads):
            if each.sent and source:
                place = f" {number}" if number else ""
                ended = (f"failed {delivery.id}{place}", Outcome.FAILED)
                await self._report(each, source, ended, None, told)

    async def _whose(self, text: str) -> list[tuple[Envelope, Source | None]]:
        """What a message says of itself, and its sender: of what is no event, only a pipeline."""
        try:
            event = cloud_event(text)
        except Rejected:
            return [
                (each, await self.sources.pipeline(each.sent.source) if each.sent else None)
                for each in envelopes(text)
            ]
        return [(_opened(event), await self.sources.of(event))]

    async def _report(
        self,
        read: Envelope,
        source: Source,
        ended: tuple[str, Outcome],
        resource: str | None,
        error: AppError | None,
    ) -> None:
        key, outcome = ended
        sent = cast("Sent", read.sent)
        shown = cast("JsonObject", self.explain(error, read.locale)["error"]) if error else None
        result = Result(
            key=key,
            feed_id=source.feed_id,
            message_id=sent.id,
            source=sent.source,
            type=sent.type,
            outcome=outcome,
            at=self.clock.now(),
            resource=resource,
            error=shown,
            retryable=error and retryable(error),
        )
        await self.results.tell(result)
        # A type that is none of ours is a text that anybody wrote.
        kind = sent.type if sent.type in set(MessageType) else "unknown"
        extra = {"feed": source.feed_id, "type": kind, "outcome": outcome.value}
        log.info("message.processed", extra=extra)


def _opened(event: CloudEvent) -> Envelope:
    return Envelope(Sent(event.id, event.source, event.type), event.locale, event.data)
