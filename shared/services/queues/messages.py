"""What comes in on queues: raw text to a CloudEvent or an announcement, or why that cannot be."""

import re
from dataclasses import dataclass
from typing import Annotated, Final, Literal, Self, cast

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    TypeAdapter,
    model_validator,
)

from shared.canonical import JsonObject
from shared.deciding.bodies import PlausibleTime
from shared.errors import BadRequest
from shared.model.base import NOT_BLANK, Guid, Model
from shared.services.documents import parse, take
from shared.services.queues.event_bytes import event_bytes, from_base64, readings
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
    """Whether a message's text has `wanted` in it, in whatever encoding and case."""
    return any(wanted.lower() in said.lower() for said in readings(text))


def named_in(text: str) -> frozenset[str]:
    """Every GUID that a message's text has in it: whom a text that is no event may be about."""
    said = (each.lower() for each in readings(text))
    return frozenset(found for each in said for found in _A_GUID.findall(each))


_A_GUID: Final = re.compile(r"(?=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))")
"""Also one that begins inside another."""
_JSON_ALONE: Final = Words(
    "It must be a type of JSON, such as application/json.",
    "application/json과 같은 JSON 형식이어야 합니다.",
)
_EXTENSIONS: Final = Words(
    "An extension has a name of lower-case letters and digits, and a plain value.",
    "확장 특성의 이름은 소문자와 숫자로 이루어져야 하고 값은 단순한 값이어야 합니다.",
)
_BASE64: Final = Words(
    "data_base64 must be JSON in UTF-8, in base64, and stand in the place of data.",
    "data_base64는 base64로 인코딩된 UTF-8 JSON이어야 하며 data 대신 사용해야 합니다.",
)
_ONE: Final = Words(
    "A message is one event, a JSON object; several events are several messages.",
    "메시지는 JSON 객체인 이벤트 하나입니다. 이벤트가 여러 개면 메시지도 여러 개여야 합니다.",
)
_JSON: Final = re.compile(
    r"[\w!#$&^.+-]+/(?:[\w!#$&^.-]+\+)?json *(?:;.*)?", re.IGNORECASE | re.ASCII
)


def _json(media_type: str) -> str:
    if not _JSON.fullmatch(media_type):
        raise unacceptable(_JSON_ALONE)
    return media_type


def _language(tag: object) -> object:
    """A tag with a region is its language; one that nobody here speaks is English."""
    if not isinstance(tag, str):
        return tag
    return "ko" if tag.strip().lower().partition("-")[0] == "ko" else "en"


def _decoded(text: str, media_type: object) -> object:
    """The data in base64; of another type than JSON nothing, since that is refused by itself."""
    if isinstance(media_type, str) and not _JSON.fullmatch(media_type):
        return {}
    try:
        return parse(from_base64(text))
    except (BadRequest, ValueError):
        raise unacceptable(_BASE64) from None


type _Attribute = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=256), NOT_BLANK
]


class CloudEvent(Model):
    """CloudEvents 1.0 in structured mode. Extensions are allowed; ours is `locale`."""

    model_config = ConfigDict(extra="allow")

    specversion: Literal["1.0"]
    id: _Attribute
    source: _Attribute
    type: _Attribute
    datacontenttype: Annotated[str, AfterValidator(_json)] = "application/json"
    dataschema: str | None = None
    subject: str | None = None
    time: PlausibleTime | None = None
    locale: Annotated[Literal["en", "ko"], BeforeValidator(_language)] = "en"
    data: JsonObject

    @model_validator(mode="before")
    @classmethod
    def _attributes(cls, document: object) -> object:
        """One that is null is absent (CloudEvents 1.0), and data may come in base64."""
        if not isinstance(document, dict):
            return document
        given = cast("JsonObject", document)
        said = {name: value for name, value in given.items() if value is not None}
        encoded = said.pop("data_base64", None)
        if encoded is None:
            return said
        if "data" in said or not isinstance(encoded, str):
            raise unacceptable(_BASE64)
        return {**said, "data": _decoded(encoded, said.get("datacontenttype"))}

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
    try:
        data = event_bytes(text)
    except Undecodable as error:
        raise Rejected(Reason.UNDECODABLE, error) from None
    if len(data) > MAX_EVENT_BYTES:
        raise Rejected(Reason.OVERSIZED, Oversized(MAX_EVENT_BYTES))
    try:
        document = parse(data, _ONE)
        version = document.get("specversion")
        if isinstance(version, str) and version != "1.0":
            raise Rejected(Reason.UNKNOWN_VERSION, UnknownVersion())
        return take(CloudEvent, document)
    except BadRequest as error:
        raise Rejected(Reason.MALFORMED, error) from None


def data_of(text: str) -> JsonObject:
    """The data in a text that is no event; nothing where there is nothing to be found."""
    try:
        data = parse(from_base64(text)).get("data")
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
