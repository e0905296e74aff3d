"""What comes in on queues: raw text to a CloudEvent or an announcement, or why that cannot be."""

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Annotated, Final, Literal, Self, cast

from pydantic import AfterValidator, ConfigDict, StringConstraints, TypeAdapter, model_validator

from shared.canonical import JsonObject
from shared.deciding.bodies import PlausibleTime
from shared.errors import BadRequest
from shared.model.base import Guid, Model
from shared.services.documents import parse, take
from shared.services.queues.rejections import (
    Oversized,
    Reason,
    Rejected,
    Undecodable,
    UnknownVersion,
)
from shared.wording import Words, unacceptable

MAX_EVENT_BYTES: Final = 48 * 1024
"""48 KiB are 64 KiB in base64, which is all that a queue takes."""

MAX_TEXT_BYTES: Final = 64 * 1024

MAX_DEQUEUE_COUNT: Final = 5
"""Tries of one message; host.json says the same to the host."""


@dataclass(frozen=True, slots=True)
class Recall:
    """What a replayed message holds instead of a text: the dead letter, and which replay."""

    letter_id: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as the host hands it over, for the `dequeue_count`-th time.

    `times_put_off`: earlier messages of this text that a busy storage put off, `id` is the first
    one's. `recall` is set when the text came from a dead letter.
    """

    id: str
    text: str
    dequeue_count: int
    times_put_off: int = 0
    recall: Recall | None = None


_RECALL: Final = re.compile(r"replay (?P<letter>[0-9a-f]{64}) (?P<nonce>[0-9a-f]{32})")
"""Neither base64 nor JSON, so no message of any queue looks like one."""


def recall_in(text: str) -> Recall | None:
    """The replay that a text means."""
    match = _RECALL.fullmatch(text)
    return Recall(match["letter"], match["nonce"]) if match else None


def recall_text(recall: Recall) -> str:
    """The inverse of `recall_in`."""
    return f"replay {recall.letter_id} {recall.nonce}"


def mentions(text: str, wanted: str) -> bool:
    """Whether a message's text, in base64 or not, has `wanted` in it, in any case."""
    try:
        said = base64.b64decode(text, validate=True).decode()
    except ValueError:
        said = text
    return wanted.lower() in said.lower()


_JSON_ALONE: Final = Words("It must be application/json.", "application/json이어야 합니다.")
_EXTENSIONS: Final = Words(
    "An extension has a name of lower-case letters and digits, and a plain value.",
    "확장 특성의 이름은 소문자와 숫자로 이루어져야 하고 값은 단순한 값이어야 합니다.",
)


def _json(media_type: str) -> str:
    if not _JSON.fullmatch(media_type):
        raise unacceptable(_JSON_ALONE)
    return media_type


_JSON: Final = re.compile(r"application/json(?: *;.*)?", re.IGNORECASE)


class CloudEvent(Model):
    """CloudEvents 1.0 in structured mode. Extensions are allowed; ours is `locale`."""

    model_config = ConfigDict(extra="allow")

    specversion: Literal["1.0"]
    id: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    source: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    type: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    datacontenttype: Annotated[str, AfterValidator(_json)] = "application/json"
    dataschema: str | None = None
    subject: str | None = None
    time: PlausibleTime | None = None
    locale: Literal["en", "ko"] = "en"
    data: JsonObject

    @model_validator(mode="after")
    def _extensions(self) -> Self:
        for name, value in (self.model_extra or {}).items():
            if not _EXTENSION.fullmatch(name) or not isinstance(value, str | int):
                raise unacceptable(_EXTENSIONS)
        return self


_GUID: Final[TypeAdapter[str]] = TypeAdapter(Guid)
_EXTENSION: Final = re.compile(r"[a-z0-9]+", re.ASCII)


def cloud_event(text: str) -> CloudEvent:
    """The event in a message of the queue `onboarding`. Raises Rejected."""
    data = _decoded(text)
    try:
        document = parse(data)
        version = document.get("specversion")
        if isinstance(version, str) and version != "1.0":
            raise Rejected(Reason.UNKNOWN_VERSION, UnknownVersion())
        return take(CloudEvent, document)
    except BadRequest as error:
        raise Rejected(Reason.MALFORMED, error) from None


def _decoded(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
        data.decode()
    except ValueError:
        raise Rejected(Reason.UNDECODABLE, Undecodable()) from None
    if len(data) > MAX_EVENT_BYTES:
        raise Rejected(Reason.OVERSIZED, Oversized(MAX_EVENT_BYTES))
    return data


def fingerprint(event: CloudEvent) -> str:
    """Tells one event from another under the same id."""
    said = json.dumps([event.type, event.data], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def data_of(text: str) -> JsonObject:
    """The data in a text that is no event; nothing where there is nothing to be found."""
    try:
        data = parse(base64.b64decode(text, validate=True)).get("data")
    except (BadRequest, ValueError):
        return {}
    return cast("JsonObject", data) if isinstance(data, dict) else {}


def claimed_tenant(data: JsonObject) -> str | None:
    """Whom the data of an event say they are about, however malformed the rest is."""
    for name in ("customerId", "partnerId"):
        try:
            return _GUID.validate_python(data.get(name))
        except ValueError:
            continue
    return None
