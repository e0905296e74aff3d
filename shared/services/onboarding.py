"""Onboarding messages: the same commands and policy as HTTP, at least once in, one effect.

    text ─> CloudEvent ─> pipeline of its source ─> command ─> executor ─> result
      └──────────┴──────────────────┴──────────────────┴─> dead letter at once, and result `failed`

A success is remembered in the transaction of its effect; a refusal is not, and is decided again
when the event is sent again. What is transient is raised, so that the host tries again; the last
try makes it a dead letter with its cause.
"""

import logging
from collections.abc import Callable
from typing import Final, cast

from shared.clock import Clock
from shared.domain.events import JsonObject
from shared.errors import (
    AlreadyExists,
    AppError,
    BadRequest,
    ConditionNotMet,
    Forbidden,
    NotFound,
    PolicyRefused,
)
from shared.ledger import digest
from shared.policy.catalogue import Locale
from shared.services.dead_letters import GAVE_UP, Cause, DeadLetters
from shared.services.execution import Executor
from shared.services.loading import Message
from shared.services.messages import (
    CloudEvent,
    Delivery,
    Reason,
    Rejected,
    SourceNotAuthorised,
    UnknownType,
    claimed_tenant,
    cloud_event,
    data_of,
)
from shared.services.orders import Order, Sender, order
from shared.services.ports import OperationsStore, Outcome, Pipeline, Result

log = logging.getLogger(__name__)

QUEUE: Final = "onboarding"

type Explain = Callable[[AppError, Locale], JsonObject]
"""An error as the contract shows it: `{"error": {…}}`."""

_REFUSALS: Final[tuple[type[AppError], ...]] = (
    PolicyRefused,
    AlreadyExists,
    NotFound,
    Forbidden,
    ConditionNotMet,
)
"""What HTTP answers with 409, 404, 403 and 412: decided, and no reason to try again."""


class Onboarding:
    """Processes messages of the queue `onboarding`."""

    def __init__(
        self,
        operations: OperationsStore,
        executor: Executor,
        dead_letters: DeadLetters,
        clock: Clock,
        operator_tenant_id: str,
        explain: Explain,
    ) -> None:
        """Everything from outside is an argument."""
        self._operations = operations
        self._executor = executor
        self._dead_letters = dead_letters
        self._clock = clock
        self._operator_tenant_id = operator_tenant_id
        self._explain = explain

    async def process(self, delivery: Delivery) -> str:
        """See `Work`: the outcome, as its result says it."""
        event = cloud_event(delivery.text)
        pipeline = await self._operations.pipeline_of(event.source)
        if pipeline is None:
            raise _not_authorised()
        wanted = self._order(event, pipeline)
        key, outcome, error = digest([event.source, event.id]), Outcome.SUCCEEDED, None
        message = Message(event.source, event.id, wanted.resource)
        try:
            await self._executor.execute(wanted.command, message=message)
        except BadRequest as malformed:
            raise Rejected(Reason.MALFORMED, malformed) from None
        except _REFUSALS as refusal:
            # Of this very message once; of the same event sent again, a newer one.
            key, outcome, error = f"refused {delivery.id}", Outcome.REFUSED, refusal
        await self._report(event, pipeline, (key, outcome), wanted.resource, error)
        return outcome.value

    async def authorise(self, text: str) -> None:
        """Raises Rejected for a message that could not even be tried."""
        event = cloud_event(text)
        pipeline = await self._operations.pipeline_of(event.source)
        if pipeline is None:
            raise _not_authorised()
        self._order(event, pipeline)

    def _order(self, event: CloudEvent, pipeline: Pipeline) -> Order:
        """What the event asks for, if its pipeline may. Raises Rejected."""
        try:
            wanted = order(event.type, event.data, Sender(pipeline.id, self._operator_tenant_id))
        except BadRequest as error:
            raise Rejected(Reason.MALFORMED, error) from None
        if wanted is None:
            told = UnknownType("There is no such type of message.")
            raise Rejected(Reason.UNKNOWN_TYPE, told)
        acting_for = {wanted.partner_id} - {None}
        if event.type not in pipeline.types or not acting_for <= set(pipeline.partner_ids):
            raise _not_authorised()
        return wanted

    async def bury(self, delivery: Delivery, reason: Reason, error: Exception) -> None:
        """See `Work`: and the result `failed` where the pipeline that sent it is known."""
        try:
            event = cloud_event(delivery.text)
        except Rejected:
            claimed = claimed_tenant(data_of(delivery.text))
            cause = Cause(delivery.id, reason, error, claimed)
            await self._dead_letters.bury(QUEUE, delivery, cause)
            return
        pipeline = await self._operations.pipeline_of(event.source)
        cause = Cause(delivery.id, reason, error, claimed_tenant(event.data))
        await self._dead_letters.bury(QUEUE, delivery, cause)
        if pipeline:
            told = error if isinstance(error, AppError) else AppError(str(GAVE_UP))
            ended = (f"failed {delivery.id}", Outcome.FAILED)
            await self._report(event, pipeline, ended, None, told)

    async def _report(
        self,
        event: CloudEvent,
        pipeline: Pipeline,
        ended: tuple[str, Outcome],
        resource: str | None,
        error: AppError | None,
    ) -> None:
        key, outcome = ended
        shown = cast("JsonObject", self._explain(error, event.locale)["error"]) if error else None
        await self._operations.add_result(
            Result(
                key=key,
                feed_id=pipeline.id,
                message_id=event.id,
                source=event.source,
                type=event.type,
                outcome=outcome,
                at=self._clock.now(),
                resource=resource,
                error=shown,
            )
        )
        log.info(
            "message.processed",
            extra={"pipeline": pipeline.id, "type": event.type, "outcome": outcome.value},
        )


def _not_authorised() -> Rejected:
    told = SourceNotAuthorised("The source is no pipeline that may send this for this partner.")
    return Rejected(Reason.SOURCE_NOT_AUTHORISED, told)
