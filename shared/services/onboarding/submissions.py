"""Messages that a partner's application hands in over HTTP: all of them checked, then queued."""

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from shared.allowance import Allowance
from shared.canonical import JsonObject
from shared.error_details import Detail, DetailCode
from shared.errors import BadRequest
from shared.model.base import Actor
from shared.model.models import Partner
from shared.services.active_partners import ActivePartners
from shared.services.budgets import Budgets
from shared.services.documents import MAX_DETAILS, WHOLE
from shared.services.onboarding.orders import Sender, order, resources
from shared.services.onboarding.pipelines import MessageType
from shared.services.onboarding.sources import PARTNER_TYPES, partner_source
from shared.services.onboarding.stamps import Stamps
from shared.services.ports.budgets import Spending
from shared.services.ports.queues import Mail, queue_of
from shared.services.ports.values import StorageError
from shared.services.queues.cloud_events import MAX_EVENT_BYTES, CloudEvent
from shared.services.queues.rejections import PartlyQueued
from shared.tracing import traceparent
from shared.wording import Words

_MALFORMED: Final = Words(
    "The messages are not what this operation takes. None is queued.",
    "메시지가 이 작업에서 받는 형식이 아닙니다. 대기열에 넣은 메시지는 없습니다.",
)
_TWICE: Final = Words("An id stands here twice.", "같은 ID가 두 번 사용되었습니다.")
_TOO_LARGE: Final = Words(
    "With its stamp an event has at most {limit} bytes.",
    "스탬프를 포함한 이벤트의 크기는 최대 {limit}바이트입니다.",
).filled(limit=MAX_EVENT_BYTES)
_NOT_OURS: Final = Words(
    "Partners send no messages of this type.",
    "파트너는 이 형식의 메시지를 보낼 수 없습니다.",
)
_STRANGER: Final = Words("This is not the caller's tenant.", "호출자의 테넌트가 아닙니다.")


class Submitted(NamedTuple):
    """What was queued, and what is left of the limits that were looked at."""

    queued: list[JsonObject]
    allowances: tuple[Allowance, ...]


@dataclass(frozen=True, slots=True)
class Submissions:
    """Takes what partners hand in."""

    standing: ActivePartners
    stamps: Stamps
    budgets: Budgets
    mail: Mail

    async def submit(self, actor: Actor, events: tuple[CloudEvent, ...]) -> Submitted:
        """What was queued, in order. Sent again with the same ids, nothing takes effect twice.

        Messages beyond the partner's rate are visible later, in the order in which they came.
        Raises Forbidden for a tenant that is no partner, PolicyRefused for a suspended one,
        BadRequest when any event is malformed and Throttled beyond the partner's backlog (then none
        is queued), and PartlyQueued.
        """
        partner = await self.standing.require(actor.tenant_id)
        source = partner_source(actor.tenant_id)
        _refuse(_wrong(events, actor.tenant_id))
        ready = [self.stamps.stamped(each, source, actor.object_id) for each in events]
        texts = [_text(each) for each in ready]
        _refuse(_too_large(texts))
        delays, allowances = await self._bought(partner, events)
        for text, delay in zip(texts, delays, strict=True):
            try:
                await self.mail.put(queue_of(partner.id), base64.b64encode(text).decode(), delay)
            except StorageError:
                raise PartlyQueued from None
        queued: list[JsonObject] = [
            {"messageId": each.id, "source": each.source, "type": each.type, "status": "queued"}
            for each in ready
        ]
        return Submitted(queued, allowances)

    async def _bought(
        self, partner: Partner, events: Sequence[CloudEvent]
    ) -> tuple[tuple[int, ...], tuple[Allowance, ...]]:
        """How long each message has to wait, and what is left. Raises Throttled."""
        allowances: list[Allowance] = []
        invited = sum(each.type == MessageType.INVITATION_REQUEST for each in events)
        if invited:
            spent = await self.budgets.spend(partner.id, Spending.INVITATIONS, [invited])
            allowances.append(spent.allowance)
        costs, rate = [resources(each.data) for each in events], partner.resources_per_second
        spent = await self.budgets.spend(partner.id, Spending.MESSAGES, costs, rate)
        return spent.delays, (spent.allowance, *allowances)


def _text(event: CloudEvent) -> bytes:
    document = event.model_dump(mode="json", exclude_unset=True)
    if name := traceparent():
        document.setdefault("traceparent", name)  # An application's own trace goes on.
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _refuse(found: Iterator[Detail]) -> None:
    if details := list(found):
        target = details[0].target if len(details) == 1 else None
        raise BadRequest(_MALFORMED, target=target, details=details[:MAX_DETAILS])


def _too_large(texts: list[bytes]) -> Iterator[Detail]:
    for position, text in enumerate(texts):
        if len(text) > MAX_EVENT_BYTES:
            yield Detail(DetailCode.INVALID_FIELD, _TOO_LARGE, f"[{position}]")


def _wrong(events: Sequence[CloudEvent], partner_id: str) -> Iterator[Detail]:
    """Everything else that would make one of them a dead letter."""
    seen: set[str] = set()
    for position, event in enumerate(events):
        place = f"[{position}]"
        if event.id in seen:
            yield Detail(DetailCode.INVALID_FIELD, _TWICE, f"{place}.id")
        seen.add(event.id)
        yield from _wrong_data(event, place, partner_id)


def _wrong_data(event: CloudEvent, place: str, partner_id: str) -> Iterator[Detail]:
    if event.type not in PARTNER_TYPES:
        yield Detail(DetailCode.INVALID_FIELD, _NOT_OURS, f"{place}.type")
        return
    try:
        wanted = order(event.type, event.data, Sender("", ""))
    except BadRequest as error:
        for each in error.details:
            where = "" if each.target == WHOLE else f".{each.target}"
            yield Detail(each.code, each.words, f"{place}.data{where}")
        return
    if wanted and wanted.partner_ids != frozenset({partner_id}):
        yield Detail(DetailCode.INVALID_FIELD, _STRANGER, f"{place}.data.actingPartnerId")
