"""What a deployment would contain: the templates worked out for a cloud and its parameters.

As Azure Resource Manager would, as far as can be known before: an id or a host name that only Azure
gives is a text in angle brackets. What this does not know, it refuses.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tree_sitter import Node

from tests.infra.bicep import Declaration, File, files, text_of
from tests.infra.functions import Known, functions


@dataclass(frozen=True, slots=True)
class Deployed:
    """One resource, with what is written in it."""

    type: str
    version: str
    symbol: str
    body: dict[str, Any]


@dataclass(slots=True)
class Deployment:
    """A run of the templates in one cloud."""

    cloud: str
    resources: list[Deployed] = field(default_factory=list[Deployed])

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The bodies of the resources of one type."""
        return [each.body for each in self.resources if each.type == kind]

    def one(self, kind: str) -> dict[str, Any]:
        """The body of the only resource of a type."""
        [body] = self.of(kind)
        return body


def deploy(cloud: str, /, **parameters: Any) -> tuple[Deployment, dict[str, Any]]:
    """The deployment of main.bicep, and its outputs."""
    deployment = Deployment(cloud)
    outputs = Scope(files()["main.bicep"], parameters, deployment).run()
    return deployment, outputs


class Scope:
    """One file with its parameters."""

    def __init__(self, file: File, given: Mapping[str, Any], deployment: Deployment) -> None:
        unknown = given.keys() - file.parameters.keys()
        assert not unknown, (file.path.name, unknown)
        self.file = file
        self._given = given
        self._deployment = deployment
        self._local: dict[str, Any] = {}
        self._done: dict[str, Any] = {}

    def run(self) -> dict[str, Any]:
        """Deploys all that the file declares and answers its outputs."""
        for name, parameter in self.file.parameters.items():
            self._allow(name, self.name(name), parameter.decorators)
        for name in (*self.file.resources, *self.file.modules):
            self.name(name)
        return {name: self.value(node) for name, node in self.file.outputs.items()}

    def _allow(self, name: str, value: Any, decorators: Mapping[str, Node]) -> None:
        bounds = {each: self.value(node) for each, node in decorators.items()}
        assert "allowed" not in bounds or value in bounds["allowed"], (name, value)
        assert "minValue" not in bounds or value >= bounds["minValue"], (name, value)
        assert "maxValue" not in bounds or value <= bounds["maxValue"], (name, value)

    def name(self, name: str) -> Any:
        """What a name stands for."""
        if name in self._local:
            return self._local[name]
        if name not in self._done:
            self._done[name] = self._worked_out(name)
        return self._done[name]

    def _worked_out(self, name: str) -> Any:
        file = self.file
        if name in file.parameters:
            default = file.parameters[name].default
            assert name in self._given or default is not None, f"{name} is not given"
            return self._given[name] if name in self._given else self.value(default)
        if name in file.variables:
            return self.value(file.variables[name])
        if name in file.resources:
            return self._resource(file.resources[name])
        assert name in file.modules, f"{file.path.name} knows no {name}"
        return self._module(file.modules[name])

    def _bodies(self, node: Node) -> list[Any]:
        if node.type == "if_statement":
            condition, body = node.named_children
            return [self.value(body)] if self.value(condition) else []
        return self.value(node) if node.type == "for_statement" else [self.value(node)]

    def _resource(self, declared: Declaration) -> Any:
        bodies = self._bodies(declared.value)
        kind, _, version = declared.kind.partition("@")
        if not declared.existing:
            new = [Deployed(kind, version, declared.symbol, body) for body in bodies]
            self._deployment.resources.extend(new)
        made = [
            {
                "name": body.get("name"),
                "id": Known(f"<{declared.symbol} {body.get('name')}.id>"),
                "properties": Known(f"<{declared.symbol} {body.get('name')}.properties>"),
                "symbol": declared.symbol,
            }
            for body in bodies
        ]
        return made if declared.value.type == "for_statement" else made[0] if made else None

    def _module(self, declared: Declaration) -> Any:
        bodies = self._bodies(declared.value)
        if not bodies:
            return None
        file = files()[declared.kind]
        return {"outputs": Scope(file, bodies[0].get("params", {}), self._deployment).run()}

    def value(self, node: Node | None) -> Any:
        """What an expression comes to."""
        assert node is not None
        evaluate: Callable[[Node], Any] | None = getattr(self, f"_{node.type}", None)
        assert evaluate, f"{self.file.path.name}:{node.start_point.row + 1}: {node.type}"
        return evaluate(node)

    def _identifier(self, node: Node) -> Any:
        return self.name(text_of(node))

    def _number(self, node: Node) -> int:
        return int(text_of(node))

    def _boolean(self, node: Node) -> bool:
        return text_of(node) == "true"

    def _null(self, node: Node) -> None:
        return None

    def _parenthesized_expression(self, node: Node) -> Any:
        return self.value(node.named_children[0])

    def _string(self, node: Node) -> str:
        if not node.named_children:  # of spaces alone, or empty
            return text_of(node)[1:-1]
        return "".join(str(self.value(part)) for part in node.named_children)

    def _string_content(self, node: Node) -> str:
        return text_of(node)

    def _escape_sequence(self, node: Node) -> str:
        return text_of(node)[1:]

    def _interpolation(self, node: Node) -> str:
        return str(self.value(node.named_children[0]))

    def _array(self, node: Node) -> list[Any]:
        return [self.value(each) for each in node.named_children if each.type != "comment"]

    def _object(self, node: Node) -> dict[str, Any]:
        pairs = (each.named_children for each in node.named_children if _is_property(each))
        return {
            text_of(name) if name.type == "identifier" else self.value(name): self.value(value)
            for name, value in pairs
        }

    def _for_statement(self, node: Node) -> list[Any]:
        *names, items, body = (each for each in node.named_children if each.type != "comment")
        if names[0].type == "for_loop_parameters":
            names = names[0].named_children
        results: list[Any] = []
        for index, item in enumerate(self.value(items)):
            pair = dict(zip(map(text_of, names), (item, index), strict=False))
            before, self._local = self._local, self._local | pair
            results.append(self.value(body))
            self._local = before
        return results

    def _ternary_expression(self, node: Node) -> Any:
        condition, yes, no = node.named_children
        assert "ternary_expression" not in {yes.type, no.type}, f"{text_of(node)}: in parentheses"
        return self.value(yes if self.value(condition) else no)

    def _unary_expression(self, node: Node) -> Any:
        assert node.children[0].type == "!", text_of(node)
        return not self.value(node.named_children[0])

    def _binary_expression(self, node: Node) -> Any:
        left, right = node.named_children
        match node.children[1].type:
            case "==":
                return self.value(left) == self.value(right)
            case "+":
                return self.value(left) + self.value(right)
            case "&&":
                return self.value(left) and self.value(right)
            case "||":
                return self.value(left) or self.value(right)
            case "??":
                found = self.value(left)
                return self.value(right) if found is None else found
            case operator:
                raise AssertionError(f"{self.file.path.name}: {operator}")

    def _member_expression(self, node: Node) -> Any:
        may_be_absent = _is_safe(node)
        return self._member(node.named_children[0], text_of(node.named_children[-1]), may_be_absent)

    def _member(self, of: Node, name: str, may_be_absent: bool) -> Any:
        if of.type == "ternary_expression":  # The grammar reads `a ? b : c.d` as `(a ? b : c).d`.
            condition, yes, no = of.named_children
            return (
                self.value(yes) if self.value(condition) else self._member(no, name, may_be_absent)
            )
        assert of.type != "binary_expression", f"{text_of(of)}: in parentheses"
        found = self.value(of)
        return None if found is None and may_be_absent else found[name]

    def _subscript_expression(self, node: Node) -> Any:
        of, index = node.named_children
        return self.value(of)[self.value(index)]

    def _resource_expression(self, node: Node) -> Any:
        """`account::tableService`."""
        return self.name(text_of(node.named_children[-1]))

    def _call_expression(self, node: Node) -> Any:
        called, arguments = node.named_children
        function = functions(self._deployment.cloud)[text_of(called)]
        return function(*map(self.value, arguments.named_children))


def _is_safe(node: Node) -> bool:
    """Whether what is absent makes the whole chain null: `a.?b.c`."""
    if node.type != "member_expression":
        return False
    return ".?" in {each.type for each in node.children} or _is_safe(node.named_children[0])


def _is_property(node: Node) -> bool:
    """Nested resources are properties to the grammar; they are declared on their own."""
    inner = node.named_children[0].type if node.named_children else ""
    return node.type == "object_property" and inner not in {"resource_declaration", "decorators"}
