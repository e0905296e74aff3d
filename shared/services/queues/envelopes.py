"""What a message says of itself, though it is no event that can be taken: so that its sender knows.

A sender that forgot the base64, wrote UTF-16 or a version that nobody has is told in its own feed,
wherever its id and source can be read. Nothing here decides whether a message is taken.
"""

import json
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, cast

from pydantic import TypeAdapter

from shared.canonical import JsonObject
from shared.services.ports.dead_letters import Sent
from shared.text.encoding import from_base64, looks_like_json, looks_like_utf_16, unmarked
from shared.text.identifiers import Attribute, Guid
from shared.text.languages import spoken
from shared.wording import Locale

_ATTRIBUTE: Final[TypeAdapter[str]] = TypeAdapter(Attribute)
_GUID: Final[TypeAdapter[str]] = TypeAdapter(Guid)
_TRACEPARENT: Final = "traceparent"
_LAYERS: Final = 2
"""Base64 may have been done twice."""
_MOST: Final = 50
"""As many events as a batch has over HTTP."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """`sent` is None where nobody can tell which message of whom it is."""

    sent: Sent | None = None
    locale: Locale = "en"
    data: JsonObject = field(default_factory=dict[str, object])


def said(text: str) -> str:
    """What a message's text says, however it is encoded; the text itself where that is nothing."""
    for _ in range(_LAYERS):
        if looks_like_json(text):
            break
        with suppress(ValueError):
            data = from_base64(text)
            text = data.decode("utf-16") if looks_like_utf_16(data) else unmarked(data).decode()
    return text


def traceparent(text: str) -> object:
    """The member of that name in a message's JSON object; what has none is not parsed."""
    plain = said(text)
    if _TRACEPARENT not in plain.lower():
        return None
    read = _read(plain.lstrip("\ufeff"))
    return read.once().get(_TRACEPARENT) if isinstance(read, _Members) else None


def envelopes(text: str) -> list[Envelope]:
    """Whatever of a message's envelope can be read: of several, where it is an array of them."""
    read = _read(said(text).lstrip("\ufeff"))
    several = cast("list[object]", read)[:_MOST] if isinstance(read, list) else [read]
    return [_envelope(each.once()) for each in several if isinstance(each, _Members)]


def _envelope(members: JsonObject) -> Envelope:
    data = members.get("data")
    if data is None and isinstance(encoded := members.get("data_base64"), str):
        with suppress(ValueError):
            data = _read(unmarked(from_base64(encoded)).decode())
    try:
        message_id = _ATTRIBUTE.validate_python(members.get("id"))
        source = _ATTRIBUTE.validate_python(members.get("source"))
    except ValueError:
        sent = None
    else:
        sent = Sent(message_id, source, _type(members.get("type")))
    about: JsonObject = dict(data) if isinstance(data, _Members) else {}
    return Envelope(sent, spoken(members.get("locale")), about)


def claimed_tenant(data: JsonObject) -> str | None:
    """Whom the data of an event say they are about, however malformed the rest is."""
    for name in ("customerId", "partnerId"):
        with suppress(ValueError):
            return _GUID.validate_python(data.get(name))
    return None


class _Members(dict[str, object]):
    """An object of JSON, and which of its names stand in it more than once, whatever the case."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        self._counts = Counter(name.lower() for name, _ in pairs)

    def once(self) -> JsonObject:
        """Without those: which of them is meant, nobody can tell."""
        return {
            name.lower(): value for name, value in self.items() if self._counts[name.lower()] == 1
        }


def _read(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_Members)
    except (ValueError, RecursionError):
        return None


def _type(value: object) -> str:
    """A message is somebody's, though nobody can tell what it is."""
    try:
        return _ATTRIBUTE.validate_python(value)
    except ValueError:
        return ""
