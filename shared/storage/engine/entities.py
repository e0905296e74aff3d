"""Entities in the service's JSON, in both directions.

A text and a number of 32 bits are what JSON makes of them; bytes go in base64 beside their type.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, cast
from urllib.parse import quote

from azure.core.exceptions import DecodeError

from shared.canonical import parsed
from shared.storage.encoding.keys.places import Key
from shared.storage.engine.table import TOUCHED, Entity, Properties, Value

_TYPE: Final = "@odata.type"
_ODATA: Final = "odata."
_OURS: Final = {"PartitionKey", "RowKey", "Timestamp", TOUCHED}
_PLAIN: Final = {"Edm.String", "Edm.Int32"}
_BINARY: Final = "Edm.Binary"

type _Row = Mapping[str, Any]


class Foreign(NamedTuple):
    """A value of a type that nothing here writes: it decodes to nothing."""

    kind: str
    value: object


def document(key: Key, properties: Properties) -> bytes:
    """An entity as it is written."""
    said: dict[str, Value] = {"PartitionKey": key.partition, "RowKey": key.row}
    for name, value in properties.items():
        if isinstance(value, bytes):
            said[name + _TYPE] = _BINARY
            said[name] = b64encode(value).decode()
        else:
            said[name] = value
    return json.dumps(said, separators=(",", ":")).encode()


def entity(body: bytes, etag: str | None = None) -> Entity:
    """The one entity of an answer; `etag` of its header, where the body has none.

    Raises DecodeError.
    """
    try:
        return _entity(cast("_Row", parsed(body)), etag)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise DecodeError(f"no entity: {type(error).__name__}") from error


def entities(body: bytes) -> Sequence[Entity]:
    """The entities of a page. Raises DecodeError."""
    try:
        rows = cast("Mapping[str, list[_Row]]", parsed(body))["value"]
        return tuple(map(_entity, rows))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise DecodeError(f"no page: {type(error).__name__}") from error


def _entity(row: _Row, told: str | None = None) -> Entity:
    properties = {
        name: _value(value, row.get(name + _TYPE))
        for name, value in row.items()
        if name not in _OURS and _ODATA not in name
    }
    stamp = row.get("Timestamp")
    etag = row.get("odata.etag") or told or f"W/\"datetime'{quote(str(row['Timestamp']))}'\""
    written = datetime.fromisoformat(stamp) if stamp else None
    return Entity(Key(str(row["PartitionKey"]), str(row["RowKey"])), properties, str(etag), written)


def _value(value: object, kind: object) -> Value:
    if kind is None or kind in _PLAIN:
        return cast("Value", value)
    if kind == _BINARY:
        return b64decode(str(value))
    return cast("Value", Foreign(str(kind), value))
