"""Pages of whole tables as the service writes them, for the sweep.

The SDK turns every property of every row over several times and parses a time stamp that nobody
reads: more work than replaying a ledger. So its pipeline sends and signs the request here, and its
answer, one JSON document, is taken as it is. What decodes to what is the same as everywhere else.
"""

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, cast
from urllib.parse import quote

from azure.core.rest import HttpRequest

from shared.storage.encoding.keys.places import Key
from shared.storage.engine.table import TOUCHED, Entity, Value

_TYPE: Final = "@odata.type"
_ODATA: Final = "odata."
_OURS: Final = {"PartitionKey", "RowKey", "Timestamp", TOUCHED}
_PLAIN: Final = {"Edm.String", "Edm.Int32"}
_NEXT: Final = ("NextPartitionKey", "NextRowKey")
_HEADERS: Final = {
    "Accept": "application/json;odata=minimalmetadata",
    "DataServiceVersion": "3.0",
    "MaxDataServiceVersion": "3.0;NetFx",
}

type Token = Mapping[str, str]
"""Where the next page begins, as the service says it."""


class Foreign(NamedTuple):
    """A value of a type that nothing here writes: it decodes to nothing."""

    kind: str
    value: object


async def page_of(
    client: Any,  # noqa: ANN401 - the SDK's own keyword arguments are untyped
    query: str,
    top: int,
    token: Token,
    seconds: float,
) -> tuple[Sequence[Entity], Token]:
    """At most `top` rows and what follows them; an empty token at the end. Raises AzureError.

    An empty `query` means every row. `seconds` is the longest pause in the answer.
    """
    said = {"$filter": query, "$top": str(top), **token}
    parameters = "&".join(
        f"{name}={quote(value, safe='')}" for name, value in said.items() if value
    )
    request = HttpRequest(
        "GET",
        f"{client.url}/{client.table_name}()?{parameters}",
        headers={**_HEADERS, "x-ms-version": client.api_version},
    )
    # Streamed, so that the pipeline does not parse it; the SDK sends its batches the same way.
    send = client._client.send_request  # noqa: SLF001 - there is no public one
    response = await send(request, stream=True, read_timeout=seconds)
    await response.read()
    response.raise_for_status()
    rows = json.loads(response.content)["value"]
    told = {name: response.headers.get(f"x-ms-continuation-{name}") for name in _NEXT}
    more = {name: value for name, value in told.items() if value}
    return tuple(map(_entity, rows)), more


def literal(text: str) -> str:
    """`text` inside of a filter."""
    return "'" + text.replace("'", "''") + "'"


def _entity(row: Mapping[str, object]) -> Entity:
    properties = {
        name: _value(value, row.get(name + _TYPE))
        for name, value in row.items()
        if name not in _OURS and _ODATA not in name
    }
    etag = row.get("odata.etag") or f"W/\"datetime'{quote(str(row['Timestamp']))}'\""
    return Entity(Key(str(row["PartitionKey"]), str(row["RowKey"])), properties, str(etag))


def _value(value: object, kind: object) -> Value:
    if kind is None or kind in _PLAIN:
        return cast("Value", value)
    if kind == "Edm.Binary":
        return b64decode(str(value))
    return cast("Value", Foreign(str(kind), value))
