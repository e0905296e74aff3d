"""Messages that a partner's application hands in over HTTP: all of them checked, then queued."""

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from shared.canonical import JsonObject
from shared.error_details import Detail, DetailCode
from shared.errors import BadRequest
from shared.model.base import Actor
from shared.services.active_partners import ActivePartners
from shared.services.documents import MAX_DETAILS
from shared.services.onboarding.orders import Sender, order
from shared.services.onboarding.sources import PARTNER_TYPES, partner_source
from shared.services.onboarding.stamps import Stamps
from shared.services.ports.queues import Mail, Queue
from shared.services.ports.values import StorageError
from shared.services.queues.messages import MAX_EVENT_BYTES, CloudEvent
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


@dataclass(frozen=True, slots=True)
class Submissions:
    """Takes what partners hand in."""

    standing: ActivePartners
    stamps: Stamps
    mail: Mail

    async def submit(self, actor: Actor, events: tuple[CloudEvent, ...]) -> list[JsonObject]:
        """What was queued, in order. Sent again with the same ids, nothing takes effect twice.

        Raises Forbidden for a tenant that is no partner, PolicyRefused for a suspended one,
        BadRequest when any event is malformed (then none is queued), and PartlyQueued.
        """
        await self.standing.require(actor.tenant_id)
        source = partner_source(actor.tenant_id)
        _refuse(_wrong(events, actor.tenant_id))
        ready = [self.stamps.stamped(each, source, actor.object_id) for each in events]
        texts = [_text(each) for each in ready]
        _refuse(_too_large(texts))
        for text in texts:
            try:
                await self.mail.put(Queue.ONBOARDING, base64.b64encode(text).decode())
            except StorageError:
                raise PartlyQueued from None
        return [
            {"messageId": each.id, "source": each.source, "type": each.type, "status": "queued"}
            for each in ready
        ]


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
            yield Detail(each.code, each.words, f"{place}.data.{each.target}")
        return
    if wanted and wanted.partner_ids != frozenset({partner_id}):
        yield Detail(DetailCode.INVALID_FIELD, _STRANGER, f"{place}.data.actingPartnerId")
