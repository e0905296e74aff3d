"""Bicep files in their parts: parameters, variables, resources, modules, outputs, as syntax trees.

tests/infra/deployment.py works out what they come to.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import tree_sitter_bicep
from tree_sitter import Language, Node, Parser

INFRA: Final = Path(__file__).parents[2] / "infra"
_PARSER: Final = Parser(Language(tree_sitter_bicep.language()))


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a file is given. `decorators`: their arguments by name."""

    name: str
    type: str
    default: Node | None
    decorators: dict[str, Node]


@dataclass(frozen=True, slots=True)
class Declaration:
    """A resource, or a use of another file. `kind`: the resource's type, or the file's path."""

    symbol: str
    kind: str
    value: Node
    existing: bool = False


@dataclass(slots=True)
class File:
    """What one file declares."""

    path: Path
    errors: list[str] = field(default_factory=list[str])
    parameters: dict[str, Parameter] = field(default_factory=dict[str, Parameter])
    variables: dict[str, Node] = field(default_factory=dict[str, Node])
    resources: dict[str, Declaration] = field(default_factory=dict[str, Declaration])
    modules: dict[str, Declaration] = field(default_factory=dict[str, Declaration])
    outputs: dict[str, Node] = field(default_factory=dict[str, Node])
    strings: list[str] = field(default_factory=list[str])

    @property
    def required(self) -> set[str]:
        """The names of parameters without a default."""
        return {name for name, each in self.parameters.items() if each.default is None}


@cache
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


def text_of(node: Node) -> str:
    """The source text."""
    return (node.text or b"").decode()


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _take(node: Node, found: File) -> None:
    parts = node.named_children
    if node.type == "ERROR" or node.is_missing:
        found.errors.append(f"{found.path.name}:{node.start_point.row + 1}")
    elif node.type == "parameter_declaration":
        name, default = text_of(parts[0]), parts[2] if len(parts) > 2 else None
        found.parameters[name] = Parameter(name, text_of(parts[1]), default, _decorators(node))
    elif node.type == "variable_declaration":
        found.variables[text_of(parts[0])] = parts[1]
    elif node.type == "output_declaration":
        found.outputs[text_of(parts[0])] = parts[-1]
    elif node.type in {"resource_declaration", "module_declaration"}:
        existing = any(child.type == "existing" for child in node.children)
        name, kind = text_of(parts[0]), text_of(parts[1]).strip("'")
        named = found.resources if node.type == "resource_declaration" else found.modules
        named[name] = Declaration(name, kind, parts[-1], existing)
    elif node.type == "string_content":
        found.strings.append(text_of(node))


def _decorators(node: Node) -> dict[str, Node]:
    before = node.prev_named_sibling
    if before is None or before.type != "decorators":
        return {}
    calls = [each.named_children[0] for each in before.named_children]
    return {
        text_of(call.named_children[0]): call.named_children[1].named_children[0] for call in calls
    }
