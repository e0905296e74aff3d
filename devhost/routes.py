"""HTTP routes as the real host understands them: ASP.NET templates, tried in order of name.

The first function by name (ordinal, case-insensitive) whose template and method match wins;
a more specific template wins nothing. Matching is done on the raw path, so an encoded slash
stays inside its segment and stays encoded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote
from uuid import UUID

from devhost.config import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_PARAMETER = re.compile(
    r"\{(?P<rest>\*{1,2})?(?P<name>[A-Za-z_]\w*)(?P<constraints>(?::(?:[^(){}=?]|\([^)]*\))+)*)"
    r"(?:=(?P<default>[^{}?]*))?(?P<optional>\?)?\}"
)
_ALL_METHODS = frozenset({"GET", "POST", "DELETE", "HEAD", "PATCH", "PUT", "OPTIONS", "TRACE"})
_INT32, _INT64 = 2**31, 2**63


@dataclass(frozen=True)
class Segment:
    """One part of a template between slashes: literal text, or a pattern with parameters."""

    text: str
    pattern: re.Pattern[str] | None
    constraints: tuple[tuple[str, str], ...]
    default: str | None = None
    optional: bool = False
    rest: bool = False

    def match(self, value: str) -> dict[str, str] | None:
        """The parameters that this segment takes out of a decoded path segment."""
        if self.pattern is None:
            return {} if self.text.casefold() == value.casefold() else None
        found = self.pattern.fullmatch(value)
        if not found:
            return None
        params = {name: text for name, text in found.groupdict().items() if text is not None}
        for name, constraint in self.constraints:
            if name in params and not _satisfies(params[name], constraint):
                return None
        return params

    @property
    def shape(self) -> tuple[object, ...]:
        """Equal for segments that match the same texts, whatever their parameters' names."""
        if self.pattern is None:
            return (self.text.casefold(),)
        kinds = tuple(constraint for _, constraint in self.constraints)
        anonymous = re.sub(r"\{[^{}:=?*]+", "{", re.sub(r":[^}]*", "", self.text))
        return (None, anonymous.casefold(), kinds)


@dataclass(frozen=True)
class Route:
    """A function's template and methods."""

    function: str
    template: str
    methods: frozenset[str]
    segments: tuple[Segment, ...]

    def match(self, method: str, segments: Sequence[str]) -> dict[str, str] | None:
        """The route parameters, or None when method or path don't match."""
        if method not in self.methods:
            return None
        params: dict[str, str] = {}
        for position, segment in enumerate(self.segments):
            if segment.rest:
                found = segment.match("/".join(segments[position:]))
                return None if found is None else params | {k: v for k, v in found.items() if v}
            if position >= len(segments):
                if segment.default is not None and segment.pattern:
                    params |= dict.fromkeys(segment.pattern.groupindex, segment.default)
                elif not segment.optional:
                    return None
                continue
            found = segment.match(segments[position])
            if found is None:
                return None
            params |= found
        return params if len(segments) <= len(self.segments) else None


class RouteTable:
    """All routes of an app. `warnings` names the pairs whose order of names decides."""

    def __init__(self, routes: Iterable[Route]) -> None:
        """Sort and check. Raises ConfigError for two equal templates with a common method."""
        self._routes = sorted(routes, key=lambda route: route.function.upper())
        self.warnings: list[str] = []
        for position, first in enumerate(self._routes):
            for second in self._routes[position + 1 :]:
                self._compare(first, second)

    def match(self, method: str, raw_path: str) -> tuple[str, dict[str, str]] | None:
        """The function for a request and its route parameters."""
        segments = split_path(raw_path)
        for route in self._routes:
            params = route.match(method, segments)
            if params is not None:
                return route.function, params
        return None

    def _compare(self, first: Route, second: Route) -> None:
        if not first.methods & second.methods:
            return
        if [s.shape for s in first.segments] == [s.shape for s in second.segments]:
            raise ConfigError(
                f"functions {first.function} and {second.function} have the same route "
                f"'{second.template}' and a method in common"
            )
        if _overlap(first.segments, second.segments):
            self.warnings.append(
                f"routes overlap, {first.function} wins by its name: "
                f"'{first.template}' and '{second.template}' of {second.function}"
            )


def parse(function: str, prefix: str, template: str, methods: Iterable[str] | None) -> Route:
    """A route from a binding. Raises ConfigError for a template ASP.NET would refuse."""
    full = f"{prefix}/{template.strip('/')}".strip("/")
    segments = tuple(_segment(text, function) for text in _split_template(full))
    for segment in segments[:-1]:
        if segment.rest or segment.optional:
            raise ConfigError(f"route of {function}: '{segment.text}' must come last in '{full}'")
    allowed = frozenset(m.upper() for m in methods) if methods else _ALL_METHODS
    return Route(function, full, allowed, segments)


def split_path(raw_path: str) -> list[str]:
    """Decoded segments; `%2F` stays as it is; one trailing slash is accepted."""
    path = raw_path.removeprefix("/").removesuffix("/")
    if not path:
        return []
    return [_decode(segment) if "%" in segment else segment for segment in path.split("/")]


def _decode(segment: str) -> str:
    pieces = re.split(r"(?i)(%2f)", segment)
    return "".join(p if p.lower() == "%2f" else unquote(p) for p in pieces)


def _split_template(template: str) -> list[str]:
    """Split at slashes outside braces, since a regex constraint may hold one."""
    parts, depth = [""], 0
    for character in template:
        depth += (character == "{") - (character == "}")
        if character == "/" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part for part in parts if part]


def _segment(text: str, function: str) -> Segment:
    matches = list(_PARAMETER.finditer(text))
    if not matches:
        if "{" in text or "}" in text:
            raise ConfigError(f"route of {function}: '{text}' is not a valid template")
        return Segment(text, None, ())
    pattern, at, constraints = "", 0, []
    for match in matches:
        pattern += re.escape(text[at : match.start()])
        name = match["name"]
        pattern += f"(?P<{name}>.*)" if match["rest"] else f"(?P<{name}>.+)"
        for constraint in re.findall(r":((?:[^():]|\([^)]*\))+)", match["constraints"]):
            _check_constraint(constraint, function)
            constraints.append((name, constraint))
        at = match.end()
    pattern += re.escape(text[at:])
    last = matches[-1]
    return Segment(
        text,
        re.compile(pattern, re.IGNORECASE | re.DOTALL),
        tuple(constraints),
        last["default"],
        bool(last["optional"]) and len(matches) == 1,
        bool(last["rest"]),
    )


def _overlap(first: Sequence[Segment], second: Sequence[Segment]) -> bool:
    """Whether some path matches both, seen from the templates alone."""
    if not first or not second:
        return all(s.optional or s.rest or s.default is not None for s in (*first, *second))
    one, other = first[0], second[0]
    if one.rest or other.rest:
        return True
    both = one.match(other.text) is not None if other.pattern is None else True
    if other.pattern is not None and one.pattern is None:
        both = other.match(one.text) is not None
    return both and _overlap(first[1:], second[1:])


def _is(parse_text: Callable[[str], object], text: str) -> bool:
    try:
        parse_text(text)
    except ValueError:
        return False
    return True


def _whole(text: str, bound: int) -> bool:
    return bool(re.fullmatch(r"[+-]?\d+", text)) and -bound <= int(text) < bound


_SIMPLE: Mapping[str, Callable[[str], bool]] = {
    "int": lambda text: _whole(text, _INT32),
    "long": lambda text: _whole(text, _INT64),
    "bool": lambda text: text.lower() in {"true", "false"},
    "guid": lambda text: _is(UUID, text),
    "alpha": lambda text: bool(re.fullmatch(r"[A-Za-z]*", text)),
    "required": bool,
    "decimal": lambda text: bool(re.fullmatch(r"[+-]?\d*\.?\d+", text)),
    "double": lambda text: _is(float, text),
    "float": lambda text: _is(float, text),
    "datetime": lambda text: _is(datetime.fromisoformat, text),
}
_WITH_ARGUMENT: Mapping[str, Callable[[str, list[str]], bool]] = {
    "min": lambda text, a: _whole(text, _INT64) and int(text) >= int(a[0]),
    "max": lambda text, a: _whole(text, _INT64) and int(text) <= int(a[0]),
    "range": lambda text, a: _whole(text, _INT64) and int(a[0]) <= int(text) <= int(a[1]),
    "minlength": lambda text, a: len(text) >= int(a[0]),
    "maxlength": lambda text, a: len(text) <= int(a[0]),
    "length": lambda text, a: int(a[0]) <= len(text) <= int(a[-1]),
    "regex": lambda text, a: bool(re.search(_regex(a), text, re.IGNORECASE)),
}


def _regex(arguments: list[str]) -> str:
    # A comma separates arguments elsewhere; braces are doubled in a template.
    return ",".join(arguments).replace("{{", "{").replace("}}", "}")


def _check_constraint(constraint: str, function: str) -> None:
    name, _, argument = constraint.partition("(")
    if name.lower() not in (_WITH_ARGUMENT if argument else _SIMPLE):
        raise ConfigError(f"route of {function}: unknown constraint '{constraint}'")


def _satisfies(text: str, constraint: str) -> bool:
    name, _, argument = constraint.partition("(")
    if argument:
        return _WITH_ARGUMENT[name.lower()](text, argument.removesuffix(")").split(","))
    return _SIMPLE[name.lower()](text)
