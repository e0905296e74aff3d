"""From bytes, or base64 of them, to text: marks, line breaks, and what is no UTF-8."""

import base64
import codecs
from typing import Final

_SHOWN: Final = 16


def unmarked(data: bytes) -> bytes:
    """Without the byte order mark that editors and serialisers put before UTF-8."""
    return data.removeprefix(codecs.BOM_UTF8)


def from_base64(text: str) -> bytes:
    """The bytes. Raises ValueError; blanks and line breaks, as every base64 tool adds, are fine."""
    return base64.b64decode("".join(text.split()), validate=True)


def looks_like_json(text: str) -> bool:
    """Whether a text begins as an object or an array of JSON does."""
    return text.lstrip("\ufeff \t\r\n")[:1] in {"{", "["}


def looks_like_utf_16(data: bytes) -> bool:
    """Whether bytes begin with its mark, or hold what no JSON in UTF-8 has."""
    return data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or 0 in data[:_SHOWN]
