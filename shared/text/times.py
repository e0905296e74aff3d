"""Times as senders write them, kept in UTC."""

import re
from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, PlainSerializer
from pydantic import WithJsonSchema as WithSchema

from shared.clock import rfc3339
from shared.text.characters import line
from shared.wording import Words, unacceptable

_RFC_3339: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_PLUS_AS_BLANK: Final = re.compile(r"(?<=\d) (?=\d\d:\d\d$)", re.ASCII)

_OUTSIDE: Final = Words(
    "In UTC this time lies outside of the calendar.",
    "UTC로 변환하면 달력의 범위를 벗어나는 시간입니다.",
)
_NOT_SPELT: Final = Words(
    "It must be a time such as 2026-11-01T08:00:00Z.",
    "2026-11-01T08:00:00Z와 같은 형식의 시간이어야 합니다.",
)
_NO_OFFSET: Final = Words(
    "It is a time without an offset. Add Z, or one such as -05:00.",
    "오프셋이 없는 시간입니다. Z 또는 -05:00과 같은 오프셋을 붙이십시오.",
)
_NOT_SET: Final = Words(
    "The year is 1, as of a variable that was not set. Leave the field out, or send the time.",
    "연도가 1입니다. 설정되지 않은 변수로 보입니다. 필드를 생략하거나 시간을 보내십시오.",
)
_FOR_EVER: Final = Words(
    "The year is 9999, which stands for no end. Leave the field out where nothing ends.",
    "연도 9999는 끝이 없음을 뜻합니다. 끝이 없으면 필드를 생략하십시오.",
)
_IMPLAUSIBLE: Final = Words(
    "The year must lie between 2000 and 2100.", "연도는 2000년에서 2100년 사이여야 합니다."
)
_YEARS: Final = {1: _NOT_SET, 9999: _FOR_EVER}


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise unacceptable(_YEARS.get(moment.year, _OUTSIDE)) from None


type Timestamp = Annotated[
    AwareDatetime,
    AfterValidator(_utc),
    PlainSerializer(rfc3339),
    WithSchema({"type": "string", "format": "date-time"}),
]
"""An aware time, kept in UTC and written as `YYYY-MM-DDTHH:MM:SS.ffffffZ`."""


def _rfc_3339(value: object) -> object:
    # Left to itself, pydantic also takes numbers for seconds since 1970.
    text = line(value)
    if isinstance(text, datetime) or (isinstance(text, str) and _RFC_3339.fullmatch(text)):
        return text
    without = isinstance(text, str) and _RFC_3339.fullmatch(f"{text}Z")
    raise unacceptable(_NO_OFFSET if without else _NOT_SPELT)


def _plausible(moment: datetime) -> datetime:
    if not 2000 <= moment.year <= 2100:  # noqa: PLR2004 - the contract's own bounds
        raise unacceptable(_YEARS.get(moment.year, _IMPLAUSIBLE))
    return moment


def _with_its_plus(value: object) -> object:
    """A `+` in a query is a blank, unless it is encoded: between these digits it was one."""
    return _PLUS_AS_BLANK.sub("+", value) if isinstance(value, str) else value


type Moment = Annotated[Timestamp, BeforeValidator(_rfc_3339), BeforeValidator(_with_its_plus)]
"""Any time, in a query."""

type PlausibleTime = Annotated[
    Timestamp,
    BeforeValidator(_rfc_3339),
    AfterValidator(_plausible),
    Field(json_schema_extra={"pattern": "^(20[0-9]{2}|2100)-"}),
]
"""A time that something of this domain can happen at."""


def spelt_out(value: object) -> object:
    """A time of RFC 3339, as it was written: for what nobody here compares."""
    _rfc_3339(value)
    return line(value)
