"""An account as the protocol reaches it: addresses of its services, and who asks."""

from collections.abc import Mapping
from typing import Final, Protocol

from shared.clock import SystemClock
from shared.settings import Endpoints
from shared.storage.engine.protocol.connections import Connections
from shared.storage.engine.protocol.messages import Answer, Request
from shared.storage.engine.protocol.signing import SharedKey
from shared.storage.engine.protocol.tokens import BearerTokens, Credential

_UNAUTHORISED: Final = 401
_DEVELOPMENT: Final = {
    "accountname": "devstoreaccount1",
    # The emulator's, the same on every machine and in its documentation.
    "accountkey": (
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
    ),
    "tableendpoint": "http://127.0.0.1:10002/devstoreaccount1",
    "queueendpoint": "http://127.0.0.1:10001/devstoreaccount1",
}


class Signer(Protocol):
    """Says in a request's headers who asks."""

    async def headers(self, request: Request) -> Mapping[str, str]:
        """The headers that the request is sent with, all of them. Raises AzureError."""
        ...

    def renews(self, refused: Mapping[str, str]) -> bool:
        """Whether a request that was refused with these headers may be sent with new ones."""
        ...


class Account:
    """One storage account; `tables` and `queues` are addresses without a last slash."""

    def __init__(self, tables: str, queues: str, signer: Signer, connections: Connections) -> None:
        """Nothing is sent yet."""
        self.tables = tables.rstrip("/")
        self.queues = queues.rstrip("/")
        self._signer = signer
        self._connections = connections

    async def send(self, request: Request, read_timeout: float | None = None) -> Answer:
        """The answer, whatever it says. Raises AzureError, ClientError or OSError."""
        answer, headers = await self._sent(request, read_timeout)
        if answer.status == _UNAUTHORISED and self._signer.renews(headers):
            answer, _ = await self._sent(request, read_timeout)
        return answer

    async def _sent(
        self, request: Request, read_timeout: float | None
    ) -> tuple[Answer, Mapping[str, str]]:
        headers = await self._signer.headers(request)
        signed = Request(request.service, request.method, request.url, headers, request.body)
        return await self._connections.exchange(signed, read_timeout=read_timeout), headers


def with_identity(there: Endpoints, credential: Credential, connections: Connections) -> Account:
    """The account that is reached by an identity."""
    return Account(there.tables, there.queues, BearerTokens(credential, SystemClock()), connections)


def with_key(connection: str, connections: Connections) -> Account:
    """The account of a connection string with its key. Raises ValueError for any other."""
    said = _said(connection)
    missing = {"accountname", "accountkey"} - said.keys()
    if missing:
        raise ValueError("a connection string needs AccountName and AccountKey")
    signer = SharedKey(said["accountname"], said["accountkey"])
    return Account(_address(said, "table"), _address(said, "queue"), signer, connections)


def _said(connection: str) -> Mapping[str, str]:
    pairs = (each.partition("=") for each in connection.strip().strip(";").split(";"))
    said = {name.strip().lower(): value.strip() for name, _, value in pairs}
    if said.get("usedevelopmentstorage") == "true":
        return _DEVELOPMENT
    return said


def _address(said: Mapping[str, str], service: str) -> str:
    if there := said.get(f"{service}endpoint"):
        return there
    scheme = said.get("defaultendpointsprotocol", "https")
    suffix = said.get("endpointsuffix", "core.windows.net")
    return f"{scheme}://{said['accountname']}.{service}.{suffix}"
