"""The backend as a pipeline sees it: where messages go in, and where results come out."""

import base64
import json
import time
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import httpx
from azure.identity import DefaultAzureCredential
from azure.storage.queue import QueueClient

API_VERSION: Final = "2026-11-01"
_TRIES: Final = 8
_MAX_BODY: Final = 60 * 1024
_BUSY: Final = {httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE}


class NotAnswered(Exception):
    """The backend refused a call, or was busy for too long."""


@dataclass
class Service:
    """Calls with one token; waits where the backend asks to."""

    url: str
    token: str
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60))

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,  # noqa: ANN401 - JSON
        *,
        after: str | None = None,
        also: tuple[int, ...] = (),
        **headers: str,
    ) -> httpx.Response:
        """A success, or an answer with a status of `also`. Raises NotAnswered."""
        for _ in range(_TRIES):
            answer = self.http.request(
                method,
                self.url + path,
                params={"api-version": API_VERSION, **({"after": after} if after else {})},
                headers={"Authorization": f"Bearer {self.token}", **headers},
                json=body,
            )
            if answer.status_code not in _BUSY:
                break
            time.sleep(float(answer.headers.get("Retry-After", "1")))
        if answer.is_success or answer.status_code in also:
            return answer
        raise NotAnswered(f"{method} {path}: {answer.status_code} {answer.text}")

    def results(self, feed: str, after: str | None) -> tuple[list[dict[str, Any]], str]:
        """What became of messages since the cursor `after`, and the next cursor."""
        page = self.call("GET", feed, after=after).json()
        return page["value"], page["cursor"]

    def register(self, pipeline: str, source: str, partners: set[str], types: set[str]) -> None:
        """Makes the source a pipeline that may send these types for these partners, and more."""
        path = f"/api/pipelines/{pipeline}"
        body = {"source": source, "partnerIds": sorted(partners), "types": sorted(types)}
        found = self.call("GET", path, also=(httpx.codes.NOT_FOUND,))
        if found.status_code == httpx.codes.NOT_FOUND:
            self.call("PUT", path, body)
            return
        before = found.json()
        body["partnerIds"] = sorted(partners | set(before["partnerIds"]))
        body["types"] = sorted(types | set(before["types"]))
        self.call("PUT", path, body, **{"If-Match": before["etag"]})


class Channel(Protocol):
    """A way in for messages."""

    size: int
    """How many go in at once."""

    def send(self, events: list[dict[str, Any]]) -> None:
        """All of them are in when it returns."""
        ...

    def close(self) -> None:
        """Ends its connection."""
        ...


@dataclass
class RawQueue:
    """The queue itself: for the operator's pipelines."""

    storage: str
    """The account's queue endpoint (https), or a connection string."""
    size: int = 1

    def __post_init__(self) -> None:
        if self.storage.startswith("https://"):
            self._queue = QueueClient(self.storage, "onboarding", DefaultAzureCredential())
        else:
            self._queue = QueueClient.from_connection_string(self.storage, "onboarding")

    def send(self, events: list[dict[str, Any]]) -> None:
        """One message each: UTF-8 JSON in base64."""
        for event in events:
            text = json.dumps(event, ensure_ascii=False).encode()
            self._queue.send_message(base64.b64encode(text).decode())

    def close(self) -> None:
        """Ends the connection."""
        self._queue.close()


@dataclass
class Application:
    """`POST /api/onboarding`: for a partner's own application."""

    service: Service
    size: int = 50

    def send(self, events: list[dict[str, Any]]) -> None:
        """Together, as long as one body holds them."""
        if len(json.dumps(events).encode()) <= _MAX_BODY or len(events) == 1:
            self.service.call("POST", "/api/onboarding", events)
            return
        half = len(events) // 2
        self.send(events[:half])
        self.send(events[half:])

    def close(self) -> None:
        """Nothing is open."""
