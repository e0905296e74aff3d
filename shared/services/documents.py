"""Strict JSON and strict models: from bytes to values, or a BadRequest that says what is wrong."""

import json
import re
from collections.abc import Sequence
from typing import Final, Never, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from shared.canonical import JsonObject
from shared.error_details import Detail, DetailCode
from shared.errors import BadRequest
from shared.services.field_words import words_of
from shared.services.likely_mistakes import of_bytes, of_document
from shared.text.encoding import unmarked
from shared.wording import Words

MAX_DETAILS: Final = 50
WHOLE: Final = "body"
"""The target where no field of a document is wrong, but all of it."""
_MAX_TARGET: Final = 200
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_CODES: Final = {"extra_forbidden": DetailCode.UNKNOWN_FIELD, "missing": DetailCode.MISSING_FIELD}
_UNTAKEN: Final = Words(
    "The content is not what this operation takes.", "내용이 이 작업에서 받는 형식이 아닙니다."
)
_NO_OBJECT: Final = Words("The body must be a JSON object.", "본문은 JSON 객체여야 합니다.")
_NO_TEXT: Final = Words("The body is not UTF-8 text.", "본문이 UTF-8 텍스트가 아닙니다.")
_TOO_DEEP: Final = Words("The body is nested too deeply.", "본문의 중첩이 너무 깊습니다.")
_NO_JSON: Final = Words("The body is not JSON.", "본문이 JSON이 아닙니다.")
_TWICE: Final = Words(
    "The body names a field twice in one object.",
    "본문의 한 객체에 같은 필드가 두 번 있습니다.",
)
_NO_NUMBER: Final = Words("NaN and infinities are not JSON.", "NaN과 무한대는 JSON 값이 아닙니다.")


def take[M: BaseModel](model: type[M], document: JsonObject | list[object]) -> M:
    """`document` as `model`, in the field names of the API. Raises BadRequest."""
    try:
        return model.model_validate(document, by_alias=True, by_name=False)
    except ValidationError as error:
        raise invalid(error, _UNTAKEN) from None


def json_path(location: Sequence[str | int]) -> str:
    """`("term", "startsAt")` as `term.startsAt`, `("items", 3)` as `items[3]`, `()` as `body`."""
    if not location:
        return WHOLE
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif _IDENTIFIER.fullmatch(part):
            path += f".{part}" if path else part
        else:
            path += f"[{part!r}]"
    return path[:_MAX_TARGET]


def invalid(error: ValidationError, words: Words) -> BadRequest:
    """The 400 for a failed validation. What was sent is looked at for hints, never repeated."""
    found = _apart(error.errors(include_url=False))
    details = [
        Detail(
            _CODES.get(each["type"], DetailCode.INVALID_FIELD),
            words_of(each),
            json_path(each["loc"]),
        )
        for each in found[:MAX_DETAILS]
    ]
    return BadRequest(words, target=details[0].target if len(found) == 1 else None, details=details)


def _apart(found: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without the claim that a list is too short, where it only has no valid item."""
    return [
        each
        for each in found
        if each["type"] != "too_short"
        or not any(
            len(other["loc"]) > len(each["loc"]) and other["loc"][: len(each["loc"])] == each["loc"]
            for other in found
        )
    ]


def parse(body: bytes, otherwise: Words = _NO_OBJECT) -> JsonObject:
    """One JSON object, unambiguous: no duplicate names, no NaN, text that is text.

    `otherwise` is said of JSON that is none.
    """
    document = _parsed(body)
    if not isinstance(document, dict):
        raise _malformed(of_document(document) or otherwise)
    return cast("JsonObject", document)


def parse_list(body: bytes, otherwise: Words) -> list[object]:
    """One JSON array, as unambiguous."""
    document = _parsed(body)
    if not isinstance(document, list):
        raise _malformed(of_document(document) or otherwise)
    return cast("list[object]", document)


def _parsed(body: bytes) -> object:
    try:
        document: object = json.loads(
            unmarked(body).decode(),
            object_pairs_hook=_unique,
            parse_constant=_refuse_constant,
        )
        # A lone surrogate can be written as an escape, and infinity as 1e999: neither is JSON's.
        json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeError:
        raise _malformed(of_bytes(body) or _NO_TEXT) from None
    except RecursionError:
        raise _malformed(_TOO_DEEP) from None
    except ValueError:
        raise _malformed(of_bytes(body) or _NO_JSON) from None
    return document


def _unique(pairs: list[tuple[str, object]]) -> JsonObject:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise _malformed(_TWICE)
    return document


def _refuse_constant(_: str) -> Never:
    raise _malformed(_NO_NUMBER)


def _malformed(words: Words) -> BadRequest:
    detail = Detail(DetailCode.MALFORMED_BODY, words, WHOLE)
    return BadRequest(words, target=WHOLE, details=[detail])
