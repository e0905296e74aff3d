"""Entities of webhooks to domain values and back."""

from typing import Final

from pydantic import TypeAdapter

from shared.services.ports.webhooks import Webhook
from shared.storage.encoding.fields import VERSION, decoding, text
from shared.storage.engine.table import Entity, Properties

_WEBHOOK: Final = TypeAdapter(Webhook)


def encode_webhook(webhook: Webhook) -> Properties:
    """A webhook with its progress, as it stands in the port."""
    return {"v": VERSION, "body": _WEBHOOK.dump_json(webhook).decode()}


def decode_webhook(entity: Entity) -> Webhook:
    """The inverse of `encode_webhook`."""
    with decoding(entity):
        return _WEBHOOK.validate_json(text(entity, "body"))
