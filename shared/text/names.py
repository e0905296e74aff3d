"""What people read and write: names, references, and prose."""

from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from shared.text.characters import REFUSED, VISIBLE, line, prose, visible

_CHARACTER: Final = f"[^{REFUSED}]"
_LINE: Final = Field(json_schema_extra={"pattern": f"^{_CHARACTER}*{VISIBLE}{_CHARACTER}*$"})
_PROSE_CHARACTER: Final = rf"(?:{_CHARACTER}|[\t\n\r])"
_PROSE: Final = Field(
    json_schema_extra={"pattern": f"^{_PROSE_CHARACTER}*{VISIBLE}{_PROSE_CHARACTER}*$"}
)

type Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=128),
    AfterValidator(visible),
    BeforeValidator(line),
    _LINE,
]
"""What something is called. Two that look the same are the same."""

type Reference = Name
"""Where something is on file elsewhere: a contract's number, an order's."""

type Prose = Annotated[
    str,
    StringConstraints(min_length=1, max_length=500),
    AfterValidator(visible),
    BeforeValidator(prose),
    _PROSE,
]
"""What somebody wrote, in lines."""

type Search = Annotated[
    str,
    StringConstraints(min_length=1, max_length=128),
    AfterValidator(visible),
    BeforeValidator(line),
    _LINE,
]
"""What somebody types to find one."""
