"""Azure Table Storage as a `Table`.

Reads are retried a little, as long as little time has passed. Writes are sent once, ever: a
conditional write that is silently sent again reports 412 for its own success.
What an error means is told in `failures`.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final, cast

from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.core.pipeline import PipelineResponse
from azure.data.tables import TableEntity, TableErrorCode, TransactionOperation, UpdateMode
from azure.data.tables.aio import TableClient

from shared.services.ports.scanning import Partitions
from shared.storage.encoding.keys.places import Key, Span
from shared.storage.engine.failures import FAILURES, code, final, read_failure, write_failure
from shared.storage.engine.pages import Token, literal, page_of
from shared.storage.engine.table import (
    PAGE,
    TOUCHED,
    Condition,
    Delete,
    Entity,
    Insert,
    Operation,
    Properties,
    Replace,
    Slice,
    Touch,
    Value,
    check,
    check_conditions,
)

SEARCH_SECONDS: Final = 10
"""Of a read that may pass many rows by: Azure looks for 5 s, then answers with what it has."""

READ_PATIENCE: Final = 2.0
"""Seconds after which a failed read is not tried again; a hanging one took longer already."""
_PAUSES: Final = (0.05, 0.2)

_NOT_FOUND: Final = 404
_A_SECOND: Final = timedelta(seconds=1)
_MERGE: Final = UpdateMode.MERGE
"""Of `TOUCHED` alone, under a match condition: checks the ETag and moves it."""
_NO_ECHO: Final = {"response_preference": "return-no-content"}


type _Note = Callable[[PipelineResponse[Any, Any]], None]
type _Page = tuple[list[TableEntity], Mapping[str, str] | None]


class TablesTable:
    """A `Table` in a storage account."""

    def __init__(self, client: TableClient) -> None:
        """`client` sends every request once and has time-outs; see `clients`."""
        # The SDK's own keyword arguments are untyped: strict checking would reject every call.
        self._client: Any = client

    async def get(self, key: Key) -> Entity | None:
        """See `Table.get`."""

        async def read() -> Entity | None:
            try:
                return _entity(await self._client.get_entity(key.partition, key.row))
            except ResourceNotFoundError as error:
                if code(error) == TableErrorCode.TABLE_NOT_FOUND:
                    raise
                return None

        return await _patiently(read)

    async def transact(self, operations: Sequence[Operation]) -> datetime | None:
        """See `Table.transact`. One operation goes as a plain request, more as a batch."""
        check(operations)
        answers: list[Any] = []

        def note(response: PipelineResponse[Any, Any]) -> None:
            answers.append(response.http_response)

        try:
            if len(operations) == 1:
                await self._single(operations[0], note)
            else:
                parts = [_part(each) for each in operations]
                await self._client.submit_transaction(parts, raw_response_hook=note)
            if answers[-1].status_code == _NOT_FOUND:
                # The SDK takes it for the success of a delete: to us it means that someone else was
                # faster, or that the whole table is not there.
                raise HttpResponseError(response=answers[-1])
        except FAILURES as error:
            raise write_failure(error) from error
        return _answered(answers[-1].headers)

    async def range(
        self, partition: str, span: Span, limit: int, where: Sequence[Condition] = ()
    ) -> Slice:
        """See `Table.range`."""
        check_conditions(where)
        low, high = ("ge", "le") if span.closed else ("gt", "lt")
        query = f"PartitionKey eq @partition and RowKey {low} @low and RowKey {high} @high"
        parameters = {"partition": partition, "low": span.low, "high": span.high}
        for number, condition in enumerate(where):
            names = {f"p{number}_{n}": value for n, value in enumerate(condition.values)}
            # Spaces around parentheses: the SDK looks for parameters word by word.
            one = (f"{condition.name} {condition.relation} @{name}" for name in names)
            query += f" and ( {' or '.join(one)} )"
            parameters |= names
        found: list[Entity] = []
        token: Mapping[str, str] | None = None
        while True:
            top = min(PAGE, limit - len(found))
            page, token = await self._page(query, parameters, top, token, searching=bool(where))
            found.extend(_entity(entity) for entity in page)
            if token is None or len(found) >= limit:
                return Slice(tuple(found), more=token is not None)

    async def scan(self, row: str) -> AsyncIterator[Entity]:
        """See `Table.scan`; holds one page at a time."""
        token: Mapping[str, str] | None = None
        while True:
            page, token = await self._page(
                "RowKey eq @row", {"row": row}, PAGE, token, searching=True
            )
            for entity in page:
                yield _entity(entity)
            if token is None:
                return

    async def pages(self, partitions: Partitions, page: int) -> AsyncIterator[Sequence[Entity]]:
        """See `Table.pages`; holds one page at a time."""
        above, below = ("ge", "le") if partitions.closed else ("gt", "lt")
        bounds: list[str] = []
        if partitions.low:
            bounds.append(f"PartitionKey {above} {literal(partitions.low)}")
        if partitions.high is not None:
            bounds.append(f"PartitionKey {below} {literal(partitions.high)}")
        query = " and ".join(bounds)
        token: Token | None = {}
        while token is not None:
            found, token = await self._whole_page(query, page, token)
            yield found

    async def _page(
        self,
        query: str,
        parameters: dict[str, str],
        top: int,
        token: Mapping[str, str] | None,
        *,
        searching: bool = False,
    ) -> _Page:
        """One request. A page may be short, even empty, with a token: the server's time is up."""
        patience = {"read_timeout": SEARCH_SECONDS} if searching else {}

        async def read() -> _Page:
            pages = self._client.query_entities(
                query, parameters=parameters, results_per_page=top, **patience
            ).by_page(token)
            entities = [entity async for entity in await anext(pages)]
            return entities, pages.continuation_token

        return await _patiently(read)

    async def _whole_page(
        self, query: str, top: int, token: Token
    ) -> tuple[Sequence[Entity], Token | None]:
        """See `page_of`; None at the end."""
        found, more = await _patiently(
            lambda: page_of(self._client, query, top, token, SEARCH_SECONDS)
        )
        return found, more or None

    async def _single(self, operation: Operation, note: _Note) -> None:
        noted: dict[str, Any] = {"raw_response_hook": note}
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


def _answered(headers: Mapping[str, str]) -> datetime | None:
    """When an answer was given at the latest: a header leaves out what is less than a second."""
    try:
        return parsedate_to_datetime(headers["Date"]) + _A_SECOND
    except (LookupError, ValueError):
        return None


async def _patiently[T](read: Callable[[], Awaitable[T]]) -> T:
    started = asyncio.get_running_loop().time()
    for pause in _PAUSES:
        try:
            return await read()
        except FAILURES as error:
            waited = asyncio.get_running_loop().time() - started
            if final(error) or waited > READ_PATIENCE:
                raise read_failure(error) from error
        await asyncio.sleep(pause * (0.5 + random.random()))  # noqa: S311 - spreads retries
    try:
        return await read()
    except FAILURES as error:
        raise read_failure(error) from error
