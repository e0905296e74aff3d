"""Azure Table Storage through its SDK."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, cast

from azure.core import MatchConditions
from azure.core.exceptions import DecodeError, HttpResponseError, ResourceNotFoundError
from azure.core.pipeline import PipelineResponse
from azure.data.tables import (
    RequestTooLargeError,
    TableEntity,
    TransactionOperation,
    UpdateMode,
)
from azure.data.tables.aio import TableClient

from shared.storage.encoding.keys.places import Key
from shared.storage.engine.failures import TABLE_NOT_FOUND, code, readable
from shared.storage.engine.pages import page_of
from shared.storage.engine.remote_table import NEXT, RemoteTable, Token
from shared.storage.engine.table import (
    TOUCHED,
    Delete,
    Entity,
    Insert,
    Operation,
    Properties,
    Replace,
    Touch,
    Value,
)

_MERGE: Final = UpdateMode.MERGE
"""Of `TOUCHED` alone, under a match condition: checks the ETag and moves it."""
_NO_ECHO: Final = {"response_preference": "return-no-content"}


class TablesTable(RemoteTable):
    """A `Table` in a storage account."""

    def __init__(self, client: TableClient) -> None:
        """`client` sends every request once and has time-outs; see `clients`."""
        # The SDK's own keyword arguments are untyped: strict checking would reject every call.
        self._client: Any = client

    async def read(self, key: Key) -> Entity | None:
        """See `RemoteTable.read`."""
        try:
            with readable():
                return _entity(await self._client.get_entity(key.partition, key.row))
        except ResourceNotFoundError as error:
            if code(error) == TABLE_NOT_FOUND:
                raise
            return None

    async def write(self, operations: Sequence[Operation]) -> Mapping[str, str]:
        """See `RemoteTable.write`."""
        answers: list[Any] = []
        with readable():
            if len(operations) == 1:
                await self._single(operations[0], answers)
            else:
                await self._batch(operations, answers)
        if answers[-1].status_code == HTTPStatus.NOT_FOUND:
            # The SDK takes it for the success of a delete: to us it means that someone else was
            # faster, or that the whole table is not there.
            raise HttpResponseError(response=answers[-1])
        return answers[-1].headers

    async def page(
        self, query: str, top: int, token: Token, seconds: float | None
    ) -> tuple[Sequence[Entity], Token]:
        """See `RemoteTable.page`."""
        patience = {} if seconds is None else {"read_timeout": seconds}
        behind = {name.removeprefix("Next"): text for name, text in token.items()}
        pages = self._client.query_entities(query, results_per_page=top, **patience).by_page(behind)
        with readable():
            found = [_entity(entity) async for entity in await anext(pages)]
        more: Mapping[str, str] = pages.continuation_token or {}
        told = {name: more.get(name.removeprefix("Next")) for name in NEXT}
        return found, {name: text for name, text in told.items() if text}

    async def whole_page(
        self, query: str, top: int, token: Token, seconds: float
    ) -> tuple[Sequence[Entity], Token]:
        """See `page_of`."""
        return await page_of(self._client, query, top, token, seconds)

    async def _batch(self, operations: Sequence[Operation], answers: list[Any]) -> None:
        parts = [_part(each) for each in operations]
        try:
            said = await self._client.submit_transaction(parts, **_noting(answers))
        except RequestTooLargeError as error:
            # It tells the status of the whole, which is that of a success.
            error.status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            raise
        except ValueError as error:
            if not answers:
                raise
            raise DecodeError("an answer without parts") from error
        if len(said) != len(parts):
            raise DecodeError(f"{len(said)} answers to {len(parts)} operations")

    async def _single(self, operation: Operation, answers: list[Any]) -> None:
        noted = _noting(answers)
        match operation:
            case Insert(key=key, properties=properties):
                await self._client.create_entity(_document(key, properties), **_NO_ECHO, **noted)
            case Replace(key=key, properties=properties, etag=etag):
                await self._client.update_entity(
                    _document(key, properties), mode=UpdateMode.REPLACE, **_if_match(etag), **noted
                )
            case Touch(key=key, etag=etag):
                await self._client.update_entity(
                    _document(key, {TOUCHED: etag}), mode=_MERGE, **_if_match(etag), **noted
                )
            case Delete(key=key, etag=etag):
                await self._client.delete_entity(*key, **_if_match(etag), **noted)


def _noting(answers: list[Any]) -> dict[str, Any]:
    def note(response: PipelineResponse[Any, Any]) -> None:
        answers.append(response.http_response)

    return {"raw_response_hook": note}


def _document(key: Key, properties: Properties) -> dict[str, Value]:
    return {"PartitionKey": key.partition, "RowKey": key.row, **properties}


def _if_match(etag: str) -> dict[str, Any]:
    return {"etag": etag, "match_condition": MatchConditions.IfNotModified}


def _part(
    operation: Operation,
) -> tuple[TransactionOperation, dict[str, Value], dict[str, Any]]:
    match operation:
        case Insert(key=key, properties=properties):
            return TransactionOperation.CREATE, _document(key, properties), _NO_ECHO
        case Replace(key=key, properties=properties, etag=etag):
            how = {"mode": UpdateMode.REPLACE, **_if_match(etag)}
            return TransactionOperation.UPDATE, _document(key, properties), how
        case Touch(key=key, etag=etag):
            how = {"mode": _MERGE, **_if_match(etag)}
            return TransactionOperation.UPDATE, _document(key, {TOUCHED: etag}), how
        case Delete(key=key, etag=etag):
            return TransactionOperation.DELETE, _document(key, {}), _if_match(etag)


def _entity(found: TableEntity) -> Entity:
    properties = cast("dict[str, Value]", dict(found))
    properties.pop(TOUCHED, None)
    key = Key(str(properties.pop("PartitionKey")), str(properties.pop("RowKey")))
    return Entity(key, properties, found.metadata["etag"] or "", found.metadata["timestamp"])
