"""What a function sees of a request: path, query and headers as the real host makes them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
# What stays as it is in a rebuilt path, besides letters and digits.
_UNESCAPED = "/!$&'()*+,;=:@-._~"
_LONGEST_CHARACTER = 4


class BadRequest(Exception):
    """The server refuses the request, before any function and without a body."""

    def __init__(self, status: int = 400, allow: str = "") -> None:
        """`allow` is the only method that such a target has."""
        super().__init__(status)
        self.status = status
        self.headers = [("Allow", allow)] if allow else []


@dataclass
class Request:
    """One request as it was sent; `body` reads it, unless it is over the limit or chunked."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: Callable[[], Awaitable[bytes]]
    path: str = field(init=False)
    raw_query: str = field(init=False)
    query: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Raises BadRequest for a path with a NUL."""
        raw, mark, query = self.target.partition("?")
        self.path = path(raw)
        self.raw_query = (mark + query).replace("#", "%23")
        self.query = _query(query)

    @property
    def url(self) -> str:
        """Rebuilt from the decoded path."""
        kept = re.split(r"(%[0-9A-Fa-f]{2})", self.path)
        escaped = (
            part if index % 2 else quote(part, safe=_UNESCAPED) for index, part in enumerate(kept)
        )
        return f"http://{self.headers['host']}{''.join(escaped)}{self.raw_query}"


def path(raw: str) -> str:
    """The decoded path without dot segments; an escaped slash and invalid escapes stay."""
    decoded = _decoded(raw, keep="/")
    if "\0" in decoded:
        raise BadRequest
    return _without_dots(decoded) if "/." in decoded else decoded


def headers(given: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Names in lower case, repeated values joined with a comma, empty ones left out of that."""
    joined: dict[str, list[str]] = {}
    for name, value in given:
        joined.setdefault(name.lower(), []).append(value)
    return {name: ",".join(filter(None, values)) for name, values in joined.items()}


def _query(raw: str) -> dict[str, str]:
    """Names ignore case, the second spelling stays; what is empty is dropped."""
    found: dict[str, list[tuple[str, str]]] = {}
    for pair in raw.split("&"):
        name, _, value = (_decoded(part.replace("+", " ")) for part in pair.partition("="))
        found.setdefault(name.upper(), []).append((name, value))
    joined = {
        pairs[min(1, len(pairs) - 1)][0]: ",".join(filter(None, (value for _, value in pairs)))
        for pairs in found.values()
    }
    return {name: value for name, value in joined.items() if value}


def _decoded(text: str, keep: str = "") -> str:
    return _ESCAPES.sub(lambda run: _characters(run[0], keep), text)


def _characters(run: str, keep: str) -> str:
    """A run of escapes; what is no UTF-8 character, or one to keep, stays escaped."""
    octets, at, done = bytes.fromhex(run.replace("%", "")), 0, ""
    while at < len(octets):
        character, length = _character(octets[at : at + _LONGEST_CHARACTER])
        done += run[3 * at : 3 * at + 3] if character in {"", keep} else character
        at += length
    return done


def _character(octets: bytes) -> tuple[str, int]:
    """The first character and its length; an empty one of length 1 where there is none."""
    for length in range(1, len(octets) + 1):
        try:
            return octets[:length].decode(), length
        except UnicodeDecodeError:
            pass
    return "", 1


def _without_dots(decoded: str) -> str:
    done: list[str] = []
    parts = decoded.split("/")[1:]
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        if part == "..":
            done = done[:-1]
        if part not in {".", ".."}:
            done.append(part)
        elif last:
            done.append("")
    return "/" + "/".join(done)
