"""The two ways in for messages: the queue, and `POST /api/onboarding`."""

import base64
import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, Protocol

from azure.core.exceptions import AzureError, HttpResponseError
from azure.identity import DefaultAzureCredential
from azure.storage.queue import LinearRetry, QueueClient

from examples.client import ApiError, Client, Json, Unable

MAX_MESSAGE: Final = 48 * 1024
"""Bytes. In base64 this is all that a message of the queue holds."""
_MAX_BODY: Final = 60 * 1024
_QUEUE: Final = "onboarding"
_IN_BATCH: Final = re.compile(r"\[(\d+)\]\.?(?:data\.)?(.*)")


def text(event: Json | list[Json]) -> bytes:
    """As it is sent."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


class Channel(Protocol):
    """A way in for messages."""

    size: int
    """How many go in at once."""

    def send(self, events: list[Json]) -> dict[str, Json]:
        """All are in when it returns, but those that it names by id with what is wrong.

        Raises Unable.
        """
        ...

    def close(self) -> None:
        """Ends its connection."""
        ...


@dataclass
class RawQueue:
    """The queue itself: for the operator's pipelines."""

    storage: str
    """The account's queue endpoint (https), or a connection string."""
    named: str = "ONBOARDING_STORAGE"
    """What the user calls it, because it may hold a key."""
    size: int = 1

    def __post_init__(self) -> None:
        # By itself the SDK is silent for a minute and a half before it says what is wrong.
        retry = LinearRetry(backoff=2, retry_total=3, random_jitter_range=1)
        patience: Json = {"retry_policy": retry, "connection_timeout": 5}
        try:
            if self.storage.startswith("https://"):
                identity = DefaultAzureCredential()
                self._queue = QueueClient(self.storage, _QUEUE, identity, **patience)
            else:
                self._queue = QueueClient.from_connection_string(self.storage, _QUEUE, **patience)
        except ValueError:
            what = "must be the storage account's queue endpoint (https://…) or connection string"
            raise Unable(f"{self.named} {what}") from None

    def send(self, events: list[Json]) -> dict[str, Json]:
        """One message each: UTF-8 JSON in base64."""
        for event in events:
            try:
                self._queue.send_message(base64.b64encode(text(event)).decode())
            except AzureError as error:
                where = f"{self.named}: the queue {_QUEUE} at {self._queue.primary_hostname}"
                raise Unable(f"{where} takes no message: {_short(error)}") from error
        return {}

    def close(self) -> None:
        """Ends the connection."""
        self._queue.close()


def _short(error: AzureError) -> str:
    """In a sentence, where the SDK has a page."""
    if not isinstance(error, HttpResponseError):
        return str(error).partition("\n")[0]
    if not error.status_code:
        return "there is no identity to sign in with: `az login`, or use a connection string"
    code = getattr(error, "error_code", None)
    refused = error.status_code == HTTPStatus.FORBIDDEN
    hint = "; check the key, or the right to add to the queue" if refused else ""
    return f"{error.status_code} {getattr(code, 'value', code)}{hint}"


@dataclass
class Application:
    """`POST /api/onboarding`: for a partner's own application."""

    client: Client
    size: int = 50

    def send(self, events: list[Json]) -> dict[str, Json]:
        """Together, as long as one body holds them; without those that the backend finds wrong."""
        if len(text(events)) > _MAX_BODY and len(events) > 1:
            half = len(events) // 2
            return self.send(events[:half]) | self.send(events[half:])
        try:
            self.client.send("POST", "/api/onboarding", events)
        except ApiError as error:
            wrong = _by_event(error, events)
            if not wrong:
                raise
            others = [event for event in events if event["id"] not in wrong]
            return wrong | (self.send(others) if others else {})
        return {}

    def close(self) -> None:
        """Nothing is open."""


def _by_event(error: ApiError, events: list[Json]) -> dict[str, Json]:
    """What is wrong with each event, by its id: `[3].data.quantity` is a field of the fourth."""
    found: dict[str, Json] = {}
    for detail in error.details:
        place = _IN_BATCH.fullmatch(detail.get("target") or "")
        if place and int(place[1]) < len(events):
            told = found.setdefault(events[int(place[1])]["id"], {"code": error.code})
            told.setdefault("message", detail["message"])
            told.setdefault("details", []).append({**detail, "target": place[2]})
    return found
