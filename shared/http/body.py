"""From the bytes of a body to a frozen model, or a 4xx that says what is wrong.

    wire ── the host reads a body only by its Content-Length ──> bytes, or nothing at all

So nothing is not always nothing: what was sent in chunks, or as some Content-Type without a
length, got lost on the way, and taking it for an empty body would do half of what was asked.
"""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from pydantic import BaseModel

from shared.canonical import JsonObject
from shared.http.request_errors import LengthRequired, PayloadTooLarge, UnsupportedMediaType
from shared.services.documents import parse, parse_list, take
from shared.text.media_types import changes, is_json, media_type
from shared.wording import Words

MAX_BYTES: Final = 64 * 1024
_DIGITS: Final = 18
"""As many of a length are read: one with more is no smaller."""

_UTF_8: Final = frozenset({"utf-8", "utf8"})
_UNENCODED: Final = "identity"

_TOO_LARGE: Final = Words(
    "The body is larger than {limit} bytes.", "본문이 {limit}바이트보다 큽니다."
).filled(limit=MAX_BYTES)
_MEDIA_TYPE: Final = Words(
    "The body came as {came}. Its Content-Type must be one of: {taken}.",
    "본문이 {came} 형식으로 왔습니다. Content-Type은 다음 중 하나여야 합니다: {taken}.",
)
_ENCODING: Final = Words(
    "The body came with Content-Encoding {came}. Send it uncompressed, without that header.",
    "본문이 Content-Encoding {came}(으)로 왔습니다. 이 헤더 없이 압축하지 않고 보내십시오.",
)
_CHARSET: Final = Words(
    "The body came in the charset {came}. Send it in UTF-8.",
    "본문이 문자 집합 {came}(으)로 왔습니다. UTF-8로 보내십시오.",
)
_NO_BATCH: Final = Words(
    "The body must be a JSON array of 1 to 50 events, each with all its attributes"
    " (application/cloudevents-batch+json).",
    "본문은 모든 특성을 포함한 이벤트 1~50개의 JSON 배열이어야 합니다"
    "(application/cloudevents-batch+json).",
)
_ANOTHER: Final = Words("another", "알 수 없는 값")

_LIKELY: Final = frozenset(
    {
        *("gzip", "x-gzip", "deflate", "br", "zstd", "compress", "aws-chunked"),
        *("utf-16", "utf-16le", "utf-16be", "utf-32", "us-ascii", "iso-8859-1", "windows-1252"),
        *("euc-kr", "ks_c_5601-1987"),
        *("application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "text/html"),
        *("application/octet-stream", "application/xml", "text/xml", "text/csv"),
        *("application/merge-patch+json", "application/json-patch+json", "application/jsonl"),
    }
)
"""What an answer may name: it repeats nothing else that was sent."""


def check_length(headers: Mapping[str, str]) -> None:
    """Before anything else is asked of a request. Raises PayloadTooLarge.

    Of what the host takes: beyond its own limit it answers itself, 500 without a body.
    """
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length[:_DIGITS]) > MAX_BYTES:
        raise PayloadTooLarge(_TOO_LARGE)


def read_body[M: BaseModel](
    body: bytes,
    headers: Mapping[str, str],
    model: type[M],
    read_only: AbstractSet[str],
    media_types: Collection[str],
) -> M:
    """The body as `model`; `read_only` fields of the resource's representation are ignored.

    Nothing is the same as `{}`, under any Content-Type; JSON needs none. Raises
    UnsupportedMediaType, LengthRequired, PayloadTooLarge, BadRequest.
    """
    kind, charset = media_type(headers.get("content-type", ""))
    lost = not body and _lost(headers, kind)
    if body or lost:
        _check_encoding(headers.get("content-encoding", ""), charset)
    if lost:
        raise LengthRequired
    if len(body) > MAX_BYTES:
        raise PayloadTooLarge(_TOO_LARGE)
    if body and kind and not _taken(kind, media_types):
        raise _unsupported("Content-Type", _MEDIA_TYPE, kind, ", ".join(media_types))
    if model.__pydantic_root_model__:
        return take(model, parse_list(body or b"[]", _NO_BATCH))
    document = parse(body) if body else {}
    return read_document(document, model, read_only)


def read_document[M: BaseModel](
    document: JsonObject, model: type[M], read_only: AbstractSet[str]
) -> M:
    """A body that is JSON already. Raises BadRequest."""
    return take(model, {name: value for name, value in document.items() if name not in read_only})


def _taken(kind: str, media_types: Collection[str]) -> bool:
    """Whether a media type is one of those, or JSON by another name that means the same."""
    return kind in media_types or (is_json(kind) and not changes(kind))


def _lost(headers: Mapping[str, str], kind: str) -> bool:
    """Whether a body of which nothing is here was sent all the same, or may have been."""
    return "transfer-encoding" in headers or bool(kind and "content-length" not in headers)


def _check_encoding(encoding: str, charset: str) -> None:
    """In this order: some clients repeat a request uncompressed on 415 alone."""
    encoding = encoding.strip().lower()
    if encoding and encoding != _UNENCODED:
        raise _unsupported("Content-Encoding", _ENCODING, encoding)
    if charset and charset not in _UTF_8:
        raise _unsupported("Content-Type", _CHARSET, charset)


def _unsupported(header: str, words: Words, came: str, taken: str = "") -> UnsupportedMediaType:
    named = Words(came, came) if came in _LIKELY else _ANOTHER
    said = Words(
        words.en.format(came=named.en, taken=taken), words.ko.format(came=named.ko, taken=taken)
    )
    return UnsupportedMediaType(said, target=header)
