"""A request and an answer as plain values, so that the framework needs no Functions host."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request as the host hands it over: header names in lower case, path segments decoded."""

    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    path: Mapping[str, str] = field(default_factory=dict[str, str])
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An answer for the host to send."""

    status: int
    headers: Mapping[str, str]
    body: bytes
