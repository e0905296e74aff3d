"""Strict JSON and strict models: from bytes to values, or a BadRequest that says what is wrong."""

import json
import re
from collections.abc import Sequence
from typing import Final, Never, cast

from pydantic import BaseModel, ValidationError

from shared.domain.events import JsonObject
from shared.errors import BadRequest, Detail, DetailCode

MAX_DETAILS: Final = 50
_MAX_TARGET: Final = 200
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_CODES: Final = {"extra_forbidden": DetailCode.UNKNOWN_FIELD, "missing": DetailCode.MISSING_FIELD}
_MESSAGES: Final = {
    "extra_forbidden": "There is no such field.",
    "missing": "The field is required.",
}


def take[M: BaseModel](model: type[M], document: JsonObject | list[object]) -> M:
    """`document` as `model`, in the field names of the API. Raises BadRequest."""
    try:
        return model.model_validate(document, by_alias=True, by_name=False)
    except ValidationError as error:
        raise invalid(error, "The content is not what this operation takes.") from None


def json_path(location: Sequence[str | int]) -> str:
    """`("term", "startsAt")` as `term.startsAt`, `("items", 3)` as `items[3]`."""
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif _IDENTIFIER.fullmatch(part):
            path += f".{part}" if path else part
        else:
            path += f"[{part!r}]"
    return path[:_MAX_TARGET]


def invalid(error: ValidationError, message: str) -> BadRequest:
    """The 400 for a failed validation. The values that were sent are never repeated."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    details = [
        Detail(
            _CODES.get(each["type"], DetailCode.INVALID_FIELD),
            _MESSAGES.get(each["type"], each["msg"].removeprefix("Value error, ")),
            json_path(each["loc"]),
        )
        for each in found[:MAX_DETAILS]
    ]
    return BadRequest(
        message, target=details[0].target if len(found) == 1 else None, details=details
    )


def parse(body: bytes) -> JsonObject:
    """One JSON object, unambiguous: no duplicate names, no NaN, text that is text."""
    document = _parsed(body)
    if not isinstance(document, dict):
        raise _malformed("The body must be a JSON object.")
    return cast("JsonObject", document)


def parse_list(body: bytes) -> list[object]:
    """One JSON array, as unambiguous."""
    document = _parsed(body)
    if not isinstance(document, list):
        raise _malformed("The body must be a JSON array.")
    return cast("list[object]", document)


def _parsed(body: bytes) -> object:
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
    return document


def _unique(pairs: list[tuple[str, object]]) -> JsonObject:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise _malformed("The body names a field twice in one object.")
    return document


def _refuse_constant(_: str) -> Never:
    raise _malformed("NaN and infinities are not JSON.")


def _malformed(message: str) -> BadRequest:
    detail = Detail(DetailCode.MALFORMED_BODY, message, "body")
    return BadRequest(message, target="body", details=[detail])
