"""CloudEvents 1.0 in structured mode: from a message's text to an event, or why that cannot be."""

import re
from typing import Annotated, Final, Literal, Self, cast

from pydantic import AfterValidator, BeforeValidator, ConfigDict, WithJsonSchema, model_validator

from shared.canonical import JsonObject
from shared.errors import BadRequest
from shared.model.base import Model
from shared.services.documents import parse, take
from shared.services.queues.event_bytes import event_bytes
from shared.services.queues.rejections import (
    Oversized,
    Reason,
    Rejected,
    Undecodable,
    UnknownVersion,
)
from shared.text.encoding import from_base64
from shared.text.identifiers import Attribute
from shared.text.languages import spoken
from shared.text.media_types import is_json
from shared.text.times import spelt_out
from shared.wording import Words, unacceptable

MAX_EVENT_BYTES: Final = 48 * 1024
"""48 KiB are 64 KiB in base64, which is all that a queue takes."""

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
_EXTENSION: Final = re.compile(r"[a-z0-9]+", re.ASCII)


def _json(media_type: str) -> str:
    if not is_json(media_type):
        raise unacceptable(_JSON_ALONE)
    return media_type


def _decoded(text: str, media_type: object) -> object:
    """The data in base64; of another type than JSON nothing, since that is refused by itself."""
    if isinstance(media_type, str) and not is_json(media_type):
        return {}
    try:
        return parse(from_base64(text))
    except (BadRequest, ValueError):
        raise unacceptable(_BASE64) from None


class CloudEvent(Model):
    """A CloudEvent 1.0 in structured mode; of further extensions only `traceparent` is read."""

    model_config = ConfigDict(extra="allow")

    specversion: Literal["1.0"]
    """The version of CloudEvents."""
    id: Attribute
    """Which message it is, 1 to 256 characters: the same message sent again within 90 days of its
    success takes no effect again.
    """
    source: Attribute
    """Who sends it. A partner's application may say what it likes: it is stamped with its own."""
    type: Attribute
    """What it asks for: one of the values of `MessageType` that are not for the operator's
    pipelines only, such as `invitation-request`.
    """
    datacontenttype: Annotated[str, AfterValidator(_json)] = "application/json"
    """The media type of `data`, one of JSON's."""
    dataschema: str | None = None
    """The sender's own, may be left out; nothing here reads it."""
    subject: str | None = None
    """The sender's own, may be left out; nothing here reads it."""
    time: Annotated[str, BeforeValidator(spelt_out)] | None = None
    """When the sender made it, in RFC 3339, may be left out; nothing here goes by it."""
    locale: Annotated[
        Literal["en", "ko"], BeforeValidator(spoken), WithJsonSchema({"type": "string"})
    ] = "en"
    """The language of the error texts in its result or dead letter, `en` or `ko`; a region behind
    it is ignored, any other language is English.
    """
    data: JsonObject
    """The body of the same command over HTTP, with the ids that its path holds and
    `actingPartnerId` where a partner acts. `subscription-status` says a `status` beside these; a
    registration of several has `subscriptions`, each with its `subscriptionId`.
    """

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
            whole = isinstance(value, float) and value.is_integer()
            if not _EXTENSION.fullmatch(name) or not (whole or isinstance(value, str | int)):
                raise unacceptable(_EXTENSIONS)
        return self


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
