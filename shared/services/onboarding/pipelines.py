"""Pipelines: which sources may send what for whom, and the results of their messages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from shared.canonical import JsonObject
from shared.clock import Clock, rfc3339
from shared.errors import AlreadyExists, ConcurrencyConflict, NotFound, OutcomeUnknown
from shared.model.base import Model
from shared.services.listing import collect
from shared.services.partner_names import PartnerNames, named
from shared.services.ports.operations import OperationsStore, Pipeline, Result
from shared.services.ports.values import GuardFailed, Page, Stored, WriteUnknown
from shared.services.views import Views
from shared.text.characters import line
from shared.text.identifiers import CODE, Guid
from shared.wording import Words, unacceptable

PARTNER_SOURCES: Final = "/partners/"
"""Sources that begin so are stamped by `POST /api/onboarding` and can be nobody's pipeline."""

_RESERVED: Final = Words(
    "Sources that begin with {prefix} are reserved.",
    "{prefix}(으)로 시작하는 소스는 예약되어 있습니다.",
).filled(prefix=PARTNER_SOURCES)
_SOURCE_TAKEN: Final = Words(
    "Another pipeline has this source.", "다른 파이프라인이 이미 이 소스를 사용하고 있습니다."
)

_PARTNER_FEED: Final = "partner|"
"""No pipeline's id has a bar in it."""


type Precondition = Callable[[str | None], None]
"""Called with the etag of the pipeline that is there. Raises ConditionNotMet and its like."""


def partner_feed(partner_id: str) -> str:
    """The feed of a partner's results."""
    return _PARTNER_FEED + partner_id


def partner_of(feed_id: str) -> str | None:
    """The inverse; None for a pipeline's."""
    _, found, partner_id = feed_id.partition(_PARTNER_FEED)
    return partner_id if found else None


class MessageType(StrEnum):
    """What an onboarding message asks for, a pipeline's or a partner's application's."""

    PARTNER_ENROLMENT = "partner-enrolment"
    """Enrol a partner; of one that is enrolled it replaces nothing. The operator's pipelines only.
    """
    CUSTOMER_PROFILE = "customer-profile"
    """Fill in the profile of a tenant that is neither a partner nor a customer by its own act
    (ELG-3); the operator's pipelines only.
    """
    RELATIONSHIP_IMPORT = "relationship-import"
    """Enter a relationship that stood before this record (IMP-1); the operator's pipelines only."""
    INVITATION_REQUEST = "invitation-request"
    """Invite a customer."""
    SUBSCRIPTION_REGISTRATION = "subscription-registration"
    """Register a subscription, or up to 50 of one customer in one atomic step."""
    SUBSCRIPTION_UPDATE = "subscription-update"
    """Change what may change of a subscription (SUB-8)."""
    SUBSCRIPTION_STATUS = "subscription-status"
    """Suspend, reactivate or delete a subscription (SUB-3); a partner's application may only
    reactivate.
    """


def _unreserved(source: str) -> str:
    if source.startswith(PARTNER_SOURCES):
        raise unacceptable(_RESERVED)
    return source


_URI: Final = r"[A-Za-z0-9/:._~%?#\[\]@!$&'()*+,;=-]{1,256}$"


class PipelineBody(Model):
    """Which source may send what, for whom, to the queue `onboarding`."""

    source: Annotated[
        str,
        StringConstraints(pattern=f"^{_URI}"),
        AfterValidator(_unreserved),
        BeforeValidator(line),
        Field(json_schema_extra={"pattern": f"^(?!{PARTNER_SOURCES}){_URI}"}),
    ]
    """The `source` that its CloudEvents bear, a URI such as `https://erp.fabrikam.example` or a
    path, 1 to 256 characters; no other pipeline may have it or have had it, and none one that
    begins with `/partners/`.
    """
    partner_ids: Annotated[tuple[Guid, ...], Field(max_length=500)]
    """The partners that it may act for, by the ids of their tenants, at most 500; there is no
    wildcard.
    """
    types: Annotated[tuple[Annotated[MessageType, CODE], ...], Field(min_length=1)]
    """What its messages may ask for, at least one type."""

    def pipeline(self, pipeline_id: str) -> Pipeline:
        """The pipeline, its lists in one order, so that the same content is the same."""
        return Pipeline(
            id=pipeline_id,
            source=self.source,
            partner_ids=tuple(sorted(set(self.partner_ids))),
            types=tuple(sorted(set(self.types))),
        )


@dataclass(frozen=True, slots=True)
class Pipelines:
    """Writes and reads of pipelines; `hold` keeps results back until none can appear before."""

    operations: OperationsStore
    names: PartnerNames
    views: Views
    clock: Clock
    hold: timedelta

    async def get(self, pipeline_id: str) -> JsonObject:
        """The pipeline. Raises NotFound."""
        stored = await self.operations.pipeline(pipeline_id)
        if stored is None or stored.value.deleted:
            raise NotFound
        return await self.shown(stored.value)

    async def shown(self, pipeline: Pipeline) -> JsonObject:
        """The pipeline, with its partners as they are called now."""
        (shown,) = await self._shown([pipeline])
        return shown

    async def _shown(self, pipelines: Sequence[Pipeline]) -> tuple[JsonObject, ...]:
        names = await self.names.of(each for one in pipelines for each in one.partner_ids)
        return tuple(
            self.views.pipeline(each, named(names, each.partner_ids)) for each in pipelines
        )

    async def page(self, after: str | None, limit: int) -> Page[JsonObject]:
        """All pipelines by id."""

        def show(stored: Stored[Pipeline]) -> Pipeline | None:
            return None if stored.value.deleted else stored.value

        def position(stored: Stored[Pipeline]) -> str:
            return stored.value.id

        page = await collect(self.operations.pipelines, show, position, after, limit)
        return Page(await self._shown(page.items), page.after)

    async def delete(self, pipeline_id: str, precondition: Precondition) -> None:
        """From now on its messages are dead letters; its results and its source stay its own.

        One that is deleted already stays so. Raises NotFound, what `precondition` raises,
        ConcurrencyConflict, OutcomeUnknown.
        """
        stored = await self.operations.pipeline(pipeline_id)
        if stored is None:
            raise NotFound
        if stored.value.deleted:
            return
        precondition(await self._etag(stored.value))
        await self._write(replace(stored.value, deleted=True), stored)

    async def put(self, pipeline: Pipeline, precondition: Precondition) -> bool:
        """Creates (True) or replaces; identical content is success whatever `precondition` says.

        Raises what `precondition` raises, AlreadyExists when another pipeline owns the source,
        ConcurrencyConflict, OutcomeUnknown.
        """
        stored = await self.operations.pipeline(pipeline.id)
        if stored and stored.value == pipeline:
            return False
        there = stored.value if stored and not stored.value.deleted else None
        precondition(await self._etag(there) if there else None)
        await self._write(pipeline, stored)
        return there is None

    async def _etag(self, pipeline: Pipeline) -> str:
        return str((await self.shown(pipeline))["etag"])

    async def _write(self, pipeline: Pipeline, stored: Stored[Pipeline] | None) -> None:
        try:
            await self.operations.put_pipeline(pipeline, stored)
        except GuardFailed:
            await self._lost(pipeline)
        except WriteUnknown:
            now = await self.operations.pipeline(pipeline.id)
            if now is None or now.value != pipeline:
                raise OutcomeUnknown from None

    async def results(
        self, pipeline_id: str, after: str | None, limit: int
    ) -> tuple[Page[JsonObject], bool]:
        """A page whose `after` is the cursor, and whether there may be more right now."""
        if await self.operations.pipeline(pipeline_id) is None:
            raise NotFound
        return await self._results(pipeline_id, after, limit)

    async def partners_results(
        self, partner_id: str, after: str | None, limit: int
    ) -> tuple[Page[JsonObject], bool]:
        """Likewise what became of a partner's own messages."""
        return await self._results(partner_feed(partner_id), after, limit)

    async def _results(
        self, feed_id: str, after: str | None, limit: int
    ) -> tuple[Page[JsonObject], bool]:
        until = self.clock.now() - self.hold
        page = await self.operations.results(feed_id, after, limit, until=until)
        return Page(tuple(map(_result, page.items)), page.after), len(page.items) == limit

    async def _lost(self, pipeline: Pipeline) -> None:
        """A guard failed: it happened already, the source is taken, or another writer was first."""
        now: Stored[Pipeline] | None = await self.operations.pipeline(pipeline.id)
        if now and now.value == pipeline:
            return
        owner = await self.operations.owner_of(pipeline.source)
        if owner and owner != pipeline.id:
            raise AlreadyExists(_SOURCE_TAKEN, target="source")
        raise ConcurrencyConflict


def _result(result: Result) -> JsonObject:
    partner_id = partner_of(result.feed_id)
    shown: JsonObject = {
        "pipelineId": None if partner_id else result.feed_id,
        "partnerId": partner_id,
        "messageId": result.message_id,
        "source": result.source,
        "type": result.type,
        "outcome": result.outcome.value,
        "resource": result.resource,
        "error": result.error,
        "retryable": result.retryable,
        "at": rfc3339(result.at),
    }
    return {name: value for name, value in shown.items() if value is not None}
