"""From the bytes of a body to a frozen model, or a 4xx that says what is wrong."""

import json
from collections.abc import Set as AbstractSet
from typing import Final, Never

from pydantic import BaseModel, ValidationError

from shared.domain.events import JsonObject
from shared.errors import BadRequest, Detail, PayloadTooLarge, UnsupportedMediaType
from shared.http.fields import invalid

MAX_BYTES: Final = 64 * 1024
MEDIA_TYPE: Final = "application/json"


def read_body[M: BaseModel](
    body: bytes, content_type: str | None, model: type[M], read_only: AbstractSet[str]
) -> M:
    """The body as `model`; `read_only` fields of the resource's representation are ignored.

    Raises PayloadTooLarge, UnsupportedMediaType, BadRequest.
    """
    if len(body) > MAX_BYTES:
        raise PayloadTooLarge(f"The body is larger than {MAX_BYTES} bytes.")
    if body and (content_type or "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise UnsupportedMediaType(f"The body's Content-Type must be {MEDIA_TYPE}.")
    document = parse(body) if body else {}
    sent = {name: value for name, value in document.items() if name not in read_only}
    try:
        return model.model_validate(sent, by_alias=True, by_name=False)
    except ValidationError as error:
        raise invalid(error, "The body is not what this operation takes.") from None


def parse(body: bytes) -> JsonObject:
    """One JSON object, unambiguous: no duplicate names, no NaN, text that is text."""
    try:
        document: object = json.loads(
            body.decode(), object_pairs_hook=_unique, parse_constant=_refuse_constant
        )
        # A lone surrogate can be written as an escape, and infinity as 1e999: neither is JSON's.
        json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeError:
        raise _malformed("The body is not UTF-8 text.") from None
    except RecursionError:
        raise _malformed("The body is nested too deeply.") from None
    except ValueError:
        raise _malformed("The body is not JSON.") from None
    if not isinstance(document, dict):
        raise _malformed("The body must be a JSON object.")
    return document  # pyright: ignore[reportUnknownVariableType] - JSON of a client, validated next


def _unique(pairs: list[tuple[str, object]]) -> JsonObject:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise _malformed("The body names a field twice in one object.")
    return document


def _refuse_constant(_: str) -> Never:
    raise _malformed("NaN and infinities are not JSON.")


def _malformed(message: str) -> BadRequest:
    detail = Detail("MalformedBody", message, "body")
    return BadRequest(message, target="body", details=[detail])
