"""The account's clients: pools of connections, made once, used by everything.

Made without I/O and bound to the event loop of their first request; `close` them on that loop.

```
engine      protocol/ ──────────> connections     what every command does
sdk         tables, queues ─────> sdk_transport   what is rare; everything where it is set so
```
"""

from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from azure.core.exceptions import ResourceExistsError

from shared.durations import CONNECT_SECONDS, READ_SECONDS
from shared.services.ports.queues import Queue
from shared.services.ports.values import StorageDown
from shared.settings import Endpoints, StorageClient
from shared.storage.engine.failures import FAILURES
from shared.storage.engine.protocol.account import Account, with_identity, with_key
from shared.storage.engine.protocol.connections import Connections
from shared.storage.engine.protocol.rest_queues import RestQueues
from shared.storage.engine.protocol.rest_table import RestTable
from shared.storage.engine.queues import AzureQueues, Queues
from shared.storage.engine.remote_table import RemoteTable

if TYPE_CHECKING:
    from azure.identity.aio import ManagedIdentityCredential
    from azure.storage.queue.aio import QueueServiceClient

    from shared.storage.engine.sdk_transport import OnceTransport

TABLES: Final = ("tenants", "claims", "index", "operations")
QUEUES: Final = tuple(each.value for each in Queue)
USUAL: StorageClient = "engine"
"""Who speaks to an account where nobody says."""


class Clients:
    """Clients of one storage account, given by a connection string or its endpoints.

    `prefix` goes before every table's and queue's name, so that tests can share an account: lower
    case letters and digits, a letter first. `client` says who speaks to the account.
    """

    def __init__(
        self, account: str | Endpoints, prefix: str = "", client: StorageClient | None = None
    ) -> None:
        """Nothing is sent."""
        self._given = account
        self._prefix = prefix
        self._client = client or USUAL
        self._credential = _credential(account) if isinstance(account, Endpoints) else None
        self.connections = Connections(CONNECT_SECONDS, READ_SECONDS)
        self._transport: OnceTransport | None = None

    def table(self, name: str) -> RemoteTable:
        """One of TABLES."""
        if self._client == "engine":
            return RestTable(self._account, self._prefix + name)
        from shared.storage.engine.tables import TablesTable  # noqa: PLC0415 - imports the SDK

        return TablesTable(self.sdk_tables.get_table_client(self._prefix + name))

    def queues(self) -> Queues:
        """All of QUEUES."""
        if self._client == "engine":
            return RestQueues(self._account, self._prefix)
        return AzureQueues(self)

    @property
    def transport(self) -> "OnceTransport":
        """What the SDK sends with; made when it is first asked for. Raises ValueError if closed."""
        if self._transport is None:
            self._transport = self._made_transport()
        return self._transport

    def _made_transport(self) -> "OnceTransport":
        if self.connections.closed:
            raise ValueError("these clients have already been closed")
        from shared.storage.engine.sdk_transport import OnceTransport  # noqa: PLC0415 - likewise

        return OnceTransport(
            connection_timeout=self.connections.connect_timeout,
            read_timeout=self.connections.read_timeout,
            use_env_settings=False,
        )

    @cached_property
    def sdk_tables(self) -> Any:  # noqa: ANN401 - the SDK's own keyword arguments are untyped
        """The SDK's client of the tables."""
        from azure.data.tables.aio import TableServiceClient  # noqa: PLC0415 - takes half a second

        if isinstance(self._given, str):
            return TableServiceClient.from_connection_string(self._given, **self._options())
        return TableServiceClient(
            self._given.tables, credential=self._credential, **self._options()
        )

    @cached_property
    def sdk_queues(self) -> "QueueServiceClient":
        """The SDK's client of the queues."""
        from azure.storage.queue.aio import QueueServiceClient  # noqa: PLC0415 - takes a third

        if isinstance(self._given, str):
            return QueueServiceClient.from_connection_string(self._given, **self._options())
        return QueueServiceClient(
            self._given.queues, credential=self._credential, **self._options()
        )

    def queue_name(self, name: str) -> str:
        """The real name of one of QUEUES."""
        return self._prefix + name

    async def create_all(self) -> None:
        """Creates what is missing of tables and queues. Raises StorageDown."""
        try:
            for table in TABLES:
                await self.sdk_tables.create_table_if_not_exists(self._prefix + table)
            for queue in QUEUES:
                await self._create_queue(queue)
        except FAILURES as error:
            raise StorageDown(f"cannot create tables and queues: {error}") from error

    async def _create_queue(self, name: str) -> None:
        # Creating one that is there is no error, unless someone has given it metadata.
        with suppress(ResourceExistsError):
            await self.sdk_queues.create_queue(self.queue_name(name))

    async def close(self) -> None:
        """Closes all connections; none is opened again."""
        await self.connections.close()
        if self._transport is not None:
            await self._transport.close()
        if self._credential is not None:
            await self._credential.close()

    @cached_property
    def _account(self) -> Account:
        if self._credential is None or isinstance(self._given, str):
            return with_key(str(self._given), self.connections)
        return with_identity(self._given, self._credential, self.connections)

    def _options(self) -> dict[str, Any]:
        # Neither tried again nor led elsewhere: a request is sent once, to one place.
        return {"transport": self.transport, "retry_total": 0, "permit_redirects": False}


def _credential(account: Endpoints) -> "ManagedIdentityCredential":
    # A third of a second to import, and needed only where an identity is configured.
    from azure.identity.aio import ManagedIdentityCredential  # noqa: PLC0415 - see above

    return ManagedIdentityCredential(client_id=account.client_id)
