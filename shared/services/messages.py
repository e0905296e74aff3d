"""What comes in on queues: raw text to a CloudEvent or an announcement, or why that cannot be."""

import base64
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from shared.domain.base import Guid, Model
from shared.domain.bodies import PlausibleTime
from shared.domain.events import JsonObject
from shared.errors import AppError, BadRequest
from shared.services.documents import parse, take
from shared.services.ports import Announcement

MAX_EVENT_BYTES: Final = 48 * 1024
"""48 KiB are 64 KiB in base64, which is all that a queue takes."""

MAX_DEQUEUE_COUNT: Final = 5
"""Tries of one message; host.json says the same to the host."""


class Reason(StrEnum):
    """Why a message is a dead letter."""

    UNDECODABLE = "undecodable"
    OVERSIZED = "oversized"
    MALFORMED = "malformed"
    UNKNOWN_VERSION = "unknown-version"
    UNKNOWN_TYPE = "unknown-type"
    SOURCE_NOT_AUTHORISED = "source-not-authorised"
    RETRIES_EXHAUSTED = "retries-exhausted"


class UnknownVersion(BadRequest):
    """A queue message is a CloudEvent of another version than 1.0."""

    code = "UnknownVersion"
    advice = "Send it again with `specversion` 1.0."


class Undecodable(BadRequest):
    """A queue message is not UTF-8 text in base64."""

    code = "Undecodable"
    advice = "Send it again, encoded so."


class Oversized(BadRequest):
    """A queue message has more than 48 KiB of text."""

    code = "Oversized"
    advice = "Send several smaller ones."


class UnknownType(BadRequest):
    """A queue message is of a type that is not served."""

    code = "UnknownType"
    advice = "Send it again with a `type` that is."


class SourceNotAuthorised(BadRequest):
    """A queue message's `source` is no pipeline that may send its type for its partner."""

    code = "SourceNotAuthorised"
    advice = "Have the operator register or extend the pipeline, then send it again."


class Rejected(Exception):
    """The message can never be processed. `error` tells its sender why."""

    def __init__(self, reason: Reason, error: AppError) -> None:
        super().__init__(error.message)
        self.reason = reason
        self.error = error


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as the host hands it over, for the `dequeue_count`-th time."""

    id: str
    text: str
    dequeue_count: int


class CloudEvent(Model):
    """CloudEvents 1.0 in structured mode. Extensions are allowed; ours is `locale`."""

    model_config = ConfigDict(extra="allow")

    specversion: Literal["1.0"]
    id: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    source: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    type: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    datacontenttype: Annotated[
        str, StringConstraints(pattern=r"(?i)^application/json(?: *;.*)?$")
    ] = "application/json"
    dataschema: str | None = None
    subject: str | None = None
    time: PlausibleTime | None = None
    locale: Literal["en", "ko"] = "en"
    data: JsonObject

    @model_validator(mode="after")
    def _extensions(self) -> Self:
        for name, value in (self.model_extra or {}).items():
            if not _EXTENSION.fullmatch(name) or not isinstance(value, str | int):
                msg = "an extension has a name of lower-case letters and digits, and a plain value"
                raise ValueError(msg)
        return self


_EXTENSION: Final = re.compile(r"[a-z0-9]+", re.ASCII)


def cloud_event(text: str) -> CloudEvent:
    """The event in a message of the queue `onboarding`. Raises Rejected."""
    data = _decoded(text)
    try:
        document = parse(data)
        version = document.get("specversion")
        if isinstance(version, str) and version != "1.0":
            told = UnknownVersion("CloudEvents 1.0 is understood.")
            raise Rejected(Reason.UNKNOWN_VERSION, told)
        return take(CloudEvent, document)
    except BadRequest as error:
        raise Rejected(Reason.MALFORMED, error) from None


def _decoded(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
        data.decode()
    except ValueError:
        told = Undecodable("The message is not UTF-8 text in base64.")
        raise Rejected(Reason.UNDECODABLE, told) from None
    if len(data) > MAX_EVENT_BYTES:
        told = Oversized(f"An event has at most {MAX_EVENT_BYTES} bytes.")
        raise Rejected(Reason.OVERSIZED, told)
    return data


class _Announced(Model):
    """A message of the queue `projections`."""

    tenant_id: Guid
    command_id: str
    look: Annotated[int, Field(ge=1, le=3)]


class _ShardNamed(Model):
    """A message of the queue `sweep-shards`."""

    sweep_id: Guid
    shard: Annotated[int, Field(ge=0)]


def shard_of(text: str) -> tuple[str, int]:
    """The sweep and shard that a message of `sweep-shards` names. Raises BadRequest."""
    said = take(_ShardNamed, parse(text.encode()))
    return said.sweep_id, said.shard


def announcement(text: str) -> Announcement:
    """What a message of the queue `projections` announces. Raises BadRequest."""
    said = take(_Announced, parse(text.encode()))
    return Announcement(said.tenant_id, said.command_id, said.look)
