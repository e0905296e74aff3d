"""Raw requests to an account: what no SDK would send, signed by its pipeline."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from azure.core.rest import HttpRequest

from shared.storage.engine.clients import Clients

_JSON = {"Accept": "application/json;odata=minimalmetadata", "DataServiceVersion": "3.0"}
_CODE = re.compile(r'"code":\s*"(\w+)"|<Code>(\w+)</Code>')


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, and the error's code in it; of a transaction, the failing part's status."""

    status: int
    part: int | None
    code: str | None
    headers: Mapping[str, str]
    body: str


class Raw:
    """Sends them to one of the account's tables, and to its first queue."""

    def __init__(self, clients: Clients, table: str) -> None:
        self.clients = clients
        self.table = table

    async def send(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] = {}, **said: str
    ) -> Said:
        """`path` follows the account's address; `said` are parameters of the query."""
        tables = self.clients.sdk_tables
        content = body if body is None or isinstance(body, str) else json.dumps(body)
        kind = {"Content-Type": "application/json"} if content else {}
        sent = {**_JSON, **kind, "x-ms-version": tables.api_version, **headers}
        request = HttpRequest(method, f"{tables.url}/{path}", headers=sent, content=content)
        if said:
            request.format_parameters({f"${name}": text for name, text in said.items()})
        return await self._answer(await tables._client.send_request(request, stream=True))

    async def insert(self, *pairs: tuple[str, Any]) -> Said:
        """An entity of those properties, in that order, each perhaps twice."""
        there = {name for name, _ in pairs}
        keys = [(name, "k") for name in ("PartitionKey", "RowKey") if name not in there]
        body = ", ".join(f"{json.dumps(n)}: {json.dumps(v)}" for n, v in [*keys, *pairs])
        return await self.send("POST", self.table, "{" + body + "}")

    async def batch(self, *parts: tuple[str, str, Any, Mapping[str, str]]) -> Said:
        """A transaction of (method, path, body, headers)."""
        tables = self.clients.sdk_tables
        lines: list[str] = []
        for method, path, body, headers in parts:
            sent = {**_JSON, "Content-Type": "application/json", **headers}
            lines += ["--changeset_1", "Content-Type: application/http"]
            lines += ["Content-Transfer-Encoding: binary", ""]
            lines += [f"{method} {tables.url}/{path} HTTP/1.1"]
            lines += [f"{name}: {text}" for name, text in sent.items()]
            lines += ["", json.dumps(body) if body is not None else ""]
        outer = ["--batch_1", "Content-Type: multipart/mixed; boundary=changeset_1", ""]
        text = "\r\n".join([*outer, *lines, "--changeset_1--", "--batch_1--", ""])
        kind = {"Content-Type": "multipart/mixed; boundary=batch_1"}
        return await self.send("POST", "$batch", text, kind)

    async def message(self, xml: str) -> Said:
        """A message with that text, as it stands in XML."""
        client = self.clients.sdk_queues
        queue = self.clients.queue_name("projections")
        body = f"<QueueMessage><MessageText>{xml}</MessageText></QueueMessage>"
        kind = {"Content-Type": "application/xml", "x-ms-version": "2021-02-12"}
        url = f"{client.url.rstrip('/')}/{queue}/messages"
        request = HttpRequest("POST", url, headers=kind, content=body.encode())
        answer = await client._client._client.send_request(request, stream=True)
        return await self._answer(answer)

    @staticmethod
    async def _answer(response: Any) -> Said:
        await response.read()
        body = response.content.decode()
        part = re.search(r"HTTP/1\.1 (\d+)", body)
        found = _CODE.search(body)
        code = (found[1] or found[2]) if found else None
        return Said(
            response.status_code, int(part[1]) if part else None, code, response.headers, body
        )
