"""Bicep files as plain values, so that tests can ask what a deployment would contain.

An object is a dict, an array a list, a plain string its text, a boolean a bool, a number an int;
every other expression is a `Code` with its source text. Of a loop or a condition the body counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import tree_sitter_bicep
from tree_sitter import Language, Node, Parser

INFRA: Final = Path(__file__).parents[2] / "infra"
_PARSER: Final = Parser(Language(tree_sitter_bicep.language()))


class Code(str):
    """An expression that only Azure evaluates."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource, or one per turn of a loop."""

    symbol: str
    type: str
    properties: dict[str, Any]
    existing: bool


@dataclass(frozen=True, slots=True)
class Module:
    """One use of another file."""

    symbol: str
    path: str
    properties: dict[str, Any]


@dataclass(slots=True)
class File:
    """What one file declares."""

    path: Path
    errors: list[str] = field(default_factory=list[str])
    required: set[str] = field(default_factory=set[str])
    optional: set[str] = field(default_factory=set[str])
    variables: dict[str, Any] = field(default_factory=dict[str, Any])
    resources: list[Resource] = field(default_factory=list[Resource])
    modules: list[Module] = field(default_factory=list[Module])
    outputs: set[str] = field(default_factory=set[str])
    strings: list[str] = field(default_factory=list[str])


def files() -> dict[str, File]:
    """Every Bicep file by its path below infra/."""
    return {
        str(path.relative_to(INFRA)): parse(path.read_text(encoding="utf-8"), path)
        for path in sorted(INFRA.rglob("*.bicep"))
    }


@cache
def parse(text: str, path: Path) -> File:
    """Reads one file."""
    found = File(path)
    for node in _walk(_PARSER.parse(text.encode()).root_node):
        _take(node, found)
    return found


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _take(node: Node, found: File) -> None:
    parts = node.named_children
    if node.type == "ERROR" or node.is_missing:
        found.errors.append(f"{found.path.name}:{node.start_point.row + 1}")
    elif node.type == "parameter_declaration":
        (found.optional if len(parts) > 2 else found.required).add(_text(parts[0]))
    elif node.type == "variable_declaration":
        found.variables[_text(parts[0])] = _value(parts[1])
    elif node.type == "output_declaration":
        found.outputs.add(_text(parts[0]))
    elif node.type == "resource_declaration":
        existing = any(child.type == "existing" for child in node.children)
        body = _body(parts[-1])
        found.resources.append(Resource(_text(parts[0]), _value(parts[1]), body, existing))
    elif node.type == "module_declaration":
        found.modules.append(Module(_text(parts[0]), _value(parts[1]), _body(parts[-1])))
    elif node.type == "string_content":
        found.strings.append(_text(node))


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _body(node: Node) -> dict[str, Any]:
    if node.type in {"if_statement", "for_statement"}:
        return _body(node.named_children[-1])
    value = _value(node)
    assert isinstance(value, dict), _text(node)
    return value


def _value(node: Node) -> Any:
    kind = node.type
    if kind == "object":
        return dict(map(_property, _pairs(node)))
    if kind == "array":
        return [_value(child) for child in node.named_children if child.type != "comment"]
    if kind == "boolean":
        return _text(node) == "true"
    if kind == "number":
        return int(_text(node))
    if kind == "for_statement":
        return [_value(node.named_children[-1])]
    contents = node.named_children
    if kind == "string" and all(child.type == "string_content" for child in contents):
        return "".join(map(_text, contents))
    return Code(_text(node))


def _pairs(node: Node) -> list[Node]:
    """Nested resources are properties to the grammar; they are taken on their own."""
    return [
        child
        for child in node.named_children
        if child.type == "object_property"
        and child.named_children[0].type not in {"resource_declaration", "decorators"}
    ]


def _property(node: Node) -> tuple[str, Any]:
    name, value = node.named_children
    return _text(name).strip("'"), _value(value)
