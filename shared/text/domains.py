"""Domains, addresses of mail and of Microsoft's pages: what names a host."""

import re
from typing import Annotated, Final

import idna
from pydantic import BeforeValidator, StringConstraints

from shared.text.characters import REFUSED, line
from shared.wording import Words, unacceptable

DOMAIN_PATTERN: Final = (
    r"^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])$"
)
EMAIL_PATTERN: Final = rf"^[^@\s{REFUSED}]{{1,64}}@[^@\s{REFUSED}]{{1,189}}$"
MICROSOFT_URL_PATTERN: Final = r"^https://[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+(?:[/?#][A-Za-z0-9._~!$&'()*+,;=:@%/?#-]*)?$"
"""https, a host without user and port, printable ASCII: what it shows is where it leads."""

_ENCODED: Final = re.compile(r"(?:^|\.)xn--", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*://|.*[/@:]", re.IGNORECASE)

_NO_NAME: Final = Words(
    "It is no domain name that can be registered (IDNA 2008).",
    "등록할 수 있는 도메인 이름(IDNA 2008)이 아닙니다.",
)
_AN_ADDRESS: Final = Words(
    "It must be the domain name alone, such as harbor.example.gov: without https://, path, port"
    " or user.",
    "https://, 경로, 포트, 사용자 없이 harbor.example.gov와 같은 도메인 이름만 있어야 합니다.",
)


def _domain(value: object) -> object:
    """The A-label form: of a name in its own script, too, and without the root's dot."""
    text = line(value)
    if not isinstance(text, str):
        return text
    if _ADDRESS.match(text):
        raise unacceptable(_AN_ADDRESS)
    text = text.removesuffix(".")
    if text.isascii() and not _ENCODED.search(text):
        return text
    try:
        return idna.encode(text, uts46=True, std3_rules=True).decode().removesuffix(".")
    except idna.IDNAError:
        raise unacceptable(_NO_NAME) from None


type Domain = Annotated[
    str,
    StringConstraints(to_lower=True, max_length=253, pattern=DOMAIN_PATTERN),
    BeforeValidator(_domain),
]
"""A domain as DNS has it: lower case, internationalised names in their `xn--` form."""

type Email = Annotated[
    str, StringConstraints(max_length=254, pattern=EMAIL_PATTERN), BeforeValidator(line)
]

type MicrosoftUrl = Annotated[
    str, StringConstraints(max_length=1024, pattern=MICROSOFT_URL_PATTERN), BeforeValidator(line)
]
"""Where a customer accepts a request at Microsoft."""
