"""What would be right in the place of a wrong value, by pydantic's name for what is wrong.

What was sent is never repeated. A test derives every name and pattern that a body, a query or a
message can fail with, and looks for it here.
"""

from collections.abc import Mapping
from typing import Final

from pydantic_core import ErrorDetails

from shared.deciding.bodies import LOCALE_PATTERN
from shared.deciding.sales import DURATION_PATTERN
from shared.services.likely_mistakes import of_field
from shared.text.countries import COUNTRY_PATTERN
from shared.text.domains import DOMAIN_PATTERN, EMAIL_PATTERN, MICROSOFT_URL_PATTERN
from shared.text.identifiers import GUID_PATTERN, MPN_PATTERN
from shared.wording import Words, explanation

OTHERWISE: Final = Words(
    "The value is not what this field takes.", "이 필드에 사용할 수 없는 값입니다."
)
_TEXT: Final = Words("It must be text.", "문자열이어야 합니다.")
_WHOLE: Final = Words("It must be a whole number.", "정수여야 합니다.")
_FLAG: Final = Words("It must be true or false.", "true 또는 false여야 합니다.")
_LIST: Final = Words("It must be a JSON array.", "JSON 배열이어야 합니다.")
_OBJECT: Final = Words("It must be a JSON object.", "JSON 객체여야 합니다.")
_ONE_OF: Final = Words("It must be one of: {expected}.", "다음 중 하나여야 합니다: {expected}.")
_TIME: Final = Words(
    "It must be a time such as 2026-11-01T08:00:00Z.",
    "2026-11-01T08:00:00Z와 같은 형식의 시간이어야 합니다.",
)

BY_TYPE: Final[Mapping[str, Words]] = {
    "bool_type": _FLAG,
    "datetime_from_date_parsing": _TIME,
    "datetime_object_invalid": _TIME,
    "datetime_parsing": _TIME,
    "datetime_type": _TIME,
    "dict_type": _OBJECT,
    "enum": _ONE_OF,
    "extra_forbidden": Words("There is no such field.", "이러한 필드는 없습니다."),
    "greater_than_equal": Words("It must be at least {ge}.", "{ge} 이상이어야 합니다."),
    "int_from_float": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_type": _WHOLE,
    "less_than_equal": Words("It must be at most {le}.", "{le} 이하여야 합니다."),
    "literal_error": _ONE_OF,
    "missing": Words("The field is required.", "필수 필드입니다."),
    "model_type": _OBJECT,
    "string_pattern_mismatch": Words(
        "It must match the pattern {pattern}.", "패턴 {pattern}에 맞아야 합니다."
    ),
    "string_too_long": Words(
        "It must have at most {max_length} characters.", "최대 {max_length}자여야 합니다."
    ),
    "string_too_short": Words(
        "It must have {min_length} or more characters.", "최소 {min_length}자여야 합니다."
    ),
    "string_type": _TEXT,
    "string_unicode": _TEXT,
    "timezone_aware": Words(
        "It must be a time with an offset, such as 2026-11-01T08:00:00Z.",
        "2026-11-01T08:00:00Z와 같이 시간대 오프셋이 있는 시간이어야 합니다.",
    ),
    "too_long": Words(
        "It must have at most {max_length} items.", "항목은 최대 {max_length}개여야 합니다."
    ),
    "too_short": Words(
        "It must have {min_length} or more items.", "항목은 최소 {min_length}개여야 합니다."
    ),
    "tuple_type": _LIST,
}

_GUID: Final = Words(
    "It must be a GUID in the form 0d6f3a52-8c1e-4f37-b1c9-2f5f9d1e6a44.",
    "0d6f3a52-8c1e-4f37-b1c9-2f5f9d1e6a44와 같은 형식의 GUID여야 합니다.",
)

BY_PATTERN: Final[Mapping[str, Words]] = {
    GUID_PATTERN: _GUID,
    COUNTRY_PATTERN: Words(
        "It must be a country's two letters (ISO 3166-1), such as US.",
        "US와 같은 국가 코드 두 자(ISO 3166-1)여야 합니다.",
    ),
    MPN_PATTERN: Words(
        "It must be an MPN ID: 1 to 10 digits, not only zeros.",
        "MPN ID(0만으로 이루어지지 않은 숫자 1~10자리)여야 합니다.",
    ),
    LOCALE_PATTERN: Words("It must be en or ko.", "en 또는 ko여야 합니다."),
    DURATION_PATTERN: Words(
        "It must be a number of months or years, such as P1M or P3Y.",
        "P1M 또는 P3Y와 같은 개월 수나 연수여야 합니다.",
    ),
    r"^[0-9a-f]{2}(-[0-9a-f]+){3}$": Words(
        "It must be a traceparent (W3C Trace Context).",
        "traceparent(W3C Trace Context) 형식이어야 합니다.",
    ),
    DOMAIN_PATTERN: Words(
        "It must be a domain name, such as harbor.example.gov.",
        "harbor.example.gov와 같은 도메인 이름이어야 합니다.",
    ),
    MICROSOFT_URL_PATTERN: Words(
        "It must be an https address in printable ASCII, without user and port.",
        "사용자와 포트가 없고 ASCII 문자로만 된 https 주소여야 합니다.",
    ),
    EMAIL_PATTERN: Words(
        "It must be an e-mail address, such as ada@harbor.example.gov.",
        "ada@harbor.example.gov와 같은 전자 메일 주소여야 합니다.",
    ),
    r"^[A-Za-z0-9/:._~%?#\[\]@!$&'()*+,;=-]{1,256}$": Words(
        "It must be a URI reference of 1 to 256 characters, such as /pipelines/fleet.",
        "/pipelines/fleet과 같은 1~256자의 URI 참조여야 합니다.",
    ),
}


def words_of(error: ErrorDetails) -> Words:
    """What the sender is told of one error."""
    own = explanation(error) or of_field(error)
    if own:
        return own
    context = dict(error.get("ctx", {}))
    if "expected" in context:
        context["expected"] = str(context["expected"]).replace(" or ", ", ")
    words = BY_PATTERN.get(str(context.get("pattern"))) or BY_TYPE.get(error["type"], OTHERWISE)
    return words.filled(**context)
