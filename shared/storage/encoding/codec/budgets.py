"""Entities of budgets to domain values and back."""

from datetime import datetime

from shared.clock import rfc3339
from shared.storage.encoding.fields import VERSION, decoding, moment, text
from shared.storage.engine.table import Entity, Properties


def encode_sold(until: datetime) -> Properties:
    """Until when a budget's time is sold."""
    return {"v": VERSION, "until": rfc3339(until)}


def decode_sold(entity: Entity) -> datetime:
    """The inverse of `encode_sold`."""
    with decoding(entity):
        return moment(text(entity, "until"))
