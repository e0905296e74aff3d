"""Pages of whole tables as the service writes them, for the sweep over the SDK.

The SDK turns every property of every row over several times: more work than replaying a ledger. So
its pipeline sends and signs the request here, and its answer, one JSON document, is taken as it is.
"""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

from azure.core.rest import HttpRequest

from shared.storage.engine.entities import entities
from shared.storage.engine.remote_table import NEXT, Token
from shared.storage.engine.table import Entity

_HEADERS: Final = {
    "Accept": "application/json;odata=minimalmetadata",
    "DataServiceVersion": "3.0",
    "MaxDataServiceVersion": "3.0;NetFx",
}


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
    told = {name: response.headers.get(f"x-ms-continuation-{name}") for name in NEXT}
    return entities(response.content), {name: value for name, value in told.items() if value}
