"""Country codes: ISO 3166-1 alpha-2, and what people write who mean one of them."""

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from shared.text.characters import line
from shared.wording import Words, unacceptable

_SECONDS: Final[Mapping[str, str]] = {
    "A": "DEFGILMOQRSTUWXZ",
    "B": "ABDEFGHIJLMNOQRSTVWYZ",
    "C": "ACDFGHIKLMNORUVWXYZ",
    "D": "EJKMOZ",
    "E": "CEGHRST",
    "F": "IJKMOR",
    "G": "ABDEFGHILMNPQRSTUWY",
    "H": "KMNRTU",
    "I": "DELMNOQRST",
    "J": "EMOP",
    "K": "EGHIMNPRWYZ",
    "L": "ABCIKRSTUVY",
    "M": "ACDEFGHKLMNOPQRSTUVWXYZ",
    "N": "ACEFGILOPRUZ",
    "O": "M",
    "P": "AEFGHKLMNRSTWY",
    "Q": "A",
    "R": "EOSUW",
    "S": "ABCDEGHIJKLMNORSTVXYZ",
    "T": "CDFGHJKLMNORTVWZ",
    "U": "AGMSYZ",
    "V": "ACEGINU",
    "W": "FS",
    "X": "K",
    "Y": "ET",
    "Z": "AMW",
}
"""By their first letter. XK, Kosovo's, is of no list of ISO's, and of Partner Center's regions."""

CODES: Final = frozenset(one + two for one, seconds in _SECONDS.items() for two in seconds)

MEANT: Final[Mapping[str, str]] = {"UK": "GB", "EL": "GR"}
"""What others than ISO call a country: the internet's and the European Union's own codes."""

COUNTRY_PATTERN: Final = r"^[A-Za-z]{2}$"
_CODE_PATTERN: Final = f"^(?:{'|'.join(f'{one}[{two}]' for one, two in _SECONDS.items())})$"

_NO_COUNTRY: Final = Words(
    "It is no country's code (ISO 3166-1 alpha-2), such as US.",
    "국가 코드(ISO 3166-1 alpha-2)가 아닙니다. 예: US.",
)
_ANOTHER_CODE: Final = Words(
    "It is no country's code (ISO 3166-1 alpha-2): {meant} is meant.",
    "국가 코드(ISO 3166-1 alpha-2)가 아닙니다. {meant}을(를) 사용하십시오.",
)


def _of_a_country(code: str) -> str:
    if code in CODES:
        return code
    meant = MEANT.get(code)
    raise unacceptable(_ANOTHER_CODE.filled(meant=meant) if meant else _NO_COUNTRY)


type Country = Annotated[
    str,
    StringConstraints(to_upper=True, pattern=COUNTRY_PATTERN),
    AfterValidator(_of_a_country),
    BeforeValidator(line),
    Field(json_schema_extra={"pattern": _CODE_PATTERN}),
]
"""A country: any case in, upper case out."""
