"""From the bytes of a body to a frozen model, or a 4xx that says what is wrong."""

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from typing import Final

from pydantic import BaseModel

from shared.canonical import JsonObject
from shared.errors import PayloadTooLarge, UnsupportedMediaType
from shared.services.documents import parse, parse_list, take
from shared.wording import Words

MAX_BYTES: Final = 64 * 1024

_TOO_LARGE: Final = Words(
    "The body is larger than {limit} bytes.", "본문이 {limit}바이트보다 큽니다."
).filled(limit=MAX_BYTES)
_MEDIA_TYPES: Final = Words(
    "The body's Content-Type must be one of: {allowed}.",
    "본문의 Content-Type은 다음 중 하나여야 합니다: {allowed}.",
)


def read_body[M: BaseModel](
    body: bytes,
    content_type: str | None,
    model: type[M],
    read_only: AbstractSet[str],
    media_types: Collection[str],
) -> M:
    """The body as `model`; `read_only` fields of the resource's representation are ignored.

    Nothing is the same as `{}`. Raises PayloadTooLarge, UnsupportedMediaType, BadRequest.
    """
    if len(body) > MAX_BYTES:
        raise PayloadTooLarge(_TOO_LARGE)
    if body and (content_type or "").partition(";")[0].strip().lower() not in media_types:
        raise UnsupportedMediaType(_MEDIA_TYPES.filled(allowed=", ".join(media_types)))
    if model.__pydantic_root_model__:
        return take(model, parse_list(body or b"[]"))
    document = parse(body) if body else {}
    return read_document(document, model, read_only)


def read_document[M: BaseModel](
    document: JsonObject, model: type[M], read_only: AbstractSet[str]
) -> M:
    """A body that is JSON already. Raises BadRequest."""
    return take(model, {name: value for name, value in document.items() if name not in read_only})
