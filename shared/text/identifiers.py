"""What things are called by: GUIDs and MPN ids, each in every spelling that a platform prints."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from shared.text.characters import attribute, line
from shared.wording import Words, unacceptable

_DIGITS: Final = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
GUID_PATTERN: Final = f"^{_DIGITS}"
_GUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_PRINTED: Final = re.compile(
    r"(?:urn:uuid:)?"
    r"(?:[0-9a-f]{32}|(?P<b>\{)?(?P<p>\()?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"(?(p)\))(?(b)\}))",
    re.IGNORECASE | re.ASCII,
)
"""As .NET's `N`, `D`, `B` and `P`, Python's `hex` and `urn`, and registries write it."""
_EMPTY_GUID: Final = "00000000-0000-0000-0000-000000000000"
_NO_ID: Final = Words(
    "The empty GUID is no id: a variable was not set.",
    "빈 GUID는 ID가 아닙니다. 설정되지 않은 변수입니다.",
)


def _guid(value: object) -> object:
    text = line(value)
    if not isinstance(text, str) or not _PRINTED.fullmatch(text):
        return text
    digits = re.sub(r"[^0-9a-f]", "", text.lower().removeprefix("urn:uuid:"))
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _an_id(guid: str) -> str:
    if guid == _EMPTY_GUID:
        raise unacceptable(_NO_ID)
    return guid


type Guid = Annotated[
    str,
    StringConstraints(pattern=GUID_PATTERN),
    AfterValidator(_an_id),
    BeforeValidator(_guid),
    Field(json_schema_extra={"pattern": f"^(?!{_EMPTY_GUID}){_DIGITS}"}),
]
"""A GUID that is an id: lower case with dashes inside and out."""


def is_guid(text: str) -> bool:
    """Whether it is a GUID as this system writes it: tenants' ids, and those of their rows."""
    return _GUID.fullmatch(text) is not None


MPN_PATTERN: Final = r"^0*[1-9][0-9]{0,9}$"


def _without_zeros(mpn_id: str) -> str:
    return mpn_id.lstrip("0")


type MpnId = Annotated[
    str,
    StringConstraints(pattern=MPN_PATTERN),
    AfterValidator(_without_zeros),
    BeforeValidator(line),
]
"""A Microsoft Partner Network id. Spreadsheets and exports add zeros before it, and drop them."""

CODE: Final = BeforeValidator(line)
"""For one of some words, which are this system's own."""

type Attribute = Annotated[
    str,
    StringConstraints(min_length=1, max_length=256),
    BeforeValidator(attribute),
    Field(json_schema_extra={"pattern": r"[^\s\x85]"}),
]
"""An identifier that its sender made up, kept as it is but for blanks around it."""
