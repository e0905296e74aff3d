"""The account's clients: one pool of connections, made once, used by everything.

Made without I/O and bound to the event loop of its first request; `close` it on that loop.
"""

import logging
import time
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

import aiohttp
from azure.core.exceptions import ResourceExistsError
from azure.core.pipeline.transport import AioHttpTransport, AsyncHttpResponse, HttpRequest
from azure.data.tables.aio import TableServiceClient

from shared.durations import CONNECT_SECONDS, READ_SECONDS
from shared.services.ports.queues import Queue
from shared.services.ports.values import StorageDown
from shared.settings import Endpoints
from shared.storage.engine.failures import FAILURES
from shared.storage.engine.tables import TablesTable
from shared.tracing import TRAFFIC

if TYPE_CHECKING:
    from azure.identity.aio import ManagedIdentityCredential
    from azure.storage.queue.aio import QueueServiceClient

TABLES: Final = ("tenants", "claims", "index", "operations")
QUEUES: Final = tuple(each.value for each in Queue)

log = logging.getLogger(__name__)
traffic = logging.getLogger(TRAFFIC)

_THROTTLED: Final = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
_OPERATIONS: Final = {"POST": "insert", "PUT": "replace", "PATCH": "merge", "DELETE": "delete"}


class OnceTransport(AioHttpTransport):
    """Sends each request once.

    aiohttp silently sends a PUT or DELETE again when a kept connection breaks before the answer.
    The first one may have taken effect: the second would then report 412 for our own success.
    """

    async def open(self) -> None:
        """Opens the session on the running loop, once: after `close` the SDK's own raises."""
        if not self.session and not self._has_been_opened:
            self.session = aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False, trust_env=False
            )
            self.session._retry_connection = False  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - no public switch
        await super().open()  # pyright: ignore[reportUnknownMemberType] - azure-core leaves it untyped

    async def send(self, request: HttpRequest, **options: object) -> AsyncHttpResponse:
        """Sends the request once and logs its duration. Raises AzureError."""
        send = cast("Any", super().send)  # pyright: ignore[reportUnknownMemberType] - likewise
        started, status = time.perf_counter(), 0
        try:
            answer = await send(request, **options)
            status = int(answer.status_code)
            return answer
        finally:
            _tell(request, status, time.perf_counter() - started)


def _tell(request: HttpRequest, status: int, seconds: float) -> None:
    if status not in _THROTTLED and not traffic.isEnabledFor(logging.DEBUG):
        return
    # Nothing of the address, which names tenants: only Table Storage has versions of data.
    service = "table" if "DataServiceVersion" in request.headers else "queue"
    operation = _OPERATIONS.get(request.method, "read")
    if urlsplit(request.url).path.endswith("/$batch"):
        operation = "batch"
    extra = {"service": service, "operation": operation, "status": status}
    if status in _THROTTLED:
        log.warning("storage.throttled", extra=extra)
    traffic.debug("storage.request", extra={**extra, "seconds": seconds})


class Clients:
    """Clients of one storage account, given by a connection string or its endpoints.

    `prefix` goes before every table's and queue's name, so that tests can share an account: lower
    case letters and digits, a letter first.
    """

    def __init__(self, account: str | Endpoints, prefix: str = "") -> None:
        """Makes the clients; nothing is sent."""
        self._account = account
        self._prefix = prefix
        self._credential = _credential(account) if isinstance(account, Endpoints) else None
        self.transport = OnceTransport(
            connection_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, use_env_settings=False
        )
        # The SDK's own keyword arguments are untyped: strict checking would reject every call.
        self._tables: Any = (
            TableServiceClient.from_connection_string(account, **self._options())
            if isinstance(account, str)
            else TableServiceClient(account.tables, credential=self._credential, **self._options())
        )
        self._queues: QueueServiceClient | None = None

    def table(self, name: str) -> TablesTable:
        """One of TABLES."""
        return TablesTable(self._tables.get_table_client(self._prefix + name))

    def queues(self) -> "QueueServiceClient":
        """The queues' client. Its module takes a third of a second: imported on first use."""
        if self._queues is None:
            from azure.storage.queue.aio import QueueServiceClient  # noqa: PLC0415 - see above

            self._queues = (
                QueueServiceClient.from_connection_string(self._account, **self._options())
                if isinstance(self._account, str)
                else QueueServiceClient(
                    self._account.queues, credential=self._credential, **self._options()
                )
            )
        return self._queues

    def queue_name(self, name: str) -> str:
        """The real name of one of QUEUES."""
        return self._prefix + name

    async def create_all(self) -> None:
        """Creates what is missing of tables and queues. Raises StorageDown."""
        try:
            for table in TABLES:
                await self._tables.create_table_if_not_exists(self._prefix + table)
            for queue in QUEUES:
                await self._create_queue(queue)
        except FAILURES as error:
            raise StorageDown(f"cannot create tables and queues: {error}") from error

    async def _create_queue(self, name: str) -> None:
        # Creating one that is there is no error, unless someone has given it metadata.
        with suppress(ResourceExistsError):
            await self.queues().create_queue(self.queue_name(name))

    async def close(self) -> None:
        """Closes all connections."""
        await self.transport.close()
        if self._credential is not None:
            await self._credential.close()

    def _options(self) -> dict[str, Any]:
        return {"transport": self.transport, "retry_total": 0}


def _credential(account: Endpoints) -> "ManagedIdentityCredential":
    # A third of a second to import, and needed only where an identity is configured.
    from azure.identity.aio import ManagedIdentityCredential  # noqa: PLC0415 - see above

    return ManagedIdentityCredential(client_id=account.client_id)
