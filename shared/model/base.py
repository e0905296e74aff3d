"""What every model of the domain is made of: times, ids, and actors, and one strict base."""

import re
from datetime import UTC, datetime
from typing import Annotated, Final, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel

from shared.clock import rfc3339
from shared.wording import Words, unacceptable

_OUTSIDE: Final = Words(
    "In UTC this time lies outside of the calendar.",
    "UTC로 변환하면 달력의 범위를 벗어나는 시간입니다.",
)


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise unacceptable(_OUTSIDE) from None


type Timestamp = Annotated[
    AwareDatetime,
    AfterValidator(_utc),
    PlainSerializer(rfc3339),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""An aware time, kept in UTC and written as `YYYY-MM-DDTHH:MM:SS.ffffffZ`."""

_DIGITS: Final = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
GUID_PATTERN: Final = f"^{_DIGITS}"
_GUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_EMPTY_GUID: Final = "00000000-0000-0000-0000-000000000000"
_NO_ID: Final = Words(
    "The empty GUID is no id: a variable was not set.",
    "빈 GUID는 ID가 아닙니다. 설정되지 않은 변수입니다.",
)


def _an_id(guid: str) -> str:
    if guid == _EMPTY_GUID:
        raise unacceptable(_NO_ID)
    return guid


type Guid = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        pattern=GUID_PATTERN,
    ),
    AfterValidator(_an_id),
    Field(json_schema_extra={"pattern": f"^(?!{_EMPTY_GUID}){_DIGITS}"}),
]
"""A GUID that is an id: any case in, lower case with dashes inside and out."""


def is_guid(text: str) -> bool:
    """Whether it is a GUID as this system writes it: tenants' ids, and those of their rows."""
    return _GUID.fullmatch(text) is not None


NOT_BLANK: Final = Field(json_schema_extra={"pattern": r"[^\s\x85]"})
"""For a text without a pattern that must have something left when blanks around it are gone."""

COUNTRY_PATTERN: Final = r"^[A-Za-z]{2}$"
type Country = Annotated[
    str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=COUNTRY_PATTERN)
]
"""ISO 3166-1 alpha-2: any case in, upper case out."""

type MpnId = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9]{1,10}$")]
"""A Microsoft Partner Network id."""

type Traceparent = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{2}(-[0-9a-f]+){3}$")]
"""Where a request belongs, as W3C trace context writes it (`shared.tracing`)."""


class Model(BaseModel):
    """Frozen, camelCase outside, and unforgiving: an unknown field is an error."""

    model_config = ConfigDict(
        frozen=True,
        defer_build=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
    )

    def but(self, **changes: object) -> Self:
        """A copy with `changes`, which must already be of the right types."""
        return self.model_copy(update=changes)


class Actor(Model):
    """Who did something: `role` is a letter of the role table, or `system`."""

    tenant_id: str
    object_id: str
    role: str


class Who(Model):
    """Which tenant did something and in which role; never a person."""

    tenant_id: str
    """The tenant of who did it, or `system` for what timers and sweeps do."""
    role: str
    """The letter of the role table in which it was allowed, such as `G`; `link` for a partner whose
    invitation link was accepted, `system` for timers and sweeps.
    """

    @classmethod
    def of(cls, actor: Actor) -> Self:
        """The tenant and role of `actor`."""
        return cls(tenant_id=actor.tenant_id, role=actor.role)


SYSTEM: Final = Actor(tenant_id="system", object_id="system", role="system")
"""The sweep and timers act as this."""
