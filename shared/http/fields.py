"""What a validation found, in the words of the contract: one detail per bad field."""

import re
from collections.abc import Sequence
from typing import Final

from pydantic import ValidationError

from shared.errors import BadRequest, Detail

MAX_DETAILS: Final = 50
_MAX_TARGET: Final = 200
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_CODES: Final = {"extra_forbidden": "UnknownField", "missing": "MissingField"}
_MESSAGES: Final = {
    "extra_forbidden": "There is no such field.",
    "missing": "The field is required.",
}


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
            _CODES.get(each["type"], "InvalidField"),
            _MESSAGES.get(each["type"], each["msg"].removeprefix("Value error, ")),
            json_path(each["loc"]),
        )
        for each in found[:MAX_DETAILS]
    ]
    return BadRequest(
        message, target=details[0].target if len(found) == 1 else None, details=details
    )
