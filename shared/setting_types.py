"""What values of settings are: parsed, or refused in words that never repeat the value."""

import base64
import re
from typing import Annotated, Final
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

_KEY_BYTES: Final = 32
_MAX_KEYS: Final = 2
_CONTACT: Final = re.compile(r"[^\x00-\x1f\x7f]{1,200}")

OURS: Final = frozenset({"guid", "url", "secure", "flag", "keys", "target", "identity", "contact"})
"""The kinds of refusals below; their texts go on behind the setting's name."""


def _guid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise PydanticCustomError("guid", "is not a GUID") from None


def _url(text: str) -> str:
    try:
        parts = urlsplit(text.rstrip("/"))
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise PydanticCustomError("url", "is not an absolute http(s) URL")
    return parts.geturl()


def _secure(text: str) -> str:
    if not text.startswith("https://"):
        raise PydanticCustomError("secure", "must start with https://")
    return text


def _flag(value: object) -> object:
    """An environment has texts only; no other spelling may switch something on by accident."""
    if isinstance(value, bool):
        return value
    if value not in {"false", "true"}:
        raise PydanticCustomError("flag", "must be one of: false, true")
    return value == "true"


def _keys(text: str) -> str:
    try:
        lengths = {len(key) for key in decoded(text)}
    except ValueError:
        lengths = set[int]()
    if lengths != {_KEY_BYTES} or text.count(",") >= _MAX_KEYS:
        raise PydanticCustomError("keys", "is not one or two keys of 32 bytes in base64")
    return text


def decoded(text: str) -> tuple[bytes, ...]:
    """The keys, separated by commas, in bytes."""
    return tuple(base64.b64decode(key, validate=True) for key in text.split(","))


def _target(text: str) -> str:
    parts = pairs(text)
    endpoint = parts.get("ingestionendpoint", "")
    try:
        UUID(parts["instrumentationkey"])
    except (KeyError, ValueError):
        endpoint = ""
    if not endpoint.startswith("https://"):
        msg = "is not a connection string of Application Insights"
        raise PydanticCustomError("target", msg)
    return text


def _identity(text: str) -> str:
    if pairs(text).get("authorization") != "AAD":
        raise PydanticCustomError("identity", "must be Authorization=AAD, or that with ClientId=…")
    return text


def _contact(text: str) -> str:
    if not _CONTACT.fullmatch(text):
        raise PydanticCustomError("contact", "is not one line of up to 200 characters")
    return text


def pairs(text: str) -> dict[str, str]:
    """`Name=value;…`; names are told apart in lower case."""
    parts = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in parts}


type Guid = Annotated[str, AfterValidator(_guid)]
type Url = Annotated[str, AfterValidator(_url)]
type SecureUrl = Annotated[str, AfterValidator(_url), AfterValidator(_secure)]
type Flag = Annotated[bool, BeforeValidator(_flag)]
type Keys = Annotated[str, AfterValidator(_keys)]
type Target = Annotated[str, AfterValidator(_target)]
type Identity = Annotated[str, AfterValidator(_identity)]
type Contact = Annotated[str, AfterValidator(_contact)]
type Seconds = Annotated[int, Field(ge=0, le=999_999)]
