"""What a sender has most likely done, where what it sent shows that: told beside what is wrong.

Each was seen of a real sender: .NET's serialisers, PowerShell, spreadsheets. What was sent is
looked at for this alone, and never repeated.
"""

import re
from collections.abc import Mapping
from typing import Final, cast

from pydantic_core import ErrorDetails

from shared.text.encoding import looks_like_json, looks_like_utf_16
from shared.wording import Words

_FORM: Final = re.compile(rb"[\w.%+-]+=[^{\[]*", re.ASCII)
_NO_OBJECT: Final = frozenset({"dict_type", "model_type", "tuple_type"})

_JSON_AS_TEXT: Final = Words(
    "It is text that holds JSON. Send the object or array itself.",
    "JSON이 담긴 문자열입니다. 객체 또는 배열 자체를 보내십시오.",
)
_TOO_SHALLOW: Final = Words(
    "It is a text that a serialiser has put in place of an object. In PowerShell, use"
    " ConvertTo-Json -Depth 10.",
    "직렬 변환기가 객체 대신 넣은 문자열입니다. PowerShell에서는 ConvertTo-Json -Depth 10을"
    " 사용하십시오.",
)
_QUOTED: Final[Mapping[str, Words]] = {
    "bool_type": Words(
        "It must be true or false, without quotes.", "따옴표 없는 true 또는 false여야 합니다."
    ),
    "int_type": Words("It must be a whole number, without quotes.", "따옴표 없는 정수여야 합니다."),
}
_UNQUOTED: Final = Words(
    "It must be text: put the number in quotes.",
    "문자열이어야 합니다. 숫자를 따옴표로 묶으십시오.",
)
_OTHER_CASE: Final = Words(
    "The field is required. It is there in other letters: names are as written here.",
    "필수 필드입니다. 대소문자가 다른 이름으로 들어 있습니다. 이름은 여기에 적힌 대로여야 합니다.",
)
_CAPITAL: Final = Words(
    "There is no such field. Names begin with a lower-case letter.",
    "이러한 필드는 없습니다. 필드 이름은 소문자로 시작합니다.",
)
_UTF_16: Final = Words(
    "The body looks like UTF-16. Send it as UTF-8.",
    "본문이 UTF-16으로 보입니다. UTF-8로 보내십시오.",
)
_A_FORM: Final = Words(
    "The body looks like a form. Send JSON; in PowerShell, pass what ConvertTo-Json makes.",
    "본문이 양식 데이터로 보입니다. JSON을 보내십시오. PowerShell에서는 ConvertTo-Json의 결과를"
    " 전달하십시오.",
)


def of_bytes(body: bytes) -> Words | None:
    """What may have been done to a body that is no JSON."""
    if looks_like_utf_16(body):
        return _UTF_16
    if _FORM.fullmatch(body):
        return _A_FORM
    return _TOO_SHALLOW if _is_too_shallow(body.decode(errors="replace")) else None


def of_document(document: object) -> Words | None:
    """What may have been done to a body that is JSON, but not the object or array it should be."""
    return _in_place_of_an_object(document) if isinstance(document, str) else None


def of_field(error: ErrorDetails) -> Words | None:
    """What may have been done to a field, by what is wrong with it and what came."""
    came, kind = cast("object", error["input"]), error["type"]
    name = str(error["loc"][-1]) if error["loc"] else ""
    if kind == "missing" and isinstance(came, dict):
        names = {str(each).lower() for each in cast("dict[str, object]", came)}
        return _OTHER_CASE if name.lower() in names else None
    if kind == "extra_forbidden":
        return _CAPITAL if name[:1].isupper() else None
    if kind == "string_type" and type(came) in {int, float}:
        return _UNQUOTED
    if not isinstance(came, str):
        return None
    if kind in _NO_OBJECT:
        return _in_place_of_an_object(came)
    return _QUOTED.get(kind)


def _in_place_of_an_object(text: str) -> Words | None:
    if _is_too_shallow(text):
        return _TOO_SHALLOW
    return _JSON_AS_TEXT if looks_like_json(text) else None


def _is_too_shallow(text: str) -> bool:
    return text.startswith(("@{", "System."))
