"""What is wrong with one part of a request, as an error names it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from shared.wording import Words


class DetailCode(StrEnum):
    """What is wrong with one field, parameter or header; `when` says it in a sentence."""

    when: str

    def __new__(cls, code: str, when: str) -> Self:
        """A member that is its code."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.when = when
        return member

    INVALID_FIELD = "InvalidField", "The field's value is not what it takes; `message` says why."
    MISSING_FIELD = "MissingField", "The field is required."
    UNKNOWN_FIELD = "UnknownField", "There is no such field, or it is not the caller's to write."
    INVALID_PARAMETER = "InvalidParameter", "An id of the path or a page token is malformed."
    UNKNOWN_PARAMETER = "UnknownParameter", "There is no such query parameter."
    INVALID_HEADER = "InvalidHeader", "The header cannot be read."
    MALFORMED_BODY = "MalformedBody", "The body is not one JSON object in UTF-8, free of doubt."
    UNREACHABLE = "Unreachable", "What `target` names does not answer."


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing that is wrong: `target` is a field's JSON path, `body`, or a parameter's name."""

    code: DetailCode
    words: Words
    target: str | None = None
