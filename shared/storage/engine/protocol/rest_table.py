"""A table by the service's protocol."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from shared.storage.encoding.keys.places import Key
from shared.storage.engine.entities import document, entities, entity
from shared.storage.engine.failures import TABLE_NOT_FOUND
from shared.storage.engine.protocol.account import Account
from shared.storage.engine.protocol.messages import Answer, Refused, Request, error_code
from shared.storage.engine.protocol.transactions import conclude, transaction
from shared.storage.engine.remote_table import NEXT, RemoteTable, Token
from shared.storage.engine.table import (
    TOUCHED,
    Delete,
    Entity,
    Insert,
    Operation,
    Replace,
    Touch,
)

_SAFE: Final = "!$&'()*,;:=@"
"""What an address keeps as it is; the sign + is a space to some."""
_VERSIONS: Final = {"DataServiceVersion": "3.0", "MaxDataServiceVersion": "3.0;NetFx"}
_READ: Final = {**_VERSIONS, "Accept": "application/json;odata=minimalmetadata"}
_WRITE: Final = {**_READ, "Content-Type": "application/json"}
_NEW: Final = {**_WRITE, "Prefer": "return-no-content"}
_DONE: Final = {HTTPStatus.NO_CONTENT, HTTPStatus.CREATED}


class RestTable(RemoteTable):
    """A `Table` in a storage account, without the SDK."""

    def __init__(self, account: Account, name: str) -> None:
        """Nothing is sent yet."""
        self._account = account
        self._url = f"{account.tables}/{name}"

    async def read(self, key: Key) -> Entity | None:
        """See `RemoteTable.read`."""
        answer = await self._account.send(Request("table", "GET", self._place(key), _READ))
        match answer.status:
            case HTTPStatus.OK:
                return entity(answer.body, answer.headers.get("ETag"))
            case HTTPStatus.NOT_FOUND if error_code(answer) != TABLE_NOT_FOUND:
                return None
            case _:
                raise Refused(answer)

    async def write(self, operations: Sequence[Operation]) -> Mapping[str, str]:
        """See `RemoteTable.write`."""
        parts = [self._part(each) for each in operations]
        if len(parts) == 1:
            answer = await self._account.send(parts[0])
            if answer.status not in _DONE:
                raise Refused(answer)
        else:
            url = f"{self._account.tables}/$batch"
            answer = await self._account.send(transaction(url, parts, _READ))
            conclude(answer, len(parts))
        return answer.headers

    async def page(
        self, query: str, top: int, token: Token, seconds: float | None
    ) -> tuple[Sequence[Entity], Token]:
        """See `RemoteTable.page`."""
        said = {"$filter": query, "$top": str(top), **token}
        text = "&".join(f"{name}={quote(value, safe='')}" for name, value in said.items() if value)
        request = Request("table", "GET", f"{self._url}()?{text}", _READ)
        answer = await self._account.send(request, seconds)
        if answer.status != HTTPStatus.OK:
            raise Refused(answer)
        return entities(answer.body), _next(answer)

    def _place(self, key: Key) -> str:
        return f"{self._url}(PartitionKey='{_quoted(key.partition)}',RowKey='{_quoted(key.row)}')"

    def _part(self, operation: Operation) -> Request:
        place = self._place(operation.key)
        match operation:
            case Insert(key=key, properties=properties):
                return Request("table", "POST", self._url, _NEW, document(key, properties))
            case Replace(key=key, properties=properties, etag=etag):
                headers = {**_WRITE, "If-Match": etag}
                return Request("table", "PUT", place, headers, document(key, properties))
            case Touch(key=key, etag=etag):
                headers = {**_WRITE, "If-Match": etag}
                return Request("table", "PATCH", place, headers, document(key, {TOUCHED: etag}))
            case Delete(etag=etag):
                return Request("table", "DELETE", place, {**_READ, "If-Match": etag})


def _quoted(text: str) -> str:
    return quote(text.replace("'", "''"), safe=_SAFE)


def _next(answer: Answer) -> Token:
    told = {name: answer.headers.get(f"x-ms-continuation-{name}") for name in NEXT}
    return {name: value for name, value in told.items() if value}
