"""The messages of the internal queues: each is written and read here alone.

Whoever reads a text that is none of them gets Rejected: it can never be processed.
"""

from typing import Annotated

from pydantic import Field

from shared.errors import BadRequest
from shared.model.base import Model, Traceparent
from shared.services.documents import parse, take
from shared.services.ports.queues import Announcement
from shared.services.ports.webhooks import Wake, WebhookKey
from shared.services.queues.rejections import Reason, Rejected
from shared.text.identifiers import Guid


class _Announced(Model):
    tenant_id: Guid
    command_id: str
    look: Annotated[int, Field(ge=1, le=3)]
    traceparent: Traceparent | None = None


class _Part(Model):
    sweep_id: Guid
    shard: Annotated[int, Field(ge=0)]


class _Woken(Model):
    partner_id: Guid
    webhook_id: Guid
    after: str | None = None
    event_id: str | None = None


def announcement_text(announcement: Announcement) -> str:
    """A message of `projections`."""
    return _text(
        _Announced(
            tenant_id=announcement.tenant_id,
            command_id=announcement.command_id,
            look=announcement.look,
            traceparent=announcement.traceparent,
        )
    )


def announcement(text: str) -> Announcement:
    """The inverse of `announcement_text`. Raises Rejected."""
    said = _read(_Announced, text)
    return Announcement(said.tenant_id, said.command_id, said.look, said.traceparent)


def shard_text(sweep_id: str, shard: int) -> str:
    """A message of `sweep-shards`."""
    return _text(_Part(sweep_id=sweep_id, shard=shard))


def shard_of(text: str) -> tuple[str, int]:
    """The sweep and shard: the inverse of `shard_text`. Raises Rejected."""
    said = _read(_Part, text)
    return said.sweep_id, said.shard


def wake_text(wake: Wake) -> str:
    """A message of `webhook-deliveries`."""
    return _text(
        _Woken(
            partner_id=wake.key.partner_id,
            webhook_id=wake.key.webhook_id,
            after=wake.after,
            event_id=wake.event_id,
        )
    )


def wake_of(text: str) -> Wake:
    """The inverse of `wake_text`. Raises Rejected."""
    said = _read(_Woken, text)
    return Wake(WebhookKey(said.partner_id, said.webhook_id), said.after, said.event_id)


def _text(message: Model) -> str:
    return message.model_dump_json(by_alias=True, exclude_none=True)


def _read[M: Model](model: type[M], text: str) -> M:
    try:
        return take(model, parse(text.encode()))
    except BadRequest as error:
        raise Rejected(Reason.MALFORMED, error) from None
