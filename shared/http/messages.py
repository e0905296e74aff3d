"""A request and an answer as plain values, so that the framework needs no Functions host."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_PRINTABLE: Final = re.compile(r"[\x20-\x7e]*", re.ASCII)
_COOKIE_NAME: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_COOKIE_VALUE: Final = re.compile(r"[A-Za-z0-9._~-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request as the host hands it over: header names in lower case, path segments decoded."""

    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    path: Mapping[str, str] = field(default_factory=dict[str, str])
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie of the whole site, for HTTPS and this origin's own requests, unseen by scripts.

    `max_age` in seconds: 0 deletes it, None keeps it until the browser is closed. The host would
    encode any other character of a value, and lose a cookie with any other attribute.
    """

    name: str
    value: str
    max_age: int | None = None

    def __post_init__(self) -> None:
        """Raises ValueError for what the host would change or lose."""
        if not _COOKIE_NAME.fullmatch(self.name) or not _COOKIE_VALUE.fullmatch(self.value):
            raise ValueError(f"cookie {self.name!r} would not arrive as it is")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An answer for the host to send."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cookies: tuple[Cookie, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError for a header that is not printable ASCII.

        The host makes a 500 without a body of such an answer, though all was done.
        """
        for name, value in self.headers.items():
            if not _PRINTABLE.fullmatch(value):
                raise ValueError(f"header {name} is not printable ASCII")
