"""Who sent a message, and what it may: the operator's pipelines, and partners' applications."""

from dataclasses import dataclass
from typing import Final

from shared.errors import Forbidden
from shared.policy.callers import CallerRole
from shared.policy.roles import allowed
from shared.services.commands.answers import NOT_ALLOWED
from shared.services.onboarding.orders import Order, Sender
from shared.services.onboarding.pipelines import PARTNER_SOURCES, MessageType, partner_feed
from shared.services.onboarding.stamps import Stamps
from shared.services.ports.operations import OperationsStore
from shared.services.queues.cloud_events import CloudEvent
from shared.services.queues.rejections import Reason, Rejected, SourceNotAuthorised
from shared.services.shared_reads import SharedReads

PARTNER_TYPES: Final = frozenset(
    {
        MessageType.INVITATION_REQUEST,
        MessageType.SUBSCRIPTION_REGISTRATION,
        MessageType.SUBSCRIPTION_UPDATE,
        MessageType.SUBSCRIPTION_STATUS,
    }
)
"""What a partner sends of its own; the others are the operator's."""


def partner_source(partner_id: str) -> str:
    """The source that a partner's messages are stamped with."""
    return PARTNER_SOURCES + partner_id


@dataclass(frozen=True, slots=True)
class Source:
    """A known sender. `preset` names the role table where that binds it (0005)."""

    feed_id: str
    object_id: str
    partner_ids: frozenset[str]
    types: frozenset[str]
    preset: str | None = None

    def sender(self, operator_tenant_id: str) -> Sender:
        """The sender in whose name the source acts."""
        return Sender(self.object_id, operator_tenant_id)

    def check(self, kind: str, wanted: Order) -> None:
        """Raises Rejected for a type or partner that is not its own."""
        if kind not in self.types or not wanted.partner_ids <= self.partner_ids:
            raise not_authorised()

    def check_role(self, wanted: Order) -> None:
        """Raises Forbidden where HTTP would refuse the application's role."""
        if self.preset is None:
            return
        if CallerRole.PIPELINE not in allowed(self.preset, wanted.operation):
            raise Forbidden(NOT_ALLOWED)


class Sources:
    """Tells sources by their events; one per process."""

    def __init__(self, operations: OperationsStore, stamps: Stamps, preset: str) -> None:
        """`preset` is the setting ROLE_PRESET."""
        self._operations = operations
        self._stamps = stamps
        self._preset = preset
        self._pipelines = SharedReads(operations.pipeline)
        self._owners: dict[str, str] = {}
        """By source, as far as they were asked for: a source stays its pipeline's for good."""

    async def of(self, event: CloudEvent) -> Source | None:
        """The source of an event; None if no pipeline or partner is known by it."""
        if event.source.startswith(PARTNER_SOURCES):
            return await self._partner(event)
        return await self.pipeline(event.source)

    async def pipeline(self, source: str) -> Source | None:
        """The pipeline that is registered for a source."""
        owner = self._owners.get(source) or await self._operations.owner_of(source)
        if owner is None:
            return None
        self._owners[source] = owner
        stored = await self._pipelines.get(owner)
        if stored is None or stored.value.deleted or stored.value.source != source:
            return None
        pipeline = stored.value
        return Source(
            feed_id=pipeline.id,
            object_id=pipeline.id,
            partner_ids=frozenset(pipeline.partner_ids),
            types=frozenset(pipeline.types),
        )

    async def _partner(self, event: CloudEvent) -> Source | None:
        caller = self._stamps.caller(event)
        if caller is None:
            return None
        partner_id = event.source.removeprefix(PARTNER_SOURCES)
        return Source(
            feed_id=partner_feed(partner_id),
            object_id=caller,
            partner_ids=frozenset({partner_id}),
            types=frozenset(PARTNER_TYPES),
            preset=self._preset,
        )


def not_authorised() -> Rejected:
    """The rejection of an unknown source, or of one that may not send this."""
    return Rejected(Reason.SOURCE_NOT_AUTHORISED, SourceNotAuthorised())
