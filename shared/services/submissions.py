"""Messages that a partner's application hands in over HTTP: all of them checked, then queued."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from shared.domain.base import Actor
from shared.domain.events import JsonObject
from shared.errors import BadRequest, Detail, DetailCode, Forbidden, PolicyRefused
from shared.policy.relationships import prt_1
from shared.services.documents import MAX_DETAILS
from shared.services.messages import MAX_EVENT_BYTES, CloudEvent, PartlyQueued
from shared.services.orders import Sender, order
from shared.services.ports import Mail, StorageError
from shared.services.profiles import Profiles
from shared.services.sources import PARTNER_TYPES, partner_source
from shared.services.stamps import Stamps
from shared.tracing import traceparent

QUEUE: Final = "onboarding"


@dataclass(frozen=True, slots=True)
class Submissions:
    """Takes what partners hand in."""

    profiles: Profiles
    stamps: Stamps
    mail: Mail

    async def submit(self, actor: Actor, events: tuple[CloudEvent, ...]) -> list[JsonObject]:
        """What was queued, in order. Sent again with the same ids, nothing takes effect twice.

        Raises Forbidden for a tenant that is no partner, PolicyRefused for a suspended one,
        BadRequest when any event is malformed (then none is queued), and PartlyQueued.
        """
        await self._check_standing(actor.tenant_id)
        source = partner_source(actor.tenant_id)
        ready = [await self.stamps.stamped(each, source, actor.object_id) for each in events]
        texts = [_text(each) for each in ready]
        details = list(_wrong(ready, texts, actor.tenant_id))
        if details:
            target = details[0].target if len(details) == 1 else None
            told = "The messages are not what this operation takes. None is queued."
            raise BadRequest(told, target=target, details=details[:MAX_DETAILS])
        for text in texts:
            try:
                await self.mail.put(QUEUE, base64.b64encode(text).decode())
            except StorageError:
                raise PartlyQueued from None
        return [
            {"messageId": each.id, "source": each.source, "type": each.type, "status": "queued"}
            for each in ready
        ]

    async def _check_standing(self, partner_id: str) -> None:
        """A cached profile may only allow: a refusal rests on the stored one."""
        partner = self.profiles.peek(partner_id)
        if partner is None or prt_1(partner):
            partner = await self.profiles.read(partner_id)
        if partner is None:
            raise Forbidden("The caller's tenant is not an enrolled partner.")
        if refusal := prt_1(partner):
            raise PolicyRefused([refusal])


def _text(event: CloudEvent) -> bytes:
    document = event.model_dump(mode="json", exclude_unset=True)
    if name := traceparent():
        document.setdefault("traceparent", name)  # An application's own trace goes on.
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _wrong(events: list[CloudEvent], texts: list[bytes], partner_id: str) -> Iterator[Detail]:
    """Everything that would make one of them a dead letter."""
    seen: set[str] = set()
    for position, event in enumerate(events):
        place = f"[{position}]"
        if event.id in seen:
            yield Detail(DetailCode.INVALID_FIELD, "An id stands here twice.", f"{place}.id")
        seen.add(event.id)
        if len(texts[position]) > MAX_EVENT_BYTES:
            told = f"With its stamp an event has at most {MAX_EVENT_BYTES} bytes."
            yield Detail(DetailCode.INVALID_FIELD, told, place)
        yield from _wrong_data(event, place, partner_id)


def _wrong_data(event: CloudEvent, place: str, partner_id: str) -> Iterator[Detail]:
    if event.type not in PARTNER_TYPES:
        told = "Partners send no messages of this type."
        yield Detail(DetailCode.INVALID_FIELD, told, f"{place}.type")
        return
    try:
        wanted = order(event.type, event.data, Sender("", ""))
    except BadRequest as error:
        for each in error.details:
            yield Detail(each.code, each.message, f"{place}.data.{each.target}")
        return
    if wanted and wanted.partner_ids != frozenset({partner_id}):
        told = "This is not the caller's tenant."
        yield Detail(DetailCode.INVALID_FIELD, told, f"{place}.data.actingPartnerId")
