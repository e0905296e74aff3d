"""The storage calls that commands make, and nothing else: by the stock SDK, or over raw HTTP.

A customer is invited, accepts, and has a subscription registered: three commands, with the reads,
the announcement, the claim and the transaction of each, as docs/requests.md counts them; rows as
large as ours. Nothing is decided, checked or followed up.

    python -m bench.bare_storage CLIENT CONNECTION SECONDS     CLIENT: stock, sync or raw

Prints the commands that were done, the seconds by the clock and of this process's processor.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any, Final
from uuid import uuid4

from azure.core.exceptions import ResourceNotFoundError
from azure.data.tables import TableServiceClient, UpdateMode
from azure.data.tables.aio import TableServiceClient as AsyncTables
from azure.storage.queue import QueueClient
from azure.storage.queue.aio import QueueClient as AsyncQueue

from shared.storage.engine.protocol.account import Account, with_key
from shared.storage.engine.protocol.connections import Connections
from shared.storage.engine.protocol.messages import Request
from shared.storage.engine.protocol.transactions import transaction

AT_ONCE: Final = 8
BODY: Final = json.dumps({f"field{n}": "x" * 30 for n in range(20)})
ROW: Final[Mapping[str, Any]] = {"v": 1, "sequence": 1, "body": BODY}
ENTRY: Final[Mapping[str, Any]] = {"v": 1, "body0": BODY.encode()}
COMMANDS: Final = 3
QUEUE: Final = "bare"
TEXT: Final = json.dumps({"tenantId": str(uuid4()), "commandId": str(uuid4()), "look": 1})


def rows(customer: str) -> list[dict[str, Any]]:
    """What the transactions of the three commands write, a row each time anew."""
    names = ("head", "invitation|1", "subscription|1", "entry|1", "entry|2", "entry|3")
    bodies = (ROW, ROW, ROW, ENTRY, ENTRY, ENTRY)
    keys = ({"PartitionKey": customer, "RowKey": name} for name in names)
    return [{**key, **body} for key, body in zip(keys, bodies, strict=True)]


def transactions(customer: str) -> list[list[tuple[str, dict[str, Any], dict[str, Any]]]]:
    """One for each command, in the SDK's words; none of these rows is written by others."""
    head, invitation, subscription, *entries = rows(customer)
    replace = {"mode": UpdateMode.REPLACE}
    return [
        [("create", head, {}), ("create", invitation, {}), ("create", entries[0], {})],
        [
            ("update", head, replace),
            ("update", invitation, replace),
            ("create", entries[1], {}),
        ],
        [("update", head, replace), ("create", subscription, {}), ("create", entries[2], {})],
    ]


def stock_sync(connection: str, seconds: float) -> int:
    """What a handler that waits would do: eight threads, one client for all."""
    tables = TableServiceClient.from_connection_string(connection)
    tenants, claims = tables.get_table_client("bare"), tables.get_table_client("bareclaims")
    queue = QueueClient.from_connection_string(connection, QUEUE)
    until = time.perf_counter() + seconds

    def read(customer: str, row: str) -> None:
        try:
            tenants.get_entity(customer, row)
        except ResourceNotFoundError:
            return

    def work(_: int) -> int:
        for done in count():
            if time.perf_counter() > until:
                return done * COMMANDS
            customer = str(uuid4())
            for number, operations in enumerate(transactions(customer)):
                read(customer, "head")
                read(customer, "invitation|1")
                queue.send_message(TEXT, visibility_timeout=1, time_to_live=-1)
                if number == COMMANDS - 1:
                    claims.create_entity({"PartitionKey": customer, "RowKey": "claim", **ROW})
                tenants.submit_transaction(operations)
        raise AssertionError

    with ThreadPoolExecutor(AT_ONCE) as hands:
        return sum(hands.map(work, range(AT_ONCE)))


type Step = Callable[[str, int], Awaitable[None]]
"""Makes the calls of a customer's command of that number."""


async def flight(step: Step, seconds: float) -> int:
    """Eight customers at once, each command behind the one before."""
    until = time.perf_counter() + seconds

    async def work() -> int:
        done = 0
        while time.perf_counter() < until:
            customer = str(uuid4())
            for number in range(COMMANDS):
                await step(customer, number)
            done += COMMANDS
        return done

    return sum(await asyncio.gather(*(work() for _ in range(AT_ONCE))))


async def stock(connection: str, seconds: float) -> int:
    """The SDK's asynchronous clients, made once."""
    async with (
        AsyncTables.from_connection_string(connection) as tables,
        AsyncQueue.from_connection_string(connection, QUEUE) as queue,
    ):
        tenants, claims = tables.get_table_client("bare"), tables.get_table_client("bareclaims")

        async def read(customer: str, row: str) -> None:
            try:
                await tenants.get_entity(customer, row)
            except ResourceNotFoundError:
                return

        async def step(customer: str, number: int) -> None:
            await asyncio.gather(read(customer, "head"), read(customer, "invitation|1"))
            await queue.send_message(TEXT, visibility_timeout=1, time_to_live=-1)
            if number == COMMANDS - 1:
                await claims.create_entity({"PartitionKey": customer, "RowKey": "claim", **ROW})
            operations: list[Any] = transactions(customer)[number]
            await tenants.submit_transaction(operations)

        return await flight(step, seconds)


_READ: Final = {"Accept": "application/json;odata=minimalmetadata", "DataServiceVersion": "3.0"}
_WRITE: Final = {**_READ, "Content-Type": "application/json", "Prefer": "return-no-content"}
_MESSAGE: Final = f"<QueueMessage><MessageText>{TEXT}</MessageText></QueueMessage>".encode()


class Raw:
    """Requests made by hand and signed, over one session; what is answered is not looked at."""

    def __init__(self, account: Account) -> None:
        """Nothing is sent yet."""
        self._account = account
        self._body = json.dumps(ROW).encode()

    async def step(self, customer: str, number: int) -> None:
        """See `Step`."""
        send, url = self._account.send, f"{self._account.tables}/bare"
        reads = [f"{url}(PartitionKey='{customer}',RowKey='{row}')" for row in ("head", "i")]
        await asyncio.gather(*(send(Request("table", "GET", each, _READ)) for each in reads))
        message = f"{self._account.queues}/{QUEUE}/messages?visibilitytimeout=1&messagettl=-1"
        xml = {"Content-Type": "application/xml"}
        await send(Request("queue", "POST", message, xml, _MESSAGE))
        if number == COMMANDS - 1:
            claim = self._row(customer, "claim")
            await send(Request("table", "POST", f"{url}claims", _WRITE, claim))
        parts = [
            Request("table", "POST", url, _WRITE, self._row(customer, f"{number}{part}"))
            for part in range(3)
        ]
        await send(transaction(f"{self._account.tables}/$batch", parts, _READ))

    def _row(self, customer: str, row: str) -> bytes:
        return b'{"PartitionKey":"%s","RowKey":"%s",%s' % (
            customer.encode(),
            row.encode(),
            self._body[1:],
        )


async def raw(connection: str, seconds: float) -> int:
    """Aiohttp alone."""
    connections = Connections(5, 30)
    try:
        return await flight(Raw(with_key(connection, connections)).step, seconds)
    finally:
        await connections.close()


def main() -> None:
    """See the module."""
    client, connection, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    if client == "make":
        with TableServiceClient.from_connection_string(connection) as tables:
            for name in ("bare", "bareclaims"):
                tables.create_table_if_not_exists(name)
        with QueueClient.from_connection_string(connection, QUEUE) as queue:
            queue.create_queue()
        return
    started, own = time.perf_counter(), time.process_time()
    match client:
        case "sync":
            done = stock_sync(connection, seconds)
        case "raw":
            done = asyncio.run(raw(connection, seconds))
        case _:
            done = asyncio.run(stock(connection, seconds))
    print(json.dumps([done, time.perf_counter() - started, time.process_time() - own]))
    with QueueClient.from_connection_string(connection, QUEUE) as queue:
        queue.clear_messages()  # The emulator looks through all that wait, in whichever queue.


if __name__ == "__main__":
    main()
