"""HTTP routes: the part of ASP.NET's templates that apps of ours use, tried in order of name.

The first function by name (ordinal, ignoring case) whose template and method match wins; a more
specific template wins nothing. Paths come as `requests.path` decodes them.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from itertools import combinations, zip_longest
from typing import TYPE_CHECKING

from devhost.refusals import Refusal, Refused
from devhost.requests import path as decoded_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LITERAL = r"(?P<literal>(?!\.{1,2}\Z)[A-Za-z0-9._-]+)"
_PARAMETER = r"\{(?P<name>[A-Za-z_]\w*)(?::maxlength\((?P<longest>\d{1,9})\))?(?P<optional>\??)\}"
_SEGMENT = re.compile(rf"{_LITERAL}|{_PARAMETER}|\{{\*(?P<rest>[A-Za-z_]\w*)\}}", re.ASCII)
_FUNCTION_NAME = re.compile(r"(?!(?i:host)\Z)[A-Za-z][A-Za-z0-9_-]{0,127}")
_OWN = re.compile(r"(?i)(admin|runtime)")
# Letters beyond ASCII are literal in no template here; elsewhere Python knows more pairs than .NET.
_FOLDED = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


@dataclass(frozen=True)
class Segment:
    """One part of a template between slashes: a literal, or a parameter's `name`."""

    literal: str | None
    name: str
    optional: bool
    rest: bool
    longest: int | None

    def takes(self, text: str) -> bool:
        """Whether it matches a part of a path."""
        if self.literal is not None:
            return self.literal == text.translate(_FOLDED)
        # .NET counts UTF-16 units.
        return self.longest is None or len(text.encode("utf-16-le")) // 2 <= self.longest


@dataclass(frozen=True)
class Route:
    """A function's template and methods; None is every method."""

    function: str
    template: str
    methods: frozenset[str] | None
    segments: tuple[Segment, ...]

    def match(self, method: str, path: str, parts: Sequence[str]) -> dict[str, str] | None:
        """The route parameters, or None when method or path (and its parts) don't match."""
        if self.methods is not None and method.upper() not in self.methods:
            return None
        params: dict[str, str] = {}
        for position, (segment, part) in enumerate(zip_longest(self.segments, parts)):
            if segment is None or part == "":
                return None
            if part is None:
                return params if segment.optional or segment.rest else None
            text = path.split("/", position + 1)[-1] if segment.rest else part
            if not segment.takes(text):
                return None
            if segment.literal is None:
                params[segment.name] = text
            if segment.rest:
                break
        return params

    def meets(self, other: Route) -> bool:
        """Whether some method is both routes'."""
        if self.methods is None or other.methods is None:
            return self.methods != frozenset() != other.methods
        return bool(self.methods & other.methods)

    @property
    def shape(self) -> list[object]:
        """Equal for routes that match the same paths, whatever their parameters' names."""
        return [(s.literal, s.optional, s.rest, s.longest) for s in self.segments]


class RouteTable:
    """All routes of an app. `warnings` names the pairs whose order of names decides."""

    def __init__(self, routes: Iterable[Route]) -> None:
        """Sort and check. Raises Refused for two of one shape with a method in common."""
        self._routes = sorted(routes, key=lambda route: route.function.upper())
        self.templates = {route.function: route.template for route in self._routes}
        self.warnings: list[str] = []
        for first, second in combinations(self._routes, 2):
            if not first.meets(second):
                continue
            if first.shape == second.shape:
                raise Refused(
                    Refusal.ROUTE,
                    f"functions {first.function} and {second.function} have the same route "
                    f"'{second.template}'",
                )
            # A catch-all that comes last is there for what is left.
            if not second.segments[0].rest and _overlap(first.segments, second.segments):
                self.warnings.append(
                    f"routes overlap, {first.function} wins by its name: "
                    f"'{first.template}' and '{second.template}' of {second.function}"
                )

    def match(self, method: str, raw_path: str) -> tuple[str, dict[str, str]] | None:
        """The function for a request and its route parameters."""
        return self.find(method, decoded_path(raw_path))

    def find(self, method: str, path: str) -> tuple[str, dict[str, str]] | None:
        """The same for a path that is decoded already."""
        parts = _parts(path)
        for route in self._routes if path[0] == "/" else ():
            params = route.match(method, path, parts)
            if params is not None:
                return route.function, params
        return None


def parse(function: str, prefix: str, template: str | None, methods: Iterable[str] | None) -> Route:
    """A route from a binding. Raises Refused for what this host does not know."""
    if isinstance(methods, str):
        raise Refused(Refusal.BINDING, f"methods of {function}: '{methods}'")
    full = "/".join(part for part in (prefix, template or function) if part)
    if _OWN.match(full):
        raise Refused(Refusal.ROUTE, f"route of {function}: '{full}'")
    segments = tuple(_segment(text, function) for text in full.split("/"))
    names = [s.name.lower() for s in segments if s.literal is None]
    early = any(s.rest or s.optional for s in segments[:-1])
    if early or len(set(names)) < len(names):
        raise Refused(Refusal.TEMPLATE, f"route of {function}: '{full}'")
    allowed = None if methods is None else frozenset(method.upper() for method in methods)
    return Route(function, full, allowed, segments)


def check_name(function: str) -> None:
    """Raises Refused for a name that no function can have."""
    if not _FUNCTION_NAME.fullmatch(function):
        raise Refused(Refusal.NAME, f"function '{function}'")


def _parts(path: str) -> list[str]:
    """What is between slashes; one last slash makes no part."""
    parts = path[1:].split("/")
    return parts[:-1] if parts == [""] or (parts[-1] == "" and parts[-2] != "") else parts


def _segment(text: str, function: str) -> Segment:
    match = _SEGMENT.fullmatch(text)
    if not match:
        raise Refused(Refusal.TEMPLATE, f"route of {function}: '{text}'")
    literal, longest = match["literal"], match["longest"]
    return Segment(
        literal and literal.translate(_FOLDED),
        match["name"] or match["rest"] or "",
        bool(match["optional"]),
        bool(match["rest"]),
        int(longest) if longest else None,
    )


def _overlap(first: Sequence[Segment], second: Sequence[Segment]) -> bool:
    """Whether some path matches both, seen from the templates alone."""
    for one, other in zip_longest(first, second):
        if one is None:
            return other.optional or other.rest
        if other is None:
            return one.optional or one.rest
        if one.rest or other.rest:
            return True
        if one.literal and not other.takes(one.literal):
            return False
        if other.literal and not one.takes(other.literal):
            return False
    return True
